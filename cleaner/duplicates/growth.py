"""How an index grows: stories are added as segments, segments merged, one writer at a time.

Each step leaves an index that is whole. A segment file is on disk under its name before the
manifest counts it (one transaction, with the names of its stories), and a merged file before it
takes the place of its parts. Killed in between, a writer leaves a file that nothing counts: the
next one sweeps it away.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.candidates import BANDED
from cleaner.duplicates.held import DICTIONARY_STORIES, hold, make_dictionary
from cleaner.duplicates.index import SEGMENTS, Index
from cleaner.duplicates.keys import DIGEST, IDENTITY, keys_of
from cleaner.duplicates.manifest import (
    Entry,
    committing,
    open_manifest,
    segment_file,
    telling_trouble,
    to_column,
)
from cleaner.duplicates.segments import Segment, make_segment, sync_folder, write_segment
from cleaner.duplicates.sketch import Samples
from cleaner.duplicates.sketches import Sketches, join_sketches, sketch_stories
from cleaner.duplicates.verify import StoryText
from cleaner.model import CleanerError
from cleaner.text.lines import BATCH_CHARS

MOST_SEGMENTS = 8
"""Segments above which the last ones are merged: a question is put to each of them."""

LOCK = "writer.lock"
"""The file that the one writer holds locked; the system lets go of it when the writer ends."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of stories that were to be added: ``new`` stories with a text of their own,
    ``copies`` with a fingerprint the index had (known by the first that had it), and those
    ``known`` already by the same id and fingerprint, which are not counted again."""

    new: int = 0
    copies: int = 0
    known: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(self.new + other.new, self.copies + other.copies, self.known + other.known)


@contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """The one writer of the index in ``folder``, for as long as the block lasts.

    Raises CleanerError where there is no index, another make of it, or another writer.
    """
    Index.open(folder).close()
    with closing(_locked(folder)):
        with telling_trouble(folder):
            base = open_manifest(folder, write=True)
        with closing(base):
            writer = Writer(folder, base)
            try:
                writer.sweep()
                yield writer
            finally:
                writer.close()


def _locked(folder: Path) -> sqlite3.Connection:
    """Holds the writer's lock until it is closed, or the process ends, however it ends.

    It is a lock on an empty file as SQLite takes one, because that works on every system.
    """
    with telling_trouble(folder):
        lock = sqlite3.connect(folder / LOCK, timeout=0)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise CleanerError(
                f"{folder}: another writer is at work on this index; wait for it and repeat"
            ) from None
    return lock


class Writer:
    """Adds stories to an index; made by ``writing``."""

    def __init__(self, folder: Path, base: sqlite3.Connection) -> None:
        self._folder, self._base = folder, base
        self._index = Index.open(folder)

    def add(self, stories: Sequence[StoryText], sketches: Sketches | None = None) -> Added:
        """Adds stories as one segment; ``sketches`` are those of their texts, if made already.

        Once it returns they are kept, whatever happens; killed before, none of them is, and
        adding the same again adds what is missing. A story whose id and fingerprint are known is
        left out; one with a known id and another text is another story.
        """
        with telling_trouble(self._folder):
            return self._add(stories, sketches or _sketched(stories))

    def close(self) -> None:
        """Moves what is in the manifest's log into the manifest; the index is whole without it."""
        self._index.close()
        with suppress(sqlite3.Error):
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _add(self, stories: Sequence[StoryText], sketches: Sketches) -> Added:
        index = self._index
        keys = keys_of([story.id for story in stories], sketches.signatures, sketches.digests)
        fresh = self._fresh(stories, sketches.digests, keys)
        if not len(fresh):
            return Added(known=len(stories))
        digests, texts = sketches.digests[fresh], [stories[i] for i in fresh]
        copy_of = _copies(digests, index.equal(digests, keys[fresh]), len(index))
        original = copy_of < 0
        dictionary = index.state.dictionary
        own = [story for story, alone in zip(texts, original, strict=True) if alone]
        if index.holds_texts and not dictionary and len(own) >= DICTIONARY_STORIES:
            dictionary = make_dictionary([story.text for story in own])
        packed = iter(hold(own, dictionary) if index.holds_texts else ())
        samples = _some(sketches.samples, fresh, original)
        segment = make_segment(
            *_postings(keys[fresh], digests, samples.size, original),
            samples,
            digests,
            [next(packed) if alone else b"" for alone in original] if index.holds_texts else None,
        )
        copies = len(texts) - len(own)
        entry = self._write([segment], len(index), copies)
        with committing(self._base):
            self._name(texts, copy_of, entry.first)
            self._count(entry)
            if dictionary != index.state.dictionary:
                self._base.execute("INSERT INTO dictionary VALUES (?)", [dictionary])
        self._renew()
        self._merge()
        return Added(len(own), copies, len(stories) - len(texts))

    def _name(self, stories: Sequence[StoryText], copy_of: NDArray[np.int64], first: int) -> None:
        """Tells the manifest what the stories from row ``first`` on are called."""
        copied = [None if same < 0 else same for same in copy_of.tolist()]
        rows = range(first, first + len(stories))
        self._base.executemany(
            "INSERT INTO stories VALUES (?, ?, ?)",
            zip(rows, (to_column(story.id) for story in stories), copied, strict=True),
        )

    def sweep(self) -> None:
        """Takes away files of this index that nothing counts, left by a writer that was killed."""
        counted = {entry.file for entry in self._index.state.segments}
        for path in sorted((self._folder / SEGMENTS).iterdir()):
            if path.name not in counted and path.name.endswith((".segment", ".segment.part")):
                with suppress(OSError):  # a reader on Windows still has it open: the next time
                    path.unlink()

    def _fresh(
        self,
        stories: Sequence[StoryText],
        digests: NDArray[np.uint64],
        keys: NDArray[np.uint32],
    ) -> NDArray[np.int64]:
        """Which of the stories neither the index nor an earlier one of them is."""
        probe, row = self._index.rows_of(lambda segment: segment.keys, keys[:, IDENTITY])
        same = (self._index.digests(row) == digests[probe]).all(axis=1)
        ids = self._index.ids(row[same].tolist())
        seen = {
            (ids[there], tuple(digests[here].tolist()))
            for here, there in zip(probe[same].tolist(), row[same].tolist(), strict=True)
        }
        fresh = []
        for i, story in enumerate(stories):
            identity = (story.id, tuple(digests[i].tolist()))
            if identity not in seen:
                seen.add(identity)
                fresh.append(i)
        return np.array(fresh, dtype=np.int64)

    def _write(self, parts: Sequence[Segment], first: int, copies: int) -> Entry:
        """Brings the parts to disk as one segment that nothing counts yet."""
        stories = sum(map(len, parts))
        path = self._folder / SEGMENTS / segment_file(first, stories)
        return Entry(first, stories, copies, *write_segment(parts, path))

    def _count(self, entry: Entry) -> None:
        self._base.execute(
            "INSERT INTO segments VALUES (?, ?, ?, ?, ?)",
            [entry.first, entry.stories, entry.copies, entry.bytes, entry.digest],
        )

    def _merge(self) -> None:
        """Merges the last segments into one, where there are too many."""
        entries = self._index.state.segments
        begin = merged_from([entry.stories for entry in entries])
        if begin >= len(entries):
            return
        parts = entries[begin:]
        copies = sum(part.copies for part in parts)
        whole = self._write(self._index.segments[begin:], parts[0].first, copies)
        with committing(self._base):
            self._base.execute("DELETE FROM segments WHERE first >= ?", [whole.first])
            self._count(whole)
        self._renew()
        self.sweep()
        sync_folder(self._folder / SEGMENTS)

    def _renew(self) -> None:
        self._index.close()
        self._index = Index.open(self._folder)


