"""The index: all stories seen before, in a folder, to find new pages' stories among them.

The folder holds a manifest (``cleaner.duplicates.manifest``) and immutable segments
(``cleaner.duplicates.segments``). A reader takes the manifest's state once and maps the segments
it names: it needs no lock, and neither a writer at work nor one that was killed changes what it
sees. Writing is the matter of ``cleaner.duplicates.growth``, the answer to "which of these do we
know?" that of ``cleaner.duplicates.known``.

A million news stories of 597 characters take 1,172 bytes each on disk: 142 for 34 keys, 192 for
46 sampled hashes, 783 for the text, 25 for sizes and digest, 30 for the id. 1,000 stories of which
100 are known are asked for in less than a second of processor time, proofs included; memory is
what the system keeps of the files (``python -m benchmarks.index`` measures all of it).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.held import release
from cleaner.duplicates.keys import DIGEST
from cleaner.duplicates.manifest import (
    NAME,
    Entry,
    State,
    check_make,
    create_manifest,
    header_of,
    names_of,
    one_moment,
    open_manifest,
    state_of,
    telling_trouble,
)
from cleaner.duplicates.postings import Postings, find, rows_at
from cleaner.duplicates.segments import Segment, open_segment
from cleaner.duplicates.verify import StoryText
from cleaner.model import CleanerError

SEGMENTS = "segments"
"""The folder of the segment files."""

_BEGUN = {SEGMENTS, NAME + ".part", NAME + ".part-wal", NAME + ".part-shm"}
"""What stands in a folder where an index was begun to be made and no more."""

FIRST = 64
"""Rows taken of a key that many stories have: the earliest. So a page that stands in the index
in a thousand versions is told by the first of them, and boilerplate costs little."""

_TRIES = 8
"""Times a reader takes a newer state because a writer has merged the segments of the last one."""


class Index:
    """An index as of the moment it was opened; close it, or use it as a context.

    Each process and each thread opens it for itself (SQLite's connections are not shared).
    """

    def __init__(self, folder: Path, base: sqlite3.Connection, make: dict[str, Any]) -> None:
        self.folder, self.make = folder, make
        self._base = base
        self.state, self.segments = _open_state(folder, base)
        self.firsts = np.array([entry.first for entry in self.state.segments], dtype=np.int64)

    @classmethod
    def create(cls, folder: Path, texts: bool = True) -> None:
        """A new, empty index in a new or empty folder; without ``texts`` it holds no story's
        text and answers with estimates (a fingerprint that is equal is known all the same)."""
        with telling_trouble(folder):
            if (folder / NAME).exists():
                raise CleanerError(f"{folder}: an index is there already; name a new folder")
            if folder.exists() and any(path.name not in _BEGUN for path in folder.iterdir()):
                raise CleanerError(f"{folder}: is not empty; name a new or an empty folder")
            (folder / SEGMENTS).mkdir(parents=True, exist_ok=True)
            create_manifest(folder, texts)

    @classmethod
    def open(cls, folder: Path, any_make: bool = False) -> Index:
        """The index in ``folder``, for reading. Raises CleanerError where there is none, it is
        damaged, or it is of another make (which ``any_make`` allows, to read its texts)."""
        with telling_trouble(folder):
            base = open_manifest(folder)
            try:
                make = header_of(base)
                check_make(make, folder, any_make)
                return cls(folder, base, make)
            except BaseException:
                base.close()
                raise

    def close(self) -> None:
        """Lets go of the manifest; the segments go when nothing uses them any more."""
        self._base.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __len__(self) -> int:
        return self.state.stories

    @property
    def holds_texts(self) -> bool:
        """Whether an answer can be exact."""
        return bool(self.make["texts"])

    @property
    def copies(self) -> int:
        """How many of its stories have a fingerprint that an earlier one has."""
        return sum(entry.copies for entry in self.state.segments)

    def equal(self, digests: NDArray[np.uint64], keys: NDArray[np.uint32]) -> NDArray[np.int64]:
        """For each digest the first row that has it, -1 where there is none (int64[n])."""
        rows = np.full(len(digests), -1, dtype=np.int64)
        filled = np.flatnonzero(digests.any(axis=1))
        probe, row = self.rows_of(keys_in, keys[filled, DIGEST])
        same = (self.digests(row) == digests[filled[probe]]).all(axis=1)
        rows[filled[probe[same]]] = row[same]
        return rows

    def rows_of(
        self, postings_of: Callable[[Segment], Postings], keys: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first rows that have each key, 64 at the most: (which key, row), int64 each."""
        taken = np.zeros(len(keys), dtype=np.int64)
        probes, rows = [taken[:0]], [taken[:0]]
        for first, segment in zip(self.firsts.tolist(), self.segments, strict=True):
            postings = postings_of(segment)
            low, high = find(postings, keys)
            counts = np.minimum(high - low, FIRST - taken)
            taken += counts
            probe = np.repeat(np.arange(len(keys), dtype=np.int64), counts)
            place = np.arange(len(probe)) + np.repeat(low - (np.cumsum(counts) - counts), counts)
            probes.append(probe)
            rows.append(rows_at(postings, place) + first)
        return np.concatenate(probes), np.concatenate(rows)

    def digests(self, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The digests of the fingerprints of these rows, uint64[n, 2]."""
        return self.column(rows, np.zeros((len(rows), 2), np.uint64), lambda part: part.digest)

    def sizes(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The shingles that the stories in these rows have, repeats included."""
        return self.column(rows, np.zeros(len(rows), np.int64), lambda part: part.size)

    def column(
        self,
        rows: NDArray[np.int64],
        out: NDArray[Any],
        column_of: Callable[[Segment], NDArray[Any]],
    ) -> NDArray[Any]:
        """Fills ``out`` with a column's values of these rows."""
        which = np.searchsorted(self.firsts, rows, side="right") - 1
        for number, segment in enumerate(self.segments):
            here = np.flatnonzero(which == number)
            out[here] = column_of(segment)[rows[here] - self.firsts[number]]
        return out

    def ids(self, rows: Sequence[int]) -> dict[int, str]:
        """The ids of the stories in these rows."""
        with telling_trouble(self.folder):
            return {row: id for row, (id, _) in names_of(self._base, rows).items()}

    def stories(self, rows: Sequence[int]) -> list[StoryText]:
        """The stories in these rows, as they were added, where texts are held; a copy has the
        text of the first story with its fingerprint."""
        with telling_trouble(self.folder):
            names = names_of(self._base, rows)
        out = []
        for row in rows:
            id, source = names[row]
            number = int(np.searchsorted(self.firsts, source, side="right")) - 1
            held = self.segments[number].held(source - int(self.firsts[number]))
            try:
                out.append(release(id, held, self.state.dictionary))
            except ValueError as error:
                raise CleanerError(
                    f"{self.folder}: {error}; see `cleaner index verify {self.folder}`"
                ) from error
        return out


def keys_in(segment: Segment) -> Postings:
    """The postings of the keys in a segment, for ``Index.rows_of``."""
    return segment.keys


def samples_in(segment: Segment) -> Postings:
    """The postings of the samples in a segment, for ``Index.rows_of``."""
    return segment.samples


def _open_state(folder: Path, base: sqlite3.Connection) -> tuple[State, tuple[Segment, ...]]:
    """The present state, and its segments. A writer may have merged them and taken the files
    away before they were opened: then there is a newer state."""
    for _ in range(_TRIES):
        with one_moment(base):
            state = state_of(base)
        try:
            return state, tuple(_open_entry(folder, entry) for entry in state.segments)
        except FileNotFoundError as error:
            missing = error.filename
    raise CleanerError(f"{missing}: a file of the index is gone; bring it back from a copy")


def _open_entry(folder: Path, entry: Entry) -> Segment:
    path = folder / SEGMENTS / entry.file
    size = path.stat().st_size
    try:
        if size != entry.bytes:
            raise ValueError(f"{path.name} has {size} bytes instead of {entry.bytes}")
        return open_segment(path)
    except ValueError as error:
        raise CleanerError(
            f"{path.parent}: {error}; bring it back from a copy, or create a new index"
        ) from error
