"""All that is kept of stories to find their duplicates: signatures, samples and digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.shingles import digests, fingerprint, shingle
from cleaner.duplicates.sketch import Samples, every_second, minhash, sample


@dataclass(frozen=True)
class Sketches:
    """The sketches of n stories, in one order: ``signatures`` uint32[n, 128] of every second
    shingle, ``samples`` of n, ``digests`` uint64[n, 2]."""

    signatures: NDArray[np.uint32]
    samples: Samples
    digests: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.digests)


def sketch_stories(texts: Sequence[str]) -> Sketches:
    """The sketches of story texts."""
    prints = fingerprint(texts)
    shingles = shingle(prints)
    return Sketches(minhash(every_second(shingles)), sample(shingles), digests(prints))


def join_sketches(parts: Sequence[Sketches]) -> Sketches:
    """The sketches of several lists of stories laid one after the other."""
    if not parts:
        return sketch_stories([])
    samples = [part.samples for part in parts]
    sizes = np.cumsum([0, *(len(one.values) for one in samples)])
    first = [one.first[:-1] + size for one, size in zip(samples, sizes[:-1], strict=True)]
    return Sketches(
        np.concatenate([part.signatures for part in parts]),
        Samples(
            np.concatenate([one.values for one in samples]),
            np.concatenate([*first, sizes[-1:]]),
            np.concatenate([one.bits for one in samples]),
            np.concatenate([one.size for one in samples]),
        ),
        np.concatenate([part.digests for part in parts]),
    )
