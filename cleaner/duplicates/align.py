"""Two texts laid beside each other: the blocks of letters that both have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.shingles import SHINGLE

PLACE_BITS = 21
"""Bits of a placed shingle that hold which text and where in it: texts up to 2^20 letters."""

_SIDE = np.uint64(1 << (PLACE_BITS - 1))
_PLACE = np.uint64((1 << PLACE_BITS) - 1)

STEADY = 3
"""Shingles in a row on one diagonal that make a block; fewer are chance."""

BRIDGE = 64
"""Letters between two blocks of one diagonal, or beside a block, that are looked at for more:
shingles that one text repeats more often find no block by themselves."""


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
    at_a, at_b = _matches(placed_a, placed_b)
    if not len(at_a):
        return np.zeros((0, 3), dtype=np.int64)
    cut = np.empty(len(at_a), dtype=bool)
    cut[0] = True
    np.not_equal(at_a[1:] - at_a[:-1], 1, out=cut[1:])
    cut[1:] |= at_b[1:] - at_b[:-1] != 1
    heads = np.flatnonzero(cut)
    counts = np.diff(np.append(heads, len(at_a)))
    heads = heads[counts >= STEADY]
    counts = counts[counts >= STEADY] + (SHINGLE - 1)
    head = _same(a, b, 0, 0, len(a))
    found: list[list[int]] = [[0, 0, head]] if head >= SHINGLE else []
    for start, other, length in zip(
        at_a[heads].tolist(), at_b[heads].tolist(), counts.tolist(), strict=True
    ):
        _add(found, start, other, length, a, b)
    if found:
        last = found[-1]
        last[2] += _same(a, b, last[0] + last[2], last[1] + last[2], len(a))
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def _matches(
    placed_a: NDArray[np.uint64], placed_b: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places (in a, in b) of the shingles that stand as often in b as in a, in the order of a.

    The n-th place in a is matched with the n-th in b.
    """
    both = np.concatenate([placed_a, placed_b | _SIDE])
    both.sort(kind="stable")  # merges the two sorted runs in one pass
    value = both >> np.uint64(PLACE_BITS)
    fresh = np.ones(len(both), dtype=bool)
    np.not_equal(value[1:], value[:-1], out=fresh[1:])
    heads = np.flatnonzero(fresh)
    sizes = np.diff(np.append(heads, len(both)))
    half = sizes >> 1
    # In a run of one value the places in a come first: b begins in the middle, or the counts
    # are not the same.
    middle = heads + half
    even = (sizes & 1 == 0) & (both[middle - 1] & _SIDE == 0) & (both[middle] & _SIDE != 0)
    heads, half = heads[even], half[even]
    at = np.repeat(heads, half)
    if len(at) > len(heads):
        at += np.arange(len(at)) - np.repeat(np.cumsum(half) - half, half)
    at_a = (both[at] & _PLACE).astype(np.int64)
    at_b = (both[at + np.repeat(half, half)] & (_SIDE - np.uint64(1))).astype(np.int64)
    order = np.argsort(at_a)
    return at_a[order], at_b[order]


def _add(
    found: list[list[int]],
    start: int,
    other: int,
    length: int,
    a: NDArray[np.uint16],
    b: NDArray[np.uint16],
) -> None:
    """Adds a block to those ``found`` before it, with the equal letters between them."""
    end = 0
    if found:
        last = found[-1]
        end = last[0] + last[2]
        if start < end:
            # Two blocks meet in a: the later one gives way.
            start, other, length = end, other + end - start, length - (end - start)
            if length < SHINGLE:
                return
        between = _same(a, b, end, last[1] + last[2], start)
        if between == start - end == other - last[1] - last[2]:
            last[2] += between + length
            return
        last[2] += between
        end = last[0] + last[2]
    back = min(start - end, other, BRIDGE)
    if back:
        differs = a[start - back : start][::-1] != b[other - back : other][::-1]
        back = int(differs.argmax()) if differs.any() else back
    found.append([start - back, other - back, length + back])


def _same(a: NDArray[np.uint16], b: NDArray[np.uint16], start: int, other: int, end: int) -> int:
    """Equal letters of a from ``start`` (to ``end`` at most) and b from ``other`` on."""
    length = min(end - start, len(b) - other, BRIDGE)
    if length <= 0:
        return 0
    differs = a[start : start + length] != b[other : other + length]
    return int(differs.argmax()) if differs.any() else length
