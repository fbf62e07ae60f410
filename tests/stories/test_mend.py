"""Broken paragraphs are joined, headlines and lists are not, and every join says why."""

from __future__ import annotations

import pytest

from cleaner.model import Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import label_lines, staying
from cleaner.stories.mend import Seam, find_seams
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

STORY = (
    "临水镇的渡口今晨恢复摆渡，两岸居民不必再绕行三十里。",
    "渡口停航已有四个月，去年秋天的大水冲走了东岸的栈桥。",
    "船工老陈说，新栈桥比旧的宽了一尺，推车的人也能并排走。",
)


def seams_of(*lines: str) -> tuple[Seam, ...]:
    page = split_lines([Page("page", "\n".join(lines))])
    shape = measure(page)
    labels = label_lines(page, shape, load_rules())
    return find_seams(page, shape, labels, staying(page, shape, labels))


def joins(*lines: str) -> list[tuple[int, int]]:
    """The 0-based lines that are joined."""
    return [(seam.upper, seam.lower) for seam in seams_of(*lines)]


def test_a_paragraph_broken_within_a_word_is_joined() -> None:
    broken = ("临水镇的渡口今晨恢复摆渡，人们不必再绕行三十里，两岸居", "民一早就在岸边等候。")
    (seam,) = seams_of(*broken, *STORY[1:])
    assert (seam.upper, seam.lower, seam.joint) == (0, 1, "")
    assert seam.rule
    assert seam.why.startswith("the paragraph goes on here: ")


def test_blank_lines_between_do_not_matter() -> None:
    assert joins(STORY[0], "船工老陈说，新栈桥比旧的宽了一尺，", "", "推车的人也能并排走。") == [
        (1, 3)
    ]


def test_a_link_that_became_a_line_of_its_own_goes_back_into_its_sentence() -> None:
    lines = (
        "渡口复航",
        "本报讯（记者",
        "林远",
        "）临水镇的渡口今晨恢复摆渡，两岸居民",
        "。",
        *STORY[1:],
    )
    assert joins(*lines) == [(1, 2), (2, 3), (3, 4)]


def test_latin_words_are_joined_with_a_space() -> None:
    lines = ("船头漆着新渡轮的名字（North", "Star），从岸上也看得清楚。")
    (seam,) = seams_of(STORY[0], *lines, STORY[1])
    assert seam.joint == " "


def test_a_page_of_wrapped_lines_is_joined_up_to_each_sentence_end() -> None:
    text = "".join(STORY) * 2
    wrapped = [text[start : start + 24] for start in range(0, len(text), 24)]
    assert joins(*wrapped) == [(line, line + 1) for line in range(len(wrapped) - 1)]


def test_headlines_of_one_length_do_not_make_a_page_of_wrapped_lines() -> None:
    heads = (
        "临水镇渡口今晨恢复摆渡通行顺畅",
        "上渡镇小学添了三台旧织机展出",
        "江岸报社搬进了老粮仓的二层楼",
        "沧宁市今年多种四千棵行道树木",
    )
    lines = [line for head in heads for line in (head, STORY[1] + STORY[2])]
    assert joins(*lines) == []


@pytest.mark.parametrize(
    "line",
    [
        "渡口今晨复航",
        "一、栈桥为什么冲走了",
        "本报记者 林远",
        "江岸社记者林远、周渡",
        "第 1 條 為便利兩岸居民，特訂定本辦法。",
        "图为渡口复航现场",
        "各位乡亲：",
    ],
)
def test_nothing_is_glued_to_what_stands_for_itself(line: str) -> None:
    assert joins(STORY[0], line, STORY[1], STORY[2]) == []


def test_a_headline_is_not_joined_to_a_first_sentence_that_repeats_its_words() -> None:
    assert (
        joins("清明，给爷爷的旱烟袋换了根绳", "烟袋挂在老屋的钉子上，绳子已经朽了。", *STORY) == []
    )


def test_rows_of_a_table_are_no_wrapped_lines() -> None:
    rows = [f"{place} A0{place}7 林远 4:{place}2:33" for place in range(1, 8)]
    assert joins("名次 号码 姓名 成绩", *rows) == []


def test_verse_is_left_as_it_stands() -> None:
    verse = ("船还没有来", "石头先老了", "绳子松开手", "对岸亮着灯", "有人替我们", "先到了那边")
    assert joins("渡口的下午", *verse) == []


def test_other_languages_are_left_as_they_are() -> None:
    assert joins("The ferry runs again and the", "bridge is wider than before.") == []
