"""The commands for a corpus, from the command line: run, report, restore."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import call
from gold_pages import SEEDS


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run over the seeds."""
    folder = tmp_path_factory.mktemp("run") / "out"
    assert call("run", "--quiet", SEEDS, "-o", folder).code == 0
    return folder


def test_a_run_tells_what_it_did_on_stderr_alone(tmp_path: Path) -> None:
    done = call("run", SEEDS, "--out", tmp_path / "out", "--jobs", "2")
    assert (done.code, done.out) == (0, "")
    assert re.search(r"^removed .*share_widget \d+", done.err, re.MULTILINE)
    assert "report.html" in done.err


def test_a_quiet_run_says_nothing_and_a_verbose_one_more(tmp_path: Path) -> None:
    assert call("run", "-q", SEEDS, "-o", tmp_path / "quiet").err == ""
    told = call("run", "-v", SEEDS, "-o", tmp_path / "verbose").err
    assert "encodings: utf-8 5" in told
    assert "scripts: traditional" in told


def test_a_folder_that_holds_a_run_is_written_over_only_by_force(out: Path) -> None:
    refused = call("run", SEEDS, "-o", out)
    assert refused.code == 2
    assert "--force" in refused.err
    assert call("run", "-q", SEEDS, "-o", out, "--resume").code == 0  # it is finished
    assert call("run", "-q", SEEDS, "-o", out, "--force").code == 0


def test_a_run_is_rebuilt_byte_for_byte(out: Path, tmp_path: Path) -> None:
    done = call("restore", "-v", out, tmp_path / "back")
    assert done.code == 0
    assert "000_signing.txt\n" in done.err
    for page in SEEDS.glob("*.txt"):
        assert (tmp_path / "back" / page.name).read_bytes() == page.read_bytes()
    assert call("restore", out, tmp_path / "back").code == 2


def test_a_report_is_made_again_in_a_language(out: Path) -> None:
    before = (out / "report.html").read_bytes()
    assert call("report", out, "--language", "zh").code == 0
    assert (out / "report.html").read_bytes() != before
    assert call("report", out).code == 0
    assert (out / "report.html").read_bytes() == before


def test_a_report_in_markdown_goes_to_standard_output(out: Path) -> None:
    done = call("report", out, "--format", "markdown", "--language", "en")
    assert done.code == 0
    pages = json.loads((out / "run.json").read_text())["counts"]["pages"]
    assert str(pages) in done.out
    assert call("report", SEEDS).code == 2
