"""Small pictures of shingle sets: MinHash as datasketch makes it, and FracMinHash samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.shingles import Shingles

PERMUTATIONS = 128
"""Values in a signature: the error of its estimate of J is at most sqrt(.25 / 128) = .044."""

SEED = 1
"""Seed of the permutations: datasketch's default."""

RATE_BITS = 4
"""A sample keeps the hashes below 2^64 / 2^4, one in 16 (duplicates.md 5.4: recall .997)."""

WANTED = 32
"""Hashes that a short story's sample should hold: for fewer it is drawn denser."""

_BLOCK = 1 << 16
"""Shingles hashed at a time, so that the work stays in the cache (performance.md 2)."""


@dataclass(frozen=True)
class Samples:
    """FracMinHash samples of n stories: those of story ``i`` are ``values[first[i]:first[i+1]]``.

    ``values`` are the smallest hashes of each story, sorted, each once (uint64); ``first`` is
    int64[n + 1]; ``bits`` the density of each sample (uint8[n]): it holds every hash of the
    story below 2^(64 - bits); ``size`` the number of shingles of the story (int64[n]), repeats
    included.
    """

    values: NDArray[np.uint64]
    first: NDArray[np.int64]
    bits: NDArray[np.uint8]
    size: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first) - 1


def minhash(shingles: Shingles) -> NDArray[np.uint32]:
    """The MinHash signature of each story, uint32[n, 128].

    Equal bit for bit to ``datasketch.MinHash(num_perm=128, scheme="affine32")`` over the low 32
    bits of the story's shingles with the identity as hash function: fmix32, then for each
    permutation the least of ``a * h + b`` mod 2^32. A story without shingles has all ones, as
    datasketch's empty MinHash has, and must never be compared.
    """
    signatures = np.full((len(shingles), PERMUTATIONS), 0xFFFFFFFF, dtype=np.uint32)
    a, b = _permutations()
    first = shingles.first
    begin = 0
    while begin < len(shingles):
        end = int(np.searchsorted(first, first[begin] + _BLOCK, side="right")) - 1
        end = max(end, begin + 1)
        values = _mix32(shingles.values[first[begin] : first[end]].astype(np.uint32))
        filled = np.flatnonzero(first[begin + 1 : end + 1] > first[begin:end]) + begin
        if len(filled):
            starts = first[filled] - first[begin]
            work = np.empty_like(values)
            for k in range(PERMUTATIONS):
                np.multiply(values, a[k], out=work)
                np.add(work, b[k], out=work)
                signatures[filled, k] = np.minimum.reduceat(work, starts)
        begin = end
    return signatures


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors (odd) and addends of the permutations, as datasketch 2.0 draws them (affine32)."""
    draw = np.random.RandomState(SEED)
    a = draw.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    b = draw.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)
    return a, b


def _mix32(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The finaliser of MurmurHash3 for 32 bits, in place."""
    values ^= values >> np.uint32(16)
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def sample(shingles: Shingles) -> Samples:
    """The FracMinHash sample of each story (Irber et al. 2022, "scaled" sketches).

    A story of ``s`` shingles keeps every hash below 2^(64 - bits): ``bits`` is 4, one in 16,
    and for a short story as much less as makes ``s / 2^bits`` at least 32. Thresholds are
    nested: whatever the density, a hash below 2^60 is always kept, so that two samples are
    compared on the hashes that both would have kept.
    """
    sizes = np.diff(shingles.first)
    bits = np.zeros(len(sizes), dtype=np.uint8)
    for step in range(1, RATE_BITS + 1):
        bits[sizes >= WANTED << step] = step
    parts = []
    for story in range(len(shingles)):
        values = shingles.of(story)
        values = np.sort(
            values[values < np.uint64(1 << (64 - int(bits[story])))] if bits[story] else values
        )
        parts.append(values[np.concatenate([[True], values[1:] != values[:-1]])[: len(values)]])
    first = np.zeros(len(shingles) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=first[1:])
    values = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
    return Samples(values, first, bits, sizes)
