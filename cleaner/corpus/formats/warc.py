"""WARC files and the WET files made of them: one page a record, read record by record.

A page is a response that holds HTML, or a conversion record of plain text (WET). Cleaned, both
are conversion records; every other record is counted, passed over and left as it stands.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from cleaner.corpus.entries import Entry, Reading, too_large
from cleaner.corpus.formats.jsonl import site_of
from cleaner.corpus.sources import Source
from cleaner.corpus.web.http import body_of, head_of
from cleaner.corpus.web.page import read_markup
from cleaner.model import Page
from cleaner.stories.cut import Edit
from cleaner.text.decode import UndecodableError, decode

PIECE = 1 << 20
"""Bytes of a record that is passed over that are held at a time."""

PEEK = 1 << 14
"""Bytes of a response in which its HTTP headers end."""

LONGEST_HEAD = 1 << 16
"""Bytes that the headers of a record may have."""

HTML = ("text/html", "application/xhtml+xml")

NO_RECORD = "no WARC record begins here; nothing after it was read"


@dataclass(frozen=True, slots=True)
class _Head:
    """The headers of a record: its bytes, the values by lower-case name, the block's length."""

    raw: bytes
    values: Mapping[str, str]
    length: int

    @property
    def kind(self) -> str:
        """The type of the record."""
        return self.values.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """Where the record's page was found."""
        return self.values.get("warc-target-uri", "").strip("<>")


def read(stream: BinaryIO, source: Source, reading: Reading, first_line: int) -> Iterator[Entry]:
    """The records of a stream; places count records from 1. No record is held but those of pages.

    What is no page is passed over in pieces: entries without a page, the first of which tells
    its kind.
    """
    place, held = 0, b""
    while True:
        place += 1
        head = _read_head(stream, held)
        if head is None:
            return
        if head.length < 0:
            yield Entry(b"", None, place, NO_RECORD)
            return
        first = stream.read(min(head.length, PEEK))
        kind = _kind_of(head, first, reading.largest_page)
        if kind:
            yield Entry(head.raw + first, None, place, kind=kind)
            yield from _pieces(stream, head.length - len(first), place)
            end, held = _read_end(stream)
            yield Entry(end, None, place)
        else:
            block = first + stream.read(head.length - len(first))
            end, held = _read_end(stream)
            if len(block) < head.length:
                yield Entry(head.raw + block, None, place, "is cut short; scrape it again")
                return
            entry = _page_in(head, block, source, place, reading)
            yield replace(entry, raw=head.raw + block + end)


def _read_head(stream: BinaryIO, held: bytes) -> _Head | None:
    """The headers of the next record; None at the end, a length of -1 where none begins."""
    line = held or stream.readline(LONGEST_HEAD)
    if not line:
        return None
    lines = [line]
    size = len(line)
    while line.strip() and size < LONGEST_HEAD:
        line = stream.readline(LONGEST_HEAD)
        lines.append(line)
        size += len(line)
    values: dict[str, str] = {}
    for one in lines[1:]:
        name, colon, value = one.decode("utf-8", "replace").partition(":")
        if colon:
            values.setdefault(name.strip().lower(), value.strip())
    length = values.get("content-length", "")
    is_record = lines[0].startswith(b"WARC/") and length.isascii() and length.isdecimal()
    return _Head(b"".join(lines), values, int(length) if is_record else -1)


def _read_end(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The blank lines that end a record, and the line of the next one if it came too early."""
    end = b""
    for _ in range(2):
        line = stream.readline(LONGEST_HEAD)
        if line.strip():
            return end, line
        end += line
    return end, b""


def _pieces(stream: BinaryIO, left: int, place: int) -> Iterator[Entry]:
    """The rest of a record's block, passed over a piece at a time."""
    while left > 0 and (piece := stream.read(min(left, PIECE))):
        left -= len(piece)
        yield Entry(piece, None, place)


def _kind_of(head: _Head, first: bytes, largest: int) -> str:
    """What a record is that is no page; empty for one that is. ``first`` opens its block."""
    declared = head.values.get("content-type", "").partition(";")[0].strip().lower()
    if head.kind == "conversion" and declared == "text/plain":
        kind = ""
    elif head.kind == "response" and declared == "application/http":
        status, kind = head_of(first)
        if status != 200:
            kind = f"response {status}"
        elif kind in HTML or (not kind and b"<html" in first.lower()):
            kind = ""
        else:
            kind = kind or "response of no known type"
    else:
        kind = head.kind or "record of no known type"
    return "page too large" if not kind and head.length > largest else kind


def _page_in(head: _Head, block: bytes, source: Source, place: int, reading: Reading) -> Entry:
    """The page in a record."""
    name = head.url or f"{source.name}:{place}"
    site = site_of(head.url) or source.name
    record = {"url": head.url, "date": head.values.get("warc-date", "")}
    line = head.raw.decode("utf-8", "replace")
    if head.kind == "response":
        body, charset = body_of(block)
        if len(body) > reading.largest_page:
            return Entry(b"", None, place, f"unpacked {too_large(reading)}")
        entry = read_markup(body, name, site, reading, charset)
    else:
        try:
            decoded = decode(block, reading.encoding, reading.errors)
        except UndecodableError as error:
            return Entry(b"", None, place, str(error))
        page = Page(name, decoded.text, site) if decoded.text.strip() else None
        entry = Entry(b"", page, place, "" if page else "is empty", decoded=decoded)
    return replace(entry, place=place, line=line, record=record)


def write(entry: Entry, text: str) -> bytes:
    """A conversion record with the cleaned text, which refers to the record it was made of."""
    if entry.page is None:
        return entry.raw
    values = dict(_HEADER.findall(entry.line))
    origin = values.get("WARC-Record-ID", "").strip()
    own = uuid.uuid5(uuid.NAMESPACE_URL, f"{origin} {entry.page.name} cleaned")
    block = text.encode("utf-8", "surrogateescape")
    rows = [
        "WARC/1.0",
        "WARC-Type: conversion",
        *(f"{name}: {values[name].strip()}" for name in _CARRIED if name in values),
        f"WARC-Record-ID: <urn:uuid:{own}>",
        *([f"WARC-Refers-To: {origin}"] if origin else []),
        "Content-Type: text/plain",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*rows, "", ""]).encode("utf-8", "replace") + block + b"\r\n\r\n"


_HEADER = re.compile(r"^([A-Za-z-]+):(.*)$", re.MULTILINE)

_CARRIED = ("WARC-Target-URI", "WARC-Date")


def trace(entry: Entry) -> dict[str, object]:
    """Nothing: no edits of text lead back to markup, so the ledger keeps the record's bytes."""
    return {}


def restore(written: bytes, trace: dict[str, object], edits: Sequence[Edit]) -> bytes:
    """What was written; the record itself stands in the ledger."""
    return written
