"""Segments: immutable files that hold a run of stories as columns, mapped and never read whole.

A segment is one line of JSON (its columns: name, dtype, shape, offset), then the columns, each
at a multiple of 64 bytes:

===================  ==============  ==========================================================
``size``             uint32[n]       shingles of each story, repeats included
``sampled``          uint32[n]       hashes in its sample, and ``bits`` uint8[n] the density of it
``digest``           uint64[n, 2]    of its fingerprint
``keys``             uint8[m, w]     postings of its keys (see ``cleaner.duplicates.keys``)
``samples``          uint8[m, w]     postings of the lower 32 bits of its sample's hashes
``keys_fan`` ...     uint32[2^f+1]   where each bucket of the postings starts
``text``             uint8[b]        held texts one after the other
``text_start``       uint64[n + 1]   where each of them starts; empty where texts are not held
===================  ==============  ==========================================================

Rows count from 0 in each segment; the index adds the number of the first. A file gets its name
only when all of it is on disk: see ``write_segment``.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.postings import Layout, Postings, build, entries_of, merge
from cleaner.duplicates.sketch import Samples

ALIGNED = 64
"""Columns start at multiples of this many bytes."""

_COPIED_AT_ONCE = 1 << 22
"""Bytes of a column written at a time."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Segment:
    """A segment as columns, be they views of its file or in memory; see the module.

    ``text`` is empty and ``text_start`` has no places where texts are not held.
    """

    size: NDArray[np.uint32]
    sampled: NDArray[np.uint32]
    bits: NDArray[np.uint8]
    digest: NDArray[np.uint64]
    keys: Postings
    samples: Postings
    text: NDArray[np.uint8]
    text_start: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.size)

    def held(self, row: int) -> bytes:
        """The held text of a row, empty where it has none."""
        if not len(self.text_start):
            return b""
        return self.text[int(self.text_start[row]) : int(self.text_start[row + 1])].tobytes()


