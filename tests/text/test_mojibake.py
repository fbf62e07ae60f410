"""Mojibake: text that was read in a wrong encoding is told from rare but right text."""

from __future__ import annotations

from itertools import product

import pytest

from cleaner.text.mojibake import MISREADINGS, count_lost, find_mojibake

LINE = "河湾县图书馆今天上午开放新馆,第一批读者在门口排队等候。"


@pytest.mark.parametrize(
    ("was", "read_as"),
    [("utf-8", "latin-1"), ("utf-8", "gb18030"), ("gb18030", "latin-1"), ("utf-8", "cp1252")],
)
def test_a_misread_line_is_found_and_read_again(was: str, read_as: str) -> None:
    broken = LINE.encode(was).decode(read_as, "replace")
    (found,) = find_mojibake(f"第一行说得很清楚。\n{broken}\n第三行也没有问题。")
    assert (found.line, found.was) == (2, was)
    assert found.text.startswith("河湾县")
    if found.exact:
        assert found.text == LINE


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        "河灣縣圖書館今天上午開放新館，第一批讀者在門口排隊等候。",
        "犇骉羴鱻淼焱垚鑫森磊",
        "今日の午前、新しい図書館が開館した。",
        "Ünïcödé ïs nöt mojibäke, nor is naïve café, déjà vu.",
        "─────┬─────",
        "",
    ],
)
def test_right_text_is_not_taken_for_it(text: str) -> None:
    assert find_mojibake(text) == ()


def test_lost_text_is_counted() -> None:
    assert count_lost("好\ufffd好锟斤拷好烫烫烫") == 3


@pytest.mark.parametrize(("text", "lost"), [("锟斤", 0), ("烫烫", 0), ("屯屯", 0), ("屯屯屯", 1)])
def test_half_a_sign_of_lost_text_is_none(text: str, lost: int) -> None:
    assert count_lost(text) == lost


TRADITIONAL = "河灣縣圖書館今天上午開放新館,第一批讀者在門口排隊等候。"


@pytest.mark.parametrize(("read_as", "was"), MISREADINGS)
def test_every_common_accident_is_undone_where_no_byte_was_lost(read_as: str, was: str) -> None:
    right = TRADITIONAL if was == "cp950" else LINE
    line = ""
    for first, second in product(right, right):
        if len(line) < 12 and _survives(line + first + second, was, read_as):
            line += first + second
    assert len(line) == 12
    (found,) = find_mojibake(line.encode(was).decode(read_as))
    assert (found.text, found.exact) == (line, True)


def _survives(text: str, was: str, read_as: str) -> bool:
    try:
        return text.encode(was).decode(read_as).encode(read_as).decode(was) == text
    except UnicodeError:
        return False


def test_a_line_that_lost_too_much_is_left_alone() -> None:
    broken = LINE.encode().decode("gb18030", "replace")
    assert find_mojibake(broken)[0].text.startswith("河湾县")
    assert not find_mojibake(broken)[0].exact
    assert find_mojibake("".join(char + "\ufffd?" for char in broken)) == ()


def test_question_marks_that_a_line_had_are_not_counted_as_lost() -> None:
    broken = LINE.encode().decode("gb18030", "replace")
    (plain,), (asking,) = find_mojibake(broken), find_mojibake(broken + "?" * 40)
    assert not plain.exact
    assert asking.text == plain.text + "?" * 40
