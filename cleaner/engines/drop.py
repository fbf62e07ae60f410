"""Duplicates left out of a shard that is cleaned: its files anew, with the way back and reasons."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cleaner.corpus.entries import Entry, Reading
from cleaner.corpus.formats import format_named
from cleaner.corpus.jsonlines import to_line
from cleaner.corpus.ledger import LEDGER, Step, before, shorter_row, steps_in
from cleaner.corpus.rows import finding_row
from cleaner.corpus.streams import open_for_reading, open_for_writing
from cleaner.engines.counts import Counts
from cleaner.engines.pieces import Shard, place_in
from cleaner.model import ACTIONS, Finding, Page
from cleaner.stories.cut import line_break_of
from cleaner.stories.leave_out import blocks_of, leave_out
from cleaner.text.lines import split_lines

RULE = "duplicate"
"""The rule that is named for every line of a story that is dropped."""

NOTHING_ELSE = "every story of the page says the same as another, which is kept"
"""Why a line goes that stood beside stories that are dropped."""


@dataclass(frozen=True, slots=True)
class Dropping:
    """Which stories of a shard are to go, by their number in it, and why; the shard's files
    without them are written into ``folder``."""

    shard: Shard
    folder: Path
    why: Mapping[int, str]


def drop_stories(task: Dropping) -> Counts:
    """Writes ``cleaned/`` (or the shard's pieces), ``pages.jsonl``, ``removed.jsonl`` and the
    ledger of a shard anew, without some stories; returns what that adds to the run's counts.

    A page of which every story goes is left empty, whatever stood beside them: its record goes
    altogether (a table keeps the row, which has no text any more), its text file holds nothing.
    Every line that went is a row of ``removed.jsonl``, and ``restore`` rebuilds the input as it
    did before.
    """
    (task.folder / "cleaned").mkdir(parents=True)
    with _Rewriter(task) as rewriter, open_for_reading(task.shard.folder / LEDGER, "gzip") as rows:
        for step in steps_in(rows):
            rewriter.take(step)
    return rewriter.counts


class _Rewriter:
    """The files of a shard, read and written anew side by side."""

    def __init__(self, task: Dropping) -> None:
        self._task = task
        self.counts: Counts = Counter()
        self._files = ExitStack()
        old, new = task.shard.folder, task.folder
        self._stories, self._pages, self._removed = (
            self._files.enter_context((old / name).open("rb"))
            for name in ("stories.jsonl", "pages.jsonl", "removed.jsonl")
        )
        self._new_pages, self._new_removed = (
            self._files.enter_context((new / name).open("wb"))
            for name in ("pages.jsonl", "removed.jsonl")
        )
        self._ledger = self._files.enter_context(open_for_writing(new / LEDGER, "gzip", level=1))
        self._number = 0
        self._piece: _Piece | None = None

    def __enter__(self) -> _Rewriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_piece()
        self._files.close()

    def take(self, step: Step) -> None:
        """A row of the ledger: a file that opens or closes, or an entry."""
        row = step.row
        if step.opens:
            self._close_piece()
            self._piece = _Piece(self._task, step.opens)
        elif step.size is not None:
            assert self._piece is not None
            written = self._piece.read(step)
            if step.line:
                row, written = self._page(step, written, self._piece)
            self._piece.write(written)
        self._ledger.write(row)

    def _page(self, step: Step, written: bytes, piece: _Piece) -> tuple[bytes, bytes]:
        """The ledger's row and the bytes of a page, with those of its stories that stay."""
        page_row = self._pages.readline()
        told = json.loads(page_row)
        found = [self._removed.readline() for _ in range(_findings_of(told))]
        numbers = range(self._number, self._number + told["stories"])
        rows = [self._stories.readline() for _ in numbers]
        self._number = numbers.stop
        why = {at: self._task.why[i] for at, i in enumerate(numbers) if i in self._task.why}
        if not why:
            self._new_pages.write(page_row)
            self._new_removed.writelines(found)
            return step.row, written
        row = json.loads(step.row)
        entry, text = piece.entry_of(written)
        page, way_back = before(row, text, piece.page_of)
        stories = [json.loads(one) for one in rows]
        if len(why) == len(rows):
            gone = {at: (0, len(text)) for at in why}
        else:
            blocks = blocks_of(text, [story["text"] for story in stories])
            gone = {at: block for at, block in enumerate(blocks) if at in why and block is not None}
        lost = [(why[at], stories[at]["paragraphs"]) for at in gone]
        if len(gone) == len(rows):
            lost.append((NOTHING_ELSE, [(1, len(page))]))
        left, edits = leave_out(text, way_back, sorted(set(gone.values())))
        stays = piece.module.write(entry, left) if left or piece.is_table else b""
        more = list(_findings(page, lost, [json.loads(one) for one in found]))
        self._new_removed.writelines(_in_order(told["page"], found, more))
        self._new_pages.write(
            to_line({**told, "characters_out": len(left), "removed": told["removed"] + len(more)})
        )
        self.counts.update(
            {
                "dropped": len(gone),
                "dropped_characters": told["characters_out"] - len(left),
                "characters_out": len(left) - told["characters_out"],
                "removed_characters": sum(len(one.text) for one in more),
                "actions.removed": len(more),
                "removed.content": len(more),
                f"rules.{RULE}": len(more),
            }
        )
        return shorter_row(piece.module, entry, row, stays, edits), stays

    def _close_piece(self) -> None:
        if self._piece is not None:
            self._piece.close()
        self._piece = None


class _Piece:
    """A cleaned file, or the piece of one, that is read and written anew."""

    def __init__(self, task: Dropping, file: str) -> None:
        shard = task.shard
        number, piece = next(
            (number, piece)
            for number, piece in enumerate(shard.pieces)
            if piece.source.name == file
        )
        old, new = (place_in(folder, number, piece) for folder in (shard.folder, task.folder))
        new.parent.mkdir(parents=True, exist_ok=True)
        self._source, self._reading = piece.source, shard.reading
        self._old = open_for_reading(old, self._source.compression)
        self._new = open_for_writing(new, self._source.compression, like=old)
        self._head: bytes | None = None
        self.module = format_named(self._source.format)
        self.is_table = self._source.compression == "parquet"

    def close(self) -> None:
        """Closes both files."""
        self._old.close()
        self._new.close()

    def read(self, step: Step) -> bytes:
        """What was written for the entry of a step."""
        assert step.size is not None
        written = self._old.read(step.size)
        if self._head is None:
            # What opens the file and is no page may name the columns.
            self._head = written if self._source.format == "csv" and not step.line else b""
        return written

    def write(self, written: bytes) -> None:
        """Writes an entry."""
        self._new.write(written)

    def entry_of(self, written: bytes) -> tuple[Entry, str]:
        """The entry that ``written`` is by itself, and the cleaned text in it."""
        entry = self._read(
            written, replace(self._reading, encoding="utf-8", errors="keep", html=False)
        )
        assert entry.page is not None
        text = entry.page.text
        return entry, text.removesuffix(line_break_of(text))

    def page_of(self, raw: bytes) -> str:
        """The text of the page that an entry's own bytes hold."""
        page = self._read(raw, self._reading).page
        assert page is not None
        return page.text

    def _read(self, raw: bytes, reading: Reading) -> Entry:
        stream = io.BytesIO((self._head or b"") + raw)
        *_, entry = self.module.read(stream, self._source, reading, 1)
        return entry


def _findings_of(page: Mapping[str, Any]) -> int:
    """The number of findings that a row of ``pages.jsonl`` tells."""
    return sum(page[action] for action in ACTIONS)


def _findings(
    page: str,
    lost: Sequence[tuple[str, Sequence[tuple[int, int]]]],
    found: Sequence[Mapping[str, Any]],
) -> Iterator[Finding]:
    """What stood of lost stories (why, the lines of each paragraph) on each line of the page."""
    lines = split_lines([Page("", page)])
    gone: dict[int, list[tuple[int, int]]] = {}
    for one in found:
        if one["action"] == "removed":
            gone.setdefault(one["line"], []).append((one["start"], one["end"]))
    for why, paragraphs in lost:
        for first, last in paragraphs:
            for number in range(first, min(last, len(lines)) + 1):
                text = lines.text_of(number - 1)
                for start, end in _between(sorted(gone.get(number, ())), len(text)):
                    if text[start:end].strip():
                        yield Finding(
                            number, start, end, text[start:end], "content", RULE, why, "removed"
                        )
                gone[number] = [(0, len(text))]


def _between(spans: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """What ``spans`` leave of a line."""
    at = 0
    for start, end in (*spans, (length, length)):
        if at < start:
            yield at, start
        at = max(at, end)


def _in_order(page: str, found: Sequence[bytes], more: Sequence[Finding]) -> list[bytes]:
    """The rows of a page's findings, those that are added in their places."""
    rows = [*found, *(finding_row(page, finding) for finding in more)]

    def place(row: bytes) -> tuple[Any, ...]:
        told = json.loads(row)
        return told["line"], told["start"], told["action"], told["rule"]

    return sorted(rows, key=place)
