"""Builds pages out of articles whose stories and broken paragraphs are known.

Any file of JSON lines with ``id`` and ``text`` (one paragraph a line, .gz or not) will do. The same
seed and texts make the same pages.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SENTENCE_ENDS = "。！？…!?”"
BREAKS = str.maketrans("", "", "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")

STAMP = re.compile(r"^-+ ?\(更新时间戳")
"""The collector's mark under some texts of the news corpus: no part of the page."""

DATELINE = re.compile(
    r"^(?:央视网消息（新闻联播）：|(?:中新[网社]|新华社)[^。]{0,12}电(?:\([^)]*\)|（[^）]*）)?)"
)
LAST_WORDS = re.compile(r"[(（]完[)）]$|^【编辑[:：].*】$")
"""What tells the sources of the news corpus apart: taken off where pages are to be hard."""

Article = tuple[str, ...]
"""The paragraphs of a text; the first is its title if it has no sentence end."""


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page, the 0-based lines its stories begin at, and its seams (upper, lower lines)."""

    text: str
    starts: tuple[int, ...]
    seams: frozenset[tuple[int, int]] = frozenset()


def half_of(name: str) -> int:
    """Which half of a corpus a text is in, 0 or 1: tables are counted on half 0."""
    return hashlib.md5(name.encode()).digest()[0] % 2


def quarter_of(name: str) -> int:
    """Which half of its half a text is in, 0 or 1: weights are fitted on quarter 0 of half 1."""
    return hashlib.md5(name.encode()).digest()[1] % 2


def read_articles(path: Path, held_out: bool = True) -> list[Article]:
    """The texts of a file; with ``held_out`` those alone that nothing was fitted on."""
    return [
        article
        for name, article in read_named(path)
        if not held_out or (half_of(name) == 1 and quarter_of(name) == 1)
    ]


def read_named(path: Path) -> list[tuple[str, Article]]:
    """The texts of a file with their ids; a text is ``text`` or its ``lines`` with a text each."""
    data = path.read_bytes()
    rows = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().split("\n")
    articles = []
    for row in map(json.loads, filter(None, rows)):
        text = row["text"] if "text" in row else "\n".join(line["text"] for line in row["lines"])
        lines = (line.strip() for line in text.translate(BREAKS).split("\n"))
        article = tuple(line for line in lines if line and not STAMP.match(line))
        if article:
            articles.append((str(row.get("id", "")), article))
    return articles


def titled(article: Article) -> bool:
    """Whether the article opens with a title."""
    return len(article) > 1 and article[0][-1] not in SENTENCE_ENDS


def without_cues(article: Article) -> Article:
    """The article without dateline and last words."""
    lines = (LAST_WORDS.sub("", DATELINE.sub("", line)) for line in article)
    return tuple(line for line in lines if line)


def story_page(
    dice: random.Random, articles: Sequence[Article], titles: bool, blanks: str
) -> BuiltPage:
    """Articles laid together; ``titles``: with their titles.

    ``blanks``: "none", "all" (below every line, at times two between articles) or "between"
    (between articles; on half of the pages now and then within one, too).
    """
    lines: list[str] = []
    starts = []
    wider = dice.random() < 0.3
    stray = dice.choice([0, 0, 0.05, 0.15, 0.3]) if blanks == "between" else 0
    for article in articles:
        if lines and (blanks == "between" or (blanks == "all" and wider)):
            lines.append("")
        starts.append(len(lines))
        for line in article if titles or not titled(article) else article[1:]:
            lines.append(line)
            if blanks == "all" or dice.random() < stray:
                lines.append("")
    return BuiltPage("\n".join(lines).rstrip("\n"), tuple(starts))


@dataclass(frozen=True, slots=True)
class Dress:
    """What stands about the stories of one page besides their text: pages have their habits.

    ``byline`` is the form of the reporters' line ("" for none), ``signed_below`` puts it under the
    text; ``caption`` the form of captions, ``pictures`` how many a story has at the most and
    ``hung`` where ("top", "within", "end"); ``deck``, ``stamp``, ``editor`` and ``rule`` (a line
    of dashes between two stories) may be there or not.
    """

    byline: str
    signed_below: bool
    caption: str
    pictures: int
    hung: str
    deck: bool
    stamp: bool
    editor: bool
    rule: bool


BYLINES = ("·{}·", "文/{}", "记者 {}", "本报记者 {} 通讯员 {}", "（记者 {}）", "■{}", "作者：{}")
CAPTIONS = ("（图：{}）", "图为{}", "▲{}", "{}。{} 摄", "{}", "图片说明：{}")
STAMPS = ("{}年{}月{}日 来源：{}晚报", "{}-{:02}-{:02} 10:21 来源：{}日报", "{}年{}月{}日")
SURNAMES, GIVEN = "林周陈沈方许江魏唐罗何秦陆田", "远渡岸帆小明文华晓青立新雨川秋实宁"
PLACES = ("江岸", "临水", "上渡", "沧宁")


def draw_dress(dice: random.Random) -> Dress:
    """A page's habits: each thing on a third of the pages, and nothing on a few."""
    return Dress(
        byline=dice.choice(BYLINES) if dice.random() < 0.5 else "",
        signed_below=dice.random() < 0.6,
        caption=dice.choice(CAPTIONS),
        pictures=dice.choice((0, 0, 1, 2, 4)),
        hung=dice.choice(("top", "within", "end")),
        deck=dice.random() < 0.2,
        stamp=dice.random() < 0.2,
        editor=dice.random() < 0.2,
        rule=dice.random() < 0.1,
    )


