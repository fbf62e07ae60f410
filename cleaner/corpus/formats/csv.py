"""CSV and TSV: one record a row, its text in one column, every other byte left as it stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from cleaner.corpus.entries import Entry, Reading
from cleaner.corpus.formats.jsonl import page_of, site_of
from cleaner.corpus.sources import Source
from cleaner.stories.cut import Edit, restore_text
from cleaner.text.decode import Decoded, UndecodableError, decode

DELIMITERS = ",\t;"
"""What may stand between fields: the one that the header has most of does. None of these bytes,
nor a quote, is ever part of a Chinese character in UTF-8, GB 18030 or Big5."""

SURE_OF_ENCODING = 100
"""Bytes of a row from which on its detected encoding is tried first on the rows that follow
(script.md B: detection is right for 99.5 % of texts of 100 bytes)."""

_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')

_UNCLOSED = (
    "a row of more than {:.0f} MB, or a quote that is never closed; nothing after it was read"
)

Span = tuple[int, int]

_Decoder = Callable[[bytes], tuple[str, Decoded | None]]


def read(stream: BinaryIO, source: Source, reading: Reading, first_line: int) -> Iterator[Entry]:
    """The rows of a stream; the first one names the columns and passes through."""
    rows = _rows(stream, reading.largest_page)
    unclosed = _UNCLOSED.format(reading.largest_page / 1e6)
    decode_row = _decoder(reading)
    first = next(rows, None)
    if first is None:
        return
    raw, delimiter, whole = first
    entry = _decoded(raw, "" if whole else unclosed, first_line, decode_row)
    header = _values(entry.line.removeprefix("\ufeff"), delimiter)
    fault = entry.fault or _fault_of(raw, header, reading)
    yield replace(entry, raw=b"" if fault else raw, fault=fault)
    if fault:
        return
    place = first_line + raw.count(b"\n")
    for raw, delimiter, whole in rows:
        entry = _decoded(raw, "" if whole else unclosed, place, decode_row)
        yield entry if entry.fault else _with_page(entry, header, delimiter, source, reading)
        place += raw.count(b"\n")


def _decoded(raw: bytes, fault: str, place: int, decode_row: _Decoder) -> Entry:
    """The row as an entry without a page, its text in ``line``."""
    if fault:
        return Entry(b"", None, place, fault)
    try:
        text, decoded = decode_row(raw)
    except UndecodableError as error:
        return Entry(raw, None, place, str(error))
    return Entry(raw, None, place, decoded=decoded, line=text)


def _values(line: str, delimiter: str) -> list[str]:
    """What the fields of a row say."""
    return [_value(line[start:end]) for start, end in _fields(line, delimiter)[0]]


def _fault_of(raw: bytes, header: Sequence[str], reading: Reading) -> str:
    """Why pages cannot be read below this header, or nothing."""
    if b"\0" in raw:
        return "is UTF-16, not CSV in UTF-8 or a Chinese encoding; save it anew"
    if reading.field not in header:
        return f"no column {reading.field!r} (columns: {', '.join(header[:8])})"
    return ""


def _with_page(
    row: Entry, header: Sequence[str], delimiter: str, source: Source, reading: Reading
) -> Entry:
    """The row with the page that it holds."""
    if not row.line.strip():
        return Entry(row.raw, None, row.place)
    spans = _fields(row.line, delimiter)[0]
    if len(spans) != len(header):
        why = f"not a CSV record ({len(spans)} fields, the header has {len(header)})"
        return Entry(row.raw, None, row.place, why)
    record = dict(zip(header, _values(row.line, delimiter), strict=True))
    name = f"{source.name}:{record.get(reading.id_field) or row.place}"
    site = site_of(record.get(reading.site_field)) or source.name
    page, fault = page_of(record[reading.field], name, site, reading)
    span = spans[header.index(reading.field)]
    return replace(row, page=page, fault=fault, span=span, record=record)


def write(entry: Entry, text: str) -> bytes:
    """The row with ``text`` in its text column, every other character as it was, in UTF-8."""
    line = entry.line
    if entry.page is not None:
        start, end = entry.span
        line = line[:start] + _literal(text, line.startswith('"', start)) + line[end:]
    return line.encode("utf-8", "surrogateescape") if line else entry.raw


def trace(entry: Entry) -> dict[str, object]:
    """Where the text stands, what follows it, and its literal where that is not the usual one."""
    assert entry.page is not None
    start, end = entry.span
    literal = entry.line[start:end]
    quoted = literal.startswith('"')
    told: dict[str, object] = {"field": start, "quoted": quoted, "after": entry.line[end : end + 1]}
    if literal != _literal(entry.page.text, quoted):
        told["literal"] = literal
    return told


def restore(written: bytes, trace: dict[str, object], edits: Sequence[Edit]) -> bytes:
    """The row's own bytes, from what ``write`` wrote."""
    at, after = trace["field"], str(trace["after"])
    assert isinstance(at, int)
    line = written.decode("utf-8", "surrogateescape")
    quoted = _QUOTED.match(line, at)
    end = quoted.end() if quoted else line.index(after, at) if after else len(line)
    literal = trace.get("literal")
    if not isinstance(literal, str):
        text = restore_text(_value(line[at:end]), edits)
        literal = _literal(text, bool(trace["quoted"]))
    return (line[:at] + literal + line[end:]).encode("utf-8", "surrogateescape")


