"""Groups: a copy stands beside the story that is kept, and never drops out by hearsay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.duplicates.groups import (
    Group,
    Standing,
    links_of,
    longest,
    missing_links,
    rank_by,
    star_groups,
)
from cleaner.model import CleanerError

NEAR = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda p: p[0] < p[1]))


def near(*pairs: tuple[int, int]) -> list[tuple[int, int]]:
    return [link for a, b in pairs for link in links_of("near", a, b, 0.9, 0.9)]


def test_the_longest_is_kept_and_stands_for_its_copies() -> None:
    assert star_groups(near((0, 1), (1, 2), (0, 2)), longest([10, 30, 20])) == (Group(1, (0, 2)),)


def test_a_chain_drops_nothing_that_is_not_linked_to_the_kept_one() -> None:
    # 0 - 1 - 2 - 3: the longest is 0; only 1 is its copy.
    groups = star_groups(near((0, 1), (1, 2), (2, 3)), longest([9, 5, 4, 3]))
    assert groups == (Group(0, (1,)), Group(2, (3,)))


def test_what_is_contained_goes_and_what_contains_it_stays_under_any_policy() -> None:
    links = links_of("contained", 0, 1, 0.95, 0.2)
    assert star_groups(links, rank_by("first", [Standing(100), Standing(900)])) == (Group(1, (0,)),)


@pytest.mark.parametrize("relation", ["overlap", "revision", None])
def test_overlaps_and_revisions_stand_for_nothing(relation: str | None) -> None:
    assert links_of(relation, 0, 1, 0.9, 0.9) == []


STANDINGS = [
    Standing(500, "2021-06-03", "晨报", 0.5),
    Standing(600, None, "海港网", 0.1),
    Standing(400, "2021-06-02", "晚报", 0.3),
]


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        ("longest", 1),
        ("first", 0),
        ("earliest", 2),
        ("cleanest", 1),
        ("source=晚报,晨报", 2),
        ("source=电视台", 1),
    ],
)
def test_a_policy_says_which_one_is_kept(policy: str, kept: int) -> None:
    (group,) = star_groups(near((0, 1), (0, 2), (1, 2)), rank_by(policy, STANDINGS))
    assert group.kept == kept


@pytest.mark.parametrize("policy", ["newest", "source=", "source", ""])
def test_a_policy_that_is_none_is_refused(policy: str) -> None:
    with pytest.raises(CleanerError, match="no such policy"):
        rank_by(policy, STANDINGS)


@given(NEAR, st.randoms())
def test_the_order_of_links_does_not_matter_and_no_copy_is_unlinked(
    pairs: list[tuple[int, int]], draw: st.DrawFn
) -> None:
    links = near(*pairs)
    groups = star_groups(links, longest([7] * 13))
    shuffled = list(links)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    assert star_groups(shuffled, longest([7] * 13)) == groups
    told = [story for group in groups for story in (group.kept, *group.copies)]
    assert len(told) == len(set(told))
    for group in groups:
        assert all((group.kept, copy) in links for copy in group.copies)


@given(NEAR)
def test_with_the_missing_links_each_set_has_one_kept_story(pairs: list[tuple[int, int]]) -> None:
    rank = longest([7] * 13)
    missing = missing_links(near(*pairs), rank)
    assert not set(missing) & set(pairs)
    assert missing_links(near(*pairs, *missing), rank) == []
    kept = {group.kept for group in star_groups(near(*pairs, *missing), rank)}
    linked = {story for pair in pairs for story in pair}
    assert len(kept) <= max(len(linked) // 2, 0) or not linked
