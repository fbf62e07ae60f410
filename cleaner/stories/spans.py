"""Where a story begins and ends on its page, once it is known between which paragraphs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.captions import captions_below
from cleaner.stories.cohesion import Ties
from cleaner.stories.edges import edges_of, opens_item
from cleaner.stories.fields import NOTHING, Fields, fields_of, may_tell
from cleaner.stories.gaps import Gaps
from cleaner.stories.paragraphs import (
    BODY,
    CAPTION,
    EDITOR,
    GONE,
    HEAD,
    NO_NOTE,
    NOTE,
    WRITER,
    Rows,
)
from cleaner.stories.titles import TEASER, TITLE, tells, title_lines
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

WIDE = 1
"""More blank lines than this above a short line set it apart from the paragraph above."""

HEADS = 3
"""A story has no more heads above it than these: kicker, title and deck."""

ITEM = 6
"""A line of no more visible characters is an item of a list rather than a headline."""

FIRST = ("page", "the page begins here")
"""Rule and reason of the first story of a page."""


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
class _Parts:
    """The rows of which the stories of a batch are made, one entry a story (int64[stories]).

    A story has the rows from ``start`` up to ``end``: ``top`` is its first paragraph and
    ``bottom`` its last (of one without text its last head or note). The heads above it are
    ``heads[low:high]``, ``heads`` being all of the batch; title, kicker and deck are among
    ``heads[low:titled]``.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    top: NDArray[np.int64]
    bottom: NDArray[np.int64]
    heads: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    titled: NDArray[np.int64]


def spans_of(
    lines: Lines,
    shape: Shape,
    signs: NDArray[np.uint16],
    rows: Rows,
    ties: Ties,
    opens: Mapping[int, tuple[str, str]],
) -> list[StorySpan]:
    """The stories of the batch, in reading order.

    ``opens`` has rule and reason by the row that a story begins with; the first row of a page
    begins one anyway. Rows that hold furniture alone make no story.
    """
    parts = _with_long_tops(shape, rows, ties, _parts(rows, opens))
    first, last = _first_rows(rows, parts), _last_rows(shape, rows, parts)
    return [
        StorySpan(page, top, bottom, title, subtitle, fields, *opens.get(start, FIRST))
        for page, top, bottom, (title, subtitle), fields, start in zip(
            rows.page[parts.start].tolist(),
            rows.first[first].tolist(),
            rows.last[last].tolist(),
            _titles(lines, shape, rows, ties, parts),
            _fields(lines, shape, signs, rows, parts, (first, last)),
            parts.start.tolist(),
            strict=True,
        )
    ]


def _parts(rows: Rows, opens: Mapping[int, tuple[str, str]]) -> _Parts:
    """What every story is made of, those that hold furniture alone left out."""
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = rows.page[1:] != rows.page[:-1]
    begins[list(opens)] = True
    start = np.flatnonzero(begins)
    end = np.append(start[1:], len(rows))
    body, heads = np.flatnonzero(rows.kind == BODY), np.flatnonzero(rows.kind == HEAD)
    telling = np.flatnonzero((rows.kind == HEAD) | (rows.kind == NOTE))
    text, tells = _last_before(body, start, end), _last_before(telling, start, end)
    told = text >= 0
    top = np.where(told, np.append(body, -1)[np.searchsorted(body, start)], tells)
    bottom = np.where(told, text, tells)
    low = np.searchsorted(heads, start)
    high = np.searchsorted(heads, np.where(told, top, end))
    # Above a text the last heads are its own, without one the first are.
    low, high = (
        np.where(told, np.maximum(low, high - HEADS), low),
        np.where(told, high, np.minimum(high, low + HEADS)),
    )
    some = np.flatnonzero(bottom >= 0)
    start, end, top, bottom = start[some], end[some], top[some], bottom[some]
    return _Parts(start, end, top, bottom, heads, low[some], high[some], high[some])


def _with_long_tops(shape: Shape, rows: Rows, ties: Ties, parts: _Parts) -> _Parts:
    """The parts with what stands between a title far above and its text: a list, rows of a table.

    With no furniture and no paragraph from there on, the title is a head of which the text repeats
    the words; or it is among the heads right above a list that stands on the text. The other heads
    are text of the story then.
    """
    low, titled = parts.low.copy(), parts.titled.copy()
    told = rows.kind[parts.top] == BODY
    gone = np.flatnonzero(rows.kind == GONE)
    since = np.append(gone, -1)[np.searchsorted(gone, parts.top) - 1]
    highest = np.searchsorted(parts.heads, np.maximum(parts.start, since + 1))
    item = _like_items(shape, rows.first[parts.heads])
    for story in np.flatnonzero(told & (highest < low)).tolist():
        heads = range(int(highest[story]), int(parts.high[story]))
        listed = next((head for head in reversed(heads) if not item[head]), heads.start - 1) + 1
        spoken = [head for head in heads if ties.down[parts.heads[head]] > TITLE]
        if spoken and spoken[0] < low[story]:
            low[story], titled[story] = spoken[0], spoken[0] + 1
        elif heads.stop - listed >= HEADS:
            low[story] = max(listed - HEADS, heads.start)
            titled[story] = max(listed, low[story] + 1)
    return replace(parts, low=low, titled=titled)


