"""Two texts laid beside each other: the blocks of letters that both have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.shingles import SHINGLE

PLACE_BITS = 21
"""Bits of a placed shingle that hold which text and where in it: texts up to 2^20 letters."""

_SIDE = np.uint64(1 << (PLACE_BITS - 1))
_PLACE = np.uint64((1 << PLACE_BITS) - 1)
_WITHIN = _PLACE & ~_SIDE

STEADY = 3
"""Shingles in a row on one diagonal that make a block; fewer are chance."""

BRIDGE = 64
"""Letters between two blocks of one diagonal, or beside a block, that are looked at for more:
shingles that one text repeats more often find no block by themselves."""


PATCH = 16
"""Letters in which copies differ in one place at the most, to be told by their ends alone."""


def placed_shingles(shingles: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The shingles of a text (in its order), sorted, with their place in the low bits: uint64."""
    placed = shingles & ~_PLACE
    placed |= np.arange(len(shingles), dtype=np.uint64)
    placed.sort()
    return placed


def blocks(
    a: NDArray[np.uint16],
    b: NDArray[np.uint16],
    placed_a: NDArray[np.uint64],
    placed_b: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """What the fingerprints ``a`` and ``b`` have in common: int64[k, 3].

    ``placed_a`` and ``placed_b`` are their ``placed_shingles``. A row is (start in a, start in
    b, letters); rows are in the order of ``a`` and do not overlap there. A passage may stand
    elsewhere in ``b`` than in ``a``: the order in ``b`` is free. Shingles that stand as often
    in one text as in the other find the blocks; letters beside them are compared one by one.
    """
    at_a, at_b = _matches(placed_a, placed_b, len(a))
    if not len(at_a):
        return np.zeros((0, 3), dtype=np.int64)
    # A block is a run of places that go up by one in both texts.
    fresh = np.empty(len(at_a), dtype=bool)
    fresh[0] = True
    np.not_equal(at_a[1:] - at_a[:-1], 1, out=fresh[1:])
    fresh[1:] |= at_b[1:] - at_b[:-1] != 1
    heads = np.flatnonzero(fresh)
    counts = np.empty(len(heads), dtype=np.int64)
    counts[:-1] = heads[1:] - heads[:-1]
    counts[-1] = len(at_a) - heads[-1]
    heads = heads[counts >= STEADY]
    counts = counts[counts >= STEADY] + (SHINGLE - 1)
    found = _Found(a.tolist(), b.tolist())
    found.begin()
    for start, other, length in zip(
        at_a[heads].tolist(), at_b[heads].tolist(), counts.tolist(), strict=True
    ):
        found.add(start, other, length)
    found.finish()
    return np.array(found.rows, dtype=np.int64).reshape(-1, 3)


def patch(a: NDArray[np.uint16], b: NDArray[np.uint16]) -> NDArray[np.int64] | None:
    """As ``blocks``, for copies that differ in one place alone; None for others.

    Five times faster: the letters that both begin and end with are all.
    """
    length = min(len(a), len(b))
    differs = a[:length] != b[:length]
    head = int(differs.argmax()) if length else 0
    if not length or not differs[head]:
        head = length
    length -= head
    tail = 0
    if length:
        differs = a[len(a) - length :][::-1] != b[len(b) - length :][::-1]
        tail = int(differs.argmax())
        tail = tail if differs[tail] else length
    if max(len(a), len(b)) - head - tail > PATCH:
        return None
    ends = [(0, 0, head), (len(a) - tail, len(b) - tail, tail)]
    return np.array([end for end in ends if end[2] >= SHINGLE], dtype=np.int64).reshape(-1, 3)


class _Found:
    """Blocks of two texts as they are found, in the order of the first, and lengthened."""

    def __init__(self, a: list[int], b: list[int]) -> None:
        self._a, self._b = a, b
        self.rows: list[tuple[int, int, int]] = []

    def begin(self) -> None:
        """Looks for a block at the start of both texts."""
        length = self._equal(0, 0, len(self._a))
        if length >= SHINGLE:
            self.rows.append((0, 0, length))

    def add(self, start: int, other: int, length: int) -> None:
        """Adds a block, and the equal letters between it and the one before."""
        end = 0
        if self.rows:
            begin, there, size = self.rows[-1]
            end = begin + size
            if start < end:
                # Two blocks meet in a: the later one gives way.
                start, other, length = end, other + end - start, length - (end - start)
                if length < SHINGLE:
                    return
            between = self._equal(end, there + size, start)
            if between == start - end == other - there - size:
                self.rows[-1] = (begin, there, size + between + length)
                return
            self.rows[-1] = (begin, there, size + between)
            end += between
        back = 0
        most = min(start - end, other, BRIDGE)
        while back < most and self._a[start - back - 1] == self._b[other - back - 1]:
            back += 1
        self.rows.append((start - back, other - back, length + back))

    def finish(self) -> None:
        """Lengthens the last block to the end."""
        if self.rows:
            begin, there, size = self.rows[-1]
            more = self._equal(begin + size, there + size, len(self._a))
            self.rows[-1] = (begin, there, size + more)

    def _equal(self, start: int, other: int, end: int) -> int:
        """Equal letters of a from ``start`` (to ``end`` at most) and b from ``other`` on."""
        a, b, length = self._a, self._b, 0
        most = min(end - start, len(b) - other, BRIDGE)
        while length < most and a[start + length] == b[other + length]:
            length += 1
        return length


def _matches(
    placed_a: NDArray[np.uint64], placed_b: NDArray[np.uint64], letters: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places (in a, in b) of the shingles that stand as often in b as in a, in the order of a.

    The n-th place in a is matched with the n-th in b; ``letters`` are those of a.
    """
    both = np.concatenate([placed_a, placed_b | _SIDE])
    both.sort(kind="stable")  # merges the two sorted runs in one pass
    value = both >> np.uint64(PLACE_BITS)
    same = np.zeros(len(both) + 1, dtype=bool)
    np.equal(value[1:], value[:-1], out=same[1:-1])
    # Runs of equal values, nearly all of two: one place in each text.
    heads = np.flatnonzero(same[1:] > same[:-1])
    sizes = np.flatnonzero(same[1:] < same[:-1]) + 1 - heads
    half = sizes >> 1
    middle = heads + half
    # The places in a come first: b begins in the middle, or the counts are not the same.
    even = (sizes & 1 == 0) & (both[middle - 1] & _SIDE < both[middle] & _SIDE)
    heads, half = heads[even], half[even]
    at = np.repeat(heads - np.cumsum(half) + half, half) + np.arange(half.sum())
    there = np.full(letters, -1, dtype=np.int64)
    there[(both[at] & _PLACE).astype(np.int64)] = (
        both[at + np.repeat(half, half)] & _WITHIN
    ).astype(np.int64)
    at_a = np.flatnonzero(there >= 0)
    return at_a, there[at_a]
