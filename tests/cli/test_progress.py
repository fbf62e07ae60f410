"""Progress is told on a terminal alone: the pass, how far it is, the rate, the time left."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call
from gold_pages import SEEDS

from cleaner.cli.progress import Passes

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
