"""Stories that share a key become pairs: all of a few, stars of many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALL_PAIRS = 24
"""Up to this many stories with one key are all paired with each other (of 663 pairs among 23,628
real articles bands alone find 662 with 16, all with 24, at the same cost)."""

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


def pair(
    a: NDArray[np.uint64] | NDArray[np.int64], b: NDArray[np.uint64] | NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Pairs of stories as single numbers, the smaller story above."""
    above, below = np.minimum(a, b).astype(np.uint64), np.maximum(a, b).astype(np.uint64)
    return above << np.uint64(32) | below


@dataclass(frozen=True)
class Crowds:
    """Stories that share a key with others.

    ``pairs`` (as ``pair`` makes them, repeats left in) are all of the small crowds; the large
    ones stand in ``ids`` (uint64) one after the other, as many as ``counts`` says of each.
    """

    pairs: NDArray[np.uint64]
    ids: NDArray[np.uint64]
    counts: NDArray[np.int64]


def crowds_of(packed: NDArray[np.uint64], bits: int, all_pairs: int = ALL_PAIRS) -> Crowds:
    """The crowds among ``packed`` (from ``pack_keys``, sorted, each once).

    Up to ``all_pairs`` stories with one key are all paired; the work for more must grow with the
    crowd, not with its square (``star``).
    """
    out = [np.zeros(0, dtype=np.uint64)]
    keys = packed >> np.uint64(bits)
    same = np.flatnonzero(keys[1:] == keys[:-1])
    # Only what stands beside an equal key is looked at again.
    touched = np.zeros(len(packed), dtype=bool)
    touched[same] = True
    touched[same + 1] = True
    keys, ids = keys[touched], packed[touched] & np.uint64((1 << bits) - 1)
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
    return Crowds(np.concatenate(out), ids[~few], counts[counts > all_pairs])


def star(
    ids: NDArray[np.uint64], counts: NDArray[np.int64], sizes: NDArray[np.int64], largest: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each story of crowds laid one after the other with the largest (or smallest) of its crowd.

    ``sizes`` gives the size of each story (int64[n]); of equal ones the first is taken. Returns
    (centre, story), int64 each; a centre is not paired with itself.
    """
    heads = np.cumsum(counts) - counts
    size = sizes[ids.astype(np.int64)]
    best = (np.maximum if largest else np.minimum).reduceat(size, heads) if len(heads) else heads
    where = np.flatnonzero(size == np.repeat(best, counts))
    centre = np.repeat(ids[where[np.searchsorted(where, heads)]], counts)
    others = centre != ids
    return centre[others].astype(np.int64), ids[others].astype(np.int64)
