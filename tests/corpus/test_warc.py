"""WARC and WET files: pages read record by record, everything else counted and left as it is."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from command_line import call
from small_pages import NOISE, OTHER, STORY
from warcio.archiveiterator import ArchiveIterator
from web_pages import PAGE, PARAGRAPHS, TITLE, html_response, page_of, record, response

from cleaner.corpus.entries import AS_USUAL, Entry
from cleaner.corpus.formats import warc
from cleaner.corpus.sources import Source, format_of
from cleaner.corpus.web.http import body_of
from cleaner.model import CleanerError

SOURCE = Source(Path("t.warc"), "t.warc", "warc", "", 0)
INFO = record("warcinfo", "", b"software: test\r\n", "application/warc-fields")
IMAGE = response("http://e.org/i.jpg", b"\xff\xd8" * 50, "Content-Type: image/jpeg")
URL = "http://e.org/a.html"
TYPE = "Content-Type: text/html"
GZIP, CHUNKED = "Content-Encoding: gzip", "Transfer-Encoding: chunked"


def entries(data: bytes) -> list[Entry]:
    return list(warc.read(io.BytesIO(data), SOURCE, AS_USUAL, 1))


def pages(data: bytes) -> list[Entry]:
    return [entry for entry in entries(data) if entry.page is not None]


def test_a_page_is_named_by_its_url_and_its_site_by_the_host() -> None:
    (entry,) = pages(INFO + html_response(URL, PAGE) + IMAGE)
    assert entry.page is not None
    assert (entry.page.name, entry.page.site, entry.place) == (URL, "e.org", 2)
    assert entry.page.markup is not None
    assert TITLE in entry.page.text.split("\n")


def test_every_byte_stands_in_some_entry() -> None:
    data = INFO + html_response(URL, PAGE) + IMAGE + record("metadata", URL, b"", "text/plain")
    assert b"".join(entry.raw for entry in entries(data)) == data


def test_what_is_no_page_is_named_by_its_kind() -> None:
    moved = response(URL, b"", "Location: /b", status="301 Moved")
    request = record("request", URL, b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
    bare = response(URL, b"%PDF-1.4")
    kinds = [entry.kind for entry in entries(INFO + IMAGE + moved + request + bare) if entry.kind]
    told = ["warcinfo", "image/jpeg", "response 301", "request", "response of no known type"]
    assert kinds == told


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = (body[:half], body[half:], b"")
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE.encode()), (GZIP,)),
        (zlib.compress(PAGE.encode()), ("Content-Encoding: deflate",)),
        (chunked(PAGE.encode()), (CHUNKED,)),
        (chunked(gzip.compress(PAGE.encode())), (CHUNKED, GZIP)),
    ],
)
def test_chunks_and_compression_are_undone(body: bytes, headers: tuple[str, ...]) -> None:
    (entry,) = pages(response(URL, body, TYPE, *headers))
    assert entry.page is not None
    assert PARAGRAPHS[-1] in entry.page.text


def test_the_charset_of_the_response_is_a_hint_like_that_of_the_page() -> None:
    body = "<p>許</p>".encode("big5")
    (entry,) = pages(response(URL, body, "Content-Type: text/html; charset=big5"))
    assert entry.page is not None
    assert entry.page.text == "許"


def test_a_wet_record_is_a_page_of_plain_text() -> None:
    (entry,) = pages(record("conversion", URL, (STORY + NOISE).encode(), "text/plain"))
    assert entry.page is not None
    assert (entry.page.text, entry.page.markup) == (STORY + NOISE, None)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"GIF89a", warc.NO_RECORD),
        (INFO + b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", warc.NO_RECORD),
        (html_response(URL, PAGE)[:-900], "is cut short; scrape it again"),
    ],
)
def test_damage_is_told_and_what_stood_before_it_is_read(data: bytes, fault: str) -> None:
    assert entries(data)[-1].fault == fault


def test_a_bomb_in_a_record_is_set_aside() -> None:
    bomb = gzip.compress(b"<p>" * 25_000_000, 9)
    (entry,) = entries(response(URL, bomb, TYPE, GZIP))
    assert "unpacked is larger than" in entry.fault


class Endless:
    """A stream of parts that are made as they are asked for, and never held together."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._held = b""

    def read(self, size: int) -> bytes:
        while len(self._held) < size and (part := next(self._parts, b"")):
            self._held += part
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._held and (part := next(self._parts, b"")):
            self._held += part
        return self.read(min(self._held.find(b"\n") + 1 or len(self._held), limit))


