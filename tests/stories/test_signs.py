"""Signs are looked for in all lines at once, each in its own stretch of text."""

from __future__ import annotations

import numpy as np

from cleaner.model import Page
from cleaner.stories.signs import WORD, seen, sign, signs_of
from cleaner.text.lines import split_lines


def found(text: str, mark: np.uint16, start: int, end: int) -> bool:
    """Whether ``mark`` is seen in the text from start up to end."""
    signs = signs_of(split_lines([Page("page", text)]))
    return bool(seen(signs, np.array([start]), np.array([end]))[0] & mark)


def test_a_sign_is_seen_within_the_stretch_alone() -> None:
    text = "渡口复航。▲渡口"
    assert found(text, sign("caption note"), 0, 6)
    assert not found(text, sign("caption note"), 0, 5)
    assert not found(text, sign("caption note"), 6, 8)


def test_traditional_signs_are_seen_as_they_read() -> None:
    assert found("責任編輯：林遠", sign("editor note"), 0, 7)


def test_a_word_begins_where_its_first_two_characters_stand_side_by_side() -> None:
    assert found("本报记者林远", WORD, 0, 6)
    assert not found("记下一位老者", WORD, 0, 6)


def test_a_stretch_may_reach_past_the_end_of_the_text() -> None:
    assert found("临水6月7日电", sign("dateline"), 0, 40)


def test_no_stretch_no_sign() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert len(seen(signs_of(split_lines([])), none, none)) == 0