def _sketched(stories: Sequence[StoryText]) -> Sketches:
    """The sketches of stories, made in batches that stay in the cache."""
    parts, begin, chars = [], 0, 0
    for end, story in enumerate(stories, 1):
        chars += len(story.text)
        if chars >= BATCH_CHARS or end == len(stories):
            parts.append(sketch_stories([one.text for one in stories[begin:end]]))
            begin, chars = end, 0
    return join_sketches(parts)


def merged_from(sizes: Sequence[int]) -> int:
    """The number of the first segment to be merged with all after it; ``len(sizes)``: none.

    Nothing happens up to 8 segments. Then the last ones go together, as few as leave 8 and as
    many as are no larger than all that follows them: a story is written again about once each
    time its segment doubles, so log2(n) times in all.
    """
    if len(sizes) <= MOST_SEGMENTS:
        return len(sizes)
    begin = len(sizes) - 1
    total = sizes[begin]
    while begin and (begin >= MOST_SEGMENTS or sizes[begin - 1] <= total):
        begin -= 1
        total += sizes[begin]
    return begin


def _copies(digests: NDArray[np.uint64], equal: NDArray[np.int64], first: int) -> NDArray[np.int64]:
    """For each new story the row of the earlier one with an equal fingerprint, or -1.

    ``equal`` names those of the index; the new stories get rows from ``first`` on.
    """
    copy_of = equal.copy()
    seen: dict[bytes, int] = {}
    for i in np.flatnonzero((equal < 0) & digests.any(axis=1)).tolist():
        row = seen.setdefault(digests[i].tobytes(), first + i)
        if row != first + i:
            copy_of[i] = row
    return copy_of


def _some(samples: Samples, fresh: NDArray[np.int64], original: NDArray[np.bool_]) -> Samples:
    """The samples of the stories ``fresh``; those that are copies are found by their first."""
    counts = np.where(original, np.diff(samples.first)[fresh], 0)
    first = np.concatenate([[0], np.cumsum(counts)])
    places = np.repeat(samples.first[fresh] - first[:-1], counts) + np.arange(first[-1])
    return Samples(samples.values[places], first, samples.bits[fresh], samples.size[fresh])


def _postings(
    keys: NDArray[np.uint32],
    digests: NDArray[np.uint64],
    sizes: NDArray[np.int64],
    original: NDArray[np.bool_],
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The keys by which each story is found, and the rows they belong to: all by their identity,
    the first with a fingerprint also by its digest and, if it has shingles enough, its bands."""
    used = np.zeros(keys.shape, dtype=bool)
    used[:, IDENTITY] = True
    used[:, DIGEST] = original & digests.any(axis=1)
    used[:, :DIGEST] = (original & (sizes >= BANDED))[:, None]
    rows = np.repeat(np.arange(len(keys), dtype=np.int64), used.sum(axis=1))
    return keys[used], rows
