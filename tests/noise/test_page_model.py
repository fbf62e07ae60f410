"""The page model weighs a page as a whole: exactly, and each page for itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.model import CleanerError, Page
from cleaner.noise.clues import clues_of
from cleaner.noise.findings import gather, marks_of, repeated_of
from cleaner.noise.hits import find_hits, load_rules
from cleaner.noise.layout import lay_out
from cleaner.noise.page_model import PageModel, noise_odds, read_model, shipped_model
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

ODDS = st.floats(-4, 4)
MODEL = PageModel(
    clues=("given",),
    weights=np.array([1.0]),
    usual=np.array([0.0]),
    says_high=("",),
    says_low=("",),
    noise=0.3,
    to_noise=-1.5,
    to_body=-2.5,
    opens=0.5,
    sure=1.0,
    sure_sentence=1.0,
)


def by_hand(given_: list[float], model: PageModel) -> list[float]:
    """The odds of each line by adding up all ways to label the page."""
    noise, body = np.zeros(len(given_)), np.zeros(len(given_))
    for states in product((0, 1), repeat=len(given_)):
        log = model.opens * states[0]
        log += sum(
            (value + model.noise) * state for value, state in zip(given_, states, strict=True)
        )
        for one, other in pairwise(states):
            log += model.to_noise * (one < other) + model.to_body * (one > other)
        noise += np.exp(log) * np.array(states)
        body += np.exp(log) * (1 - np.array(states))
    odds: list[float] = np.log(noise / body).tolist()
    return odds


@settings(deadline=None)
@given(st.lists(st.lists(ODDS, min_size=1, max_size=7), min_size=1, max_size=4))
def test_odds_are_those_of_all_ways_to_label_each_page(pages: list[list[float]]) -> None:
    column = np.array([value for page in pages for value in page])
    opens = np.array([i == 0 for page in pages for i in range(len(page))])
    expected = [odds for page in pages for odds in by_hand(page, MODEL)]
    assert noise_odds(MODEL, {"given": column}, opens).tolist() == pytest.approx(expected)


def test_a_very_long_page_neither_overflows_nor_forgets() -> None:
    column = np.where(np.arange(100_000) % 1000 < 500, 30.0, -30.0)
    opens = np.arange(100_000) == 0
    odds = noise_odds(MODEL, {"given": column}, opens)
    assert np.isfinite(odds).all()
    assert ((odds > 0) == (column > 0)).all()


def test_no_line_has_no_odds() -> None:
    assert len(noise_odds(MODEL, {"given": np.zeros(0)}, np.zeros(0, dtype=bool))) == 0


def test_the_shipped_weights_are_of_the_clues_there_are() -> None:
    lines = split_lines([Page("page", "两地昨日签约,双方将共享资源。\n微信")])
    shape = measure(lines)
    rules = load_rules()
    found = gather(lines, rules, find_hits(rules, lines, shape))
    layout = lay_out(lines, shape)
    clues = clues_of(
        lines, shape, layout, marks_of(layout, found), repeated_of(layout, shape, found)
    )
    assert set(shipped_model().clues) == set(clues)
    assert all(len(column) == 2 for column in clues.values())


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "weights.tsv"
    table.write_text("(noise)\tmuch\n")
    with pytest.raises(CleanerError, match="not a table of page model weights"):
        read_model(table)


def test_a_clue_that_speaks_for_noise_raises_the_odds_of_its_neighbours() -> None:
    opens = np.array([True, False, False])
    calm = noise_odds(MODEL, {"given": np.zeros(3)}, opens)
    loud = noise_odds(MODEL, {"given": np.array([0.0, 4.0, 0.0])}, opens)
    assert (loud > calm).all()
    bridge = replace(MODEL, to_noise=0.0, to_body=0.0)
    assert noise_odds(bridge, {"given": np.array([0.0, 4.0, 0.0])}, opens)[0] == pytest.approx(0.8)
