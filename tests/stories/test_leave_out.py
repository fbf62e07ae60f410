"""A story leaves a cleaned page, and the page it came from can still be rebuilt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_pages import NOISE, OTHER, STORY

from cleaner.pipeline import clean
from cleaner.stories.cut import restore_text
from cleaner.stories.leave_out import blocks_of, leave_out

THREE = "第一篇\n\n第二篇的标题\n第二篇的正文\n\n第三篇"


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        ([0], "第二篇的标题\n第二篇的正文\n\n第三篇"),
        ([1], "第一篇\n\n第三篇"),
        ([2], "第一篇\n\n第二篇的标题\n第二篇的正文"),
        ([1, 2], "第一篇"),
        ([0, 2], "第二篇的标题\n第二篇的正文"),
        ([0, 1, 2], ""),
    ],
)
def test_what_is_left_is_parted_by_one_blank_line(gone: list[int], left: str) -> None:
    blocks = blocks_of(THREE, ["第一篇", "第二篇的标题\n第二篇的正文", "第三篇"])
    shorter, edits = leave_out(THREE, (), [block for at in gone if (block := blocks[at])])
    assert shorter == left
    assert restore_text(shorter, edits) == THREE


def test_what_belongs_to_no_story_stays() -> None:
    shorter, _ = leave_out("前面\n\n要走的\n\n后面", (), [(4, 7)])
    assert shorter == "前面\n\n后面"


def test_a_page_with_noise_is_rebuilt_from_what_is_left_of_it() -> None:
    page = clean((STORY + NOISE + OTHER).replace("\n", "\r\n"))
    blocks = blocks_of(page.text, [story.text for story in page.stories])
    assert blocks == list(page.blocks)
    for block in page.blocks:
        shorter, edits = leave_out(page.text, page.edits, [block])
        assert len(shorter) < len(page.text)
        assert restore_text(shorter, edits) == page.page.text


def test_a_story_that_is_not_there_is_nowhere() -> None:
    assert blocks_of(THREE, ["第一篇", "第四篇", "第三篇"]) == [(0, 3), None, (20, 23)]


@given(
    st.lists(st.sampled_from([STORY, OTHER, NOISE, "\n"]), min_size=1, max_size=4),
    st.sets(st.integers(0, 3)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_goes_the_page_is_rebuilt(parts: list[str], gone: set[int], end: str) -> None:
    page = clean("".join(parts).replace("\n", end))
    blocks = [block for at, block in enumerate(page.blocks) if at in gone]
    shorter, edits = leave_out(page.text, page.edits, blocks)
    assert restore_text(shorter, edits) == page.page.text
