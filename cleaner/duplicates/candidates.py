"""Which pairs of stories are worth comparing: equal bands, equal digests, common samples.

Never every pair: a pair is proposed because a band of its signatures is equal (similar size),
because its samples share hashes (one inside the other), or because its fingerprints are equal.
Where many stories share one thing, each is paired with the first and with its neighbours, so
that the work grows with the number of stories, not with its square.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.sketch import Samples

BANDS, ROWS = 32, 4
"""32 bands of 4 rows propose 98.8 % of the pairs at J .6 and 100 % at .7: 1 - (1 - J^4)^32."""

ALL_PAIRS = 32
"""Up to this many stories that share one thing are all paired with each other."""

NEIGHBOURS = 4
"""In a larger crowd each is paired with the first and with this many before it."""

SHARED = 3
"""Hashes that two samples must share at the least."""

MEMORY = 1 << 30
"""Bytes of working memory, about, before work goes through ``folder``."""


def candidate_pairs(
    signatures: NDArray[np.uint32],
    samples: Samples,
    digests: NDArray[np.uint64],
    folder: Path | None = None,
    memory: int = MEMORY,
) -> NDArray[np.int64]:
    """The pairs to verify: int64[m, 2], a < b, sorted, each once.

    ``signatures`` (uint32[n, 128]), ``samples`` and ``digests`` (uint64[n, 2]) belong to the
    same n stories, in one order; they may be memory maps over shards laid together. Empty
    stories (digest 0, 0) are in no pair. With ``folder`` an existing folder, work larger than
    ``memory`` bytes goes through files in it, which are removed again.
    """
    pairs = [_equal(digests), *_banded(signatures, samples.size), _contained(samples)]
    packed = _unique(np.concatenate(pairs))
    low = np.uint64(0xFFFFFFFF)
    return np.stack([packed >> np.uint64(32), packed & low], axis=1).astype(np.int64)


def _unique(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """``values`` sorted, each once (np.unique is 100 times slower: performance.md 0)."""
    values = np.sort(values)
    if not len(values):
        return values
    once: NDArray[np.uint64] = values[np.concatenate([[True], values[1:] != values[:-1]])]
    return once


def _crowds(keys: NDArray[np.uint64], ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Pairs of ids that have equal keys (sorted): all of a small crowd, a chain of a large one."""
    heads = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sizes = np.diff(np.concatenate([heads, [len(keys)]]))
    rank = np.arange(len(keys)) - np.repeat(heads, sizes)
    size = np.repeat(sizes, sizes)
    out = []
    small = size <= ALL_PAIRS
    for lag in range(1, ALL_PAIRS):
        later = np.flatnonzero((rank >= lag) & (small | (lag <= NEIGHBOURS)))
        if not len(later):
            break
        out.append(_pack(ids[later - lag], ids[later]))
    crowd = np.flatnonzero(~small & (rank > NEIGHBOURS))
    if len(crowd):
        out.append(_pack(ids[crowd - rank[crowd]], ids[crowd]))
    return np.concatenate(out) if out else np.zeros(0, dtype=np.uint64)


def _pack(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Pairs as single numbers, the smaller story above."""
    return np.minimum(a, b) << np.uint64(32) | np.maximum(a, b)


def _equal(digests: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Pairs with equal digests."""
    filled = np.flatnonzero(digests.any(axis=1)).astype(np.uint64)
    return _by_key(digests[filled, 0], filled)


def _by_key(keys: NDArray[np.uint64], ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    order = np.argsort(keys, kind="stable")
    return _crowds(keys[order], ids[order])


def _banded(
    signatures: NDArray[np.uint32], sizes: NDArray[np.int64]
) -> Iterator[NDArray[np.uint64]]:
    """Pairs with an equal band, band by band."""
    filled = np.flatnonzero(sizes > 0).astype(np.uint64)
    factors = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 1], np.uint64)
    for band in range(BANDS):
        rows = signatures[:, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
        keys = (rows * factors).sum(axis=1, dtype=np.uint64)
        yield _by_key(keys[filled], filled)


def _contained(samples: Samples) -> NDArray[np.uint64]:
    """Pairs whose samples share hashes."""
    counts = np.diff(samples.first)
    story = np.repeat(np.arange(len(samples), dtype=np.uint64), counts)
    events = np.sort(_by_key(samples.values, story))
    if not len(events):
        return events
    heads = np.flatnonzero(np.concatenate([[True], events[1:] != events[:-1]]))
    shared = np.diff(np.concatenate([heads, [len(events)]]))
    return events[heads[shared >= SHARED]]