def _like_items(shape: Shape, of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Lines like the items of a list and the rows of a table (bool[n]), and unlike headlines."""
    result: NDArray[np.bool_] = (shape.visible[of] <= ITEM) | (shape.spaces[of] >= 2)
    return result


def _last_before(
    of: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The last of these rows from each start up to its end, -1 where there is none."""
    last = np.append(of, -1)[np.searchsorted(of, end) - 1]
    return np.where(last >= start, last, -1)


def _first_rows(rows: Rows, parts: _Parts) -> NDArray[np.int64]:
    """The first row of each story: its first head, or what notes stand right above that."""
    headed = parts.low < parts.high
    first = np.where(headed, np.append(parts.heads, -1)[parts.low], parts.top)
    plain = np.maximum.accumulate(np.where(rows.note == NO_NOTE, np.arange(len(rows)), -1))
    above = np.where(first > parts.start, first - 1, first)
    return np.where(above < first, np.maximum(plain[above] + 1, parts.start), first)


def _last_rows(shape: Shape, rows: Rows, parts: _Parts) -> NDArray[np.int64]:
    """The last row of each story."""
    last = parts.bottom.copy()
    told = rows.kind[last] == BODY
    for story in np.flatnonzero(told & (last + 1 < parts.end)).tolist():
        last[story] = _last_row(shape, rows, int(last[story]), int(parts.end[story]))
    return last


def _last_row(shape: Shape, rows: Rows, last: int, end: int) -> int:
    """The last row of a story whose last paragraph is the row ``last``.

    Credits belong to it even with furniture between; captions, dates and short lines only
    directly below, and short lines (a signature, a last verse) not below a credit or a wide gap.
    """
    furniture = signed = False
    kinds, notes = rows.kind[last:end].tolist(), rows.note[last:end].tolist()
    for row in range(last + 1, end):
        kind, note = kinds[row - end], notes[row - end]
        if kind == GONE:
            furniture = True
        elif kind == NOTE:
            credit = note in (WRITER, EDITOR)
            if furniture and not credit:
                break
            signed |= credit
            last = row
        elif furniture or signed or shape.gap[rows.first[row]] > WIDE:
            break
        else:
            last = row
    return last


def _titles(
    lines: Lines, shape: Shape, rows: Rows, ties: Ties, parts: _Parts
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The lines of each story's title, and of its kicker and deck."""
    line = rows.first[parts.heads]
    numbered = headlines(shape, rows)[parts.heads] & opens_item(edges_of(lines, shape, line))
    may = np.zeros(len(rows), dtype=bool)
    may[parts.heads] = tells(lines, shape, line) & ~numbered
    may[parts.top] = False  # a story without text is no more than its last head
    own = parts.heads[may[parts.heads]]
    upto = np.concatenate([[0], np.cumsum(may[parts.heads])])
    of_lines, told = rows.first[own].tolist(), ties.down[own].tolist()
    return [
        title_lines(lines, shape, of_lines[low:high], told[low:high])
        for low, high in zip(upto[parts.low].tolist(), upto[parts.titled].tolist(), strict=True)
    ]


def _fields(
    lines: Lines,
    shape: Shape,
    signs: NDArray[np.uint16],
    rows: Rows,
    parts: _Parts,
    span: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> list[Fields]:
    """The fields of each story, which has the rows of ``span`` (first, last)."""
    notes = np.flatnonzero((rows.note != NO_NOTE) & (rows.note != CAPTION))
    low, high = np.searchsorted(notes, span[0]), np.searchsorted(notes, span[1], side="right")
    told = rows.kind[parts.bottom] == BODY
    lede, tail = rows.first[parts.top], rows.last[parts.bottom]
    may = (low < high) | (told & may_tell(shape, signs, lede, tail))
    fields = [NOTHING] * len(may)
    for n in np.flatnonzero(may).tolist():
        text = slice(n, n + 1) if told[n] else slice(0)
        own = rows.first[notes[low[n] : high[n]]].tolist()
        fields[n] = fields_of(lines, shape, own, lede[text].tolist(), tail[text].tolist())
    return fields


def headlines(shape: Shape, rows: Rows) -> NDArray[np.bool_]:
    """Which rows may be a title (bool[rows]): short lines that are no address or code."""
    chinese = shape.han[rows.first] * 2 >= shape.letters[rows.first]
    result: NDArray[np.bool_] = (rows.kind == HEAD) & chinese
    return result


def opening_row(
    lines: Lines, rows: Rows, ties: Ties, headline: NDArray[np.bool_], gaps: Gaps, gap: int
) -> int:
    """The row at which the story below ``gap`` begins: its kicker, title, picture or lede.

    ``headline`` tells which rows may be a title.
    """
    above, below = int(gaps.above[gap]), int(gaps.below[gap])
    if below - above == 1:
        return below
    # What stands above an editor's line belongs to the story above.
    top = next((row for row in range(below - 1, above, -1) if rows.note[row] == EDITOR), above)
    heads = [row for row in range(top + 1, below) if headline[row]]
    opening = _opening_head(ties, heads) if heads else below
    first = opening
    while first - 1 > top and rows.note[first - 1] == CAPTION:
        first -= 1
    if first == opening:
        return opening
    captions = rows.first[first:opening].tolist()
    upto, since = int(lines.end[rows.last[above]]), int(lines.start[rows.first[opening]])
    return opening - captions_below(lines, captions, upto, since, headed=bool(heads))


def _opening_head(ties: Ties, heads: list[int]) -> int:
    """The first of the ``heads`` between two stories that belongs to the one below."""
    opening = heads[-1]
    while opening - 1 in heads and heads[-1] - opening + 1 < HEADS:
        opening -= 1
    # A teaser above the title has no words in common with the story, the title has.
    while (
        opening < heads[-1]
        and ties.down[opening] < TEASER
        and ties.down[opening + 1] > TITLE
        and opening + 1 in heads
    ):
        opening += 1
    return opening
