"""Which stories of an index may say the same as new ones: equal bands, common samples, digests.

What ``cleaner.duplicates.candidates`` is within a corpus, this is between a corpus and an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.candidates import (
    BANDED,
    BANDS,
    COMMON,
    COMMON_SHARE,
    ERRORS,
    LIKELY_CONTAINMENT,
    ROWS,
    SHARED,
)
from cleaner.duplicates.crowds import heads_of
from cleaner.duplicates.index import Index, keys_in, samples_in
from cleaner.duplicates.keys import DIGEST, keys_of
from cleaner.duplicates.postings import find
from cleaner.duplicates.sketch import RATE_BITS, Samples, prefixes
from cleaner.duplicates.sketches import Sketches

WEAK = 12
"""Hashes that both samples could share, below which they decide nothing and a band does."""

BEST = 16
"""Candidates of a story that are verified at the most: those that promise most. A bulletin that
overlaps with a thousand of its kind is told beside some of them."""

Counted = tuple[NDArray[np.uint64], NDArray[np.int64]]
"""Values, sorted, each once, and how often each was there."""


@dataclass(frozen=True)
class Candidates:
    """Stories of an index worth comparing with the stories asked for, in order of both.

    Pair ``i`` is story ``story[i]`` of those asked for and row ``row[i]`` of the index (int64).
    ``equal`` tells that their fingerprints are the same (bool), ``shared`` how many hashes
    their samples share, out of ``mine`` and ``theirs``, the hashes of each that the sparser of
    both would have kept (float64; ``theirs`` is an estimate where the other is sparser).
    """

    story: NDArray[np.int64]
    row: NDArray[np.int64]
    equal: NDArray[np.bool_]
    shared: NDArray[np.int64]
    mine: NDArray[np.float64]
    theirs: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    def only(self, which: NDArray[np.bool_]) -> Candidates:
        """Those of the pairs for which ``which`` is true."""
        return Candidates(
            self.story[which],
            self.row[which],
            self.equal[which],
            self.shared[which],
            self.mine[which],
            self.theirs[which],
        )


def find_candidates(index: Index, sketches: Sketches) -> Candidates:
    """Which rows may say the same as the stories of ``sketches``: to be verified.

    The answer depends on the stories of the index and the order they came in, not on how they
    were batched or merged. Of stories with equal fingerprints only the first is a candidate.
    """
    keys = keys_of([""] * len(sketches), sketches.signatures, sketches.digests)
    equal = index.equal(sketches.digests, keys)
    filled = np.flatnonzero(sketches.samples.size >= BANDED)
    probe, row = index.rows_of(keys_in, keys[filled, :DIGEST].reshape(-1))
    banded = _counted(_pair(filled[probe // DIGEST], row))
    counts = np.diff(sketches.samples.first)
    story = np.repeat(np.arange(len(sketches), dtype=np.int64), counts)
    probe, row = index.rows_of(samples_in, _lower(sketches.samples.values))
    sampled = _counted(_pair(story[probe], row))
    return _worth_comparing(index, sketches.samples, equal, banded, sampled)


def _worth_comparing(
    index: Index, samples: Samples, equal: NDArray[np.int64], banded: Counted, sampled: Counted
) -> Candidates:
    """The pairs that equal digests, bands or samples speak for.

    ``equal`` is the row equal to each story or -1; ``banded`` and ``sampled`` are pairs (packed)
    with the number of bands that are equal, and of sampled hashes they share.
    """
    known = np.flatnonzero(equal >= 0)
    same = _pair(known, equal[known])
    pairs, _ = _counted(np.concatenate([banded[0], sampled[0][sampled[1] >= SHARED], same]))
    story = (pairs >> np.uint64(32)).astype(np.int64)
    row = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    is_equal = equal[story] == row
    bands, shared = _count_of(banded, pairs), _count_of(sampled, pairs)
    their_bits = index.column(row, np.zeros(len(row), np.uint8), lambda part: part.bits)
    their_size = index.column(row, np.zeros(len(row)), lambda part: part.sampled)
    common = np.maximum(samples.bits[story], their_bits)
    mine = samples.at_each_density()[story, common].astype(np.float64)
    theirs = their_size / np.exp2(common - their_bits)
    least = np.minimum(mine, theirs)
    expected = LIKELY_CONTAINMENT * least
    likely = shared >= expected - ERRORS * np.sqrt(expected * (1 - LIKELY_CONTAINMENT))
    keep = is_equal | (likely & (shared >= SHARED)) | ((bands > 0) & (likely | (least < WEAK)))
    # In a crowd a key names the first only, so that samples say too little of the others; but
    # bands that are equal as a whole are rare. A share J^4 of them is.
    promise = np.maximum(shared / np.maximum(least, 1), (bands / BANDS) ** (1 / ROWS))
    order = np.lexsort((row, -promise, ~is_equal, ~keep, story))
    rank = np.arange(len(order)) - np.searchsorted(story[order], story[order])
    keep[order] &= rank < BEST
    return Candidates(story, row, is_equal, shared, mine, theirs).only(keep)


def common_among(index: Index, sets: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """The prefixes (``sketch.prefixes``, sorted) of those shingles in ``sets`` that very many
    stories of the index have, among the sampled ones: what ``propose`` tells of a corpus."""
    bound = np.uint64(1 << (64 - RATE_BITS))
    sampled = np.concatenate([np.zeros(0, np.uint64), *(one[one < bound] for one in sets)])
    sampled, _ = _counted(sampled)
    having = np.zeros(len(sampled), dtype=np.int64)
    for segment in index.segments:
        begin, end = find(segment.samples, _lower(sampled))
        having += end - begin
    crowd = max(COMMON, int(COMMON_SHARE * (len(index) - index.copies)))
    return prefixes(sampled[having > crowd])


def _lower(values: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The key by which a sampled hash is found: its lower 32 bits."""
    return (values & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _pair(story: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Stories and rows as single numbers, to be sorted."""
    return story.astype(np.uint64) << np.uint64(32) | row.astype(np.uint64)


def _counted(values: NDArray[np.uint64]) -> Counted:
    """The values sorted, each once, and how often each was there."""
    values = np.sort(values)
    heads = heads_of(values)
    return values[heads], np.diff(np.append(heads, len(values)))


def _count_of(counted: Counted, wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """How often each wanted value was there."""
    values, counts = counted
    at = np.searchsorted(values, wanted)
    there = np.append(values, np.uint64(0))[at] == wanted
    return np.where(there & (at < len(values)), np.append(counts, 0)[at], 0)
