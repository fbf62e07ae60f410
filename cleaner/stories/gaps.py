"""Gaps between paragraphs where a story may end, and what can be seen there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS
from cleaner.noise.label import Labels
from cleaner.stories.cohesion import Ties
from cleaner.stories.edges import edges_of, opens_item
from cleaner.stories.openings import closed, digest_titles, opening_cues
from cleaner.stories.paragraphs import (
    BODY,
    CAPTION,
    EDITOR,
    GONE,
    HEAD,
    STAMP,
    WRITER,
    Rows,
)
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

MUCH = 10
"""So many lines of furniture are the end of what a page tells rather than a place within it."""


DATELINE_ENDS = ":)】讯电"
"""How a dateline closes that stands on a line of its own."""


@dataclass(frozen=True)
class Gaps:
    """Every place between two paragraphs of a page, in reading order (int64[gaps] each).

    ``above`` and ``below`` are the rows of the two paragraphs, with rows of other kinds alone
    between them; ``head`` is the last head between them and ``heads`` how many there are
    (-1 and 0: none).
    """

    above: NDArray[np.int64]
    below: NDArray[np.int64]
    head: NDArray[np.int64]
    heads: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.above)


def gaps_of(rows: Rows, pages: NDArray[np.bool_]) -> Gaps:
    """The gaps between the paragraphs of those ``pages`` that are told apart (bool[pages])."""
    body = np.flatnonzero((rows.kind == BODY) & pages[rows.page])
    one_page = rows.page[body[:-1]] == rows.page[body[1:]]
    above, below = body[:-1][one_page], body[1:][one_page]
    is_head = rows.kind == HEAD
    passed = np.concatenate([[0], np.cumsum(is_head)])
    heads = passed[below] - passed[above]
    latest = np.maximum.accumulate(np.where(is_head, np.arange(len(rows)), -1))
    head = np.where(heads > 0, latest[below], -1)
    return Gaps(above, below, head, heads)


def flags_of(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    signs: NDArray[np.uint16],
    rows: Rows,
    gaps: Gaps,
    ties: Ties,
) -> dict[str, NDArray[np.bool_]]:
    """The cues of ``splits.toml`` that hold at each gap (bool[gaps] each)."""
    above, below = rows.last[gaps.above], rows.first[gaps.below]
    page, pages = rows.page[gaps.above], len(lines.pages)
    heads = np.flatnonzero(rows.kind == HEAD)
    closing = lines.codes[shape.after_seen[rows.first[heads]] - 1]
    heads = heads[np.isin(closing, codes_of(DATELINE_ENDS))]
    opened = np.concatenate([gaps.below, heads])
    every_opening = opening_cues(lines, shape, rows.first[opened], signs)
    opening = {name: cue[: len(below)] for name, cue in every_opening.items()}
    dateline = opening["dateline"]
    lede = opening["recent"] | opening["dated"] | opening["reported"]
    # How the page opens is asked only where a gap below may be alike.
    first = _first_of_page(rows)
    first = first[np.bincount(page[dateline | lede], minlength=pages)[rows.page[first]] > 0]
    on_top = opening_cues(lines, shape, rows.first[first], signs)
    dateline_on_top, lede_on_top = np.zeros((2, pages), dtype=bool)
    dateline_on_top[rows.page[first]] = on_top["dateline"]
    lede_on_top[rows.page[first]] = on_top["recent"] | on_top["dated"] | on_top["reported"]
    dateline_alone = np.zeros(len(rows), dtype=bool)
    dateline_alone[heads] = every_opening["dateline"][len(below) :]
    digest = _digests(lines, shape, signs, rows, gaps, dateline)

    def between(which: NDArray[np.bool_], least: int = 1) -> NDArray[np.bool_]:
        passed = np.concatenate([[0], np.cumsum(which)])
        enough: NDArray[np.bool_] = passed[gaps.below] - passed[gaps.above + 1] >= least
        return enough

    separator = labels.label[rows.first] == LABELS.index("separator")
    some = gaps.heads > 0
    head = rows.first[np.maximum(gaps.head, 0)]
    numbered = np.zeros(len(page), dtype=bool)
    numbered[some] = opens_item(edges_of(lines, shape, head[some]))
    items = opens_item(edges_of(lines, shape, below))
    passed = np.concatenate([[0], np.cumsum(shape.blank)])
    blank = passed[below] - passed[above]
    wide = blank > _usual(blank, page)
    every = np.maximum(np.bincount(page, minlength=pages), 1)
    gapped = (np.bincount(page, wide, minlength=pages) / every)[page]
    headed = (np.bincount(page, some, minlength=pages) / every)[page]
    with np.errstate(invalid="ignore"):
        other_words = (ties.near < 0.012) & (ties.up[gaps.below] < 0.1)
        told_below = some & (ties.down[np.maximum(gaps.head, 0)] > 0.4)
    pictures = between(rows.note == CAPTION, 2)
    on_top_pictures = (
        np.bincount(
            rows.page[(rows.note == CAPTION) & (np.arange(len(rows)) < _first_row(rows, pages))],
            minlength=pages,
        )
        > 0
    )
    return {
        "lede as on top": lede & lede_on_top[page],
        "lede of other words": (lede | dateline) & other_words,
        "head over other words": some & other_words,
        "headline of other words": told_below & other_words,
        "pictures over a lede": pictures & (lede | dateline),
        "pictures as on top": pictures & on_top_pictures[page],
        "dateline": dateline,
        "dateline as on top": dateline & dateline_on_top[page],
        "recent": opening["recent"],
        "dated": opening["dated"],
        "reported": opening["reported"],
        "goes on": opening["goes on"],
        "upper closed": closed(lines, shape, above),
        "editor between": between(rows.note == EDITOR),
        "writer between": between(rows.note == WRITER),
        "stamp between": between(rows.note == STAMP),
        "caption between": between(rows.note == CAPTION),
        "separator between": between(separator),
        "furniture between": between((rows.kind == GONE) & ~separator),
        "much furniture between": between(rows.kind == GONE, MUCH),
        "upper ends with a colon": lines.codes[shape.after_seen[above] - 1] == ord(":"),
        "head": some,
        "two heads": gaps.heads == 2,
        "many heads": gaps.heads > 2,
        "numbered head": numbered,
        "head asks": some & shape.ended[head],
        "head with a gap inside": some & (shape.spaces[head] > 0),
        "heads everywhere": some & (headed > 0.8),
        "item below": items,
        "wider gap": wide,
        "wider gap, a rare one": wide & (gapped <= 0.15),
        "no wider gap": ~wide & (gapped > 0),
        "dateline between": between(dateline_alone),
        "digest title": digest > gaps.above,
        "digest item": some & (digest >= 0) & (digest <= gaps.above),
        "upper without end": ~shape.ended[above],
        "lower without end": ~shape.ended[rows.last[gaps.below]],
    }


def measures_of(
    lines: Lines, shape: Shape, rows: Rows, gaps: Gaps, ties: Ties
) -> dict[str, NDArray[np.float32]]:
    """The measures of ``splits.toml`` at each gap (float32[gaps] each)."""
    page, pages = rows.page[gaps.above], len(lines.pages)
    head = np.maximum(gaps.head, 0)
    none = np.float32(np.nan)
    some = gaps.heads > 0
    paragraphs = np.bincount(rows.page[rows.kind == BODY], minlength=pages)
    level = np.bincount(page, np.nan_to_num(ties.far), minlength=pages) / np.maximum(
        paragraphs - 1, 1
    )
    length = np.bincount(
        rows.of_line[rows.of_line >= 0], shape.visible[rows.of_line >= 0], minlength=len(rows)
    )
    return {
        "near ties": ties.near,
        "far ties": ties.far,
        "far ties to the page's": ties.far - level[page].astype(np.float32),
        "level": level[page].astype(np.float32),
        "paragraphs": paragraphs[page].astype(np.float32),
        "upper length": length[gaps.above].astype(np.float32),
        "lower length": length[gaps.below].astype(np.float32),
        "head length": np.where(some, shape.visible[rows.first[head]], none).astype(np.float32),
        "upper leans up": ties.up[gaps.above],
        "upper leans down": ties.down[gaps.above],
        "lower leans up": ties.up[gaps.below],
        "lower leans down": ties.down[gaps.below],
        "upper leans up anywhere": ties.up_any[gaps.above],
        "upper leans down anywhere": ties.down_any[gaps.above],
        "lower leans up anywhere": ties.up_any[gaps.below],
        "lower leans down anywhere": ties.down_any[gaps.below],
        "head words below": np.where(some, ties.down[head], none),
        "head words above": np.where(some, ties.up[head], none),
    }


def _usual(blank: NDArray[np.int64], page: NDArray[np.int32]) -> NDArray[np.int64]:
    """The median number of blank lines in the gaps of its page, for each gap."""
    order = np.lexsort((blank, page))
    start, count = np.searchsorted(page, page), np.bincount(page)[page]
    median: NDArray[np.int64] = blank[order][start + (count - 1) // 2]
    return median


def _digests(
    lines: Lines,
    shape: Shape,
    signs: NDArray[np.uint16],
    rows: Rows,
    gaps: Gaps,
    dateline: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """The row of the digest's title above or in each gap, -1 for none or past the next dateline."""
    opens = np.zeros(len(rows), dtype=bool)
    heads = np.flatnonzero(rows.kind == HEAD)
    opens[heads] = digest_titles(lines, shape, rows.first[heads], signs)
    number = np.arange(len(rows))
    ends = np.zeros(len(rows), dtype=bool)
    ends[gaps.below[dateline]] = True
    new_page = np.ones(len(rows), dtype=bool)
    new_page[1:] = rows.page[1:] != rows.page[:-1]
    opened = np.maximum.accumulate(np.where(opens, number, -1))
    ended = np.maximum.accumulate(np.where(ends | new_page, number, 0))
    starts = np.maximum.accumulate(np.where(new_page, number, 0))
    # The dateline of the digest itself stands right below its title.
    inside = (opened >= starts) & (ended - opened <= 1)
    return np.where(inside, opened, -1)[gaps.below]


