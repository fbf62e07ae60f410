"""What speaks for and against a line being noise: named columns that the page model weighs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.layout import (
    FAR,
    HEAD,
    TAIL,
    Layout,
    lines_since,
    lines_until,
    window_mean,
    window_sum,
)
from cleaner.text.lines import Lines
from cleaner.text.reading import CLOSE, DIGIT, OPEN
from cleaner.text.shape import Shape

Column = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.bool_]
Flags = NDArray[np.bool_]

LENGTHS = (0, 1, 3, 5, 8, 12, 18, 26, 40, 80, 1 << 30)
"""Limits of the length classes of lines, in letters."""

SENTENCE_WORDS = "的了是在和与有不我他她你们这那就也都而被把对从为着过又还很会说要能可以但因所之其"
"""Characters that sentences are full of, and titles and menus are not (in the reading form)."""


WINDOWS = (
    ("up_1", -1, -1, ("length", "ended")),
    ("down_1", 1, 1, ("length", "ended")),
    ("up_3", -3, -1, ("ended", "hits", "sentences")),
    ("down_3", 1, 3, ("ended", "hits", "sentences")),
    ("up_8", -8, -1, ("ended", "sentences", "shared")),
    ("down_8", 1, 8, ("ended", "sentences", "shared")),
    ("near_20", -20, 20, ("ended", "sentences", "shared")),
)
"""Windows around a line: name, first and last offset in lines, and what is measured there."""


@dataclass(frozen=True)
class Marks:
    """What rules found on the lines of a layout: columns of n.

    ``alone``, ``company`` and ``opener``: a rule of that kind, for furniture, hits the line;
    ``hit``: any of them; ``meta``: a rule for bylines, credits and the like; ``credit``: one for
    editors and sources.
    """

    alone: Flags
    company: Flags
    opener: Flags
    meta: Flags
    credit: Flags

    @property
    def hit(self) -> Flags:
        """Lines that a rule for furniture hits."""
        return self.alone | self.company


@dataclass(frozen=True)
class Repeated:
    """Where else the lines of a layout stand: columns of n.

    ``twice`` (bool): elsewhere on the page too. ``shared`` (float64): on how many pages of the
    site, from 0 (no other, or nothing is known) to 1 (sixteen or more).
    """

    twice: Flags
    shared: NDArray[np.float64]


def clues_of(
    lines: Lines, shape: Shape, layout: Layout, marks: Marks, repeated: Repeated
) -> dict[str, Column]:
    """Every clue by its name: a column of n, bool or from 0 to about 1."""
    sentence = sentence_letters(shape, layout)
    return {
        **_own(lines, shape, layout),
        **_around(shape, layout, marks, repeated, sentence),
        **_of_page(shape, layout),
        **_found(layout, marks, repeated),
        **_parts(layout, marks, sentence),
    }


@cache
def _word_table() -> Flags:
    table = np.zeros(0x110000, dtype=bool)
    table[[ord(char) for char in SENTENCE_WORDS]] = True
    return table


def sentence_letters(shape: Shape, layout: Layout) -> NDArray[np.int32]:
    """The letters of lines that hold a sentence or a good part of one, 0 on others (int32[n])."""
    seen = layout.seen
    sentence = (shape.ends[seen] > 0) | (shape.clauses[seen] >= 2)
    return np.where(sentence, shape.letters[seen], 0)


def _own(lines: Lines, shape: Shape, layout: Layout) -> dict[str, Column]:
    """What the line itself looks like."""
    seen = layout.seen
    codes, classes = lines.codes, lines.classes
    letters, ended, ends = shape.letters[seen], shape.ended[seen], shape.ends[seen]
    clauses, spaces = shape.clauses[seen], shape.spaces[seen]
    columns: dict[str, Column] = {}
    for low, high in pairwise(LENGTHS):
        columns[f"letters_{low}"] = (letters >= low) & (letters < high)
    words, stops = np.zeros(0), np.zeros(0)
    if len(seen):
        words = np.add.reduceat(_word_table()[codes], lines.start, dtype=np.int32)[seen]
        stops = np.add.reduceat(codes == ord("。"), lines.start, dtype=np.int32)[seen]
    share = 1.0 / np.maximum(shape.visible[seen], 1)
    opens, closes = classes[layout.opening], classes[layout.closing]
    last = codes[layout.closing]
    return columns | {
        "full_stop": stops > 0,
        "full_stops": stops > 1,
        "full_stop_last": last == ord("。"),
        "ended": ended,
        "ended_long": ended & (letters >= 40),
        "clause": clauses == 1,
        "clauses": clauses >= 2,
        "digits": shape.digits[seen] * share > 0.3,
        "digit_last": closes == DIGIT,
        "latin": shape.latin[seen] * share > 0.5,
        "dividers": shape.dividers[seen] * share > 0.08,
        "dividers_3": shape.dividers[seen] >= 3,
        "spaced": (spaces >= 3) & (ends == 0),
        "space": (spaces > 0) & (spaces < 3) & (letters < 40) & (ends == 0),
        "bracket": opens == OPEN,
        "bracket_last": (closes == CLOSE) & ~ended,
        "sentence_words": words > 0.06 * letters,
        "many_sentence_words": words > 0.12 * letters,
    }


def _around(
    shape: Shape, layout: Layout, marks: Marks, repeated: Repeated, sentence: NDArray[np.int32]
) -> dict[str, Column]:
    """What stands around the line."""
    seen = layout.seen
    length = np.log2(shape.letters[seen] + 1.0) / 8
    ended = shape.ended[seen]
    hit = marks.hit
    columns: dict[str, Column] = {}
    for name, before, after, measures in WINDOWS:
        if "length" in measures:
            columns[f"{name}_length"] = window_mean(layout, length, before, after)
        if "ended" in measures:
            columns[f"{name}_ended"] = window_mean(layout, ended, before, after)
        if "hits" in measures:
            columns[f"{name}_hits"] = window_mean(layout, hit, before, after)
        if "shared" in measures:
            columns[f"{name}_shared"] = window_mean(layout, repeated.shared, before, after)
        if "sentences" in measures:
            size = window_sum(layout, sentence, before, after)
            columns[f"{name}_sentences"] = np.log2(size + 1) / 10
    alike = np.zeros(len(seen))
    same = (np.abs(np.diff(length)) < 0.06) & (np.diff(layout.page) == 0)
    alike[1:] += same
    alike[:-1] += same
    body_up, body_down = np.zeros(len(seen), dtype=bool), np.zeros(len(seen), dtype=bool)
    body_up[1:] = layout.body[:-1] & (np.diff(layout.page) == 0)
    body_down[:-1] = layout.body[1:] & (np.diff(layout.page) == 0)
    return columns | {
        "alike": alike / 2,
        "between_body": body_up & body_down,
        "run_3": (layout.run >= 3) & (layout.run < 8),
        "run_8": layout.run >= 8,
        "run_20": layout.run >= 20,
        "twice_near": window_mean(layout, repeated.twice, -4, 4),
    }


def _of_page(shape: Shape, layout: Layout) -> dict[str, Column]:
    """Where on the page the line stands, and what page that is."""
    at = np.arange(len(layout))
    letters = shape.letters[layout.seen]
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    size = layout.high - layout.low

    def share(part: NDArray[np.generic], whole: NDArray[np.generic]) -> NDArray[np.float64]:
        sums = np.bincount(layout.page, part, pages), np.bincount(layout.page, whole, pages)
        shares: NDArray[np.float64] = (sums[0] / np.maximum(sums[1], 1))[layout.page]
        return shares

    one = np.ones(len(layout))
    return {
        "body": layout.body,
        "head": layout.zone == HEAD,
        "tail": layout.zone == TAIL,
        "top": at - layout.low < 3,
        "body_above": _near(lines_since(layout, layout.body)),
        "page_body": share(letters * layout.body, letters),
        "page_short": share(layout.short, one),
        "page_size": np.log2(np.maximum(size, 1)) / 10,
    }


def _near(distance: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 at the line itself, falling by the logarithm to 0 at 127 lines."""
    near: NDArray[np.float64] = 1 - np.minimum(np.log2(distance + 1.0), 7) / 7
    return near


