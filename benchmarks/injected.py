"""Copies made from real articles by known edits, and bulletins that are no copies of each other."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

from cleaner.text.script import convert

NAMES = ["陈国强", "林晓燕", "周志明", "何佩珊", "郑永康", "吴嘉怡", "黄志伟", "许丽娟"]
BOILERPLATE = [
    "本报讯 以下文章由本站网友推荐，观点仅代表作者本人，如有侵权请与本站联系，我们将及时处理。"
    "欢迎扫描下方二维码关注本站公众号，每天获取更多精彩内容，点击文末在看支持我们。",
    "声明：本网转载此文目的在于传递更多信息，并不代表赞同其观点和对其真实性负责，"
    "文章内容仅供参考，如涉及作品内容、版权和其它问题，请在三十日内与本网联系。",
]
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]|[^。！？!?\n]+$")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its end."""
    return SENTENCE.findall(text)


def new_byline(text: str, draw: random.Random) -> str:
    """Another byline before and after, and one character in a hundred changed."""
    edited = substituted(text, draw, 0.01)
    return f"本报记者 {draw.choice(NAMES)} 报道\n{edited}\n责任编辑：{draw.choice(NAMES)}"


def boilerplate(text: str, draw: random.Random) -> str:
    """Furniture of a page left before and after."""
    return f"{BOILERPLATE[0]}\n{text}\n{BOILERPLATE[1]}"


def substituted(text: str, draw: random.Random, share: float = 0.03) -> str:
    """That share of the characters changed at random."""
    return "".join(
        chr(draw.randrange(0x4E00, 0x9000)) if char > "\u3400" and draw.random() < share else char
        for char in text
    )


def sentences_dropped(text: str, draw: random.Random) -> str:
    """Three sentences in ten left out."""
    return "".join(one for one in sentences(text) if draw.random() >= 0.3)


def cut_in_half(text: str, draw: random.Random) -> str:
    """The first half."""
    return text[: len(text) // 2]


def in_traditional(text: str, draw: random.Random) -> str:
    """Converted to Traditional."""
    return convert(text, "traditional")


def in_taiwanese(text: str, draw: random.Random) -> str:
    """Converted to Traditional as in Taiwan, words too."""
    return convert(text, "taiwan", phrases=True)


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "new byline": new_byline,
    "boilerplate added": boilerplate,
    "3 % substituted": substituted,
    "30 % of sentences dropped": sentences_dropped,
    "cut in half": cut_in_half,
    "to Traditional": in_traditional,
    "to Taiwan's": in_taiwanese,
}
PAGES = {"in a page of 3 stories": 3, "in a page of 6 stories": 6}


