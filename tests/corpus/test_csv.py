"""CSV and TSV: rows read with their place, written back byte for byte but for the text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.corpus.entries import AS_USUAL, Entry, Reading
from cleaner.corpus.formats import csv as table
from cleaner.corpus.sources import Source
from cleaner.pipeline import clean
from cleaner.stories.cut import Edit

SOURCE = Source(Path("t.csv"), "t.csv", "csv", "", 0)
PAGE = "两地签约\n甲乙两地昨日签约,双方将共享资源。\n微信\n新浪微博\n"


def entries(data: bytes, reading: Reading = AS_USUAL) -> list[Entry]:
    return list(table.read(io.BytesIO(data), SOURCE, reading, 1))


def test_the_first_row_names_the_columns_and_passes_through() -> None:
    head, row = entries(b"id,text\r\na,hello\r\n")
    assert head.page is None
    assert not head.fault
    assert table.write(head, "") == b"id,text\r\n"
    assert row.page is not None
    assert (row.page.name, row.page.text, row.place) == ("t.csv:a", "hello", 2)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("a,plain", "plain"),
        ('a,"quoted, with a comma"', "quoted, with a comma"),
        ('a,"said ""so"""', 'said "so"'),
        ('a,"over\r\ntwo lines"', "over\r\ntwo lines"),
        ('a,5" disk', '5" disk'),
        ("a,", ""),
        ('a,""', ""),
    ],
)
def test_a_field_says_what_the_csv_module_reads(row: str, text: str) -> None:
    (_, found) = entries(f"id,text\n{row}\n".encode())
    assert found.page is not None
    assert found.page.text == text
    assert next(csv.reader(io.StringIO(row, newline="")))[1] == text


def test_a_row_is_named_by_the_line_it_begins_at() -> None:
    found = entries(f'text,n\n"{PAGE}",1\n\n"{PAGE}",2\nshort\n'.encode())
    assert [entry.place for entry in found] == [1, 2, 7, 8, 13]
    assert found[2].page is None
    assert not found[2].fault
    assert found[4].fault == "not a CSV record (1 fields, the header has 2)"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"id,body\na,b\n", "no column 'text' (columns: id, body)"),
        (b'text\nfine\n"never closed\nand on\n', "never closed"),
        ("text\n页\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_once(data: bytes, fault: str) -> None:
    faults = [entry.fault for entry in entries(data) if entry.fault]
    assert len(faults) == 1
    assert fault in faults[0]


def test_an_empty_table_has_no_entries() -> None:
    assert entries(b"") == []


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    head, row = entries(b"\xef\xbb\xbftext,id\nx,1\n")
    assert row.page is not None
    assert row.page.text == "x"
    assert table.write(head, "") == b"\xef\xbb\xbftext,id\n"


def test_rows_that_cannot_be_decoded_are_set_aside_when_asked_to() -> None:
    strict = Reading(encoding="utf-8", errors="strict")
    found = entries(b"id,text\na,\xff\nb,fine\n", strict)
    assert [(entry.place, bool(entry.fault)) for entry in found] == [
        (1, False),
        (2, True),
        (3, False),
    ]


def test_a_row_that_is_longer_than_a_page_may_be_ends_the_reading() -> None:
    for row in ("x" * 150, '"' + "x\n" * 80 + '"'):
        found = entries(f"id,text\na,{row}\nb,fine\n".encode(), Reading(largest_page=100))
        assert "nothing after it was read" in found[-1].fault
        assert len(found) == 2


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_header_tells_what_stands_between_fields(delimiter: str) -> None:
    row = delimiter.join(["a", '"x' + delimiter + 'y"'])
    _, found = entries(f"id{delimiter}text\n{row}\n".encode())
    assert found.page is not None
    assert found.page.text == f"x{delimiter}y"


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8-sig"])
def test_a_table_in_another_encoding_is_written_in_utf_8(encoding: str) -> None:
    page = "縣長說這項計畫\n將讓學生與教師受益,請縣民繼續關心學校的發展。" * 3
    found = entries(f'標題,text\n題,"{page}"\n短,"{page}"\n'.encode(encoding))
    written = b"".join(
        table.write(entry, entry.page.text if entry.page else "") for entry in found
    ).decode()
    assert written.removeprefix("\ufeff") == f'標題,text\n題,"{page}"\n短,"{page}"\n'


def test_what_was_cleaned_leads_back_to_the_bytes() -> None:
    data = f'id,text,note\na,"{PAGE}",x\nb,{PAGE.split()[0]},"y"\n'.encode()
    back = b""
    for entry in entries(data):
        if entry.page is None:
            back += table.write(entry, "")
            continue
        cleaned = clean(entry.page.text)
        written = table.write(entry, cleaned.text)
        back += table.restore(written, table.trace(entry), cleaned.edits)
    assert back == data


@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_is_read_as_it_was_written_and_comes_back(
    rows: list[tuple[str, str]], quoting: int
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]
    writer.writerow(["text", "more"])
    writer.writerows([(text.replace("\r", ""), more.replace("\r", "")) for text, more in rows])
    data = out.getvalue().encode("utf-8", "replace")
    back = b""
    for entry in entries(data):
        assert not entry.fault
        if entry.page is None:
            back += table.write(entry, "")
            continue
        shorter = entry.page.text[:3]
        edits = [Edit(len(shorter), 0, entry.page.text[3:])]
        back += table.restore(table.write(entry, shorter), table.trace(entry), edits)
    assert back == data
