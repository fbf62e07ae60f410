"""Corpora to measure on: real articles laid into pages with furniture, copies and two scripts.

Everything is drawn from a seed, so that the same call gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

MENU = [
    *("首页", "要闻", "国内", "国际", "财经", "体育", "娱乐", "科技"),
    *("教育", "房产", "汽车", "健康", "旅游", "图片", "视频", "专题"),
]
SHARE = ["微信", "新浪微博", "QQ空间", "QQ好友", "豆瓣", "复制链接"]
FOOT = [
    "关于我们 | 联系我们 | 广告服务 | 网站地图 | 加入我们",
    "版权所有 未经授权不得转载",
    "网站备案:京ICP备00000000号",
    "违法和不良信息举报电话:010-00000000",
]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑"


def articles(data: Path) -> list[str]:
    """The texts of ``news.jsonl.gz`` and ``law_hant.jsonl.gz`` in ``data``."""
    texts: list[str] = []
    for name in ("news.jsonl.gz", "law_hant.jsonl.gz"):
        with gzip.open(data / name, "rt", encoding="utf-8") as stream:
            texts += [json.loads(line)["text"] for line in stream]
    return texts


def pages(texts: list[str], size: int, seed: int) -> Iterator[dict[str, str]]:
    """Records of about ``size`` bytes in all: half of them pages with furniture of their site, a
    tenth copies of an earlier article with other bylines, figures or a sentence less."""
    dice = random.Random(seed)
    made = number = 0
    order: list[int] = []
    while made < size:
        if not order:
            order = dice.sample(range(len(texts)), len(texts))
        text = texts[order.pop()]
        # Beyond one pass over the articles each one comes again with its words changed, so that
        # a large corpus does not consist of copies.
        if number >= len(texts):
            text = _other_words(text, dice)
        if dice.random() < 0.1:
            text = _copied(text, dice)
        site = f"www.site{dice.randrange(40):02d}.example"
        page = _with_furniture(text, site, texts, dice) if dice.random() < 0.5 else text
        record = {"id": str(number), "url": f"https://{site}/{number}.html", "text": page}
        made += len(page.encode("utf-8", "surrogatepass"))
        number += 1
        yield record


def write_corpus(path: Path, texts: list[str], size: int, seed: int = 1) -> None:
    """Writes ``pages`` as JSON Lines to ``path``."""
    with path.open("w", encoding="utf-8") as stream:
        for record in pages(texts, size, seed):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def _other_words(text: str, dice: random.Random) -> str:
    """The article with every fourth character or so drawn anew from its own characters."""
    chars = list(text)
    letters = [char for char in chars if "\u4e00" <= char <= "\u9fff"] or ["字"]
    for at, char in enumerate(chars):
        if "\u4e00" <= char <= "\u9fff" and dice.random() < 0.3:
            chars[at] = dice.choice(letters)
    return "".join(chars)


def _copied(text: str, dice: random.Random) -> str:
    sentences = text.split("。")
    if len(sentences) > 4:
        sentences.pop(dice.randrange(1, len(sentences) - 1))
    return "。".join(sentences) + f"\n(记者 {dice.choice(SURNAMES)}某)"


def _with_furniture(text: str, site: str, texts: list[str], dice: random.Random) -> str:
    links = [dice.choice(texts).partition("\n")[0][:30] for _ in range(dice.randrange(3, 25))]
    head = [" ".join(MENU[: 6 + len(site) % 8]), f"首页 > 新闻 > 正文 {site}"]
    foot = ["相关阅读", *links, *SHARE[: 3 + len(site) % 3], *FOOT]
    stamp = f"2023-0{dice.randrange(1, 10)}-1{dice.randrange(10)} 10:{dice.randrange(10, 60)}"
    return "\n".join([*head, f"{stamp} 来源:{site}", text, *foot])
