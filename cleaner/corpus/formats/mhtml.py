"""MHTML files: a page as browsers save it, its HTML in a MIME message among its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import Message
from typing import BinaryIO

from cleaner.corpus.entries import Entry, Reading, one_page
from cleaner.corpus.sources import Source
from cleaner.corpus.web.page import bare_markup, read_markup
from cleaner.stories.cut import Edit

_HEAD = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n" + (
    "Content-Transfer-Encoding: 8bit\r\n\r\n"
)


def read(stream: BinaryIO, source: Source, reading: Reading, first_line: int) -> Iterator[Entry]:
    """The one page of a file; set aside where it holds no HTML or is too large for a page."""
    yield from one_page(stream, source, reading, first_line, read_message)


def read_message(raw: bytes, name: str, reading: Reading) -> Entry:
    """The page that the MIME message ``raw`` holds: its first part that is HTML."""
    found = _first_html(raw)
    if found is None:
        return Entry(raw, None, 1, "holds no HTML part; it is not a saved web page")
    markup, declared = found
    entry = read_markup(markup, name, name.rpartition("/")[0], reading, declared)
    return Entry(raw, entry.page, 1, entry.fault, decoded=entry.decoded)


def _first_html(raw: bytes) -> tuple[bytes, str] | None:
    """The first part of a message that is HTML, and the charset that it declares.

    None where there is none, and where the parser gives up: it raises any of these on headers
    that no program for mail writes.
    """
    try:
        part = next(filter(_is_html, message_from_bytes(raw).walk()), None)
        if part is None:
            return None
        markup, declared = part.get_payload(decode=True), str(part.get_param("charset", ""))
    except (LookupError, RecursionError, TypeError, ValueError):
        return None
    return (markup, declared) if isinstance(markup, bytes) else None


def _is_html(part: Message) -> bool:
    return part.get_content_type() in ("text/html", "application/xhtml+xml")


def write(entry: Entry, text: str) -> bytes:
    """A message of one part: a page that holds the cleaned text alone."""
    if entry.page is None:
        return entry.raw
    return (_HEAD + bare_markup(text)).encode("utf-8", "replace") if text else b""


def trace(entry: Entry) -> dict[str, object]:
    """Nothing: no edits of text lead back to markup, so the ledger keeps the file's bytes."""
    return {}


def restore(written: bytes, trace: dict[str, object], edits: Sequence[Edit]) -> bytes:
    """What was written; the file itself stands in the ledger."""
    return written