def large_archive(records: int) -> Iterator[bytes]:
    video = 8 << 20
    for number in range(records):
        yield html_response(f"http://e.org/{number}.html", PAGE)
        yield record("conversion", f"http://e.org/{number}", STORY.encode(), "text/plain")
        head, _, tail = record("resource", "http://e.org/v", b"", "video/mp4").partition(b": 0\r\n")
        yield head + b": %d\r\n\r\n" % video
        yield from (bytes(1 << 18) for _ in range(video >> 18))
        yield tail[2:]


def test_an_archive_is_read_in_constant_memory() -> None:
    def peak(records: int) -> int:
        stream = cast(BinaryIO, Endless(large_archive(records)))
        tracemalloc.reset_peak()
        met = sum(entry.page is not None for entry in warc.read(stream, SOURCE, AS_USUAL, 1))
        assert met == 2 * records
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        peak(2)
        few, many = peak(2), peak(12)
    finally:
        tracemalloc.stop()
    assert many < few + (1 << 20)  # ten more pages, and 80 MB more that are passed over
    assert many < 8 << 20


def archive(folder: Path) -> Path:
    """A packed archive, each record a gzip member of its own."""
    path = folder / "crawl.warc.gz"
    other = page_of(OTHER.splitlines()[0], OTHER.splitlines()[1:])
    records = (
        INFO,
        html_response(URL, PAGE),
        IMAGE,
        html_response("http://e.org/b.html", other),
        response("http://e.org/large.bin", bytes(3 << 20), "Content-Type: application/zip"),
    )
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) for one in records))
    return path


def test_the_endings_tell_the_format() -> None:
    assert format_of(Path("a.warc")) == format_of(Path("a.WET")) == ("warc", "")
    assert format_of(Path("CC-MAIN-2024.warc.wet.gz")) == ("warc", "gzip members")


def test_a_run_over_an_archive_leads_back_to_it(tmp_path: Path) -> None:
    path = archive(tmp_path)
    done = call("run", path, "-o", tmp_path / "out")
    assert done.code == 0
    passed = " ".join(done.err.replace("\u00a0", " ").split())
    assert "passed over application/zip 1, image/jpeg 1, warcinfo 1" in passed
    stories = [json.loads(row) for row in (tmp_path / "out/stories.jsonl").open()]
    assert [one["page"] for one in stories] == [URL, "http://e.org/b.html"]
    assert stories[0]["text"] == STORY.removesuffix("\n")
    assert call("restore", tmp_path / "out", tmp_path / "back").code == 0
    back = (tmp_path / "back/crawl.warc.gz").read_bytes()
    assert gzip.decompress(back) == gzip.decompress(path.read_bytes())


def test_a_cleaned_archive_is_one_that_others_read(tmp_path: Path) -> None:
    path = archive(tmp_path)
    call("run", path, "-o", tmp_path / "out", "-q")
    with (tmp_path / "out/cleaned/crawl.warc.gz").open("rb") as stream:
        read = [(one.rec_type, one.content_stream().read()) for one in ArchiveIterator(stream)]
    kinds = ["warcinfo", "conversion", "response", "conversion", "response"]
    assert [kind for kind, _ in read] == kinds
    assert read[1][1].decode() == STORY.removesuffix("\n")


def test_clean_writes_the_records_of_an_archive_as_json_lines(tmp_path: Path) -> None:
    done = call("clean", archive(tmp_path))
    first, second = map(json.loads, done.lines)
    assert first == {"url": URL, "date": "2024-05-06T07:08:09Z", "text": STORY.removesuffix("\n")}
    assert second["url"] == "http://e.org/b.html"


def test_pages_of_one_url_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "twice.warc"
    path.write_bytes(html_response(URL, PAGE) * 2)
    call("run", path, "-o", tmp_path / "out", "-q")
    stories = [json.loads(row) for row in (tmp_path / "out/stories.jsonl").open()]
    assert [one["page"] for one in stories] == [f"{URL}@1", f"{URL}@2"]


def test_of_a_damaged_body_what_could_be_unpacked_is_read() -> None:
    packed = gzip.compress(PAGE.encode() * 40)
    (entry,) = pages(response(URL, packed[: len(packed) - 60], TYPE, GZIP))
    assert entry.page is not None
    assert PARAGRAPHS[0] in entry.page.text


def test_a_block_that_is_no_response_has_no_body() -> None:
    assert body_of(b"") == (b"", "")
    assert body_of(b"<html>not HTTP\r\n\r\n") == (b"", "")


def test_without_the_reader_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "warcio.bufferedreaders", None)
    with pytest.raises(CleanerError, match=r"pip install 'cleaner-zh\[html\]'"):
        pages(html_response(URL, PAGE))
