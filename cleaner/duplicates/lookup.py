"""Which stories of an index may say the same as new ones: equal bands, common samples, digests.

What ``cleaner.duplicates.candidates`` is within a corpus, this is between a corpus and an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.candidates import (
    COMMON,
    COMMON_SHARE,
    ERRORS,
    LIKELY_CONTAINMENT,
    SHARED,
)
from cleaner.duplicates.index import Index, keys_in, samples_in
from cleaner.duplicates.keys import DIGEST, keys_of
from cleaner.duplicates.postings import find
from cleaner.duplicates.sketch import RATE_BITS, Samples
from cleaner.duplicates.sketches import Sketches

WEAK = 12
"""Hashes that both samples could share, below which they decide nothing and a band does."""

BEST = 16
"""Candidates of a story that are verified at the most: those with the highest containment, by
the samples. A bulletin that overlaps with a thousand of its kind is told beside some of them."""


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
    filled = np.flatnonzero(sketches.samples.size > 0)
    probe, row = index.rows_of(keys_in, keys[filled, :DIGEST].reshape(-1))
    banded, _ = _counted(_pair(filled[probe // DIGEST], row))
    counts = np.diff(sketches.samples.first)
    story = np.repeat(np.arange(len(sketches), dtype=np.int64), counts)
    probe, row = index.rows_of(samples_in, _lower(sketches.samples.values))
    sampled, shared = _counted(_pair(story[probe], row))
    return _worth_comparing(index, sketches.samples, equal, banded, sampled, shared)


def _worth_comparing(
    index: Index,
    samples: Samples,
    equal: NDArray[np.int64],
    banded: NDArray[np.uint64],
    sampled: NDArray[np.uint64],
    counts: NDArray[np.int64],
) -> Candidates:
    """The pairs that equal digests, bands or samples speak for.

    ``equal`` is the row equal to each story or -1; ``banded`` and ``sampled`` are pairs (packed,
    sorted, each once) with an equal band and with hashes in common, the latter as many as
    ``counts`` says.
    """
    known = np.flatnonzero(equal >= 0)
    same = _pair(known, equal[known])
    pairs, _ = _counted(np.concatenate([banded, sampled[counts >= SHARED], same]))
    story = (pairs >> np.uint64(32)).astype(np.int64)
    row = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    is_equal = equal[story] == row
    at, there = _places(sampled, pairs)
    shared = np.where(there, np.append(counts, 0)[at], 0)
    _, in_band = _places(banded, pairs)
    their_bits = index.column(row, np.zeros(len(row), np.uint8), lambda part: part.bits)
    their_size = index.column(row, np.zeros(len(row)), lambda part: part.sampled)
    common = np.maximum(samples.bits[story], their_bits)
    mine = _kept_at(samples)[story, common].astype(np.float64)
    theirs = their_size / np.exp2(common - their_bits)
    least = np.minimum(mine, theirs)
    expected = LIKELY_CONTAINMENT * least
    likely = shared >= expected - ERRORS * np.sqrt(expected * (1 - LIKELY_CONTAINMENT))
    keep = is_equal | (likely & (shared >= SHARED)) | (in_band & (likely | (least < WEAK)))
    order = np.lexsort((row, -shared / np.maximum(least, 1), ~is_equal, ~keep, story))
    rank = np.arange(len(order)) - np.searchsorted(story[order], story[order])
    keep[order] &= rank < BEST
    return Candidates(story, row, is_equal, shared, mine, theirs).only(keep)


def common_among(index: Index, sets: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """The prefixes (``value >> 24``, sorted) of those shingles in ``sets`` that very many stories
    of the index have, among the sampled ones: what ``candidates.propose`` tells of a corpus."""
    bound = np.uint64(1 << (64 - RATE_BITS))
    sampled = np.concatenate([np.zeros(0, np.uint64), *(one[one < bound] for one in sets)])
    sampled, _ = _counted(sampled)
    having = np.zeros(len(sampled), dtype=np.int64)
    for segment in index.segments:
        begin, end = find(segment.samples, _lower(sampled))
        having += end - begin
    crowd = max(COMMON, int(COMMON_SHARE * (len(index) - index.copies)))
    prefixes: NDArray[np.uint64] = sampled[having > crowd] >> np.uint64(24)
    return prefixes


def _lower(values: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The key by which a sampled hash is found: its lower 32 bits."""
    return (values & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _pair(story: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Stories and rows as single numbers, to be sorted."""
    return story.astype(np.uint64) << np.uint64(32) | row.astype(np.uint64)


def _counted(values: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The values sorted, each once, and how often each was there."""
    values = np.sort(values)
    heads = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])[: len(values)])
    return values[heads], np.diff(np.concatenate([heads, [len(values)]]))


def _places(
    values: NDArray[np.uint64], wanted: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where in sorted ``values`` each wanted one stands (0 if nowhere), and whether it does."""
    if not len(values):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    at = np.searchsorted(values, wanted)
    at[at == len(values)] = 0
    return at, values[at] == wanted


def _kept_at(samples: Samples) -> NDArray[np.int64]:
    """How many hashes of each sample a sample of each density would have: int64[n, 5]."""
    kept = np.zeros((len(samples), RATE_BITS + 1), dtype=np.int64)
    for bits in range(RATE_BITS + 1):
        bound = np.uint64((1 << (64 - bits)) - 1)
        running = np.concatenate([[0], np.cumsum(samples.values <= bound)])
        kept[:, bits] = running[samples.first[1:]] - running[samples.first[:-1]]
    return kept
