"""A report shows the most telling things of a run, whatever their number, in a fixed order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.report.choose import Most, by_turns


def test_of_equal_scores_the_first_wins() -> None:
    most = Most[str](2)
    for name, score in (("a", 1.0), ("b", 3.0), ("c", 1.0), ("d", 3.0), ("e", 3.0)):
        most.offer(score, name)
    assert most.best() == ["b", "d"]


@given(st.lists(st.integers(0, 5)), st.integers(1, 10))
def test_most_is_the_head_of_the_stably_sorted_list(scores: list[int], size: int) -> None:
    most = Most[int](size)
    for place, score in enumerate(scores):
        most.offer(score, place)
    places = sorted(range(len(scores)), key=lambda place: -scores[place])
    assert most.best() == places[:size]


def test_rankings_take_turns_and_nothing_comes_twice() -> None:
    assert list(by_turns([["a", "b", "c"], ["b", "d"], []], str)) == ["a", "b", "d", "c"]
