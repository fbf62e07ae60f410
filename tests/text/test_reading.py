"""The reading form of a character and its class, at the edges of every range."""

from __future__ import annotations

import pytest

from cleaner.text.reading import (
    BREAK,
    CLAUSE,
    CLOSE,
    DIGIT,
    DIVIDER,
    END,
    HAN,
    INVISIBLE,
    LATIN,
    OPEN,
    OTHER_LETTER,
    SPACE,
    SYMBOL,
    class_table,
    codes_of,
    reading_table,
    text_of,
)

CLASSES = [
    (HAN, "㐀䶿一鿿豈\ufaff\U00020000\U0003347f〇"),
    (OTHER_LETTER, "あンㄅ가\ud7a3ꀀЖαא"),
    (LATIN, "AzＡｚÀſéﬀ"),
    (DIGIT, "09０９٣"),
    (END, "。!?…！？｡"),
    (CLAUSE, ",、;:，；：､"),
    (OPEN, "“‘「『《〈(（[［【〔{｛〖"),
    (CLOSE, "”’」』》〉)）]］】〕}｝〗"),
    (DIVIDER, "|｜/／>＞»›·•●◆■□▶★※-－—_～~*＊=＝+→√"),
    (SPACE, " \t\xa0\u2003\u202f\u3000"),
    (BREAK, "\n\r\v\f\x85\u2028\u2029"),
    (SYMBOL, "#%&@￥$©®℃☀😀䷀䷿\U00033480\ud7a4\udc80\udcff"),
    (INVISIBLE, "\x00\x1b\u200b\u200d\xad\ufeff\ufe00\ufe0f\ue000\uf8ff\ud800\udc7f\udd00"),
    (INVISIBLE, "\U000f0000\U0010ffff"),
]


@pytest.mark.parametrize(
    ("bit", "char"),
    [(bit, char) for bit, chars in CLASSES for char in chars],
    ids=lambda one: f"U+{ord(one):04X}" if isinstance(one, str) else str(one),
)
def test_every_character_has_one_class(bit: int, char: str) -> None:
    assert class_table()[ord(char)] == bit


def test_no_character_is_without_a_class() -> None:
    table = class_table()
    assert len(table) == 0x110000
    assert ((table & (table - 1)) == 0).all()
    assert (table > 0).all()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("AZaz", "azaz"),
        ("ＡＺａｚ０９！～", "azaz09!~"),
        ("ÀÞſŸ", "àþſÿ"),
        ("「」『』｡､・‧•", "“”‘’。、···"),
        ("\u3000\xa0\t", "   "),
        ("責任編輯責任编辑", "责任编辑责任编辑"),
        ("İ", "İ"),  # its small form is two characters
    ],
)
def test_the_reading_form_has_as_many_characters(written: str, read: str) -> None:
    assert text_of(reading_table()[codes_of(written)]) == read


def test_any_text_goes_through_codes_and_back() -> None:
    text = "甲\U00020000\udcff\x00"
    assert codes_of(text).tolist() == [0x7532, 0x20000, 0xDCFF, 0]
    assert text_of(codes_of(text)) == text
