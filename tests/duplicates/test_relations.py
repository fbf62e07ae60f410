"""Relations: one table of cases for where each begins and what speaks against it."""

from __future__ import annotations

import pytest

from cleaner.duplicates.relations import DEFAULTS, Differences, Scores, Thresholds, relation_of

SAME = Differences(agreeing=9, changed=(("3", "4"),))
OTHER_DAY = Differences(agreeing=3, changed=(("30", "31"),))
OTHER_PLACE = Differences(renamed=(("北岛", "南湾"),))
FURNITURE = Differences(furniture=True)


def scores(shared: int, a: int, b: int) -> Scores:
    return Scores.of(shared, a, b, False)


@pytest.mark.parametrize(
    ("score", "differences", "relation"),
    [
        (Scores.of(5, 5, 5, True), Differences(), "exact"),
        (Scores.of(0, 0, 0, False), Differences(), None),
        (scores(900, 1000, 1000), SAME, "near"),
        (scores(900, 1000, 1000), OTHER_DAY, "revision"),
        (scores(900, 1000, 1000), OTHER_PLACE, "revision"),
        (scores(900, 1000, 1000), FURNITURE, None),
        (scores(300, 310, 2000), SAME, "contained"),
        (scores(300, 310, 2000), OTHER_DAY, "revision"),
        (scores(500, 1000, 1000), SAME, "overlap"),
        (scores(500, 1000, 1000), OTHER_DAY, "overlap"),
        (scores(200, 1000, 1000), SAME, None),
        (scores(38, 39, 39), SAME, None),
    ],
)
def test_what_a_pair_is_called(
    score: Scores, differences: Differences, relation: str | None
) -> None:
    assert relation_of(score, True, differences) == relation


def test_an_overlap_needs_a_passage_to_show() -> None:
    assert relation_of(scores(500, 1000, 1000), False, SAME) is None


@pytest.mark.parametrize(
    ("thresholds", "relation"),
    [
        (DEFAULTS, "overlap"),
        (Thresholds(near=0.6), "near"),
        (Thresholds(overlap=0.8), None),
    ],
)
def test_thresholds_move_the_lines(thresholds: Thresholds, relation: str | None) -> None:
    assert relation_of(scores(770, 1000, 1000), True, SAME, thresholds) == relation


def test_a_pair_is_symmetric() -> None:
    one, two = scores(300, 310, 2000), scores(300, 2000, 310)
    assert one.jaccard == two.jaccard
    assert (one.a_in_b, one.b_in_a) == (two.b_in_a, two.a_in_b)
    assert relation_of(one, True, SAME) == relation_of(two, True, SAME)
