"""Where a story begins and ends on its page, once it is known between which paragraphs."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from cleaner.stories.captions import captions_below
from cleaner.stories.cohesion import Ties
from cleaner.stories.edges import edges_of, opens_item
from cleaner.stories.fields import Fields, fields_of
from cleaner.stories.gaps import Gaps
from cleaner.stories.paragraphs import BODY, CAPTION, EDITOR, GONE, HEAD, NOTE, WRITER, Rows
from cleaner.stories.titles import TEASER, TITLE, title_lines
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

WIDE = 1
"""More blank lines than this above a short line set it apart from the paragraph above."""

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


@dataclass(frozen=True)
class RowLists:
    """The columns of ``Rows`` as lists, for the steps that go story by story.

    ``headline`` tells which rows may be a title: short lines that are no address or code;
    ``numbered`` which of them open like the item of a list; ``told`` is the share of a row's words
    that paragraphs below it have too (NaN where nothing can be said). ``bodies``, ``heads`` and
    ``notes`` are the rows of these kinds.
    """

    kind: list[int]
    note: list[int]
    first: list[int]
    last: list[int]
    headline: list[bool]
    numbered: list[bool]
    told: list[float]
    bodies: list[int]
    heads: list[int]
    notes: list[int]


def row_lists(lines: Lines, shape: Shape, rows: Rows, ties: Ties) -> RowLists:
    """The lists of ``rows`` and of how they hang together."""
    chinese = shape.han[rows.first] * 2 >= shape.letters[rows.first]
    heads = np.flatnonzero((rows.kind == HEAD) & chinese)
    headline, numbered = np.zeros((2, len(rows)), dtype=bool)
    headline[heads] = True
    edges = edges_of(shape, rows.first[heads], codes_of(lines.reading))
    numbered[heads] = opens_item(edges)
    return RowLists(
        rows.kind.tolist(),
        rows.note.tolist(),
        rows.first.tolist(),
        rows.last.tolist(),
        headline.tolist(),
        numbered.tolist(),
        ties.down.tolist(),
        np.flatnonzero(rows.kind == BODY).tolist(),
        np.flatnonzero(rows.kind == HEAD).tolist(),
        np.flatnonzero(rows.kind == NOTE).tolist(),
    )


def _between(rows: list[int], start: int, end: int) -> list[int]:
    return rows[bisect_left(rows, start) : bisect_left(rows, end)]


def opening_row(lines: Lines, rows: RowLists, gaps: Gaps, gap: int) -> int:
    """The row at which the story below ``gap`` begins: its kicker, title, picture or lede."""
    above, below = int(gaps.above[gap]), int(gaps.below[gap])
    if below - above == 1:
        return below
    # What stands above an editor's line belongs to the story above.
    top = next((row for row in range(below - 1, above, -1) if rows.note[row] == EDITOR), above)
    heads = [row for row in range(top + 1, below) if rows.headline[row]]
    opening = _opening_head(rows, heads) if heads else below
    first = opening
    while first - 1 > top and rows.note[first - 1] == CAPTION:
        first -= 1
    if first == opening:
        return opening
    captions = rows.first[first:opening]
    upto, since = int(lines.end[rows.last[above]]), int(lines.start[rows.first[opening]])
    return opening - captions_below(lines, captions, upto, since, headed=bool(heads))


def _opening_head(rows: RowLists, heads: list[int]) -> int:
    """The first of the ``heads`` between two stories that belongs to the one below."""
    opening = heads[-1]
    while opening - 1 in heads and heads[-1] - opening + 1 < HEADS:
        opening -= 1
    # A teaser above the title has no words in common with the story, the title has.
    while (
        opening < heads[-1]
        and rows.told[opening] < TEASER
        and rows.told[opening + 1] > TITLE
        and rows.headline[opening + 1]
    ):
        opening += 1
    return opening


def span_of(
    lines: Lines,
    shape: Shape,
    rows: RowLists,
    page: int,
    of: tuple[int, int],
    reason: tuple[str, str],
) -> StorySpan | None:
    """The story of the rows from ``of[0]`` to ``of[1]``; None if they hold furniture alone."""
    start, end = of
    body = _between(rows.bodies, start, end)
    notes = _between(rows.notes, start, end)
    top = body[0] if body else end
    heads = _between(rows.heads, start, top)
    if not body:
        if not heads and not notes:
            return None
        top = max(heads[-1:] + notes[-1:])
    above = heads[-HEADS:] if body else heads[:HEADS]
    first = above[0] if above else top
    while first > start and rows.note[first - 1]:
        first -= 1
    last = _last_row(shape, rows, body[-1], end) if body else top
    heads = [row for row in above if not rows.numbered[row] and row != top]
    title, subtitle = title_lines(
        lines, shape, [rows.first[row] for row in heads], [rows.told[row] for row in heads]
    )
    fields = fields_of(
        lines,
        shape,
        [rows.first[r] for r in notes if first <= r <= last and rows.note[r] != CAPTION],
        [rows.first[row] for row in body[:1]],
        [rows.last[row] for row in body[-1:]],
    )
    return StorySpan(
        page, rows.first[first], rows.last[last], title, subtitle, fields, reason[0], reason[1]
    )


def _last_row(shape: Shape, rows: RowLists, last: int, end: int) -> int:
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
