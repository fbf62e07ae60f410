"""Charts as geometry: lengths follow values, small values are seen, axes end on round numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.report.charts import HEIGHT, bars, histogram, proportions, step_of


def test_bars_are_as_long_as_their_values_the_longest_first() -> None:
    told = bars({"nav": {"removed": 3, "suspect": 1}, "byline": {"removed": 8}}, most=5)
    assert [bar.name for bar in told] == ["byline", "nav"]
    assert [(part.kind, part.start, part.size) for part in told[1].parts] == [
        ("removed", 0, 37.5),
        ("suspect", 37.5, 12.5),
    ]


def test_what_is_not_there_has_no_bar() -> None:
    assert bars({"nav": {"removed": 0, "suspect": 0}}, most=5) == ()


def test_proportions_fill_the_whole() -> None:
    told = proportions({"utf-8": 3, "gb18030": 1})
    assert [(part.start, part.size) for part in told] == [(0, 75), (75, 25)]


def test_one_among_many_is_still_seen() -> None:
    chart = histogram(["0", "1", "2"], {"pages": [100_000, 1]}, ticks=())
    assert chart.columns[0].parts[0].size == pytest.approx(HEIGHT)
    assert chart.columns[1].parts[0].size >= 2


@given(st.integers(1, 10**9))
def test_levels_are_few_and_round(most: int) -> None:
    step = step_of(most)
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert 1 <= -(-most // step) <= 4
