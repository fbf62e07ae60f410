"""One shard of the input cleaned into files of its own, in a worker process or in this one."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from cleaner.corpus.entries import Entry
from cleaner.corpus.formats import format_named
from cleaner.corpus.jsonlines import to_line
from cleaner.corpus.ledger import LEDGER, closing_row, entry_row, opening_row
from cleaner.corpus.rows import finding_row, page_row, story_row
from cleaner.corpus.shards import Piece
from cleaner.corpus.sources import Source
from cleaner.corpus.streams import open_for_writing
from cleaner.duplicates.sketches import Sketches, join_sketches, sketch_stories
from cleaner.engines.counts import Counts, count_page
from cleaner.engines.pieces import Met, Shard, entries_of, place_in
from cleaner.engines.survey import load_survey
from cleaner.pipeline import clean_batch
from cleaner.stories.cut import CleanPage, Edit
from cleaner.text.lines import in_batches

EMPTY = "is empty; scrape it again or leave it out"

MOST_ASIDE = 1000
"""Pages set aside that a shard names: where no record has the field that was asked for, there are
millions."""


def clean_shard(shard: Shard) -> None:
    """Cleans the pages of a shard into ``shard.folder``, which appears when all of it is there.

    The folder holds ``pages.jsonl``, ``stories.jsonl`` (rows still without group),
    ``removed.jsonl``, ``restore.jsonl.gz``, ``cleaned/`` (files whole, or the pieces of a large
    one by number), the sketches of the stories (``*.npy``, see ``save_sketches``), the
    offsets of their rows (``offsets.npy``, int64[n]), the noise of their pages (``noise.npy``,
    float64[n], a share) and ``told.json`` (counts, pages set aside, digests of the input).
    """
    draft = shard.folder.with_name(shard.folder.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "cleaned").mkdir(parents=True)
    known = load_survey(shard.folder.parent)
    with _Writer(draft, shard) as writer:
        for batch in in_batches(entries_of(shard), _size):
            pages = [known.named(e.page, e.place) for _, e in batch if e is not None and e.page]
            cleaned = iter(clean_batch(pages, shard.cleaning, known.repeats))
            for number, entry in batch:
                if entry is None:
                    writer.open_piece(number)
                elif entry.page is None:
                    writer.pass_by(entry)
                else:
                    writer.write(entry, next(cleaned))
            writer.sketch()
        writer.finish()
    os.replace(draft, shard.folder)


def _size(met: Met) -> int:
    _, entry = met
    return 1 if entry is None else entry.characters


class _Writer:
    """The files of a shard while they are written."""

    def __init__(self, folder: Path, shard: Shard) -> None:
        self._folder, self._shard = folder, shard
        self._stories = (folder / "stories.jsonl").open("wb")
        self._removed = (folder / "removed.jsonl").open("wb")
        self._pages = (folder / "pages.jsonl").open("wb")
        self._ledger = open_for_writing(folder / LEDGER, "gzip", level=1)
        self._piece: _OpenPiece | None = None
        self._told = Told()
        self._texts: list[str] = []
        self._sketches: list[Sketches] = []
        self._offsets: list[int] = []
        self._noise: list[float] = []

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_piece()
        for stream in (self._stories, self._removed, self._pages, self._ledger):
            stream.close()

    def open_piece(self, number: int) -> None:
        """The entries that follow belong to piece ``number``."""
        self._close_piece()
        self._piece = _OpenPiece(number, self._shard.pieces[number])

    def pass_by(self, entry: Entry) -> None:
        """An entry that is no page: set aside, or written as it stands."""
        piece = self._opened()
        if entry.kind:
            self._told.counts[f"passed_over.{entry.kind}"] += 1
        if entry.fault:
            source = piece.piece.source
            self._told.set_aside(source, entry.place, entry.fault)
            if source.is_one_page or not entry.raw:
                piece.lost = True
                return
            if source.compression != "parquet":  # a table has no place without its row
                self._put(entry, b"", ())
                return
        self._put(entry, format_named(piece.piece.source.format).write(entry, ""), ())

    def write(self, entry: Entry, cleaned: CleanPage) -> None:
        """A cleaned page: its text, its stories, its findings and the way back."""
        assert entry.page is not None
        module = format_named(self._opened().piece.source.format)
        self._put(entry, module.write(entry, cleaned.text), cleaned.edits)
        name = cleaned.page.name
        for story in cleaned.stories:
            self._offsets.append(self._stories.tell())
            self._noise.append(cleaned.noise)
            self._stories.write(story_row(story))
            self._texts.append(story.text)
        for finding in cleaned.findings:
            self._removed.write(finding_row(name, finding))
        self._pages.write(page_row(self._opened().piece.source.name, entry, cleaned))
        count_page(self._told.counts, entry, cleaned)

    def sketch(self) -> None:
        """Sketches the stories written since the last call."""
        if self._texts:
            self._sketches.append(sketch_stories(self._texts))
            self._texts = []

    def finish(self) -> None:
        """Writes what the shard told and the sketches of its stories."""
        self._close_piece()
        save_sketches(self._folder, join_sketches(self._sketches))
        np.save(self._folder / "offsets.npy", np.array(self._offsets, dtype=np.int64))
        np.save(self._folder / "noise.npy", np.array(self._noise, dtype=np.float64))
        (self._folder / "told.json").write_bytes(to_line(self._told.as_json()))

    def _opened(self) -> _OpenPiece:
        assert self._piece is not None
        return self._piece

    def _put(self, entry: Entry, written: bytes, edits: Sequence[Edit]) -> None:
        piece = self._opened()
        source = piece.piece.source
        if piece.out is None:
            like = source.path if source.compression == "parquet" else None
            piece.out = open_for_writing(self._place_of(piece), source.compression, like=like)
            self._ledger.write(opening_row(source.name, source.format, source.compression))
        piece.out.write(written)
        piece.digest.update(entry.raw)
        piece.size += len(entry.raw)
        self._ledger.write(entry_row(entry, format_named(source.format), written, edits))

    def _place_of(self, piece: _OpenPiece) -> Path:
        """Where a piece is written; its folder is there."""
        path = place_in(self._folder, piece.number, piece.piece)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _close_piece(self) -> None:
        piece, self._piece = self._piece, None
        if piece is None:
            return
        if piece.out is None:
            if not piece.lost and piece.piece.whole:
                self._told.set_aside(piece.piece.source, 0, EMPTY)
            return
        piece.out.close()
        digest = "" if piece.lost else piece.digest.hexdigest()
        self._ledger.write(closing_row(digest, piece.size))
        self._told.inputs.append(
            {"file": piece.piece.source.name, "sha256": digest, "bytes": piece.size}
        )
        self._told.counts["input_bytes"] += piece.size


@dataclass
class _OpenPiece:
    """A piece whose entries are being written."""

    number: int
    piece: Piece
    out: BinaryIO | None = None
    size: int = 0
    lost: bool = False
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


@dataclass
class Told:
    """What a shard tells beside its files.

    ``aside`` are rows for run.json on the first ``MOST_ASIDE`` pages set aside; ``inputs`` name
    the pieces read with their digests.
    """

    counts: Counts = field(default_factory=Counter)
    aside: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)

    def set_aside(self, source: Source, line: int, why: str) -> None:
        """Tells of a page that could not be read."""
        self.counts["set_aside"] += 1
        if len(self.aside) < MOST_ASIDE:
            self.aside.append({"page": source.name, "line": line, "why": why})

    def as_json(self) -> dict[str, object]:
        """A JSON object with all of it."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "aside": self.aside,
            "inputs": self.inputs,
        }


def save_sketches(folder: Path, sketches: Sketches) -> None:
    """Writes sketches as files of arrays."""
    samples = sketches.samples
    np.save(folder / "signatures.npy", sketches.signatures)
    np.save(folder / "digests.npy", sketches.digests)
    np.save(folder / "sample_values.npy", samples.values)
    np.save(folder / "sample_first.npy", samples.first)
    np.save(folder / "sample_bits.npy", samples.bits)
    np.save(folder / "sample_size.npy", samples.size)
