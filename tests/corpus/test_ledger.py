"""The way back: what `restore` refuses, and what it says."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from command_line import call
from small_pages import NOISE, OTHER, STORY

from cleaner.corpus.ledger import LEDGER


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of a run over a page and a file of records."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_text(STORY + NOISE)
    (tmp_path / "in" / "pages.jsonl").write_text(json.dumps({"text": OTHER + NOISE}) + "\n")
    assert call("run", "-q", tmp_path / "in", "-o", tmp_path / "out").code == 0
    return tmp_path / "out"


def restored(out: Path) -> str:
    """What `restore` says when it refuses."""
    done = call("restore", out, out.parent / "back")
    assert done.code == 2
    assert done.err.count("\n") == 1
    return done.err


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert "name the folder that `cleaner run -o` wrote" in restored(tmp_path / "out")


def test_a_cleaned_file_that_is_gone(out: Path) -> None:
    (out / "cleaned" / "page.txt").unlink()
    assert "cleaned/page.txt: cannot be read (No such file or directory)" in restored(out)


@pytest.mark.parametrize("told", ["", "{}\n", '{"text": "x'])
def test_records_that_were_cut_short(out: Path, told: str) -> None:
    (out / "cleaned" / "pages.jsonl").write_text(told)
    assert "pages.jsonl: was changed after the run" in restored(out)


@pytest.mark.parametrize("name", ["../page.txt", "/tmp/page.txt"])
def test_a_ledger_that_leads_out_of_its_folder(out: Path, name: str) -> None:
    ledger = gzip.decompress((out / LEDGER).read_bytes()).decode()
    changed = ledger.replace('"file": "page.txt"', json.dumps({"file": name})[1:-1])
    assert changed != ledger
    (out / LEDGER).write_bytes(gzip.compress(changed.encode()))
    assert "the ledger was changed" in restored(out)
    assert not (out.parent / "page.txt").exists()


def test_a_ledger_of_which_something_is_missing(out: Path) -> None:
    ledger = gzip.decompress((out / LEDGER).read_bytes()).decode()
    changed = re.sub(r', "field": [0-9]+', "", ledger)
    assert changed != ledger
    (out / LEDGER).write_bytes(gzip.compress(changed.encode()))
    assert "pages.jsonl" in restored(out)
