"""Numbers in more than memory: laid out in files by range, and given back a range at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PARTS = 64
"""Ranges that spilled numbers are divided into."""


def by_range(
    chunks: Iterable[NDArray[np.uint64]], bits: int, folder: Path | None, memory: int
) -> Iterator[NDArray[np.uint64]]:
    """All numbers of ``chunks``, range by range, in any order within a range.

    Numbers are below 2^``bits``, or count to the last range. What fits into a quarter of
    ``memory`` bytes is one range, and so is everything without a ``folder``; more is written to
    a temporary folder in it.
    """
    held: list[NDArray[np.uint64]] = []
    size = 0
    rest = iter(chunks)
    for chunk in rest:
        held.append(chunk)
        size += chunk.nbytes
        if folder is not None and size > memory // 4:
            break
    else:
        yield np.concatenate([np.zeros(0, dtype=np.uint64), *held])
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix="ranges-") as name:
        paths = [Path(name) / str(part) for part in range(PARTS)]
        streams = [path.open("wb") for path in paths]
        try:
            for chunk in _both(held, rest):
                part = np.minimum(chunk >> np.uint64(bits - 6), np.uint64(PARTS - 1))
                order = np.argsort(part.astype(np.uint8), kind="stable")
                ordered = chunk[order]
                edges = np.searchsorted(part[order], np.arange(PARTS + 1))
                for k, stream in enumerate(streams):
                    ordered[edges[k] : edges[k + 1]].tofile(stream)
        finally:
            for stream in streams:
                stream.close()
        for path in paths:
            yield np.fromfile(path, dtype=np.uint64)
            path.unlink()


def _both(
    held: list[NDArray[np.uint64]], rest: Iterator[NDArray[np.uint64]]
) -> Iterator[NDArray[np.uint64]]:
    """The chunks held, letting go of each, then the rest."""
    while held:
        yield held.pop(0)
    yield from rest
