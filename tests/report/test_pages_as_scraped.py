"""Pages are shown as they were scraped: rebuilt from the ledger, whatever their form."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cleaner.corpus.entries import AS_USUAL
from cleaner.corpus.ledger import pages_as_scraped
from cleaner.corpus.rows import read_rows
from cleaner.engines.local import Plan, run
from cleaner.model import CleanerError
from cleaner.text.decode import decode


def test_every_text_file_comes_back_as_it_was_decoded(sample_pages: Path, sample_run: Path) -> None:
    rows = list(read_rows(sample_run / "pages.jsonl"))
    wanted = {row["file"]: frozenset({row["line"]}) for row in rows}
    told = {file: text for file, _, text in pages_as_scraped(sample_run, wanted, AS_USUAL)}
    assert sorted(told) == sorted(row["page"] for row in rows)
    for name, text in told.items():
        assert text == decode((sample_pages / name).read_bytes(), None, "replace").text


def test_only_the_records_that_are_asked_for_are_read(tmp_path: Path) -> None:
    texts = [f"第{n}天的记录\n河水涨了{n}尺，船都系在岸边，没有人下水。\n微信\n" for n in range(9)]
    records = [json.dumps({"id": n, "text": text}) for n, text in enumerate(texts)]
    records.insert(4, "")
    source = tmp_path / "in" / "days.jsonl.gz"
    source.parent.mkdir()
    source.write_bytes(gzip.compress("\n".join(records).encode()))
    run(Plan(inputs=(str(source.parent),), out=tmp_path / "out", jobs=1))
    rows = {row["page"]: row["line"] for row in read_rows(tmp_path / "out" / "pages.jsonl")}
    wanted = {"days.jsonl.gz": frozenset({rows["days.jsonl.gz:2"], rows["days.jsonl.gz:7"]})}
    told = [text for _, _, text in pages_as_scraped(tmp_path / "out", wanted, AS_USUAL)]
    assert told == [texts[2], texts[7]]


def test_rows_of_a_table_are_read_below_its_header(tmp_path: Path) -> None:
    text = "第一天的记录\n河水涨了三尺，船都系在岸边，没有人下水。\n微信\n新浪微博\n"
    source = tmp_path / "in" / "days.csv"
    source.parent.mkdir()
    source.write_text(f'id,text\na,"{text}"\nb,\nc,"{text * 2}"\n', "utf-8")
    run(Plan(inputs=(str(source.parent),), out=tmp_path / "out", jobs=1))
    lines = frozenset(row["line"] for row in read_rows(tmp_path / "out" / "pages.jsonl"))
    told = list(pages_as_scraped(tmp_path / "out", {"days.csv": lines}, AS_USUAL))
    assert [told[0][2], told[-1][2]] == [text, text * 2]
    assert [line for _, line, _ in told] == sorted(lines)


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(CleanerError, match="name the folder"):
        list(pages_as_scraped(tmp_path, {}, AS_USUAL))
