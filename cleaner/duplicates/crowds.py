"""Stories that share a key become pairs: all of a few, a star and a chain of many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ALL_PAIRS = 16
"""Up to this many stories with one key are all paired with each other, unless said otherwise."""

ID_BITS = 24
"""Bits of a packed key that hold the story: 16 million stories; more take more bits."""

MOST_SLOTS = 22
"""Bits of the largest table that ``frequent`` counts in: 32 MB."""


def unique(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """``values`` sorted, each once (np.unique is 100 times slower: performance.md 0)."""
    values = np.sort(values)
    return values[heads_of(values)] if len(values) else values


def heads_of(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where the runs of equal values in sorted ``values`` begin, int64[runs]."""
    fresh = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)


def id_bits(stories: int) -> int:
    """Bits that the number of a story takes in a packed key."""
    return max(ID_BITS, stories.bit_length())


def pack_keys(keys: NDArray[np.uint64], ids: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """Keys with the story in place of their low bits: sorting them brings equal keys together."""
    return keys & ~np.uint64((1 << bits) - 1) | ids


def frequent(
    values: NDArray[np.uint64], keys: NDArray[np.uint64], least: int
) -> NDArray[np.uint64]:
    """``values`` without most of those whose key stands fewer than ``least`` times.

    Keys are counted in about twice as many slots (Knuth's multiplicative hash), which is five
    times faster than sorting them; what is kept still holds some that only share a slot.
    """
    slot_bits = min(max(len(keys), 1).bit_length() + 1, MOST_SLOTS)
    slots = (keys * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - slot_bits)).astype(np.int64)
    kept: NDArray[np.uint64] = values[np.bincount(slots, minlength=1)[slots] >= least]
    return kept


def pair(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Pairs of stories as single numbers, the smaller story above."""
    return np.minimum(a, b) << np.uint64(32) | np.maximum(a, b)


def pairs_of_crowds(
    packed: NDArray[np.uint64],
    bits: int,
    sizes: NDArray[np.int64],
    all_pairs: int = ALL_PAIRS,
) -> NDArray[np.uint64]:
    """Pairs (as ``pair`` makes them) of stories with equal keys; repeats are left in.

    ``packed`` comes from ``pack_keys``, sorted, each once. In a crowd of more than ``all_pairs``
    each story is paired with the largest and the smallest one (``sizes``, int64 by story) and
    with the one before it: the work grows with the crowd, not with its square, and whichever
    story is kept, large or small, its copies are compared with it.
    """
    out = [np.zeros(0, dtype=np.uint64)]
    keys, ids = packed >> np.uint64(bits), packed & np.uint64((1 << bits) - 1)
    same = np.flatnonzero(keys[1:] == keys[:-1])
    if not len(same):
        return out[0]
    # Only what stands beside an equal key is looked at again.
    touched = np.zeros(len(packed), dtype=bool)
    touched[same] = touched[same + 1] = True
    keys, ids = keys[touched], ids[touched]
    heads = heads_of(keys)
    counts = np.diff(np.append(heads, len(keys)))
    size = np.repeat(counts, counts)
    rank = np.arange(len(keys)) - np.repeat(heads, counts)
    few = size <= all_pairs
    for lag in range(1, all_pairs):
        later = np.flatnonzero(few & (rank >= lag))
        if not len(later):
            break
        out.append(pair(ids[later - lag], ids[later]))
    if not few.all():
        out.extend(_stars(ids[~few], counts[counts > all_pairs], sizes))
    return np.concatenate(out)


def _stars(
    ids: NDArray[np.uint64], counts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> list[NDArray[np.uint64]]:
    """Pairs of crowds laid one after the other: with the largest, the smallest, the neighbour."""
    heads = np.cumsum(counts) - counts
    out = []
    size = sizes[ids.astype(np.int64)]
    for best in (np.maximum.reduceat(size, heads), np.minimum.reduceat(size, heads)):
        # The first story of each crowd that has the best size.
        where = np.flatnonzero(size == np.repeat(best, counts))
        hub = ids[where[np.searchsorted(where, heads)]]
        hubs = np.repeat(hub, counts)
        others = hubs != ids
        out.append(pair(hubs[others], ids[others]))
    later = np.ones(len(ids), dtype=bool)
    later[heads] = False
    at = np.flatnonzero(later)
    out.append(pair(ids[at - 1], ids[at]))
    return out