def _found(layout: Layout, marks: Marks, repeated: Repeated) -> dict[str, Column]:
    """What rules and repeats say of the line, and how far from it they speak."""
    opener = lines_since(layout, marks.opener)
    body_up, body_down = lines_since(layout, layout.body), lines_until(layout, layout.body)
    meta_up, meta_down = lines_since(layout, marks.meta), lines_until(layout, marks.meta)
    return {
        "alone": marks.alone,
        "company": marks.company,
        "opener": marks.opener,
        "twice": repeated.twice,
        "shared_any": repeated.shared > 0,
        "opener_above": _near(opener),
        "under_opener": (opener < body_up) & (opener > 0),
        "hit_below": _near(lines_until(layout, marks.hit)),
        "credit_above": (meta_up < body_up) & (body_up < FAR),
        "credit_below": (meta_down < body_down) & (meta_down < 30) & (body_up < FAR),
        "after_last_credit": (meta_up > 0) & (meta_up < FAR) & (body_down == FAR) & (body_up < FAR),
    }


def _parts(layout: Layout, marks: Marks, sentence: NDArray[np.int32]) -> dict[str, Column]:
    """How much running text stands between the rule hits above and below the line.

    Hits cut a page into parts. The body is, on most pages, the part with the most sentences.
    """
    hit = marks.hit
    at = np.arange(len(layout))
    number = np.cumsum(hit | (at == layout.low)) - 1
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    part = np.where(hit, 0, np.bincount(number, sentence * ~hit)[number] if pages else 0)
    largest = np.zeros(pages)
    np.maximum.at(largest, layout.page, part)
    most = largest[layout.page]
    hits = np.concatenate([[0], np.cumsum(hit)])
    up = lines_since(layout, layout.body)
    above = np.where(up < FAR, hits[at + 1] - hits[np.maximum(at - up, 0)], 0)
    return {
        "part_share": part / np.maximum(most, 1),
        "largest_part": (part == most) & (part > 60),
        "hits_to_body_above": np.minimum(np.log2(above + 1), 5) / 5,
        "clear_to_body_above": (above == 0) & (up < FAR),
    }
