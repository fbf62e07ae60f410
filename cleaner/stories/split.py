"""Tells the stories of a page apart, and finds title, deck and fields of each."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.label import Labels
from cleaner.stories.borders import chinese_pages
from cleaner.stories.cohesion import Ties, ties_of
from cleaner.stories.edges import edges_of, opens_item
from cleaner.stories.fields import Fields, fields_of
from cleaner.stories.gaps import Gaps, fellows, flags_of, gaps_of, measures_of
from cleaner.stories.mend import Seam
from cleaner.stories.paragraphs import (
    BODY,
    CAPTION,
    EDITOR,
    GONE,
    HEAD,
    NOTE,
    WRITER,
    Rows,
    rows_of,
)
from cleaner.stories.titles import title_lines
from cleaner.stories.weights import load_weights, reasons, score
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

FIRST = ("page", "the page begins here")
"""Rule and reason of the first story of a page."""

TEASER, TITLE = 0.1, 0.3
"""Shares of a head's words that the text below repeats: fewer in a teaser, more in a title."""

WIDE = 1
"""More blank lines than this above a short line set it apart from the paragraph above."""

LEAST = 60
"""A story has no fewer characters of paragraphs (99.9 % of 22,752 in the news have 78 or more)."""

HEADS = 3
"""A story has no more heads above it than these: kicker, title and deck."""


@dataclass(frozen=True, slots=True)
class StorySpan:
    """One story of a page.

    ``page`` is its page's index in the batch; ``first`` and ``last`` its first and last line
    (indexes into the batch, inclusive: its captions, byline and credit lines too, no furniture
    after it); ``title`` and ``subtitle`` the lines they stand on (a headline wrapped in two has
    two). ``rule`` names what opened the story here and ``why`` says it in one sentence (for the
    first story of a page ``rule`` is "page").
    """

    page: int
    first: int
    last: int
    title: tuple[int, ...]
    subtitle: tuple[int, ...]
    fields: Fields
    rule: str
    why: str


def find_stories(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
) -> tuple[StorySpan, ...]:
    """The stories of every page of the batch, in reading order.

    Evidence is added up in two looks (``splits.toml``): the first judges each gap between two
    paragraphs for itself, by how far the words above and below are the same, by what stands
    between, and by how the paragraphs open and close; the second holds it against the other gaps
    of its page. A page without paragraphs makes one story of what there is.
    """
    rows = rows_of(lines, shape, labels, stays, seams)
    gaps = gaps_of(rows, chinese_pages(lines, shape))
    ties = ties_of(lines, rows)
    opens: dict[int, tuple[str, str]] = {}
    for gap, reason in _decide(lines, shape, labels, rows, gaps, ties):
        opens[_opening_row(lines, shape, rows, gaps, ties, gap)] = reason
    opened = sorted(opens)
    numbered = opens_item(edges_of(shape, rows.first, codes_of(lines.reading))).tolist()
    plain = _Plain(
        rows.kind.tolist(), rows.note.tolist(), rows.first.tolist(), rows.last.tolist(), numbered
    )
    spans: list[StorySpan] = []
    bounds = np.searchsorted(rows.page, np.arange(len(lines.pages) + 1)).tolist()
    for page, (low, high) in enumerate(itertools.pairwise(bounds)):
        inside = opened[bisect_right(opened, low) : bisect_left(opened, high)]
        for start, end in itertools.pairwise([low, *inside, high]):
            span = _span(lines, shape, plain, page, (start, end), opens.get(start, FIRST))
            if span:
                spans.append(span)
    return tuple(spans)


@dataclass(frozen=True)
class _Plain:
    """Rows as lists, for the steps that go story by story; ``numbered``: opens like an item."""

    kind: list[int]
    note: list[int]
    first: list[int]
    last: list[int]
    numbered: list[bool]


def _decide(
    lines: Lines, shape: Shape, labels: Labels, rows: Rows, gaps: Gaps, ties: Ties
) -> list[tuple[int, tuple[str, str]]]:
    """The gaps that divide stories, each with rule and reason."""
    if not len(gaps):
        return []
    first, second = load_weights("splits")
    flags = flags_of(lines, shape, labels, rows, gaps, ties)
    measures = measures_of(lines, shape, rows, gaps, ties)
    alone = score(first, flags, measures, len(gaps))
    odds = alone + score(second, fellows(rows, gaps, flags, alone), {}, len(gaps))
    found = np.array(_tellable(lines, rows, gaps, odds), dtype=np.int64)
    said = reasons(first, flags, measures, found)
    return [
        (gap, (rule or "other-words", f"a story begins here: {why or 'the words change'}"))
        for gap, (rule, why) in zip(found.tolist(), said, strict=True)
    ]


