"""Alignment: blocks are really equal, and nothing long is overlooked."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cleaner.duplicates.align import blocks, placed_shingles
from cleaner.duplicates.shingles import fingerprint, shingle

WORDS = st.lists(
    st.sampled_from(["海风", "山路很长", "灯塔亮着", "渔", "一九八四年", "旧码头的早晨"]),
    max_size=40,
)


def align(a: str, b: str) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.uint16]]:
    one, two = fingerprint([a]), fingerprint([b])
    placed = [placed_shingles(shingle(prints).values) for prints in (one, two)]
    return blocks(one.codes, two.codes, *placed), one.codes, two.codes


@given(WORDS, WORDS)
def test_blocks_are_equal_and_in_order(a: list[str], b: list[str]) -> None:
    rows, one, two = align("".join(a), "".join(b))
    end = 0
    for start, other, length in rows.tolist():
        assert start >= end
        assert length >= 4
        end = start + length
        assert one[start:end].tolist() == two[other : other + length].tolist()


def test_a_text_is_one_block_with_itself() -> None:
    text = "早班渡轮从旧码头开出，灯塔还亮着。晚班渡轮从旧码头开出，灯塔已经亮了。"
    rows, codes, _ = align(text, text)
    assert rows.tolist() == [[0, 0, len(codes)]]


def test_a_replaced_word_parts_two_blocks() -> None:
    rows, _, _ = align("早班渡轮从旧码头开出驶向北岛", "早班渡轮从新栈桥开出驶向北岛")
    assert rows[:, 2].tolist() == [5, 6]
    assert rows[:, 0].tolist() == [0, 8]


def test_paragraphs_in_another_order_are_found_where_they_stand() -> None:
    first, second = "灯塔管理员每天记录风向和潮水", "渔民们在日出之前把网收回船上"
    rows, _, _ = align(first + second, second + first)
    assert rows.tolist() == [[0, 14, 14], [14, 0, 14]]


def test_most_of_what_two_edited_texts_share_is_covered() -> None:
    draw = random.Random(3)
    letters = [chr(0x4E00 + draw.randrange(3000)) for _ in range(2000)]
    edited = [c if draw.random() > 0.03 else "改" for c in letters]
    rows, _, _ = align("".join(letters), "".join(edited))
    kept = sum(a == b for a, b in zip(letters, edited, strict=True))
    assert rows[:, 2].sum() > 0.97 * kept
