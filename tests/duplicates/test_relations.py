"""Relations: one table of cases for where each begins and what speaks against it."""

from __future__ import annotations

import pytest

from cleaner.duplicates.matches import judged_anew
from cleaner.duplicates.relations import DEFAULTS, Differences, Scores, Thresholds, relation_of
from cleaner.model import Match


def scores(shared: int, a: int, b: int) -> Scores:
    return Scores.of(shared, a, b, False)


@pytest.mark.parametrize(
    ("score", "doubt", "relation"),
    [
        (Scores.of(5, 5, 5, True), None, "exact"),
        (Scores.of(0, 0, 0, False), None, None),
        (scores(900, 1000, 1000), None, "near"),
        (scores(900, 1000, 1000), "numbers", "revision"),
        (scores(900, 1000, 1000), "names", "revision"),
        (scores(900, 1000, 1000), "furniture", None),
        (scores(900, 1000, 1000), "headline", "overlap"),
        (scores(300, 310, 2000), None, "contained"),
        (scores(300, 310, 2000), "numbers", "revision"),
        (scores(500, 1000, 1000), None, "overlap"),
        (scores(500, 1000, 1000), "headline", "overlap"),
        (scores(500, 1000, 1000), "numbers", None),
        (scores(500, 1000, 1000), "names", None),
        (scores(810, 1000, 1000), "numbers", "revision"),
        (scores(200, 1000, 1000), None, None),
        (scores(38, 39, 39), None, None),
    ],
)
def test_what_a_pair_is_called(score: Scores, doubt: str | None, relation: str | None) -> None:
    assert relation_of(score, True, doubt) == relation


def test_an_overlap_needs_a_passage_to_show() -> None:
    assert relation_of(scores(500, 1000, 1000), False, None) is None


@pytest.mark.parametrize(
    ("thresholds", "relation"),
    [
        (DEFAULTS, "overlap"),
        (Thresholds(near=0.6), "near"),
        (Thresholds(overlap=0.8), None),
    ],
)
def test_thresholds_move_the_lines(thresholds: Thresholds, relation: str | None) -> None:
    assert relation_of(scores(770, 1000, 1000), True, None, thresholds) == relation


def test_a_pair_is_symmetric() -> None:
    one, two = scores(300, 310, 2000), scores(300, 2000, 310)
    assert one.jaccard == two.jaccard
    assert (one.a_in_b, one.b_in_a) == (two.b_in_a, two.a_in_b)
    assert relation_of(one, True, None) == relation_of(two, True, None)


@pytest.mark.parametrize(
    ("differences", "doubt"),
    [
        (Differences(agreeing=9, changed=(("3", "4"),)), None),
        (Differences(agreeing=3, changed=(("30", "31"),)), "numbers"),
        (Differences(agreeing=30), None),
        (Differences(renamed=(("北岛", "南湾"),)), "names"),
        (Differences(other_story=True, renamed=(("北岛", "南湾"),)), "headline"),
        (Differences(furniture=True, other_story=True), "furniture"),
    ],
)
def test_what_speaks_against_a_copy(differences: Differences, doubt: str | None) -> None:
    assert differences.doubt(DEFAULTS) == doubt


@pytest.mark.parametrize(
    ("score", "kept", "enough"),
    [
        (Scores.of(1, 1, 1, True), True, True),  # equal, however short
        (scores(39, 39, 39), False, False),  # too short to be anything but equal
        (scores(40, 40, 40), True, True),
        (scores(400, 1000, 1000), True, True),  # from where stories overlap
        (scores(399, 1000, 1000), True, False),  # a near miss
        (scores(50, 1000, 1000), False, False),
    ],
)
def test_what_is_kept_and_what_is_enough_for_a_relation(
    score: Scores, kept: bool, enough: bool
) -> None:
    assert score.above_floor(DEFAULTS) == kept
    assert score.suffice(DEFAULTS) == enough


def a_match(**more: object) -> Match:
    told: dict[str, object] = {
        "a": "a#1",
        "b": "b#1",
        "relation": "near",
        "jaccard": 0.75,
        "a_in_b": 0.85,
        "b_in_a": 0.86,
        "cross_script": False,
        "numbers_changed": (),
        "shared": (),
        "kept": "a#1",
        **more,
    }
    return Match(**told)  # type: ignore[arg-type]


def test_a_match_is_judged_anew_by_its_scores() -> None:
    assert judged_anew(a_match(), DEFAULTS).relation == "near"
    assert judged_anew(a_match(), Thresholds(near=0.8)).relation == "overlap"
    assert judged_anew(a_match(doubt="numbers"), DEFAULTS).relation == "revision"
    assert judged_anew(a_match(relation="exact", jaccard=1.0), Thresholds(near=1.0)).relation == (
        "exact"
    )
    assert judged_anew(a_match(jaccard=0.0, a_in_b=0.0), DEFAULTS).relation is None
