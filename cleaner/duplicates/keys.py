"""The keys a story is found by in an index: its bands, its digest, and its id with its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.candidates import BANDS, ROWS

DIGEST, IDENTITY = BANDS, BANDS + 1
"""Which of a story's keys is that of its digest, and which that of its identity; the keys before
are those of its bands: the 4 rows of the signature in each."""

KEYS = BANDS + 2
"""Keys of a story in all."""

KEYS_VERSION = 2
"""Raised whenever the same story gets other keys: an index made before is void then."""

_WORDS = 4
"""32-bit words that become one key: the rows of a band, or the 128 bits of a digest."""


def keys_of(
    ids: Sequence[str], signatures: NDArray[np.uint32], digests: NDArray[np.uint64]
) -> NDArray[np.uint32]:
    """The keys of n stories, uint32[n, 34]: ``signatures`` uint32[n, 128], ``digests`` [n, 2].

    Four words become one key by multilinear hashing: the upper 32 bits of a sum of products with
    random 64-bit factors, mod 2^64. Other words give the same key once in 2^32, whatever the
    words (Thorup 2015, "High speed hashing for integers and strings", section 3.2).
    """
    assert ROWS == _WORDS
    factors, addends = _factors()
    words = [signatures, _words(digests), _words(_identities(ids, digests))]
    joined = np.concatenate(words, axis=1)
    keys = np.empty((len(digests), KEYS), dtype=np.uint32)
    for key in range(KEYS):
        four = joined[:, key * _WORDS : (key + 1) * _WORDS].astype(np.uint64)
        total = (four * factors[key]).sum(axis=1, dtype=np.uint64) + addends[key]
        keys[:, key] = total >> np.uint64(32)
    return keys


def _words(digests: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """128-bit digests (uint64[n, 2]) as words (uint32[n, 4])."""
    return np.ascontiguousarray(digests.astype("<u8")).view("<u4")


def _identities(ids: Sequence[str], digests: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A 128-bit digest of each id with its story's digest, uint64[n, 2]."""
    raw = digests.astype("<u8").tobytes()
    told = (raw[i * 16 : i * 16 + 16] + _bytes_of(id) for i, id in enumerate(ids))
    joined = b"".join(hashlib.blake2b(one, digest_size=16).digest() for one in told)
    return np.frombuffer(joined, dtype="<u8").reshape(-1, 2)


def _bytes_of(id: str) -> bytes:
    return id.encode("utf-8", "surrogatepass")


@cache
def _factors() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Random factors uint64[34, 4] and addends uint64[34]: a stream of BLAKE2b, always the same."""
    raw = b"".join(
        hashlib.blake2b(key.to_bytes(2, "little"), digest_size=40, person=b"cleaner-keys").digest()
        for key in range(KEYS)
    )
    drawn = np.frombuffer(raw, dtype="<u8").reshape(KEYS, _WORDS + 1)
    return drawn[:, :_WORDS].copy(), drawn[:, _WORDS].copy()
