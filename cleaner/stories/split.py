"""Tells the stories of a page apart, and finds title, deck and fields of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.label import Labels
from cleaner.stories.borders import chinese_pages
from cleaner.stories.cohesion import Ties, ties_of
from cleaner.stories.declared import with_declared
from cleaner.stories.doubts import doubts_of
from cleaner.stories.gaps import Gaps, fellows, flags_of, gaps_of, measures_of, others_of
from cleaner.stories.mend import Seam
from cleaner.stories.paragraphs import BODY, Rows, rows_of
from cleaner.stories.signs import signs_of
from cleaner.stories.spans import StorySpan, headlines, opening_row, spans_of
from cleaner.stories.weights import load_weights, reasons, score
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

__all__ = ["StorySpan", "find_stories"]

OPEN_QUESTION = -3.5
"""First-look log odds from which doubts are looked for: the last look adds no more than that."""

LEAST = 60
"""A story has no fewer characters of paragraphs (99.9 % of 22,752 in the news have 78 or more)."""


def find_stories(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
) -> tuple[StorySpan, ...]:
    """The stories of every page of the batch, in reading order.

    Evidence is added up in three looks (``splits.toml``): the first judges each gap between two
    paragraphs for itself, by how far the words above and below are the same, by what stands
    between, and by how the paragraphs open and close; the second asks, where a story may end,
    what says that it goes on; the third holds the gap against the others of its page. A page
    without paragraphs makes one story of what there is.
    """
    signs = signs_of(lines)
    rows = rows_of(lines, shape, labels, signs, stays, seams)
    gaps = gaps_of(rows, chinese_pages(lines, shape))
    ties = ties_of(lines, rows, gaps.above)
    headline = headlines(shape, rows)
    opens = {
        opening_row(lines, rows, ties, headline, gaps, gap): reason
        for gap, reason in _decide(lines, shape, labels, signs, rows, gaps, ties)
    }
    return with_declared(lines, spans_of(lines, shape, signs, rows, ties, opens))


def _decide(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    signs: NDArray[np.uint16],
    rows: Rows,
    gaps: Gaps,
    ties: Ties,
) -> list[tuple[int, tuple[str, str]]]:
    """The gaps that divide stories, each with rule and reason."""
    if not len(gaps):
        return []
    first, second, third = load_weights("splits")
    flags = flags_of(lines, shape, labels, signs, rows, gaps, ties)
    measures = measures_of(lines, shape, rows, gaps, ties)
    alone = score(first, flags, measures, len(gaps))
    open_question = np.flatnonzero(_open(rows, gaps, alone, -third.start) & ~flags["dateline"])
    doubts = doubts_of(lines, shape, rows, gaps, open_question)
    alone[open_question] += score(second, doubts, {}, len(open_question))
    odds = alone + score(third, fellows(rows, gaps, flags, alone), {}, len(gaps))
    found = np.array(_tellable(lines, rows, gaps, odds), dtype=np.int64)
    said = reasons(first, flags, measures, found)
    return [
        (gap, (rule or "other-words", f"a story begins here: {why or 'the words change'}"))
        for gap, (rule, why) in zip(found.tolist(), said, strict=True)
    ]


def _open(rows: Rows, gaps: Gaps, alone: NDArray[np.float64], even: float) -> NDArray[np.bool_]:
    """The gaps that doubts can still turn (bool[gaps]), by the first-look log odds ``alone``.

    The last look adds what the sure gaps of the page say, and nothing but its start where there
    are none: above ``even`` a gap divides stories then.
    """
    return alone > np.where(others_of(rows, gaps, alone) > 0, OPEN_QUESTION, even)


def _tellable(lines: Lines, rows: Rows, gaps: Gaps, odds: NDArray[np.float64]) -> list[int]:
    """The gaps with odds above 0, without those that would leave a story with hardly a word.

    Of the two gaps around such a story the one with the lower odds goes.
    """
    chosen = np.flatnonzero(odds > 0).tolist()
    length = np.where(rows.kind == BODY, lines.end[rows.last] - lines.start[rows.first], 0)
    upto = np.concatenate([[0], np.cumsum(length)])
    # How much text stands on the page above each chosen gap, and above its end.
    above = gaps.above[chosen]
    page = rows.page[above].tolist()
    text = upto[above + 1].tolist()
    start = upto[np.searchsorted(rows.page, page)].tolist()
    end = upto[np.searchsorted(rows.page, page, side="right")].tolist()
    at = 0
    while at < len(chosen):
        before = at > 0 and page[at - 1] == page[at]
        behind = at + 1 < len(chosen) and page[at + 1] == page[at]
        if text[at] - (text[at - 1] if before else start[at]) < LEAST:
            # The story above is too short: this gap goes, or the one before it.
            drop = at - 1 if before and odds[chosen[at - 1]] < odds[chosen[at]] else at
        elif not behind and end[at] - text[at] < LEAST:
            drop = at
        else:
            at += 1
            continue
        for column in (chosen, page, text, start, end):
            del column[drop]
        at = max(drop - 1, 0)
    return chosen
