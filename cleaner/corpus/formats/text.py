"""Plain text files: one page a file, in whatever encoding it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from cleaner.corpus.entries import MAX_PAGE_LINES, Entry, Reading, one_page
from cleaner.corpus.sources import Source
from cleaner.model import Page
from cleaner.stories.cut import Edit, line_break_of, restore_text
from cleaner.text.decode import Decoded, Kept, Run, UndecodableError, decode, encode


def read(stream: BinaryIO, source: Source, reading: Reading, first_line: int) -> Iterator[Entry]:
    """The one page of a file; set aside where it is binary or larger than a page may be."""
    yield from one_page(stream, source, reading, first_line, read_page)


def read_page(raw: bytes, name: str, reading: Reading) -> Entry:
    """The page that the bytes ``raw`` of the file ``name`` hold."""
    try:
        decoded = decode(raw, reading.encoding, reading.errors)
    except UndecodableError as error:
        return Entry(raw, None, 1, str(error))
    if decoded.is_binary:
        return Entry(raw, None, 1, "is a binary file, not text; leave it out")
    if raw.count(b"\n") > MAX_PAGE_LINES:
        return Entry(raw, None, 1, f"has more than {MAX_PAGE_LINES:,} lines; it is not one page")
    if not raw.strip():
        return Entry(raw, None, 1, "is empty; scrape it again or leave it out")
    site = name.rpartition("/")[0]
    return Entry(raw, Page(name, decoded.text, site), 1, decoded=decoded)


def write(entry: Entry, text: str) -> bytes:
    """The cleaned text in UTF-8 with a line break at its end; nothing where nothing is left."""
    if entry.page is None:
        return entry.raw
    if not text:
        return b""
    return _to_bytes(text + line_break_of(entry.page.text))


def trace(entry: Entry) -> dict[str, object]:
    """How the bytes were decoded, unless they are plain UTF-8; the line break at the end."""
    decoded = entry.decoded
    assert decoded is not None
    assert entry.page is not None
    told: dict[str, object] = {"break": line_break_of(entry.page.text)}
    if decoded.encoding != "utf-8" or decoded.bom or decoded.kept or len(decoded.runs) > 1:
        told["decoded"] = {
            "encoding": decoded.encoding,
            "bom": decoded.bom,
            "runs": [
                [run.first_byte, run.last_byte, run.start, run.end, run.encoding]
                for run in decoded.runs
            ],
            "kept": [[kept.start, kept.end, kept.raw.hex()] for kept in decoded.kept],
        }
    return told


def restore(written: bytes, trace: dict[str, object], edits: Sequence[Edit]) -> bytes:
    """The file's own bytes, from what ``write`` wrote."""
    text = _from_bytes(written).removesuffix(str(trace["break"]))
    page = restore_text(text, edits)
    how = trace.get("decoded")
    if not isinstance(how, dict):
        return _to_bytes(page)
    runs = tuple(Run(*run) for run in how["runs"])
    kept = tuple(Kept(start, end, bytes.fromhex(raw)) for start, end, raw in how["kept"])
    decoded = Decoded(page, how["encoding"], "given", 1.0, (), how["bom"], runs, kept)
    return encode(decoded)


def _to_bytes(text: str) -> bytes:
    """UTF-8; a lone surrogate that stands for an undecodable byte becomes that byte again."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _from_bytes(written: bytes) -> str:
    return written.decode("utf-8", "surrogateescape")
