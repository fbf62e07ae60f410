"""Every kind of page noise goes in both scripts and both widths; clean pages of every kind stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.noise_pages import articles, behind_noise, real_pages, without_credits
from benchmarks.noise_score import gold_of, score
from cleaner.model import KEEP, LABELS, SURE, Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import Labels, label_lines, staying
from cleaner.text.lines import Lines, split_lines
from cleaner.text.script import convert
from cleaner.text.shape import Shape, measure

HERE = Path(__file__).parent
TAXONOMY = [
    tuple(row.split("\t"))
    for row in (HERE / "taxonomy.tsv").read_text("utf-8").splitlines()
    if not row.startswith("#")
]
CLEAN = {path.stem: path.read_text("utf-8") for path in sorted((HERE / "clean").glob("*.txt"))}
"""Pages of nothing but story, of kinds that look like noise: verse, rolls, tables, notices ..."""

STORY = (
    "南渡大桥提前四天恢复通车",
    "昨天清晨六点,封闭了三个月的南渡大桥恢复通车,第一辆过桥的是一辆送菜的三轮车。",
    "桥面换了新的伸缩缝,护栏也重新刷了漆,两侧的路灯换成了节能灯,夜里比从前亮了许多。",
    "“以前绕一圈要四十分钟,现在五分钟就到了。”送菜的何师傅说,他天不亮就在桥头等着了。",
    "交通部门表示,桥上暂时限速四十公里,等到监测数据稳定之后,再恢复原来的限速。",
)
HEAD = ("首页 > 新闻中心 > 本地新闻", "字号:大 中 小", "打印本页")
LINKS = ("相关阅读", "老街改造后的第一个夏天", "三条公交线路下周起调整", "古桥修缮工程通过了验收")
FOOT = (
    "上一篇:夜市明天休息一天",
    "返回顶部",
    "关于我们 | 联系我们 | 网站地图",
    "版权所有 南渡在线 未经授权不得转载",
    "南ICP备09012345号",
)
COMMENTS = ("网友评论", "登录后参与评论", "清风 3小时前", "回复 赞 12 举报")
SHARING = ("分享到:", "微信", "新浪微博", "QQ空间")
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)} | {" ": "\u3000"})


def labelled(pages: Sequence[Sequence[str]]) -> tuple[Lines, Shape, Labels]:
    lines = split_lines([Page(str(i), "\n".join(rows)) for i, rows in enumerate(pages)])
    shape = measure(lines)
    return lines, shape, label_lines(lines, shape, load_rules())


def gone(rows: Sequence[str]) -> list[str]:
    lines, _, labels = labelled([rows])
    return [lines.text_of(i) for i in np.flatnonzero(labels.strength == SURE).tolist()]


def forms(line: str) -> list[str]:
    """The line as it is, in either script, and full width."""
    scripts = (convert(line, script) for script in ("simplified", "traditional"))
    return list(dict.fromkeys((line, *scripts, line.translate(WIDE))))


def test_every_row_of_the_taxonomy_goes_among_other_noise_and_is_named() -> None:
    cases = [(label, form) for label, line in TAXONOMY for form in forms(line)]
    among = [(*STORY, SHARING[0], FOOT[3], form, FOOT[1]) for _, form in cases]
    lines, _, labels = labelled(among)
    at = lines.first[:-1] + len(STORY) + 2
    found = [
        (LABELS[labels.label[i]], lines.text_of(i), int(labels.strength[i])) for i in at.tolist()
    ]
    assert [one for one in found if one not in {(*case, SURE) for case in cases}] == []


def test_every_row_of_the_taxonomy_is_told_of_where_it_stands_alone() -> None:
    cases = [form for _, line in TAXONOMY for form in forms(line)]
    lines, _, labels = labelled([(*STORY, form) for form in cases])
    last = lines.first[:-1] + len(STORY)
    assert [lines.text_of(i) for i in last.tolist() if labels.strength[i] == KEEP] == []


@pytest.mark.parametrize("script", ["simplified", "traditional"])
@pytest.mark.parametrize("name", CLEAN)
def test_a_page_of_nothing_but_story_stays_whole(name: str, script: str) -> None:
    assert gone(convert(CLEAN[name], script).split("\n")) == []


@pytest.mark.parametrize("before", [HEAD, LINKS, FOOT, COMMENTS, SHARING])
@pytest.mark.parametrize("name", CLEAN)
def test_no_sentence_goes_that_follows_noise(name: str, before: Sequence[str]) -> None:
    rows = CLEAN[name].rstrip("\n").split("\n")
    page = (*HEAD, *STORY, *before, *rows, *LINKS, *FOOT)
    sentences = [row for row in rows if row.endswith(("。", "。”")) and len(row) >= 16]
    assert [row for row in gone(page) if row in sentences] == []


@pytest.mark.parametrize("before", [HEAD, LINKS, FOOT, COMMENTS, SHARING])
def test_noise_between_stories_takes_neither_headline_nor_text(before: Sequence[str]) -> None:
    second = (
        "江边添了十二盏灯",
        "从昨晚起,江边的栈道亮起了十二盏新灯,散步的人比往常多了一倍,卖糖水的摊子也回来了。",
        "灯杆是旧船的桅杆改的,上面还留着绳索勒过的痕迹,孩子们踮着脚,一根一根地摸过去。",
        "“亮了。”",
        "守栈道的老人说完这两个字,把手电筒收进了口袋。",
    )
    page = (*HEAD, *STORY, *before, *second, *FOOT)
    assert [row for row in gone(page) if row in (*STORY, *second)] == []


def test_real_stories_stay_behind_real_noise(shared: Path) -> None:
    """Of stories laid together with stretches of noise of the web pages, .995 stays."""
    data = shared / "data"
    stories = [without_credits(story) for story in articles(data, every=55, first=3)]
    pages = behind_noise(stories, real_pages(data), 80, seed=11)
    lines = split_lines([given.page for given in pages])
    shape = measure(lines)
    stays = staying(lines, shape, label_lines(lines, shape, load_rules()))
    assert score(lines, shape, gold_of(pages), stays).good_kept >= 0.995


PARTS = st.sampled_from(
    [STORY, HEAD, LINKS, FOOT, COMMENTS, SHARING]
    + [tuple(text.rstrip("\n").split("\n")) for text in CLEAN.values()]
    + [(line,) for _, line in TAXONOMY]
)


@settings(max_examples=40)
@given(st.lists(PARTS, min_size=1, max_size=9))
def test_cleaning_a_cleaned_page_changes_nothing(parts: list[tuple[str, ...]]) -> None:
    once = _cleaned([row for part in parts for row in part])
    assert _cleaned(once) == once


def _cleaned(rows: Sequence[str]) -> list[str]:
    """What stays of a page, the noise inside its lines cut."""
    lines, shape, labels = labelled([rows])
    cuts: dict[int, list[tuple[int, int]]] = {}
    for span in labels.spans:
        if span.strength == SURE:
            cuts.setdefault(span.line, []).append((span.start, span.end))
    kept = []
    for i in np.flatnonzero(staying(lines, shape, labels)).tolist():
        text = lines.text_of(i)
        for start, end in sorted(cuts.get(i, ()), reverse=True):
            text = text[:start] + text[end:]
        kept.append(text)
    return kept
