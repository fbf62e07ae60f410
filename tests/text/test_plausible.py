"""How Chinese a text looks: what each kind of character adds and takes."""

from __future__ import annotations

import pytest

from cleaner.text.plausible import score, strange_lines

POINTS = [
    ("的", 1.0),  # among the most common, in either script
    ("國", 1.0),
    ("娄", 0.2),  # in the first level of GB 2312
    ("砖", 0.2),  # in its last row
    ("亍", -0.5),  # in the second level
    ("僥", 0.2),  # in the first level of Big5
    ("〇", 0.2),
    ("─", 0.2),  # the rule of a table
    ("╿", 0.2),
    ("，", 0.5),
    ("…", 0.5),
    ("㐀", -0.5),
    ("鿿", -0.5),
    ("の", -0.5),
    ("\uf900", -0.5),
    ("𠀀", -0.5),
    ("\U0003347f", -0.5),
    ("é", -0.3),
    ("한", -0.3),
    ("ꀀ", -0.3),
    ("\U0001ffff", -0.3),
    ("\U00033480", -0.3),
    ("▀", -0.3),
    ("\ue000", -2.0),
    ("\uf8ff", -2.0),
    ("\ud800", -2.0),
    ("\U000f0000", -2.0),
]


@pytest.mark.parametrize(("char", "points"), POINTS, ids=[f"U+{ord(c):04X}" for c, _ in POINTS])
def test_what_a_character_is_worth(char: str, points: float) -> None:
    gained, wide = score(char)
    assert gained == pytest.approx(points)
    assert wide == 1


@pytest.mark.parametrize("char", ["a", " ", "\n", "\x7f"])
def test_ascii_tells_nothing(char: str) -> None:
    assert score(char) == (0.0, 0)


def test_the_first_character_outside_ascii_counts() -> None:
    assert score("\x80")[1] == 1


def test_a_character_repeated_at_once_counts_once() -> None:
    assert score("────────") == (pytest.approx(0.2), 8)
    assert score("的一的") == (pytest.approx(3.0), 3)


def test_each_lost_byte_takes_three_points() -> None:
    assert score("的", lost=2) == (-5.0, 1)


def test_lines_in_a_wrong_encoding_are_strange_if_they_are_long_enough() -> None:
    good = "县里今天开放了新的图书馆"
    wrong = good.encode().decode("gbk", "replace")
    assert strange_lines(f"{good}\n{wrong}\n{good}\n{wrong[:5]}") == [1]
    assert strange_lines("плохо\nнехорошо") == [1]  # five and eight letters of another script
    assert strange_lines("") == []
