"""Which pairs of stories are worth comparing: equal bands, common samples, equal fingerprints.

Never every pair: a pair is proposed because a band of its signatures is equal (stories of
similar size), because its samples share hashes (one inside the other), or because its
fingerprints are equal. Estimates from the sketches then drop what cannot reach a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.crowds import (
    ALL_PAIRS,
    crowds_of,
    frequent,
    heads_of,
    id_bits,
    pack_keys,
    pair,
    star,
    unique,
)
from cleaner.duplicates.sketch import PERMUTATIONS, Samples, prefixes
from cleaner.duplicates.spill import in_parts

BANDS, ROWS = 32, 4
"""32 bands of 4 rows propose 98.8 % of the pairs at J .6 and 100 % at .7: 1 - (1 - J^4)^32."""

BANDED = 32
"""Shingles from which on a story has bands: fewer are in its sample one and all."""

SHARED, SHARED_OF_FEW, FEW = 3, 2, 8
"""Hashes that two samples must share at the least; 2 where the smaller has but 8 to share (a
story of 60 letters inside a long page: then 89 of 100 are found, not 73)."""

LIKELY_JACCARD = 0.5
"""Estimate below which a pair with an equal band is dropped: .7 less 4.9 standard errors."""

LIKELY_CONTAINMENT, ERRORS = 0.4, 2.0
"""A pair with common samples is dropped where the smaller one's containment, as estimated, is
more than 2 standard errors below .4, from which two stories overlap."""

PASSERS_BY = 8
"""Up to this many stories that share a sampled hash are all paired. Near-copies share bands, too;
a story inside many pages is paired with each as the smallest of them."""

COMMON, COMMON_SHARE = 20, 0.002
"""A shingle is common if more than 20 stories and more than 0.2 % of all have it."""

COPIES = 4
"""Exact copies of a story that are compared with its near-copies for themselves; of more, the
first stands for all."""

MEMORY = 1 << 30
"""Bytes of working memory, about, before work goes through files."""

_HASH_BITS = 54
"""Bits of a packed hash from here to 60 are even, whatever the density of the sample."""

CHUNK = 1 << 16
"""Stories or pairs looked at in one go where signatures may be a memory map."""


@dataclass(frozen=True)
class Candidates:
    """``pairs`` to verify, int64[m, 2], a < b, sorted, each once; ``common``: the prefixes
    (``sketch.prefixes``, uint64, sorted) of sampled shingles that very many stories have."""

    pairs: NDArray[np.int64]
    common: NDArray[np.uint64]


def propose(
    signatures: NDArray[np.uint32] | None,
    samples: Samples,
    digests: NDArray[np.uint64],
    folder: Path | None = None,
    memory: int = MEMORY,
) -> Candidates:
    """The pairs to verify, and what is common to many stories.

    ``signatures`` (uint32[n, 128]), ``samples`` and ``digests`` (uint64[n, 2]) belong to the
    same n stories, in one order; they may be memory maps over shards laid together. Empty
    stories (digest 0, 0) are in no pair. Without signatures samples alone propose: as many
    near-copies are found, but of the members of a crowd fewer are paired with each other. With
    ``folder``, an existing folder, work larger than ``memory`` bytes goes through files in it,
    which are removed again.
    """
    equal = _Equal.among(digests)
    leads = np.arange(len(digests))
    banded = np.zeros(0, dtype=np.uint64)
    if signatures is not None:
        banded = banded_pairs(signatures, samples.size, equal.first, leads)
    passers_by = ALL_PAIRS if signatures is None else PASSERS_BY
    sampled, common = _sampled(samples, equal.first, passers_by, folder, memory)
    packed = unique(np.concatenate([_apart(sampled, leads), banded]))
    packed = unique(np.concatenate([equal.pairs, packed, equal.between_copies(packed)]))
    return Candidates(np.stack(_ends(packed), axis=1), common)


def _ends(packed: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two stories of each packed pair."""
    low = np.uint64(0xFFFFFFFF)
    return (packed >> np.uint64(32)).astype(np.int64), (packed & low).astype(np.int64)


