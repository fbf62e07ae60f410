"""Parquet files: their rows as records, and every column but the text kept as it was."""

from __future__ import annotations

import datetime
import decimal
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import call
from small_pages import NOISE, STORY

from cleaner.corpus.streams import open_for_reading, open_for_writing, whole_file
from cleaner.model import CleanerError

PAGE, CLEAN = STORY + NOISE, STORY[:-1]

pa: Any = pytest.importorskip("pyarrow")
pq: Any = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A table of 600 pages with columns that JSON cannot say, in several row groups."""
    count = 600
    table = pa.table(
        {
            "id": pa.array(range(count), pa.int32()),
            "url": [f"https://site-{number}.example/" for number in range(count)],
            "text": pa.array([PAGE] * count, pa.large_string()),
            "seen": [datetime.datetime(2024, 5, 6, 7, 8, 9)] * count,
            "price": [decimal.Decimal("1.50")] * count,
            "tags": [["a", "b"]] * count,
            "raw": [b"\xff\x00"] * count,
        }
    ).replace_schema_metadata({"made": "here"})
    path = tmp_path / "pages.parquet"
    pq.write_table(table, path, row_group_size=250, compression="zstd")
    return path


def test_rows_are_records(pages: Path) -> None:
    with open_for_reading(pages, "parquet") as stream:
        rows = [json.loads(line) for line in stream]
    assert len(rows) == 600
    assert rows[7]["id"] == 7
    assert rows[7]["text"] == PAGE
    assert rows[7]["tags"] == ["a", "b"]


def test_only_the_text_changes(pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "clean.parquet"
    assert call("clean", pages, "-o", out).code == 0
    before, after = pq.read_table(pages), pq.read_table(out)
    assert after.schema.equals(before.schema, check_metadata=True)
    assert set(after["text"].to_pylist()) == {CLEAN}
    assert after.drop_columns(["text"]).equals(before.drop_columns(["text"]))
    assert pq.ParquetFile(out).metadata.row_group(0).column(0).compression == "ZSTD"


def test_on_standard_output_rows_are_json_lines(pages: Path) -> None:
    rows = [json.loads(line) for line in call("clean", pages).lines]
    assert [row["id"] for row in rows] == list(range(600))


def test_a_row_without_text_is_set_aside_and_the_others_keep_their_columns(
    tmp_path: Path,
) -> None:
    texts = [PAGE, None, PAGE] * 200
    table = pa.table({"n": list(range(600)), "text": texts})
    pq.write_table(table, tmp_path / "in.parquet")
    done = call("clean", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet")
    assert done.code == 2
    assert "in.parquet:2: no field 'text'" in done.err
    after = pq.read_table(tmp_path / "out.parquet")
    assert after["n"].to_pylist() == [n for n in range(600) if n % 3 != 1]


def test_a_run_keeps_the_columns_and_leads_back_to_the_rows(pages: Path, tmp_path: Path) -> None:
    assert call("run", "-q", pages, "-o", tmp_path / "out").code == 0
    assert call("restore", tmp_path / "out", tmp_path / "back").code == 0
    cleaned = pq.read_table(tmp_path / "out" / "cleaned" / "pages.parquet")
    assert set(cleaned["text"].to_pylist()) == {CLEAN}
    assert pq.read_table(tmp_path / "back" / "pages.parquet").equals(pq.read_table(pages))


def test_records_of_any_format_may_become_a_table(tmp_path: Path) -> None:
    lines = "".join(
        json.dumps({"id": n, "text": PAGE, "note": None, "tags": ["x"]}) + "\n" for n in range(600)
    )
    out = tmp_path / "out.parquet"
    assert call("clean", "--jsonl", "-o", out, stdin=lines).code == 0
    rows = pq.read_table(out).to_pylist()
    assert rows[599] == {"id": 599, "text": CLEAN, "note": None, "tags": ["x"]}


@pytest.mark.parametrize(
    "late", [{"id": 1, "text": "x", "new": 1}, {"id": "one", "text": "x"}], ids=["field", "type"]
)
def test_records_that_do_not_fit_one_table_are_refused(
    tmp_path: Path, late: dict[str, Any]
) -> None:
    lines = "".join(json.dumps({"id": n, "text": PAGE}) + "\n" for n in range(600))
    done = call(
        "clean", "--jsonl", "-o", tmp_path / "out.parquet", stdin=lines + json.dumps(late) + "\n"
    )
    assert done.code == 2
    assert "write JSON lines instead" in done.err
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_parquet_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.parquet").write_bytes(b"PAR1 or not")
    done = call("clean", tmp_path / "page.parquet")
    assert done.code == 2
    assert "page.parquet" in done.err
    assert "not a Parquet file" in done.err


def test_nothing_makes_an_empty_table(tmp_path: Path) -> None:
    with whole_file(tmp_path / "none.parquet", "parquet"):
        pass
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


def test_more_lines_than_rows_are_refused(pages: Path, tmp_path: Path) -> None:
    stream = open_for_writing(tmp_path / "out.parquet", "parquet", like=pages)
    with pytest.raises(CleanerError, match="more lines"):
        stream.write(b'{"text": "x"}\n' * 1200)


def test_without_pyarrow_its_absence_is_told(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    done = call("clean", pages)
    assert done.code == 2
    assert "pip install 'cleaner-zh[parquet]'" in done.err


def test_a_dry_run_counts_the_rows(pages: Path, tmp_path: Path) -> None:
    done = call("run", pages, "-o", tmp_path / "out", "--dry-run")
    assert done.code == 0
    assert "600 pages" in done.lines[1]


def test_damage_within_the_rows_is_told_and_what_came_before_is_kept(pages: Path) -> None:
    raw = bytearray(pages.read_bytes())
    column = pq.ParquetFile(pages).metadata.row_group(2).column(2)
    begin = column.data_page_offset
    raw[begin : begin + 100] = bytes(100)
    pages.write_bytes(raw)
    done = call("clean", pages)
    assert done.code == 2
    assert "damaged Parquet data" in done.err
    assert len(done.lines) >= 250


@pytest.mark.parametrize("packed", ["none", "snappy", "gzip"])
def test_a_table_is_packed_as_it_was(tmp_path: Path, packed: str) -> None:
    pq.write_table(pa.table({"text": [PAGE]}), tmp_path / "in.parquet", compression=packed)
    assert call("clean", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet").code == 0
    column = pq.ParquetFile(tmp_path / "out.parquet").metadata.row_group(0).column(0)
    assert column.compression == {"none": "UNCOMPRESSED"}.get(packed, packed.upper())


def test_a_table_without_rows_stays_one_with_its_columns(tmp_path: Path) -> None:
    empty = pa.table({"n": pa.array([], pa.int8()), "text": pa.array([], pa.string())})
    pq.write_table(empty, tmp_path / "in.parquet")
    assert call("clean", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet").code == 0
    assert pq.read_table(tmp_path / "out.parquet").schema.equals(empty.schema)


def test_lines_may_come_in_parts_and_the_last_one_without_its_end(tmp_path: Path) -> None:
    with open_for_writing(tmp_path / "out.parquet", "parquet") as stream:
        for part in (b'{"n": 1, "te', b'xt": "a"}\n{"n"', b': 2, "text": "b"}'):
            stream.write(part)
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == [
        {"n": 1, "text": "a"},
        {"n": 2, "text": "b"},
    ]


def test_a_record_that_is_none_has_no_row(tmp_path: Path) -> None:
    lines = json.dumps({"text": PAGE}) + "\n{bad\n" + json.dumps({"text": STORY}) + "\n"
    done = call("clean", "--jsonl", "-o", tmp_path / "out.parquet", stdin=lines)
    assert done.code == 2
    assert pq.read_table(tmp_path / "out.parquet")["text"].to_pylist() == [CLEAN, CLEAN]


def test_a_run_over_rows_without_text_leads_back_to_the_others(tmp_path: Path) -> None:
    table = pa.table({"n": [1, 2, 3], "text": [PAGE, None, PAGE]})
    pq.write_table(table, tmp_path / "in.parquet")
    assert call("run", "-q", tmp_path / "in.parquet", "-o", tmp_path / "out").code == 2
    cleaned = pq.read_table(tmp_path / "out" / "cleaned" / "in.parquet")
    assert cleaned.to_pylist() == [
        {"n": n, "text": text} for n, text in ((1, CLEAN), (2, None), (3, CLEAN))
    ]
