"""Width: what is rewritten, what stays, and that every rewrite is told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.text.reading import codes_of
from cleaner.text.width import WHY, Rewrite, full_punctuation, needs_tidy, rewritten, tidy

WRITTEN_OTHERWISE = [
    ("第１０届ＡＩ大会", "第10届AI大会", "full-width"),
    ("cafe\u0301", "café", "nfc"),
    ("\uf9d1月", "六月", "nfc"),
    ("⼀⾏", "一行", "radical"),
    ("张三\u3000李四", "张三 李四", "odd-space"),
    ("全长\xa05\u2009公里", "全长 5 公里", "odd-space"),
    ("\u3000\u3000河湾县", "河湾县", "odd-space"),
    ("河湾县\u3000\n\u3000图书馆", "河湾县\n图书馆", "odd-space"),
    ("河湾\u200b县\ufeff", "河湾县", "invisible"),
    ("软\xad件\x07", "软件", "invisible"),
    ("河\u200d湾", "河湾", "joiner"),
    ("\ufe0f河湾", "河湾", "selector"),
]


@pytest.mark.parametrize(("text", "right", "rule"), WRITTEN_OTHERWISE)
def test_what_is_written_otherwise(text: str, right: str, rule: str) -> None:
    got, rewrites = tidy(text)
    assert got == right
    assert {rewrite.rule for rewrite in rewrites} == {rule}
    assert {rewrite.why for rewrite in rewrites} == {WHY[rule]}


STAYS = [
    "，。：；！？（）“”‘’「」…—",  # punctuation in full width is right in Chinese
    "①㎡½℃Ⅳ㈠",  # NFKC would change them
    "一 二  三",  # plain spaces
    "a\tb\r\nc",
    "👨\u200d👩\u200d👧 ❤\ufe0f 葛\U000e0100",  # joined emoji, selectors behind a character
    "क्\u200dष",  # a joiner where Indic needs it
    "\ufffd\ue000\udc80",  # lost text, private use, bytes that stand for themselves
    "가각",
    "",
]


@pytest.mark.parametrize("text", STAYS)
def test_what_stays(text: str) -> None:
    assert tidy(text) == (text, ())


ODD = st.text(
    "a e　\u200b\u0301\u0300１ａ⼀豈\u1112\u1161\u11ab가中\n\u200d\ufe0f\xad🙂\udc80\u064b"
)


def replayed(text: str, rewrites: tuple[Rewrite, ...]) -> str:
    for rewrite in reversed(rewrites):
        end = rewrite.start + len(rewrite.before)
        assert text[rewrite.start : end] == rewrite.before
        text = text[: rewrite.start] + rewrite.after + text[end:]
    return text


@settings(max_examples=400)
@given(ODD)
def test_the_rewrites_are_the_whole_difference_and_tidy_text_stays(text: str) -> None:
    got, rewrites = tidy(text)
    assert replayed(text, rewrites) == got
    assert tidy(got) == (got, ())
    assert unicodedata.is_normalized("NFC", got)


@settings(max_examples=400)
@given(ODD)
def test_what_needs_no_tidying_is_known_from_its_characters_alone(text: str) -> None:
    if not needs_tidy(codes_of(text)).any():
        assert tidy(text)[0] == text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("他说:来了,走吧!", "他说：来了，走吧！"),
        ("真的吗?!是的;", "真的吗？！是的；"),
        ("增长5%,其中GDP,两成", "增长5%，其中GDP，两成"),
        ("他说, 我们走", "他说，我们走"),
        ("张三(左)和李四(右)", "张三（左）和李四（右）"),
        ("图(资料):新馆", "图（资料）：新馆"),
    ],
)
def test_marks_between_chinese_come_in_full_width(text: str, right: str) -> None:
    got, rewrites = full_punctuation(text)
    assert got == right
    assert replayed(text, rewrites) == right
    assert {rewrite.rule for rewrite in rewrites} == {"punctuation"}


@pytest.mark.parametrize(
    "text",
    [
        "1,000人10:30到",
        "Yes, it is; is it?",
        "http://a.cn/新闻,二?q=一,二",
        "他说.完",
        '"好"',
        "f(x)",
        "a,b,c",
        "选(A)或(B)",
    ],
)
def test_marks_of_numbers_latin_and_addresses_stay(text: str) -> None:
    assert full_punctuation(text) == (text, ())


def test_of_rewrites_that_overlap_the_first_listed_counts() -> None:
    one, two = Rewrite(1, "bc", "X", "a", ""), Rewrite(2, "cd", "Y", "b", "")
    three = Rewrite(4, "e", "Z", "c", "")
    assert rewritten("abcde", [one, three, two]) == ("aXdZ", (one, three))
    assert rewritten("abcde", [two, one]) == ("abYe", (two,))


@pytest.mark.parametrize("ending", ["\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_at_the_edges_of_a_line_no_space_is_left_for_wide_ones(ending: str) -> None:
    assert tidy(f"\u3000\u3000甲\u3000乙{ending}\u3000丙{ending}")[0] == f"甲 乙{ending}丙{ending}"


@pytest.mark.parametrize(
    ("written", "right", "rule"),
    [
        ("\uf900", "\u8c48", "nfc"),  # the first compatibility ideographs, and the last
        ("\U0002f800", "\u4e3d", "nfc"),
        ("\U0002fa1d", "\U0002a600", "nfc"),
        ("e\u0301", "é", "nfc"),
        ("\u0bc6\u0bbe", "\u0bca", "nfc"),  # a vowel sign that is no combining mark
        ("\u2e9f", "母", "radical"),
        ("\u2ef3", "龟", "radical"),
        ("\u2f00", "一", "radical"),
        ("\u2fd5", "龠", "radical"),
        ("０９ＡＺａｚ", "09AZaz", "full-width"),
    ],
)
def test_the_edges_of_what_is_written_otherwise(written: str, right: str, rule: str) -> None:
    told, rewrites = tidy(written)
    assert told == right
    assert {rewrite.rule for rewrite in rewrites} == {rule}
    assert needs_tidy(codes_of(written)).any()


def test_rewrites_may_touch_each_other() -> None:
    one, two = Rewrite(0, "甲乙", "一", "a", ""), Rewrite(2, "丙", "二", "b", "")
    assert rewritten("甲乙丙丁", [one, two]) == ("一二丁", (one, two))
    assert rewritten("甲乙丙丁", [two, one]) == ("一二丁", (one, two))