def _tellable(lines: Lines, rows: Rows, gaps: Gaps, odds: NDArray[np.float64]) -> list[int]:
    """The gaps with odds above 0, without those that would leave a story with hardly a word.

    Of the two gaps around such a story the one with the lower odds goes.
    """
    chosen = np.flatnonzero(odds > 0).tolist()
    length = np.where(rows.kind == BODY, lines.end[rows.last] - lines.start[rows.first], 0)
    upto = np.concatenate([[0], np.cumsum(length)])
    start = upto[np.searchsorted(rows.page, rows.page)]
    end = upto[np.searchsorted(rows.page, rows.page, side="right")]
    at = 0
    while at < len(chosen):
        above, page = int(gaps.above[chosen[at]]), rows.page[gaps.above[chosen[at]]]
        before = chosen[at - 1] if at and rows.page[gaps.above[chosen[at - 1]]] == page else None
        behind = chosen[at + 1] if at + 1 < len(chosen) else None
        if behind is not None and rows.page[gaps.above[behind]] != page:
            behind = None
        top = upto[gaps.above[before] + 1] if before is not None else start[above]
        bottom = upto[gaps.above[behind] + 1] if behind is not None else end[above]
        if upto[above + 1] - top < LEAST:
            # The story above is too short: this gap goes, or the one before it.
            drop = at - 1 if before is not None and odds[before] < odds[chosen[at]] else at
        elif behind is None and bottom - upto[above + 1] < LEAST:
            drop = at
        else:
            at += 1
            continue
        del chosen[drop]
        at = max(drop - 1, 0)
    return chosen


def _opening_row(lines: Lines, shape: Shape, rows: Rows, gaps: Gaps, ties: Ties, gap: int) -> int:
    """The row at which the story below ``gap`` begins: its kicker, title, picture or lede."""
    above, below = int(gaps.above[gap]), int(gaps.below[gap])
    between = range(below - 1, above, -1)
    # What stands above an editor's line belongs to the story above.
    above = next((row for row in between if rows.note[row] == EDITOR), above)
    first = rows.first[above + 1 : below]
    # An address or a line of code is no headline.
    headline = (rows.kind[above + 1 : below] == HEAD) & (
        shape.han[first] * 2 >= shape.letters[first]
    )
    heads = (np.flatnonzero(headline) + above + 1).tolist()
    if heads:
        opening = heads[-1]
        while opening - 1 in heads and heads[-1] - opening + 1 < HEADS:
            opening -= 1
        # A teaser above the title has no words in common with the story, the title has.
        while (
            opening < heads[-1]
            and ties.down[opening] < TEASER
            and ties.down[opening + 1] > TITLE
            and rows.kind[opening + 1] == HEAD
        ):
            opening += 1
        return opening
    opening = below
    for row in range(below - 1, above, -1):
        if rows.note[row] != CAPTION or not _of_below(lines, rows, row, above, below):
            break
        opening = row
    return opening


def _of_below(lines: Lines, rows: Rows, row: int, above: int, below: int) -> bool:
    """Whether a caption has more pairs of characters in common with the paragraph below it."""
    text = lines.reading_of(int(rows.first[row])).strip()
    pairs = {a + b for a, b in itertools.pairwise(text)}
    upper, lower = (_text_of(lines, rows, other) for other in (above, below))
    return sum(two in lower for two in pairs) >= sum(two in upper for two in pairs)


def _text_of(lines: Lines, rows: Rows, row: int) -> str:
    return lines.reading[lines.start[rows.first[row]] : lines.end[rows.last[row]]]


def _span(
    lines: Lines,
    shape: Shape,
    rows: _Plain,
    page: int,
    of: tuple[int, int],
    reason: tuple[str, str],
) -> StorySpan | None:
    """The story of the rows from ``of[0]`` to ``of[1]``; None if they hold furniture alone."""
    body: list[int] = []
    heads: list[int] = []
    notes: list[int] = []
    for row in range(*of):
        kind = rows.kind[row]
        if kind == BODY:
            body.append(row)
        elif kind == NOTE:
            notes.append(row)
        elif kind == HEAD and not body:
            heads.append(row)
    if not body and not heads and not notes:
        return None
    top = body[0] if body else max([*heads, *notes])
    above = heads[-HEADS:] if body else heads[:HEADS]
    first = min([*above, *notes[:1], top])
    last = _last_row(shape, rows, body[-1], of[1]) if body else top
    title, subtitle = title_lines(
        lines, shape, [rows.first[row] for row in above if not rows.numbered[row] and row != top]
    )
    fields = fields_of(
        lines,
        shape,
        [rows.first[row] for row in notes if row <= last and rows.note[row] != CAPTION],
        [rows.first[row] for row in body[:1]],
        [rows.last[row] for row in body[-1:]],
    )
    return StorySpan(
        page, rows.first[first], rows.last[last], title, subtitle, fields, reason[0], reason[1]
    )


def _last_row(shape: Shape, rows: _Plain, last: int, end: int) -> int:
    """The last row of a story whose last paragraph is the row ``last``.

    Credits belong to it even with furniture between; captions, dates and short lines only
    directly below, and short lines (a signature, a last verse) not below a credit or a wide gap.
    """
    furniture = signed = False
    for row in range(last + 1, end):
        if rows.kind[row] == GONE:
            furniture = True
        elif rows.kind[row] == NOTE:
            credit = rows.note[row] in (WRITER, EDITOR)
            if furniture and not credit:
                break
            signed |= credit
            last = row
        elif furniture or signed or shape.gap[rows.first[row]] > WIDE:
            break
        else:
            last = row
    return last
