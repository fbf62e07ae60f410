"""Progress is told on a terminal alone: the pass, how far it is, the rate, the time left."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import call
from gold_pages import SEEDS
from small_pages import STORY

from cleaner.cli import progress
from cleaner.cli.progress import Passes, watched
from cleaner.corpus.entries import Reading
from cleaner.corpus.inputs import Arrival, arrivals, named_sources

PASSES = ("counting", "cleaning", "matching", "writing")


def test_a_run_names_its_passes_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes it for a terminal
    told = call("run", SEEDS, "-o", tmp_path / "out").err
    assert [name for name in PASSES if name in told] == list(PASSES)


def test_elsewhere_a_run_tells_its_summary_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    told = call("run", SEEDS, "-o", tmp_path / "out").err
    assert not any(name in told for name in PASSES)
    assert told.startswith("pages            5\n")
    assert call("run", SEEDS, "-o", tmp_path / "again", "-q").err == ""


@pytest.mark.parametrize(
    ("name", "unit"), [("survey", "MB/s"), ("clean", "MB/s"), ("match", "pairs/s")]
)
def test_a_pass_tells_its_rate_in_what_it_counts(
    name: str, unit: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with Passes(quiet=False) as tell:
        for done in (0, 40_000_000, 80_000_000):
            tell(name, done, 100_000_000)
    told = capsys.readouterr().err
    assert unit in told
    assert "80%" in told


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _TerminalStream(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "compressed"])
def test_a_pipe_from_files_shows_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    for name in ("a.txt", "b.txt"):
        page = (STORY * 40).encode()
        if packed:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(page))
        else:
            (tmp_path / name).write_bytes(page)
    sources = named_sources([str(tmp_path)])
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "stderr", _Terminal())
    batches = arrivals(sources, lambda source: Reading(), io.BytesIO())
    assert [len(batch) for batch in watched(batches, sources)] == [2]
    told = sys.stderr.getvalue()
    assert "cleaning" in told
    assert ("100%" in told) != packed  # bytes of a compressed file count when it is left behind


def test_a_pipe_is_watched_on_a_terminal_that_nothing_else_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    shown: list[str] = []

    def spied(batches: Iterator[list[Arrival]], sources: object) -> Iterator[list[Arrival]]:
        shown.append("bar")
        return batches

    monkeypatch.setattr(progress, "watched", spied)
    monkeypatch.setattr(io, "TextIOWrapper", _TerminalStream)
    out = tmp_path / "out.txt"
    assert call("clean", tmp_path / "a.txt", "-o", out).code == 0
    assert call("check", tmp_path / "a.txt").code == 0  # it prints at its end
    assert shown == ["bar", "bar"]
    assert call("clean", tmp_path / "a.txt").code == 0  # it prints as it goes
    assert call("clean", "-", "-o", out, stdin=STORY).code == 0  # its end is not known
    assert call("clean", "-q", tmp_path / "a.txt", "-o", out).code == 0
    assert shown == ["bar", "bar"]
