"""A rule is held against its own examples, and told what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.noise import measured
from cleaner.noise.examples import broken_examples
from cleaner.noise.measured import Figures, read_figures, write_figures
from cleaner.noise.rules import shipped_rules

SHARE_NAME = next(rule for rule in shipped_rules().rules if rule.name == "share-name")


def test_a_rule_wants_examples_of_both_kinds() -> None:
    [fault] = broken_examples(replace(SHARE_NAME, keeps=SHARE_NAME.keeps[:1]))
    assert fault.startswith("give at least two examples")


def test_a_rule_that_wants_company_says_why() -> None:
    [fault] = broken_examples(replace(SHARE_NAME, doubts=()))
    assert fault.startswith("give in doubts")


def test_an_example_that_does_not_hold_is_told() -> None:
    wrong = replace(
        SHARE_NAME,
        removes=(*SHARE_NAME.removes, ("村里通了公交车", "")),
        keeps=(*SHARE_NAME.keeps, "微信"),
        doubts=(*SHARE_NAME.doubts, "微信支付"),
    )
    assert [fault.partition(" ")[0] for fault in broken_examples(wrong)] == [
        "removes",
        "keeps",
        "doubts",
    ]


def test_figures_are_read_as_they_were_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "MEASURED", tmp_path / "measured.tsv")
    read_figures.cache_clear()
    try:
        assert read_figures() == {}
        read_figures.cache_clear()
        figures = {"share-name": Figures(10, 1), "unmet": Figures(0, 0)}
        write_figures(figures)
        assert read_figures() == figures
        assert [one.precision for one in figures.values()] == [0.9, None]
    finally:
        read_figures.cache_clear()
