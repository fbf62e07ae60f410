"""Texts as an index holds them: small, read one by one, and given back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_stories import BRIDGE, nonsense, story

from cleaner.duplicates.held import DICTIONARY_BYTES, hold, make_dictionary, release
from cleaner.duplicates.verify import StoryText

SPANS = st.tuples(st.integers(1, 10**6), st.integers(0, 50)).map(lambda at: (at[0], sum(at)))
STORIES = st.builds(
    StoryText,
    id=st.just("a"),
    text=st.text(st.characters()),
    paragraphs=st.lists(SPANS, max_size=5).map(tuple),
    script=st.sampled_from(["simplified", "traditional", "mixed", "neutral"]),
)


@given(STORIES, st.sampled_from([b"", make_dictionary([BRIDGE] * 100)]))
def test_comes_back_exactly(one: StoryText, dictionary: bytes) -> None:
    assert release(one.id, hold([one], dictionary)[0], dictionary) == one


@pytest.mark.parametrize("odd", ["\udc80\udcff", "\ue000", "\U0001f600", "ḿ", "", "\n\n", "\x00"])
def test_odd_characters_come_back(odd: str) -> None:
    one = story("a", "桥" + odd)
    assert release("a", hold([one])[0]) == one


def test_lines_of_the_page_come_back() -> None:
    one = StoryText("a", "标题\n第一段\n第二段", ((3, 3), (5, 7), (9, 9)), "simplified")
    assert release("a", hold([one])[0]) == one


def test_a_dictionary_of_like_texts_halves_the_bytes() -> None:
    opening, closing = nonsense(1, 60), nonsense(2, 60)
    like = [story(str(i), opening + nonsense(i, 100) + closing) for i in range(10, 110)]
    dictionary = make_dictionary([one.text for one in like])
    assert len(dictionary) <= DICTIONARY_BYTES
    plain, packed = hold(like), hold(like, dictionary)
    assert sum(map(len, packed)) < 0.6 * sum(map(len, plain))


def test_a_text_held_without_a_dictionary_is_read_beside_one() -> None:
    one = story("a", BRIDGE)
    assert release("a", hold([one])[0], make_dictionary([nonsense(1)] * 64)) == one


@pytest.mark.parametrize(
    "damage", [b"", b"\x00", b"\x02\xff\xff", hold([story("a", BRIDGE)])[0][:-9]]
)
def test_damage_is_told(damage: bytes) -> None:
    with pytest.raises(ValueError, match="the text held of a cannot be read"):
        release("a", damage)
