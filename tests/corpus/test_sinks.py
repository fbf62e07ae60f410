"""What a pipe reads and where it writes: several files, odd endings, tables side by side."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import call
from small_pages import NOISE, OTHER, STORY

from cleaner.corpus.entries import AS_USUAL
from cleaner.corpus.formats import jsonl
from cleaner.corpus.inputs import arrivals, named_sources
from cleaner.corpus.sinks import open_sink
from cleaner.corpus.streams import open_for_reading, open_for_writing
from cleaner.model import CleanerError


def line(name: str, text: str) -> str:
    return json.dumps({"id": name, "text": text}, ensure_ascii=False)


def test_a_folder_is_read_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(line("x", STORY) + "\n")
    (tmp_path / "a.txt").write_text(OTHER)
    (tmp_path / "notes.md").write_text("not a page")
    sources = named_sources([str(tmp_path)])
    assert [(source.name, source.format) for source in sources] == [
        ("a.txt", "text"),
        ("b.jsonl", "jsonl"),
    ]
    found = [a for batch in arrivals(sources, lambda _: AS_USUAL, io.BytesIO()) for a in batch]
    assert [a.entry.page.name for a in found if a.entry.page] == ["a.txt", "b.jsonl:x"]


def test_nothing_named_is_standard_input_and_so_is_a_dash() -> None:
    assert named_sources([]) == named_sources(["-"])
    assert named_sources([])[0].format == "text"
    assert named_sources([], records=True)[0].format == "jsonl"
    assert named_sources([], stdin_name="a.csv")[0].format == "csv"


def test_a_file_of_no_known_ending_is_text_or_records_if_one_says_so(tmp_path: Path) -> None:
    (tmp_path / "pages.log").write_text(line("x", STORY) + "\n")
    (source,) = named_sources([str(tmp_path / "pages.log")], records=True)
    assert source.format == "jsonl"


def test_files_whose_last_line_has_no_end_are_not_run_together(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line("a", STORY))
    (tmp_path / "b.jsonl").write_text(line("b", OTHER))
    done = call("clean", tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert [json.loads(row)["id"] for row in done.lines] == ["a", "b"]


def test_tables_of_the_same_columns_are_laid_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'id,text\na,"{STORY}{NOISE}"\n')
    (tmp_path / "b.csv").write_text(f'id,text\nb,"{OTHER}"\n')
    done = call("clean", tmp_path / "a.csv", tmp_path / "b.csv")
    assert done.out == f'id,text\na,"{STORY[:-1]}"\nb,"{OTHER[:-1]}"\n'
    (tmp_path / "b.csv").write_text(f'text,id\n"{OTHER}",b\n')
    done = call("clean", tmp_path / "a.csv", tmp_path / "b.csv")
    assert done.code == 2
    assert "different columns" in done.err


def test_records_are_not_written_as_text(tmp_path: Path) -> None:
    sources = named_sources([], records=True)
    out = tmp_path / "out.txt"
    with (
        pytest.raises(CleanerError, match=r"\.jsonl, \.csv or \.parquet"),
        open_sink(out, sources, io.BytesIO()),
    ):
        pass


def test_a_text_becomes_a_record_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    out = tmp_path / "out.jsonl"
    assert call("clean", tmp_path / "a.txt", "-o", out, "--field", "body").code == 0
    assert json.loads(out.read_text()) == {"id": "a.txt", "body": STORY[:-1]}


def test_an_empty_stream_of_records_is_no_fault() -> None:
    done = call("clean", "--jsonl")
    assert (done.code, done.out) == (0, "")


def test_a_text_that_is_converted_into_a_file_keeps_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    call("convert", "--to", "simplified", tmp_path / "a.txt", "-o", tmp_path / "b.txt")
    assert (tmp_path / "b.txt").read_text() == STORY


def test_marked_records_stay_a_table(tmp_path: Path) -> None:
    table = tmp_path / "pages.csv"
    table.write_text(f'id,note,text\na,"x, y","{STORY}"\nb,,"{STORY}"\n')
    done = call("dedup", table)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["id"], row["note"], row["duplicate_of"]) for row in rows] == [
        ("a", "x, y", ""),
        ("b", "", "a"),
    ]
    out = tmp_path / "marked.parquet"
    assert call("dedup", table, "-o", out).code == 0
    with open_for_reading(out, "parquet") as stream:
        assert [json.loads(row)["duplicate_of"] for row in stream] == [None, "a"]


def test_a_record_that_is_clean_already_keeps_its_very_bytes() -> None:
    escaped = json.dumps({"text": STORY[:-1], "n": 1.50}) + " \r\n"
    for command in (["clean"], ["convert", "--to", "simplified"]):
        assert call(*command, "--jsonl", stdin=escaped).out == escaped


def test_a_table_without_rows_keeps_its_header() -> None:
    assert call("clean", "--stdin-name", "a.csv", stdin="id,text\n").out == "id,text\n"


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "xz", "zstd"])
def test_damage_in_a_compressed_file_is_told(tmp_path: Path, packing: str) -> None:
    ending = {"gzip": "gz", "bzip2": "bz2", "xz": "xz", "zstd": "zst"}[packing]
    path = tmp_path / f"pages.jsonl.{ending}"
    with open_for_writing(path, packing) as stream:
        stream.write((line("x", STORY) + "\n").encode() * 200)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 :] = bytes(len(raw) - len(raw) // 2)
    path.write_bytes(raw)
    done = call("clean", path)
    assert done.code == 2
    assert f"{path.name}: cannot be read (" in done.err
    assert ("the compressed file is broken" in done.err) == (packing != "bzip2")


def test_records_of_an_archive_are_packed_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    stream = open_for_writing(path, "gzip members")
    for part in (b"WARC/1.0\r\n", b"a\r\n\r\n", b"WARC/1.0\r\n", b"b\r\n\r\n"):
        stream.write(part)
    stream.close()
    stream.close()  # as the end of a block may do again
    assert path.read_bytes().count(b"\x1f\x8b\x08") == 2
    assert gzip.decompress(path.read_bytes()) == b"WARC/1.0\r\na\r\n\r\nWARC/1.0\r\nb\r\n\r\n"


@pytest.mark.parametrize("ending", [b"\n", b""])
def test_a_record_above_what_a_page_may_have_is_passed_over_to_its_end(ending: bytes) -> None:
    large = b'{"text": "' + b"x" * 3_000_000 + b'"}' + ending
    good = line("a", STORY).encode() + b"\n"
    (source,) = named_sources([], records=True)
    reading = replace(AS_USUAL, largest_page=2000)
    found = list(jsonl.read(io.BytesIO(good + large), source, reading, 1))
    assert [entry.place for entry in found] == [1, 2]
    assert found[1].fault.startswith(f"a record of {len(large):,} bytes is larger than")
    assert found[1].raw == b""
