"""Two stories side by side: nothing lost, passages marked in both scripts, numbers strongest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.report.beside import CHANGED, NUMBER, OWN, SHARED, Paragraph, lay_beside

LEFT = """老桥要修了
石匠看过以后说，要先把水引开，再一层一层地砌回去，这座桥用了12根石柱。
这一段只在左边。
桥面的石板磨得发亮，走在上面能觉出晃动，村里人都盼着早一天动工。"""

RIGHT = """橋
只在右邊的一段寫在這裡。
石匠看過以後說，要先把水引走，再一層一層地砌回去，這座橋用了15根石柱。
橋面的石板磨得發亮，走在上面能覺出晃動，村裡人都盼著早一天動工。"""


def text_of(paragraphs: tuple[Paragraph, ...]) -> list[str]:
    """Each paragraph as it was."""
    return ["".join(stretch.text for stretch in paragraph) for paragraph in paragraphs]


def stretches(paragraphs: tuple[Paragraph, ...], kind: int) -> list[str]:
    """The stretches of one kind."""
    return [one.text for paragraph in paragraphs for one in paragraph if one.kind == kind]


def test_paragraphs_that_share_text_stand_side_by_side() -> None:
    rows = lay_beside(LEFT, RIGHT)
    assert [(row.matched, text_of(row.left), text_of(row.right)) for row in rows] == [
        (False, LEFT.split("\n")[:1], RIGHT.split("\n")[:2]),
        (True, LEFT.split("\n")[1:2], RIGHT.split("\n")[2:3]),
        (False, LEFT.split("\n")[2:3], []),
        (True, LEFT.split("\n")[3:], RIGHT.split("\n")[3:]),
    ]


def test_what_differs_inside_a_passage_is_marked_and_numbers_whole() -> None:
    row = lay_beside(LEFT, RIGHT, [("12", "15")])[1]
    assert stretches(row.left, CHANGED) == ["开"]
    assert stretches(row.right, CHANGED) == ["走"]
    assert stretches(row.left, NUMBER) == ["12"]
    assert stretches(row.right, NUMBER) == ["15"]
    assert "石匠看過以後說，要先把水引" in stretches(row.right, SHARED)


def test_a_paragraph_that_went_elsewhere_is_marked_where_it_stands() -> None:
    first, second = LEFT.split("\n")[1], LEFT.split("\n")[3]
    rows = lay_beside(f"{first}\n{second}", f"{second}\n{first}")
    marked = [stretches(side, SHARED) for row in rows for side in (row.left, row.right)]
    assert sum(len(text) for texts in marked for text in texts) > 1.9 * len(first + second)


def test_stories_without_common_text_are_left_as_they_are() -> None:
    (row,) = lay_beside("山上的雪到四月才化。", "河里的鱼在夜里跳。")
    assert not row.matched
    assert {stretch.kind for side in (row.left, row.right) for p in side for stretch in p} == {OWN}


@pytest.mark.parametrize("text", ["", "\n", "一行\n", "\n\n一行", "……\n——"])
def test_odd_texts_come_back_whole(text: str) -> None:
    for left, right in ((text, LEFT), (LEFT, text), (text, text)):
        rows = lay_beside(left, right)
        assert "\n".join(line for row in rows for line in text_of(row.left)) == left
        assert "\n".join(line for row in rows for line in text_of(row.right)) == right


SENTENCES = st.lists(
    st.sampled_from([*LEFT.split("\n"), *RIGHT.split("\n"), "", "㎡与①", "𠮷野家在街角。"]),
    min_size=1,
    max_size=6,
).map("\n".join)


@given(SENTENCES, SENTENCES)
def test_nothing_is_lost_and_nothing_changes_its_order(left: str, right: str) -> None:
    rows = lay_beside(left, right)
    assert "\n".join(line for row in rows for line in text_of(row.left)) == left
    assert "\n".join(line for row in rows for line in text_of(row.right)) == right


def test_a_number_is_marked_where_a_passage_begins_with_it() -> None:
    left, right = "247届庙会在河边的空地上开了三天", "137届庙会在河边的空地上开了三天"
    (row,) = lay_beside(left, right, [("247", "137")])
    assert (stretches(row.left, NUMBER), stretches(row.right, NUMBER)) == (["247"], ["137"])


@pytest.mark.parametrize(
    ("left", "right", "changed"),
    [
        ("参加比赛的有7人", "参加比赛的有8人", ["7"]),
        ("这座桥长12米,桥下的河水很清", "这座桥长1米,桥下的河水很清", []),
    ],
)
def test_letters_between_two_blocks_are_compared_from_the_nearer_end(
    left: str, right: str, changed: list[str]
) -> None:
    before = "石匠看过以后说,要先把水引开,再一层一层地砌回去,"
    after = ",桥面的石板磨得发亮,走在上面能觉出晃动,村里人都盼着早一天动工。"
    (row,) = lay_beside(before + left + after, before + right + after)
    assert "".join(text_of(row.left)) == before + left + after
    for text in changed:
        assert text in "".join(stretches(row.left, CHANGED) + stretches(row.left, NUMBER))
