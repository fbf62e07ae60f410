"""Shared passages are told by the lines of both pages."""

from __future__ import annotations

from cleaner.duplicates.verify import StoryText, compared, judge
from cleaner.model import Passage

REPORT = [
    "旧码头改成了图书馆",
    "海边的旧码头经过两年改造，上周六作为图书馆重新开放，首日接待读者一千二百人。",
    "馆内保留了原来的吊车和铁轨，阅览区沿着铁轨排开，窗外就是航道。",
    "馆长说，夏天将延长开放到晚上十点，方便下班的市民。",
]
LETTER = [
    "读者来信：周末去了新图书馆",
    "排队的人很多，不过秩序很好，志愿者一直在门口发水。",
    "馆内保留了原来的吊车和铁轨，阅览区沿着铁轨排开，窗外就是航道，坐下就不想走。",
    "听说夏天将延长开放到晚上十点，方便下班的市民，希望是真的。",
]


def passages(a: list[str], b: list[str], first_a: int = 1, first_b: int = 1) -> list[Passage]:
    one, two = compared(
        [
            StoryText("a", "\n".join(a), tuple((first_a + i, first_a + i) for i in range(len(a)))),
            StoryText("b", "\n".join(b), tuple((first_b + i, first_b + i) for i in range(len(b)))),
        ]
    )
    verdict = judge(0, one, 1, two)
    assert verdict is not None
    return list(verdict.shared)


def test_the_lines_that_two_stories_share_are_told() -> None:
    assert [(p.a, p.b) for p in passages(REPORT, LETTER)] == [((3, 4), (3, 4))]


def test_lines_count_as_they_stand_on_the_page() -> None:
    assert [(p.a, p.b) for p in passages(REPORT, LETTER, 11, 40)] == [((13, 14), (42, 43))]


def test_a_mended_paragraph_spans_all_its_lines() -> None:
    one, two = compared(
        [
            StoryText("a", "\n".join(REPORT), ((1, 1), (3, 6), (8, 8), (10, 10))),
            StoryText("b", "\n".join(REPORT[1:]) + "完", ((1, 2), (3, 3), (4, 4))),
        ]
    )
    verdict = judge(0, one, 1, two)
    assert verdict is not None
    assert [(p.a, p.b) for p in verdict.shared] == [((3, 10), (1, 4))]


def test_paragraphs_in_another_order_are_passages_of_their_own() -> None:
    moved = [REPORT[0], REPORT[3], REPORT[2], REPORT[1]]
    told = [(p.a, p.b) for p in passages(REPORT, moved)]
    assert ((2, 2), (4, 4)) in told
    assert ((4, 4), (2, 2)) in told


def test_letters_are_counted_without_marks() -> None:
    (passage,) = passages(REPORT, REPORT)
    letters = sum(map(str.isalnum, "".join(REPORT)))
    assert passage == Passage((1, 4), (1, 4), letters)
