"""HTML files: one page a file, its text in reading order; written back as a bare page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from cleaner.corpus.entries import Entry, Reading, one_page
from cleaner.corpus.sources import Source
from cleaner.corpus.web.page import bare_markup, read_markup
from cleaner.stories.cut import Edit


def read(stream: BinaryIO, source: Source, reading: Reading, first_line: int) -> Iterator[Entry]:
    """The one page of a file; set aside where it shows no text or is too large for a page."""
    yield from one_page(stream, source, reading, first_line, read_page)


def read_page(raw: bytes, name: str, reading: Reading) -> Entry:
    """The page that the bytes ``raw`` of the file ``name`` hold."""
    return read_markup(raw, name, name.rpartition("/")[0], reading)


def write(entry: Entry, text: str) -> bytes:
    """A page in UTF-8 that holds the cleaned text alone; nothing where nothing is left."""
    if entry.page is None:
        return entry.raw
    return bare_markup(text).encode("utf-8", "replace") if text else b""


def trace(entry: Entry) -> dict[str, object]:
    """Nothing: no edits of text lead back to markup, so the ledger keeps the file's bytes."""
    return {}


def restore(written: bytes, trace: dict[str, object], edits: Sequence[Edit]) -> bytes:
    """What was written; the file itself stands in the ledger."""
    return written