ALIKE = ("head", "dateline", "editor between", "dated", "wider gap")
"""What the stories of one page open or close with alike."""

SURE = 2.0
"""First-look log odds from which a gap is taken as a sign that its page has several stories."""


def others_of(rows: Rows, gaps: Gaps, alone: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many other gaps of its page are sure by their first-look log odds (int64[gaps])."""
    page = rows.page[gaps.above]
    sure = alone > SURE
    others: NDArray[np.int64] = (
        np.bincount(page[sure], minlength=int(page.max(initial=0)) + 1)[page] - sure
    )
    return others


def fellows(
    rows: Rows, gaps: Gaps, flags: dict[str, NDArray[np.bool_]], alone: NDArray[np.float64]
) -> dict[str, NDArray[np.bool_]]:
    """What the other gaps of its page say of each gap (bool[gaps] each).

    ``alone`` are the first-look log odds of all of them.
    """
    page = rows.page[gaps.above]
    pages = int(page.max(initial=0)) + 1
    sure, others = alone > SURE, others_of(rows, gaps, alone)
    cues = {"another": others >= 1, "two others": others >= 2, "four others": others >= 4}
    for name in ALIKE:
        here = flags[name]
        with_it = np.bincount(page[sure & here], minlength=pages)[page] - (sure & here)
        cues[f"{name}: they too"] = (others >= 1) & here & (with_it >= 0.75 * others)
        cues[f"{name}: not they"] = (others >= 1) & here & (with_it <= 0.25 * others)
        cues[f"{name}: they alone"] = (others >= 1) & ~here & (with_it >= 0.75 * others)
    return cues


def _first_row(rows: Rows, pages: int) -> NDArray[np.int64]:
    """For each row the first paragraph of its page (its own row number where there is none)."""
    first = np.full(pages, -1)
    body = _first_of_page(rows)
    first[rows.page[body]] = body
    return first[rows.page]


def _first_of_page(rows: Rows) -> NDArray[np.int64]:
    """The first paragraph of every page that has one."""
    body = np.flatnonzero(rows.kind == BODY)
    new = np.ones(len(body), dtype=bool)
    new[1:] = rows.page[body[1:]] != rows.page[body[:-1]]
    return body[new]
