"""The Markdown summary says the main things, and page text in it is inert."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner
from small_pages import NOISE, OTHER

from cleaner.cli import cleaner
from cleaner.report.markdown import code, summary


def test_the_summary_opens_with_the_figures_of_the_run(sample_run: Path) -> None:
    told = summary(sample_run).split("\n")
    counts = json.loads((sample_run / "run.json").read_bytes())["counts"]
    assert told[0] == f"## {counts['pages']} pages became {counts['stories']} stories."
    row = next(line for line in told if line.startswith(f"| {counts['pages']} |"))
    assert f"| {counts['characters_in']:,} | {counts['characters_out']:,} |" in row


def test_it_goes_to_stdout_alone(sample_run: Path) -> None:
    result = CliRunner().invoke(cleaner, ["report", str(sample_run), "--format", "markdown"])
    assert result.stdout == summary(sample_run)


def test_the_pair_across_scripts_is_named(sample_run: Path) -> None:
    line = next(line for line in summary(sample_run).split("\n") if "a/signing.txt#1" in line)
    assert line.startswith("| overlap, across scripts | `两镇签订水渠养护协作协议`")


def test_pages_set_aside_are_named_with_their_reason(sample_run: Path) -> None:
    assert "- `d/picture.txt`: `is a binary file" in summary(sample_run)


def test_it_speaks_chinese_on_request(sample_run: Path) -> None:
    assert summary(sample_run, "zh").startswith("## 12 个页面，整理出")


def test_page_text_cannot_leave_its_code_span(sample_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(sample_run, out)
    hostile = "`` | @someone <b>#1</b> http://a.example \n## x"
    rows = (out / "stories.jsonl").read_text("utf-8").split("\n")
    told = json.loads(rows[0])
    rows[0] = json.dumps({**told, "title": hostile}, ensure_ascii=False)
    (out / "stories.jsonl").write_text("\n".join(rows), "utf-8")
    line = next(line for line in summary(out).split("\n") if "@someone" in line)
    assert line.count("```") == 2
    assert "\\| @someone" in line


def test_code_spans_hold_any_text() -> None:
    assert code("a") == "`a`"
    assert code("a`b") == "``a`b``"
    assert code("`a") == "`` `a ``"
    assert code("a\nb\x00\u202e") == "`a�b�`"
    assert code("") == "`�`"


def test_a_run_of_clean_pages_has_no_tables_of_noise(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_text(OTHER)
    runner = CliRunner()
    out = str(tmp_path / "out")
    assert runner.invoke(cleaner, ["run", "-q", str(tmp_path / "in"), "-o", out]).exit_code == 0
    told = summary(tmp_path / "out")
    assert told.startswith("## 1 page became 1 story.")
    assert "share_widget" not in told
    assert "suspect" not in told.split("|")[0]


def test_a_run_of_pages_without_a_story_is_summed_up_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in "ab":
        (tmp_path / "in" / f"{name}.txt").write_text(NOISE)
    runner = CliRunner()
    out = str(tmp_path / "out")
    assert runner.invoke(cleaner, ["run", "-q", str(tmp_path / "in"), "-o", out]).exit_code == 0
    assert (tmp_path / "out" / "stories.jsonl").read_bytes() == b""
    assert summary(tmp_path / "out").startswith("## 2 pages became 0 stories.")
