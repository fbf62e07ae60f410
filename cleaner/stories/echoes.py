"""Whether the characters that meet at borders stand together elsewhere, for all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CODE_BITS = np.uint64(21)
"""Bits of a code point: three characters make one number."""

_BREAK = 10
"""What stands between two pages: a line feed."""


def echoes(
    codes: NDArray[np.uint32],
    last: NDArray[np.int64],
    first: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Where the characters at ``last`` and ``first`` stand side by side (bool[n] each).

    The second tells where they do with the character before ``last`` before them, the third with
    the one after ``first`` behind. Looked for is from ``start`` up to ``end``, both of which never
    fall from one border to the next. The text is read once, however many borders there are.
    """
    if not len(last):
        none = np.zeros(0, dtype=bool)
        return none, none, none
    wanted = _joined(codes[last], codes[first])
    at = _covered(start, end - 1)
    opens = np.zeros(0x110000, dtype=bool)
    opens[codes[last]] = True
    at = at[opens[codes[at]]]  # most of the text need not be sought among the pairs
    pairs = _joined(codes[at], codes[at + 1])
    known = np.sort(wanted)
    hit = np.flatnonzero(known[np.searchsorted(known[:-1], pairs)] == pairs)
    at, pairs = at[hit], pairs[hit]
    left = _joined(wanted, _around(codes, last - 1)), _joined(pairs, _around(codes, at - 1))
    right = _joined(wanted, _around(codes, first + 1)), _joined(pairs, _around(codes, at + 2))
    return (
        _found(wanted, pairs, at, start, end - 1),
        _found(*left, at, start + 1, end - 1),
        _found(*right, at, start, end - 2),
    )


def _around(codes: NDArray[np.uint32], at: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The characters there: before the first and behind the last what stands between two pages."""
    within = np.clip(at, 0, len(codes) - 1)
    return np.where(at == within, codes[within], np.uint32(_BREAK))


def _joined(left: NDArray[np.unsignedinteger], right: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Characters as one number: those of ``left`` and, below them, the one of ``right``."""
    return (left.astype(np.uint64) << _CODE_BITS) | right


def _covered(start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """All places from any start up to its end, once each and in order."""
    begin = np.maximum(start, np.append(0, end[:-1]))
    many = np.maximum(end - begin, 0)
    upto = np.cumsum(many)
    return np.repeat(begin - (upto - many), many) + np.arange(upto[-1])


def _found(
    wanted: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    at: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether a key that equals each wanted one stands ``at`` a place from start up to end."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=bool)
    order = np.argsort(keys, kind="stable")
    keys, at = keys[order], at[order]
    # Equal keys make a group; number of group and place make one number, and those are sorted.
    far = int(end.max(initial=int(at[-1]))) + 1
    group = np.cumsum(np.append(0, keys[1:] != keys[:-1])) * far
    low = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    behind = np.searchsorted(group + at, group[low] + start)
    place = np.append(group + at, np.iinfo(np.int64).max)[behind]
    found: NDArray[np.bool_] = (keys[low] == wanted) & (place < group[low] + end)
    return found