def articles(data: Path, count: int, seed: int, longer_than: int = 200) -> list[str]:
    """Real articles of ``news.jsonl.gz``, drawn at random."""
    with gzip.open(data / "news.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    texts = [text for text in texts if len(text) >= longer_than]
    return random.Random(seed).sample(texts, count)


def corpus(
    data: Path, seed: int = 1, originals: int = 1000, each: int = 50
) -> tuple[list[str], dict[str, list[tuple[int, int]]]]:
    """Articles with copies of some laid after them; for each kind of edit the pairs made."""
    draw = random.Random(seed)
    pages = sum(PAGES.values()) * each
    drawn = articles(data, originals + pages, seed)
    texts, fillers = drawn[:originals], drawn[originals:]
    order = draw.sample(range(originals), (len(EDITS) + len(PAGES)) * each)
    made: dict[str, list[tuple[int, int]]] = {}
    for kind, edit in EDITS.items():
        for _ in range(each):
            original = order.pop()
            made.setdefault(kind, []).append((original, len(texts)))
            texts.append(edit(texts[original], draw))
    for kind, size in PAGES.items():
        for _ in range(each):
            original = order.pop()
            others = [fillers.pop() for _ in range(size - 1)]
            place = draw.randrange(size)
            page = [*others[:place], substituted(texts[original], draw, 0.01), *others[place:]]
            made.setdefault(kind, []).append((original, len(texts)))
            texts.append("\n".join(page))
    return texts, made


CITIES = [
    *("平川", "东岭", "北湾", "石桥", "青溪", "长堤", "云台", "南屿"),
    *("白沙", "金浦", "沙洲", "林源", "河口", "梅岭", "临江", "安阳"),
]
WEATHER = ["晴", "多云", "阴", "小雨", "中雨", "大雨", "雷阵雨", "雾", "霾", "小雪"]
COMPANIES = ["远航", "海岳", "长城", "金石", "华中", "南方", "顺达", "恒信", "东明", "北斗"]


def bulletins(seed: int = 1, each: int = 40) -> list[list[str]]:
    """Four kinds of bulletins in the same words with other facts, ``each`` of a kind."""
    draw = random.Random(seed)

    def number(low: float, high: float, places: int = 0) -> str:
        return f"{draw.uniform(low, high):.{places}f}"

    def filled(template: str, *numbers: tuple[float, float, int]) -> str:
        day = f"{draw.randint(1, 12)}月{draw.randint(1, 28)}日"
        words = {"city": draw.choice(CITIES), "day": day, "sky": draw.choice(WEATHER)}
        words |= {"night": draw.choice(WEATHER), "firm": draw.choice(COMPANIES)}
        return template.format(*(number(*bounds) for bounds in numbers), **words)

    def quake() -> str:
        return filled(
            "{city}发生{0}级地震\n据地震台网测定，{day}{1}时{2}分在{city}附近（北纬{3}度，"
            "东经{4}度）发生{0}级地震，震源深度{5}千米。当地群众有明显震感，截至目前未接到"
            "人员伤亡报告，抗震救灾指挥部已派出{6}支工作队赶赴现场核查灾情。",
            *((3, 7, 1), (0, 23, 0), (0, 59, 0), (20, 45, 2), (90, 125, 2), (5, 30, 0), (2, 9, 0)),
        )

    def stocks() -> str:
        return filled(
            "收评：沪指涨{0}%\n{day}，沪深两市高开高走，截至收盘，沪指报{1}点，涨{0}%，成交{2}亿元；"
            "深成指报{3}点，涨{4}%，成交{5}亿元；创业板指报{6}点，涨{7}%。{firm}科技等{8}只个股"
            "涨停，北向资金净流入{9}亿元。",
            *((0, 3, 2), (2800, 3600, 2), (2000, 5000, 0), (9000, 14000, 2), (0, 3, 2)),
            *((3000, 7000, 0), (1800, 3000, 2), (0, 3, 2), (20, 99, 0), (1, 90, 1)),
        )

    def exchange() -> str:
        return filled(
            "{day}人民币对美元中间价报{0}\n外汇交易中心公布，{day}银行间外汇市场人民币汇率中间价"
            "为：1美元对人民币{0}元，1欧元对人民币{1}元，100日元对人民币{2}元，1港元对人民币{3}元，"
            "1英镑对人民币{4}元，1澳大利亚元对人民币{5}元，1新西兰元对人民币{6}元。",
            *((6, 8, 4), (7, 9, 4), (4, 7, 4), (0.8, 1, 4), (8, 10, 4), (4, 6, 4), (4, 5, 4)),
        )

    def weather() -> str:
        return filled(
            "{city}天气预报\n{city}气象台{day}{0}时发布天气预报：今天白天{sky}，最高气温{1}度，"
            "夜间{night}，最低气温{2}度，偏南风{3}到{4}级，相对湿度{5}%，紫外线指数中等，请广大"
            "市民外出时注意安全，关注气象部门发布的最新预报预警信息，及时增减衣物。",
            *((5, 18, 0), (10, 38, 0), (0, 26, 0), (1, 4, 0), (4, 6, 0), (20, 95, 0)),
        )

    return [[make() for _ in range(each)] for make in (quake, stocks, exchange, weather)]
