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
from collections.abc import Sequence
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
    data = path.read_bytes()
    rows = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().split("\n")
    articles = []
    for row in map(json.loads, filter(None, rows)):
        name = str(row.get("id", ""))
        if held_out and not (half_of(name) == 1 and quarter_of(name) == 1):
            continue
        lines = (line.strip() for line in row["text"].translate(BREAKS).split("\n"))
        article = tuple(line for line in lines if line and not STAMP.match(line))
        if article:
            articles.append(article)
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
