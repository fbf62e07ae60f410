"""JSON lines: one record a line, its text in one field, every other byte left as it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import BinaryIO
from urllib.parse import urlsplit

from cleaner.corpus.entries import Entry, Reading, too_large
from cleaner.corpus.jsonlines import parse_record, quote
from cleaner.corpus.sources import Source
from cleaner.model import Page
from cleaner.stories.cut import Edit, restore_text
from cleaner.text.decode import UndecodableError, decode


def read(stream: BinaryIO, source: Source, reading: Reading, first_line: int) -> Iterator[Entry]:
    """The records of a stream that starts at line ``first_line`` of the source."""
    place = first_line
    while raw := stream.readline(reading.largest_page + 1):
        if len(raw) > reading.largest_page and not raw.endswith(b"\n"):
            size = len(raw) + _rest_of_line(stream)
            yield Entry(b"", None, place, f"a record of {size:,} bytes {too_large(reading)}")
        else:
            yield read_record(raw, place, source.name, reading)
        place += 1


def read_record(raw: bytes, place: int, name: str, reading: Reading) -> Entry:
    """The record that the bytes ``raw`` hold, line ``place`` of the file ``name``."""
    if not raw.strip():
        return Entry(raw, None, place)
    decoded = None
    try:
        line = raw.decode()
    except UnicodeDecodeError:
        try:
            decoded = decode(raw, reading.encoding, reading.errors)
        except UndecodableError as error:
            return Entry(raw, None, place, str(error))
        line = decoded.text
    if place == 1:
        line = line.removeprefix("\ufeff")
    try:
        record, spans = parse_record(line)
    except json.JSONDecodeError as error:
        why = f"{error.msg.removesuffix(' at')} at column {error.colno}"
        return Entry(raw, None, place, f"not a JSON record ({why})")
    except ValueError as error:
        return Entry(raw, None, place, f"not a JSON record ({error})")
    text = record.get(reading.field)
    if text is None:
        fields = ", ".join(list(record)[:8]) or "none"
        return Entry(raw, None, place, f"no field {reading.field!r} (fields: {fields})")
    if not isinstance(text, str):
        return Entry(raw, None, place, f"the field {reading.field!r} holds no text")
    own = record.get(reading.id_field)
    identity = str(own) if isinstance(own, str | int) and str(own) else str(place)
    site = site_of(record.get(reading.site_field)) or name
    page, fault = page_of(text, f"{name}:{identity}", site, reading)
    span = spans[reading.field]
    return Entry(raw, page, place, fault, decoded=decoded, line=line, span=span, record=record)


def page_of(text: str, name: str, site: str, reading: Reading) -> tuple[Page | None, str]:
    """The page whose text, or markup, a record holds; where there is none, why."""
    if reading.html:
        from cleaner.corpus.web.page import page_of_markup

        return page_of_markup(text, name, site)
    return Page(name, text, site), ""


def write(entry: Entry, text: str) -> bytes:
    """The record with ``text`` in its text field, every other byte as it was."""
    if entry.page is None:
        return entry.raw
    start, end = entry.span
    line = entry.line[:start] + quote(text, like=entry.line) + entry.line[end:]
    return line.encode("utf-8", "surrogateescape")


def trace(entry: Entry) -> dict[str, object]:
    """The literal of the text, where it was not escaped in the usual way."""
    assert entry.page is not None
    literal = entry.line[entry.span[0] : entry.span[1]]
    if literal == quote(entry.page.text, like=entry.line):
        return {"field": entry.span[0]}
    return {"field": entry.span[0], "literal": literal}


def restore(written: bytes, trace: dict[str, object], edits: Sequence[Edit]) -> bytes:
    """The record's own bytes, from what ``write`` wrote."""
    at = trace.get("field")
    if not isinstance(at, int):
        return written
    line = written.decode("utf-8", "surrogateescape")
    text, end = json.JSONDecoder().raw_decode(line, at)
    literal = trace.get("literal")
    if not isinstance(literal, str):
        literal = quote(restore_text(text, edits), like=line)
    return (line[:at] + literal + line[end:]).encode("utf-8", "surrogateescape")


def site_of(value: object) -> str:
    """The host of a URL, or the value itself: pages of one site share furniture."""
    if not isinstance(value, str):
        return ""
    path = value.find("/", value.find("//") + 2)
    return _host_of(value if path < 0 else value[:path]) or value


@lru_cache(maxsize=4096)
def _host_of(origin: str) -> str | None:
    """The host of a URL without its path: sites are few, and taking URLs apart is slow."""
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None


def _rest_of_line(stream: BinaryIO) -> int:
    size = 0
    while more := stream.readline(1 << 20):
        size += len(more)
        if more.endswith(b"\n"):
            break
    return size
