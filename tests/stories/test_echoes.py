"""Whether the characters that meet at borders stand together elsewhere is read off at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cleaner.stories import echoes as room
from cleaner.stories.echoes import echoes
from cleaner.text.reading import codes_of


def asked(text: str, borders: list[int], reach: int) -> list[tuple[bool, bool, bool]]:
    """The answers for the line breaks at ``borders``, looked for so far above and below."""
    last = np.array([place - 1 for place in borders], dtype=np.int64)
    first = np.array([place + 1 for place in borders], dtype=np.int64)
    start, end = np.maximum(last - reach, 0), np.minimum(first + reach, len(text))
    found = echoes(codes_of(text), last, first, start, end)
    return list(zip(*(column.tolist() for column in found), strict=True))


def plainly(text: str, border: int, reach: int) -> tuple[bool, bool, bool]:
    """The same answer, by looking through the text for one border."""
    last, first = border - 1, border + 1
    start, end = max(last - reach, 0), min(first + reach, len(text))
    around = f"\n{text}\n"
    met = text[last] + text[first]
    wanted = met, around[last] + met, met + around[first + 2]
    pair, left, right = (text.find(word, start, end) >= 0 for word in wanted)
    return pair, left, right


def test_the_name_broken_here_stands_whole_below() -> None:
    text = "今天渡口复\n航了。\n居民说，渡口复航真好。"
    assert asked(text, [text.index("\n")], len(text)) == [(True, True, False)]


def test_what_meets_here_alone_is_no_echo() -> None:
    text = "今天渡口复\n航了。"
    assert asked(text, [text.index("\n")], len(text)) == [(False, False, False)]


@given(
    st.lists(st.text("甲乙丙", min_size=1, max_size=4), min_size=2, max_size=12), st.integers(1, 30)
)
def test_all_at_once_is_one_by_one(lines: list[str], reach: int) -> None:
    text = "\n".join(lines)
    borders = [place for place, char in enumerate(text) if char == "\n"]
    assert asked(text, borders, reach) == [plainly(text, place, reach) for place in borders]


def test_a_page_of_a_thousand_borders_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0
    covered = room._covered

    def counted(start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
        nonlocal read
        places = covered(start, end)
        read += len(places)
        return places

    monkeypatch.setattr(room, "_covered", counted)
    text = "\n".join(chr(0x4E00 + n % 900) + chr(0x5E00 + n % 700) for n in range(1001))
    asked(text, [3 * n + 2 for n in range(1000)], 20_000)
    assert read < len(text)
