"""JSON lines as bytes: written the same way everywhere, and read with the place of each value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

_decoder = json.JSONDecoder()
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
_encode_ascii = json.JSONEncoder(separators=(", ", ": ")).encode


def to_line(record: object) -> bytes:
    """``record`` as one line of JSON with its line feed; lone surrogates are escaped."""
    try:
        return _encode(record).encode() + b"\n"
    except UnicodeEncodeError:
        return _encode_ascii(record).encode() + b"\n"


def literal(text: str) -> str:
    """``text`` as a JSON string; where it has lone surrogates, all but ASCII is escaped."""
    told = _encode(text)
    try:
        told.encode()
    except UnicodeEncodeError:
        return _encode_ascii(text)
    return told


def with_fields(line: bytes, more: Mapping[str, object]) -> bytes:
    """The line of a record with the fields ``more`` in it, every other byte as it was."""
    body = line.rstrip()
    record = json.loads(body)
    if any(name in record for name in more):
        record.update(more)
        return to_line(record)
    lead = b", " if record else b""
    return body[:-1] + lead + to_line(more)[1:-1] + (line[len(body) :] or b"\n")


def parse_record(line: str) -> tuple[dict[str, Any], dict[str, tuple[int, int]]]:
    """The object that ``line`` holds, and for each of its keys the span of its value.

    Raises ValueError (with a short reason) for anything but one JSON object.
    """
    record: dict[str, Any] = {}
    spans: dict[str, tuple[int, int]] = {}
    at = _skip_space(line, 0)
    if not line.startswith("{", at):
        raise ValueError("not a JSON object")
    at = _skip_space(line, at + 1)
    if not line.startswith("}", at):
        while True:
            if not line.startswith('"', at):
                raise ValueError(f"a key is missing at column {at + 1}")
            key, at = scanstring(line, at + 1, False)
            at = _skip_space(line, at)
            if not line.startswith(":", at):
                raise ValueError(f"a colon is missing at column {at + 1}")
            start = _skip_space(line, at + 1)
            try:
                record[key], at = _decoder.raw_decode(line, start)
            except RecursionError:
                raise ValueError("nested too deeply") from None
            spans[key] = (start, at)
            at = _skip_space(line, at)
            if not line.startswith(",", at):
                break
            at = _skip_space(line, at + 1)
        if not line.startswith("}", at):
            raise ValueError(f"a comma or closing brace is missing at column {at + 1}")
    if line[at + 1 :].strip():
        raise ValueError(f"text after the object, at column {at + 2}")
    return record, spans


def quote(text: str, like: str) -> str:
    """``text`` as a JSON string, escaped the way the literal or line ``like`` is."""
    return _encode_ascii(text) if like.isascii() else literal(text)


def _skip_space(line: str, at: int) -> int:
    while at < len(line) and line[at] in " \t\r\n":
        at += 1
    return at
