"""What the layout of a page says of its lines: running text, zones, runs and counted lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.text.lines import Lines
from cleaner.text.reading import CLAUSE, CLOSE, DIGIT, DIVIDER, VISIBLE
from cleaner.text.shape import Shape

HEAD, INSIDE, TAIL, NOWHERE = 0, 1, 2, 3
"""Zones: before the first line of running text, among them, after the last; a page without."""

BODY_LETTERS, BODY_CLAUSES, SENTENCE_LETTERS = 60, 2, 25
"""Running text has 60 letters and two marks inside, or 25 with both kinds of mark (noise.md 6.2)"""

RUN_LETTERS = 60
"""A line that looks like a title has no end mark, at most one clause mark, and 60 letters."""


@dataclass(frozen=True)
class Layout:
    """Columns over the lines of a batch that are looked at (n of them), in page order.

    ``seen`` (int64[n]) are their indexes in the batch, ``page`` (int64[n]) counts their pages
    from 0 without gaps; the lines of the page of line ``i`` are ``low[i]:high[i]`` (int64[n]).
    ``body`` (bool[n]) marks running text, ``zone`` (uint8[n]) is one of HEAD, INSIDE, TAIL,
    NOWHERE. ``short`` (bool[n]) marks lines that look like a title, ``run`` (int64[n]) is how
    many of those stand together around the line (0 on other lines). ``counted`` (int64[n]) is
    the length of the numbered list, counting up without a gap, that the line is an item of (0:
    of none). ``opening`` and ``closing`` (int64[n]) are the places in the text of the first and
    the last visible character.
    """

    seen: NDArray[np.int64]
    page: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    body: NDArray[np.bool_]
    zone: NDArray[np.uint8]
    short: NDArray[np.bool_]
    run: NDArray[np.int64]
    counted: NDArray[np.int64]
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.seen)


def lay_out(lines: Lines, shape: Shape, looked_at: NDArray[np.bool_] | None = None) -> Layout:
    """The layout of every page, as if only the lines ``looked_at`` stood there.

    ``looked_at`` is bool[lines]; without it, all visible lines are.
    """
    seen = np.flatnonzero(~shape.blank if looked_at is None else looked_at & ~shape.blank)
    pages = lines.page[seen]
    opens = np.ones(len(seen), dtype=bool)
    opens[1:] = pages[1:] != pages[:-1]
    page = np.cumsum(opens) - 1
    starts = np.flatnonzero(opens)
    ends = np.append(starts[1:], len(seen))
    letters, clauses, ends_in = shape.letters[seen], shape.clauses[seen], shape.ends[seen]
    body = (letters >= BODY_LETTERS) & (clauses >= BODY_CLAUSES)
    body |= _sentences(lines, seen, letters, ends_in, clauses)
    short = (letters <= RUN_LETTERS) & (clauses <= 1) & (ends_in == 0)
    opening, closing = _edges(lines, seen)
    return Layout(
        seen=seen,
        page=page,
        low=starts[page] if len(seen) else starts,
        high=ends[page] if len(seen) else starts,
        body=body,
        zone=_zones(body, page),
        short=short,
        run=_run_lengths(short, opens),
        counted=_counted_lists(lines, seen, opening, opens),
        opening=opening,
        closing=closing,
    )


def _sentences(
    lines: Lines,
    seen: NDArray[np.int64],
    letters: NDArray[np.int32],
    ends: NDArray[np.int32],
    clauses: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Lines of SENTENCE_LETTERS with marks inside and at the end; a single question or cry, as
    titles in lists have them, is none."""
    sentences: NDArray[np.bool_] = (letters >= SENTENCE_LETTERS) & (ends > 0) & (clauses > 0)
    for place in np.flatnonzero(sentences & (ends == 1) & (letters < BODY_LETTERS)).tolist():
        sentences[place] = "。" in lines.reading_of(seen[place])
    return sentences