def header_of(record: Mapping[str, object]) -> bytes:
    """The CSV row that names the fields of a record."""
    return _row(record.keys())


def row_of(record: Mapping[str, object]) -> bytes:
    """The CSV row of a record's values."""
    return _row(record.values())


def _row(values: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue().encode("utf-8", "surrogateescape")


def _rows(stream: BinaryIO, most: int) -> Iterator[tuple[bytes, str, bool]]:
    """Each row's bytes (as many lines as its quotes are open), delimiter, and if it ends well.

    A row that does not, within ``most`` bytes, is the last one.
    """
    delimiter = ""
    while line := stream.readline(most):
        delimiter = delimiter or max(DELIMITERS, key=line.decode("latin-1").count)
        parts, size, is_open = [], 0, False
        while line:
            parts.append(line)
            size += len(line)
            is_open = _fields(line.decode("latin-1"), delimiter, is_open)[1]
            if not is_open or size >= most:
                break
            line = stream.readline(most)
        whole = not is_open and size < most
        yield b"".join(parts), delimiter, whole
        if not whole:
            return


def _fields(text: str, delimiter: str, is_open: bool = False) -> tuple[list[Span], bool]:
    """The span of each field of a row, and whether a quote is still open at its end.

    A quote counts where a field begins. With ``is_open`` the text goes on inside one.
    """
    end = len(text.rstrip("\r\n"))
    spans: list[Span] = []
    start = at = 0
    while True:
        if is_open or text.startswith('"', at):
            at += not is_open
            is_open = True
            while is_open:
                at = text.find('"', at) + 1
                if not at:
                    return spans, True
                is_open = text.startswith('"', at)  # two quotes stand for one
                at += is_open
        stop = text.find(delimiter, at)
        if stop < 0:
            return [*spans, (start, max(end, start))], False
        spans.append((start, stop))
        start = at = stop + 1


def _value(literal: str) -> str:
    """What a field says."""
    quoted = _QUOTED.match(literal)
    if quoted is None:
        return literal
    return quoted[0][1:-1].replace('""', '"') + literal[quoted.end() :]


def _literal(text: str, quoted: bool) -> str:
    """The field that says ``text``: in quotes if it was, or if it must be."""
    if quoted or any(mark in text for mark in (*DELIMITERS, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def _decoder(reading: Reading) -> _Decoder:
    """A function that decodes a row: UTF-8, or the encoding of the rows before, or as detected.

    It gives the text and, where that is not plain UTF-8, how it was decoded.
    """
    known = reading.encoding

    def decode_row(raw: bytes) -> tuple[str, Decoded | None]:
        nonlocal known
        if reading.encoding is None:
            try:
                return raw.decode(), None
            except UnicodeDecodeError:
                pass
        if known is not None:
            try:
                found = decode(raw, known, "strict")
                return found.text, found
            except UndecodableError:
                pass
        found = decode(raw, reading.encoding, reading.errors)
        if len(raw) >= SURE_OF_ENCODING and found.how == "detector":
            known = found.encoding
        return found.text, found

    return decode_row