def dressed_page(
    dice: random.Random, articles: Sequence[Article], titles: bool, dress: Dress
) -> BuiltPage:
    """Articles laid together, each with what ``dress`` puts about it."""
    lines: list[str] = []
    starts = []
    gap = dice.random() < 0.3
    for article in articles:
        if lines and dress.rule:
            lines.append("-" * 20)
        starts.append(len(lines))
        for line in _dressed(dice, article, titles and titled(article), dress):
            lines += [line, ""] if gap else [line]
    return BuiltPage("\n".join(lines).rstrip("\n"), tuple(starts))


def _dressed(dice: random.Random, article: Article, headed: bool, dress: Dress) -> Iterator[str]:
    body = article[1:] if titled(article) else article
    clauses = [part for line in body for part in re.split("[，。；：！？]", line)]
    clauses = [clause for clause in clauses if 8 <= len(clause) <= 28] or [body[0][:20]]
    signature = _filled(dice, dress.byline)
    captions = [
        dress.caption.format(dice.choice(clauses), _name(dice))
        for _ in range(dice.randint(0, dress.pictures))
    ]
    hung = {"top": 0, "within": dice.randint(1, len(body)), "end": len(body)}[dress.hung]
    if headed:
        yield article[0]
        if dress.deck:
            yield dice.choice(clauses)
        if dress.stamp:
            day = dice.randint(2015, 2025), dice.randint(1, 12), dice.randint(1, 28)
            yield dice.choice(STAMPS).format(*day, dice.choice(PLACES))
    if signature and not dress.signed_below:
        yield signature
    for number, line in enumerate(body):
        if number == hung:
            yield from captions
        yield line
    if hung == len(body):
        yield from captions
    if signature and dress.signed_below:
        yield signature
    if dress.editor:
        yield f"责任编辑：{_name(dice)}"


def _filled(dice: random.Random, form: str) -> str:
    return form.format(_name(dice), _name(dice)) if form else ""


def _name(dice: random.Random) -> str:
    return dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.randint(1, 2)))


def broken_page(dice: random.Random, article: Article, how: str) -> BuiltPage:
    """An article whose paragraphs are broken.

    ``how``: "random" (half of the paragraphs in one or two places, also within words; with or
    without a blank line at the break and between paragraphs), "wrapped" (all lines at one width
    of 30 to 40 characters; with or without indent and blank lines), "intact".
    """
    gap = dice.random() < 0.5
    gap_within = how == "random" and dice.random() < 0.5
    indent = "" if how == "random" else dice.choice(["", "\u3000\u3000", "  ", ""])
    width = dice.randint(30, 40)
    lines: list[str] = []
    seams = set()
    for number, paragraph in enumerate(article):
        body = paragraph[-1] in SENTENCE_ENDS + ")）" or len(paragraph) >= 45
        if number or not titled(article):
            paragraph = indent + paragraph
        pieces = [paragraph]
        if how == "wrapped":
            pieces = [paragraph[i : i + width] for i in range(0, len(paragraph), width)]
        elif how == "random" and body and len(paragraph) >= 20 and dice.random() < 0.5:
            breaks = 1 if len(paragraph) < 60 or dice.random() < 0.8 else 2
            at = [0, *sorted(dice.sample(range(1, len(paragraph)), breaks)), len(paragraph)]
            pieces = [paragraph[i:j] for i, j in pairwise(at)]
        upper = -1
        for piece in pieces:
            if upper >= 0:
                lines += [""] * gap_within
                seams.add((upper, len(lines)))
            upper = len(lines)
            lines.append(piece)
        lines += [""] * gap
    return BuiltPage("\n".join(lines), (0,), frozenset(seams))