def _zones(body: NDArray[np.bool_], page: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Where each line stands by the first and last line of running text of its page."""
    places = np.flatnonzero(body)
    pages = int(page[-1]) + 1 if len(page) else 0
    top = np.full(pages, len(body), dtype=np.int64)
    bottom = np.full(pages, -1, dtype=np.int64)
    top[page[places[::-1]]] = places[::-1]
    bottom[page[places]] = places
    at = np.arange(len(body))
    zone = np.full(len(body), INSIDE, dtype=np.uint8)
    zone[at < top[page]] = HEAD
    zone[at > bottom[page]] = TAIL
    zone[bottom[page] < 0] = NOWHERE
    return zone


def _run_lengths(member: NDArray[np.bool_], opens: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For members, how many members stand together there (a page's start ends a run); else 0."""
    starts = opens.copy()
    starts[1:] |= member[1:] != member[:-1]
    lengths = np.diff(np.append(np.flatnonzero(starts), len(member)))
    runs: NDArray[np.int64] = np.where(member, np.repeat(lengths, lengths), 0)
    return runs


def _edges(lines: Lines, seen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places in the text of the first and the last visible character of lines ``seen``."""
    opening, closing = lines.start[seen].copy(), lines.end[seen] - 1
    for place, step in ((opening, 1), (closing, -1)):
        wanting = np.arange(len(seen))
        for _ in range(8):  # nearly every line opens and ends within eight spaces
            wanting = wanting[lines.classes[place[wanting]] & VISIBLE == 0]
            place[wanting] += step
        if len(wanting):
            visible = np.flatnonzero(lines.classes & VISIBLE)
            side = np.searchsorted(visible, place[wanting], "left" if step > 0 else "right")
            place[wanting] = visible[side if step > 0 else side - 1]
    return opening, closing


def _counted_lists(
    lines: Lines,
    seen: NDArray[np.int64],
    opening: NDArray[np.int64],
    opens: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """For items of a list that counts up by one from line to line, the length of that list."""
    numbered = np.flatnonzero(lines.classes[opening] == DIGIT)
    if not len(numbered):
        return np.zeros(len(seen), dtype=np.int64)
    value = np.full(len(seen), -9, dtype=np.int64)
    value[numbered] = _item_numbers(lines, opening[numbered], lines.end[seen[numbered]])
    follows = np.zeros(len(seen), dtype=bool)
    follows[1:] = (value[1:] == value[:-1] + 1) & (value[1:] > 0) & ~opens[1:]
    lengths = np.diff(np.append(np.flatnonzero(~follows), len(seen)))
    items: NDArray[np.int64] = np.where(value >= 0, np.repeat(lengths, lengths), 0)
    return items


def _item_numbers(lines: Lines, at: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number that opens an item ("12." or "3、" at ``at``) of a list; -9 where it is none."""
    codes, classes = lines.codes, lines.classes
    at = at.copy()
    number = np.zeros(len(at), dtype=np.int64)
    inside = np.ones(len(at), dtype=bool)
    for _ in range(4):  # no list of titles has ten thousand items
        inside &= at < end
        inside[inside] = classes[at[inside]] == DIGIT
        number[inside] = number[inside] * 10 + codes[at[inside]] - 48
        at[inside] += 1
    mark, beyond = np.minimum(at, end - 1), np.minimum(at + 1, end - 1)
    marked = (classes[mark] & (CLAUSE | CLOSE | DIVIDER) != 0) | (codes[mark] == 46)
    # "3.5" and "1:0" number no item: behind the mark there is no digit.
    marked &= (at < end) & ((at + 1 >= end) | (classes[beyond] != DIGIT))
    return np.where(marked, number, -9)


def window_sum(
    layout: Layout, column: NDArray[np.generic], before: int, after: int
) -> NDArray[np.float64]:
    """Sums of ``column`` over the lines from ``before`` to ``after`` lines on, on the same page.

    ``before`` and ``after`` are offsets (-3, -1: the three lines above); float64[n].
    """
    total = np.zeros(len(column) + 1)
    np.cumsum(column, out=total[1:])
    low, high = _window(layout, before, after)
    sums: NDArray[np.float64] = total[high] - total[low]
    return sums


def window_mean(
    layout: Layout, column: NDArray[np.generic], before: int, after: int
) -> NDArray[np.float64]:
    """Means of ``column`` over such windows (0 where a window holds no line); float64[n]."""
    low, high = _window(layout, before, after)
    means: NDArray[np.float64] = window_sum(layout, column, before, after) / np.maximum(
        high - low, 1
    )
    return means


def _window(layout: Layout, before: int, after: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    at = np.arange(len(layout))
    low = np.clip(at + before, layout.low, layout.high)
    high = np.clip(at + after + 1, low, layout.high)
    return low, high


FAR = 999
"""A distance in lines that stands for: there is none on the page."""


def lines_since(layout: Layout, marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many lines up the nearest marked line stands (0: the line itself; FAR: none does)."""
    at = np.arange(len(layout))
    latest = np.maximum.accumulate(np.where(marked, at, -1)) if len(layout) else at
    return np.where(latest >= layout.low, at - latest, FAR)


def lines_until(layout: Layout, marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many lines down the nearest marked line stands (0: the line itself; FAR: none does)."""
    at = np.arange(len(layout))
    if not len(layout):
        return at
    coming = np.where(marked, at, len(layout) + FAR)
    nearest = np.minimum.accumulate(coming[::-1])[::-1]
    return np.where(nearest < layout.high, nearest - at, FAR)


def next_to(
    layout: Layout, marked: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the line below and the line above, on the same page, are marked."""
    at = np.arange(len(layout))
    below, above = np.zeros(len(layout), dtype=bool), np.zeros(len(layout), dtype=bool)
    below[:-1], above[1:] = marked[1:], marked[:-1]
    return below & (at + 1 < layout.high), above & (at > layout.low)