@dataclass(frozen=True)
class _Equal:
    """Stories with equal fingerprints: ``order`` lays equal ones side by side, ``head`` is for
    each place in it the place of the first; ``first`` (bool[n]) is true for stories that stand
    for their copies, ``pairs`` are those of each copy with the first, of few copies all."""

    order: NDArray[np.int64]
    count: NDArray[np.int64]
    place: NDArray[np.int64]
    first: NDArray[np.bool_]
    pairs: NDArray[np.uint64]

    @classmethod
    def among(cls, digests: NDArray[np.uint64]) -> _Equal:
        """The equal ones among ``digests`` (uint64[n, 2])."""
        n = len(digests)
        filled = np.flatnonzero(digests[:, 0] | digests[:, 1])
        order = filled[np.lexsort((digests[filled, 1], digests[filled, 0]))]
        ordered = digests[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
        heads = np.flatnonzero(fresh)
        counts = np.diff(np.append(heads, len(order)))
        first = np.zeros(n, dtype=bool)
        first[order[heads]] = True
        count, place = np.ones(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        count[order], place[order] = np.repeat(counts, counts), np.repeat(heads, counts)
        packed = pack_keys(
            np.repeat(np.arange(len(heads), dtype=np.uint64), counts) << np.uint64(id_bits(n)),
            order.astype(np.uint64),
            id_bits(n),
        )
        crowds = crowds_of(packed, id_bits(n))
        centre, other = star(crowds.ids, crowds.counts, np.zeros(n, dtype=np.int64), True)
        pairs = np.concatenate([crowds.pairs, pair(centre, other)])
        return cls(order, count, place, first, pairs)

    def between_copies(self, packed: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """For each pair of stories the pairs of their copies, as far as there are few."""
        a, b = _ends(packed)
        several = np.flatnonzero(self.count[a] * self.count[b] > 1)
        a, b = a[several], b[several]
        out = [np.zeros(0, dtype=np.uint64)]
        for i in range(COPIES):
            for j in range(COPIES):
                both = (self.count[a] > i) & (self.count[b] > j)
                one = self.order[self.place[a[both]] + i].astype(np.uint64)
                two = self.order[self.place[b[both]] + j].astype(np.uint64)
                out.append(pair(one, two))
        return np.concatenate(out)


def banded_pairs(
    signatures: NDArray[np.uint32],
    sizes: NDArray[np.int64],
    among: NDArray[np.bool_],
    leads: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Pairs (``a << 32 | b``, sorted) with an equal band whose signatures agree in enough places.

    ``sizes`` counts the shingles of each story (int64[n]), ``among`` says which are looked at.
    In a large crowd each story is paired with the largest, and what is not like that one with
    the smallest; ``leads`` (each story its own at first) is given the centre that a story of a
    large crowd is like, so that other bands do not pair what hangs together already.
    """
    ids = np.flatnonzero(among & (sizes >= BANDED)).astype(np.uint64)
    bits = id_bits(len(sizes))
    pairs = np.zeros(0, dtype=np.uint64)
    for band in range(BANDS):
        keys = band_keys(signatures, band)[ids.astype(np.int64)]
        packed = frequent(pack_keys(keys, ids, bits), keys >> np.uint64(bits), 2)
        packed.sort()
        crowds = crowds_of(packed, bits)
        fresh = _apart(unique(crowds.pairs), leads)
        fresh = fresh[~_contains(pairs, fresh)]
        found = [pairs, fresh[alike(signatures, fresh)]]
        for largest in (True, False):
            centre, other = star(crowds.ids, crowds.counts, sizes, largest)
            apart = leads[centre] != leads[other]
            centre, other = centre[apart], other[apart]
            packed = pair(centre, other)
            like = alike(signatures, packed)
            leads[other[like]] = leads[centre[like]]
            found.append(packed[like])
        pairs = unique(np.concatenate(found))
    return pairs


def _apart(packed: NDArray[np.uint64], leads: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The pairs that are not of one large crowd: in that each is compared with its centre."""
    a, b = _ends(packed)
    kept: NDArray[np.uint64] = packed[leads[a] != leads[b]]
    return kept


def _contains(values: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """For each of ``wanted``, whether sorted ``values`` has it."""
    if not len(values):
        return np.zeros(len(wanted), dtype=bool)
    at = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    found: NDArray[np.bool_] = values[at] == wanted
    return found


def band_keys(signatures: NDArray[np.uint32], band: int) -> NDArray[np.uint64]:
    """A hash of the four rows of band ``band``, uint64[n], of signatures uint32[n, 128]."""
    columns = slice(band * ROWS, (band + 1) * ROWS)
    keys = np.empty(len(signatures), dtype=np.uint64)
    for begin in range(0, len(signatures), CHUNK):
        rows = np.ascontiguousarray(signatures[begin : begin + CHUNK, columns]).view(np.uint64)
        keys[begin : begin + CHUNK] = (
            rows[:, 0] * np.uint64(0x9E3779B97F4A7C15) + rows[:, 1]
        ) * np.uint64(0xC2B2AE3D27D4EB4F)
    return keys


def alike(signatures: NDArray[np.uint32], packed: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which pairs (``a << 32 | b``) have an estimated Jaccard of ``LIKELY_JACCARD`` or more."""
    enough = np.zeros(len(packed), dtype=bool)
    for begin in range(0, len(packed), CHUNK):
        some = packed[begin : begin + CHUNK]
        a, b = _ends(some)
        agreeing = np.count_nonzero(signatures[a] == signatures[b], axis=1)
        enough[begin : begin + CHUNK] = agreeing >= LIKELY_JACCARD * PERMUTATIONS
    return enough


def _sampled(
    samples: Samples,
    among: NDArray[np.bool_],
    all_pairs: int,
    folder: Path | None,
    memory: int,
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Pairs whose samples share enough, and the prefixes of common shingles."""
    bits = id_bits(len(samples))
    crowd = common_from(int(np.count_nonzero(among)))
    common = []

    def events() -> Iterator[NDArray[np.uint64]]:
        for packed in in_parts(_postings(samples, among, bits), _HASH_BITS, folder, memory):
            ordered = unique(packed)
            heads = heads_of(ordered >> np.uint64(bits))
            counts = np.diff(np.append(heads, len(ordered)))
            common.append(prefixes(ordered[heads[counts > crowd]]))
            crowds = crowds_of(ordered, bits, all_pairs)
            stars = (star(crowds.ids, crowds.counts, samples.size, best) for best in (True, False))
            yield np.concatenate([crowds.pairs, *(pair(one, two) for one, two in stars)])

    pairs = [np.zeros(0, dtype=np.uint64)]
    kept = samples.at_each_density()
    for packed in in_parts(events(), 0, folder, memory):
        ordered = np.sort(frequent(packed, packed, SHARED_OF_FEW))
        heads = heads_of(ordered)
        shared = np.diff(np.append(heads, len(ordered)))
        enough = shared >= SHARED_OF_FEW
        pairs.append(likely_pairs(ordered[heads[enough]], shared[enough], samples.bits, kept))
    return np.concatenate(pairs), unique(np.concatenate([np.zeros(0, dtype=np.uint64), *common]))


def _postings(
    samples: Samples, among: NDArray[np.bool_], bits: int
) -> Iterator[NDArray[np.uint64]]:
    """The sampled hashes of the stories ``among``, packed with their story, chunk by chunk."""
    for begin in range(0, len(samples), CHUNK):
        end = min(begin + CHUNK, len(samples))
        first = samples.first[begin : end + 1]
        counts = np.diff(first)
        story = np.repeat(np.arange(begin, end, dtype=np.uint64), counts)
        keep = np.repeat(among[begin:end], counts)
        values = samples.values[first[0] : first[-1]]
        yield pack_keys(values[keep], story[keep], bits)


def common_from(stories: int) -> int:
    """How many of ``stories`` with different texts may share a shingle that is not yet common."""
    return max(COMMON, int(COMMON_SHARE * stories))


def likely_pairs(
    packed: NDArray[np.uint64],
    shared: NDArray[np.int64],
    bits: NDArray[np.uint8],
    kept: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """The pairs (``a << 32 | b``) whose smaller story may share ``LIKELY_CONTAINMENT``.

    ``shared`` counts the hashes that the samples of a pair share; ``bits`` (uint8[n]) and
    ``kept`` (int64[n, 5]) are each story's ``Samples.bits`` and ``Samples.at_each_density()``.
    """
    a, b = _ends(packed)
    at = np.maximum(bits[a], bits[b])
    least = np.minimum(kept[a, at], kept[b, at])
    expected = LIKELY_CONTAINMENT * least
    error = np.sqrt(expected * (1 - LIKELY_CONTAINMENT))
    likely = (shared >= SHARED) & (shared >= expected - ERRORS * error)
    likely |= (least <= FEW) & (shared >= expected)
    return packed[likely]
