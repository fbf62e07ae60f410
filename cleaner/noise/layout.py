"""What the layout of a page says of its lines: running text, zones, runs and counted lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.text.lines import Lines
from cleaner.text.reading import CLAUSE, CLOSE, DIGIT, DIVIDER, VISIBLE, codes_of
from cleaner.text.shape import Shape

HEAD, INSIDE, TAIL, NOWHERE = 0, 1, 2, 3
"""Zones: before the first line of running text, among them, after the last; a page without."""

BODY_LETTERS, BODY_CLAUSES, SENTENCE_LETTERS = 60, 2, 25
"""Running text has 60 characters and two marks inside, or 25 with an end mark (noise.md 6.2)."""

RUN_LETTERS = 60
"""A line of a run of titles has no end mark, at most one clause mark, and 60 characters."""


@dataclass(frozen=True)
class Layout:
    """Columns over the visible lines of a batch (n of them), in page order.

    ``seen`` (int64[n]) are their indexes in the batch, ``page`` (int32[n]) their pages; ``first``
    and ``last`` (bool[n]) mark the ends of pages. ``body`` (bool[n]) marks running text, ``zone``
    (uint8[n]) is one of HEAD, INSIDE, TAIL, NOWHERE. ``short`` (bool[n]) marks lines that look
    like a title, ``run`` (int32[n]) is how many of those stand together around the line (0 on
    other lines). ``counted`` (int32[n]) is the length of the numbered list, counting up without
    a gap, that the line is an item of (0: of none). ``opening`` (int64[n]) is the place of the
    first visible character in the text.
    """

    seen: NDArray[np.int64]
    page: NDArray[np.int32]
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]
    body: NDArray[np.bool_]
    zone: NDArray[np.uint8]
    short: NDArray[np.bool_]
    run: NDArray[np.int32]
    counted: NDArray[np.int32]
    opening: NDArray[np.int64]


def lay_out(lines: Lines, shape: Shape) -> Layout:
    """The layout of every page of the batch."""
    seen = np.flatnonzero(~shape.blank)
    page = lines.page[seen]
    n = len(seen)
    first = np.ones(n, dtype=bool)
    first[1:] = page[1:] != page[:-1]
    last = np.ones(n, dtype=bool)
    last[:-1] = first[1:]
    letters, clauses, ends = shape.letters[seen], shape.clauses[seen], shape.ends[seen]
    body = (letters >= BODY_LETTERS) & (clauses >= BODY_CLAUSES)
    body |= (letters >= SENTENCE_LETTERS) & (ends > 0) & (clauses > 0)
    short = (letters <= RUN_LETTERS) & (clauses <= 1) & (ends == 0)
    opening = _openings(lines, seen)
    return Layout(
        seen=seen,
        page=page,
        first=first,
        last=last,
        body=body,
        zone=_zones(body, page, len(lines.pages)),
        short=short,
        run=_run_lengths(short, first),
        counted=_counted_lists(lines, seen, opening, first),
        opening=opening,
    )


def _zones(body: NDArray[np.bool_], page: NDArray[np.int32], pages: int) -> NDArray[np.uint8]:
    """Where each line stands by the first and last line of running text of its page."""
    places = np.flatnonzero(body)
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


def _run_lengths(member: NDArray[np.bool_], first: NDArray[np.bool_]) -> NDArray[np.int32]:
    """For members, how many members stand together there (a page's start ends a run); else 0."""
    if not len(member):
        return np.zeros(0, dtype=np.int32)
    starts = first.copy()
    starts[1:] |= member[1:] != member[:-1]
    at = np.flatnonzero(starts)
    lengths = np.diff(np.concatenate([at, [len(member)]]))
    runs = np.repeat(lengths, lengths)
    return np.where(member, runs, 0).astype(np.int32)


def _openings(lines: Lines, seen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place in the text of the first visible character of every line in ``seen``."""
    opening = lines.start[seen].copy()
    behind = np.arange(len(seen))
    for _ in range(8):  # nearly every line opens within eight spaces
        behind = behind[lines.classes[opening[behind]] & VISIBLE == 0]
        if not len(behind):
            return opening
        opening[behind] += 1
    visible = np.flatnonzero(lines.classes & VISIBLE)
    opening[behind] = visible[np.searchsorted(visible, opening[behind])]
    return opening


def _counted_lists(
    lines: Lines,
    seen: NDArray[np.int64],
    opening: NDArray[np.int64],
    first: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """For items of a list that counts up by one from line to line, the length of that list."""
    value = np.full(len(seen), -9, dtype=np.int64)
    classes = lines.classes
    numbered = np.flatnonzero(classes[opening] == DIGIT)
    if not len(numbered):
        return np.zeros(len(seen), dtype=np.int32)
    codes = codes_of(lines.reading)
    at, end = opening[numbered].copy(), lines.end[seen[numbered]]
    number = np.zeros(len(numbered), dtype=np.int64)
    inside = np.ones(len(numbered), dtype=bool)
    for _ in range(4):  # no list of titles has ten thousand items
        inside &= at < end
        inside[inside] = classes[at[inside]] == DIGIT
        number[inside] = number[inside] * 10 + codes[at[inside]] - 48
        at[inside] += 1
    marked = at < end
    after = classes[np.minimum(at, end - 1)]
    dot = codes[np.minimum(at, end - 1)] == 46
    marked &= (after & (CLAUSE | CLOSE | DIVIDER) != 0) | dot
    # "3.5" and "1:0" are no numbers of items: what follows the mark is no digit.
    beyond = classes[np.minimum(at + 1, end - 1)]
    marked &= (at + 1 >= end) | (beyond != DIGIT)
    value[numbered[marked]] = number[marked]
    counts = np.zeros(len(seen), dtype=bool)
    counts[1:] = (value[1:] == value[:-1] + 1) & (value[1:] > 0) & ~first[1:]
    member = value >= 0
    starts = ~counts
    place = np.flatnonzero(starts)
    lengths = np.diff(np.concatenate([place, [len(seen)]]))
    return np.where(member, np.repeat(lengths, lengths), 0).astype(np.int32)
