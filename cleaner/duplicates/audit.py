"""Is an index whole, and what does it weigh: every file against the manifest, nothing changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cleaner.duplicates import postings
from cleaner.duplicates.index import SEGMENTS, Index
from cleaner.duplicates.manifest import (
    NAME,
    Entry,
    State,
    count_rows,
    one_moment,
    open_manifest,
    state_of,
    telling_trouble,
)
from cleaner.duplicates.segments import Segment, digest_of, open_segment

_TRIES = 4
"""Times a check begins anew because a writer merged what was being read."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What an index holds and what that takes: ``stories`` in all, ``copies`` of them with a
    fingerprint that an earlier one has, and bytes on disk by what they are for."""

    stories: int
    copies: int
    segments: int
    bytes: dict[str, int]

    @property
    def bytes_in_all(self) -> int:
        """Bytes of all files."""
        return sum(self.bytes.values())


def weigh(index: Index) -> Weight:
    """What an index holds, and its bytes on disk."""
    parts = {"keys": 0, "samples": 0, "texts": 0, "rest of the segments": 0}
    for entry, segment in zip(index.state.segments, index.segments, strict=True):
        sizes = (
            segment.keys.records.nbytes + segment.keys.fan.nbytes,
            segment.samples.records.nbytes + segment.samples.fan.nbytes,
            segment.text.nbytes + segment.text_start.nbytes,
        )
        for name, size in zip(parts, sizes, strict=False):
            parts[name] += size
        parts["rest of the segments"] += entry.bytes - sum(sizes)
    # The log and its map beside the manifest go and come with writers and readers.
    parts["manifest and ids"] = (index.folder / NAME).stat().st_size
    return Weight(len(index), index.copies, len(index.segments), parts)


def check(folder: Path) -> list[str]:
    """What is wrong with the index in ``folder``, a line each; nothing where it is whole.

    The manifest by SQLite's own check; rows without a gap, each with a name; every segment's
    size and digest, its postings in order, the places of its texts. Raises CleanerError where
    there is no index, or its manifest cannot be read at all.
    """
    with telling_trouble(folder), closing(open_manifest(folder)) as base:
        for _ in range(_TRIES):
            with one_moment(base):
                state = state_of(base)
                faults = [*_manifest_faults(base, state)]
            missing = False
            for entry in state.segments:
                path = folder / SEGMENTS / entry.file
                try:
                    faults += (f"{entry.file}: {fault}" for fault in _segment_faults(path, entry))
                except OSError as error:
                    missing = True
                    faults.append(f"{entry.file}: {error.strerror}")
            with one_moment(base):
                if not missing or state_of(base) == state:
                    break
        return faults


def _manifest_faults(base: sqlite3.Connection, state: State) -> Iterator[str]:
    for (told,) in base.execute("PRAGMA integrity_check"):
        if told != "ok":
            yield f"{NAME}: {told}"
    rows = 0
    for entry in state.segments:
        if entry.first != rows:
            yield f"{NAME}: segment {entry.file} should begin with row {rows}"
        rows = entry.first + entry.stories
    named, last, copies = count_rows(base)
    if (named, last) != (rows, rows - 1):
        yield f"{NAME}: it names {named} stories up to row {last}, the segments have {rows}"
    if copies != sum(entry.copies for entry in state.segments):
        yield f"{NAME}: it names {copies} copies, the segments count others"


def _segment_faults(path: Path, entry: Entry) -> Iterator[str]:
    size = path.stat().st_size
    if size != entry.bytes:
        yield f"it has {size} bytes instead of {entry.bytes}"
        return
    if digest_of(path) != entry.digest:
        yield "its bytes are not those that were written (another digest)"
        return
    try:
        segment = open_segment(path)
    except ValueError as error:
        yield str(error)
        return
    yield from _content_faults(segment, entry)


def _content_faults(segment: Segment, entry: Entry) -> Iterator[str]:
    """What a segment whose bytes are as they were written may still have wrong."""
    if len(segment) != entry.stories:
        yield f"it has {len(segment)} stories instead of {entry.stories}"
    for name, one in (("keys", segment.keys), ("samples", segment.samples)):
        yield from (f"{name}: {fault}" for fault in postings.faults(one, len(segment)))
    starts = segment.text_start
    if len(starts) and (
        len(starts) != len(segment) + 1
        or int(starts[-1]) != len(segment.text)
        or bool(np.any(starts[1:] < starts[:-1]))
    ):
        yield "the places of its texts do not fit its texts"