def make_segment(
    keys: NDArray[np.uint32],
    key_rows: NDArray[np.int64],
    samples: Samples,
    digests: NDArray[np.uint64],
    held: Sequence[bytes] | None,
) -> Segment:
    """A segment in memory of n stories.

    ``keys`` of rows ``key_rows`` and ``samples`` (of n stories; those without values are found
    by none) become postings; ``digests`` are uint64[n, 2]; ``held`` are n held texts, or None.
    """
    stories = len(digests)
    counts = np.diff(samples.first)
    rows = np.repeat(np.arange(stories, dtype=np.int64), counts)
    low = (samples.values & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    starts = np.zeros(0, dtype=np.uint64)
    if held is not None:
        starts = np.cumsum([0, *map(len, held)]).astype(np.uint64)
    return Segment(
        size=samples.size.astype(np.uint32),
        sampled=counts.astype(np.uint32),
        bits=samples.bits,
        digest=digests,
        keys=build(entries_of(keys, key_rows), stories),
        samples=build(entries_of(low, rows), stories),
        text=np.frombuffer(b"".join(held or ()), dtype=np.uint8),
        text_start=starts,
    )


@dataclass(frozen=True)
class _Column:
    """A column on its way to a file: its name, dtype, shape, and its content block by block."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    blocks: Iterator[Array]

    @property
    def bytes(self) -> int:
        return int(np.dtype(self.dtype).itemsize * np.prod(self.shape, dtype=np.int64))


def write_segment(parts: Sequence[Segment], path: Path) -> tuple[int, str]:
    """Writes the stories of ``parts``, one after the other, as one segment; its bytes and digest.

    The file is written under another name, brought to disk, and only then named ``path``: what
    stands under that name is whole, whenever the machine stops. The digest is BLAKE2b-128 in hex.
    """
    columns = [*_story_columns(parts), *_postings_columns(parts), *_text_columns(parts)]
    places, offset = {}, 0
    for column in columns:
        places[column.name] = {"dtype": column.dtype, "shape": column.shape, "offset": offset}
        offset += column.bytes + -column.bytes % ALIGNED
    head = json.dumps({"stories": sum(map(len, parts)), "columns": places}).encode()
    head += b" " * (-(len(head) + 1) % ALIGNED) + b"\n"
    digest = hashlib.blake2b(digest_size=16)
    size = 0
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as file:
        for block in _blocks(head, columns):
            file.write(block)
            digest.update(block)
            size += len(block)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    sync_folder(path.parent)
    return size, digest.hexdigest()


def _blocks(head: bytes, columns: Iterable[_Column]) -> Iterator[bytes]:
    """The bytes of a segment file, in order."""
    yield head
    for column in columns:
        for block in column.blocks:
            yield block.astype(column.dtype, copy=False).tobytes()
        yield b"\0" * (-column.bytes % ALIGNED)


def _story_columns(parts: Sequence[Segment]) -> Iterator[_Column]:
    stories = sum(map(len, parts))
    yield _Column("size", "<u4", (stories,), iter([part.size for part in parts]))
    yield _Column("sampled", "<u4", (stories,), iter([part.sampled for part in parts]))
    yield _Column("bits", "|u1", (stories,), iter([part.bits for part in parts]))
    yield _Column("digest", "<u8", (stories, 2), iter([part.digest for part in parts]))


def _postings_columns(parts: Sequence[Segment]) -> Iterator[_Column]:
    firsts = np.cumsum([0, *map(len, parts)]).tolist()
    stories = firsts.pop()
    for name, several in (
        ("keys", [part.keys for part in parts]),
        ("samples", [part.samples for part in parts]),
    ):
        layout = Layout(sum(map(len, several)), stories)
        fan = np.zeros((1 << layout.fan_bits) + 1, dtype=np.int64)
        records = merge(list(zip(several, firsts, strict=True)), layout, fan)
        yield _Column(name, "|u1", (layout.count, layout.width), records)
        # The fan is complete when the records before it have been written.
        wide = "<i8" if layout.count >> 32 else "<u4"
        yield _Column(f"{name}_fan", wide, fan.shape, (np.cumsum(counts) for counts in [fan]))


def _text_columns(parts: Sequence[Segment]) -> Iterator[_Column]:
    firsts = np.cumsum([0, *(len(part.text) for part in parts)]).tolist()
    total = firsts.pop()
    starts = [
        part.text_start[:-1] + np.uint64(first) for part, first in zip(parts, firsts, strict=True)
    ]
    held = any(len(part.text_start) for part in parts)
    starts.append(np.array([total] if held else [], dtype=np.uint64))
    yield _Column("text_start", "<u8", (sum(map(len, starts)),), iter(starts))
    slices = (
        part.text[begin : begin + _COPIED_AT_ONCE]
        for part in parts
        for begin in range(0, len(part.text), _COPIED_AT_ONCE)
    )
    yield _Column("text", "|u1", (total,), slices)


def open_segment(path: Path) -> Segment:
    """The segment in a file, mapped; raises ValueError where the file is no whole segment."""
    with path.open("rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            start = mapped.find(b"\n") + 1
            told = json.loads(mapped[:start])
            return _from_columns(told["columns"], memoryview(mapped)[start:])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name} is no whole segment: {error}") from error


def _from_columns(places: dict[str, dict[str, Any]], body: memoryview) -> Segment:
    def column(name: str) -> NDArray[Any]:
        place = places[name]
        count = math.prod(place["shape"])
        flat = np.frombuffer(body, place["dtype"], count, place["offset"])
        return flat.reshape(place["shape"])

    size = column("size")

    def postings(name: str) -> Postings:
        records = column(name)
        return Postings(Layout(len(records), len(size)), records, column(f"{name}_fan"))

    return Segment(
        size=size,
        sampled=column("sampled"),
        bits=column("bits"),
        digest=column("digest"),
        keys=postings("keys"),
        samples=postings("samples"),
        text=column("text"),
        text_start=column("text_start"),
    )


def digest_of(path: Path) -> str:
    """The digest of a file, as ``write_segment`` tells it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def sync_folder(folder: Path) -> None:
    """Brings the names in a folder to disk, where the system can (Windows cannot)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
