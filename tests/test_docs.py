"""The documentation: its examples run, its tables hold, and the site builds without a warning."""

from __future__ import annotations

import doctest
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import call
from shell_blocks import ROOT, lay_out

DOCS = ROOT / "docs"

PYTHON = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages_with_python() -> list[Path]:
    return [page for page in sorted(DOCS.rglob("*.md")) if PYTHON.search(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", pages_with_python(), ids=lambda page: page.name)
def test_every_python_example_says_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = page.read_text("utf-8")
    lay_out(document, tmp_path)
    monkeypatch.chdir(tmp_path)
    session = "\n".join(PYTHON.findall(document))
    test = doctest.DocTestParser().get_doctest(session, {}, page.name, str(page), 0)
    told: list[str] = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert not told, "".join(told)


def table_under(heading: str) -> list[str]:
    """The first column of the first table under a heading of docs/formats.md."""
    section = (DOCS / "formats.md").read_text("utf-8").partition(f"\n## {heading}\n")[2]
    section = section.partition("\n## ")[0]
    return re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has every file, and at least a row in each."""
    place = tmp_path_factory.mktemp("formats")
    seen, out = place / "seen", place / "out"
    assert call("run", ROOT / "seeds", "-o", place / "before", "--quiet").code == 0
    assert call("index", "create", seen).code == 0
    assert call("index", "add", seen, place / "before").code == 0
    done = call(
        "run", ROOT / "seeds", "-o", out, "--against", seen, "--overlap", ".7", "--jobs", "1"
    )
    assert done.code == 0
    return out


def test_the_files_of_a_run_are_those_told_of(out: Path) -> None:
    page = (DOCS / "formats.md").read_text("utf-8").partition("\n## ")[0]
    told = re.findall(r"^\| `([a-z_.]+)/?` \|", page, re.MULTILINE)
    assert sorted(told) == sorted(path.name for path in out.iterdir())


@pytest.mark.parametrize("file", ["stories.jsonl", "removed.jsonl", "pages.jsonl"])
def test_the_rows_of_a_run_have_the_fields_told_of(out: Path, file: str) -> None:
    told = table_under(file)
    for row in (out / file).read_bytes().splitlines():
        assert list(json.loads(row)) == told


def test_the_rows_of_pairs_have_the_fields_told_of(out: Path) -> None:
    told = table_under("duplicates.jsonl")
    rows = (out / "near_misses.jsonl").read_bytes().splitlines()
    assert [list(json.loads(row)) for row in rows] == [told] * len(rows)
    assert rows
    known = (out / "known.jsonl").read_bytes().splitlines()
    told += table_under("known.jsonl")
    assert [list(json.loads(row)) for row in known] == [told] * len(known)
    assert known


def test_the_facts_of_a_run_are_those_told_of(out: Path) -> None:
    told = json.loads((out / "run.json").read_bytes())
    assert list(told) == table_under("run.json")
    assert list(told["inputs"][0]) == ["file", "sha256", "bytes"]


def test_dedup_adds_the_fields_told_of() -> None:
    record = {"id": 1, "text": "一条很短的记录"}
    done = call("dedup", "--jsonl", stdin=json.dumps(record) + "\n")
    assert list(json.loads(done.stdout)) == [*record, *table_under("Records of `dedup`")]


def test_the_exit_codes_are_those_of_the_program() -> None:
    page = (DOCS / "exit_codes.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == ["0", "1", "2", "130"]


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="mkdocs-material is in the extra [dev]")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "share-name" in (tmp_path / "site" / "rules" / "index.html").read_text("utf-8")
