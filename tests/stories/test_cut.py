"""The cut: what leaves a page, what is written, and the way back."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import KEEP, LABELS, SURE, Page
from cleaner.noise.label import Labels, Reason, Span
from cleaner.stories.cut import CleanPage, cut_pages, restore_text
from cleaner.stories.fields import Fields
from cleaner.stories.mend import Seam
from cleaner.stories.split import StorySpan
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

NAV = LABELS.index("nav")


def cut(
    text: str,
    *,
    removed: tuple[int, ...] = (),
    inline: tuple[tuple[int, int, int], ...] = (),
    joins: tuple[tuple[int, int, str], ...] = (),
    stories: tuple[tuple[int, int], ...] | None = None,
    title: int | None = None,
) -> CleanPage:
    """A page cut by hand; lines are 0-based indexes, stories (first, last) of them."""
    lines = split_lines([Page("page", text)])
    shape = measure(lines)
    strength = np.full(len(lines), KEEP, dtype=np.uint8)
    strength[list(removed)] = SURE
    label = np.where(strength == SURE, NAV, 0).astype(np.uint8)
    reason = np.where(strength == SURE, 0, -1).astype(np.int32)
    spans = tuple(
        Span(line, start, end, "source_credit", "reprint", "names its source", SURE)
        for line, start, end in inline
    )
    labels = Labels(label, strength, reason, (Reason("menu", "a menu"),), spans)
    seams = tuple(Seam(a, b, joint, "broken", "goes on") for a, b, joint in joins)
    last = len(lines) - 1
    marked = stories if stories is not None else (((0, last),) if last >= 0 else ())
    found = tuple(
        StorySpan(0, a, b, (title,) if title is not None else (), (), Fields(), "page", "opens")
        for a, b in marked
    )
    return cut_pages(lines, shape, labels, ~shape.blank & (strength < SURE), seams, found)[0]


def test_a_removed_line_leaves_with_its_reason() -> None:
    page = cut("首页 新闻\n正文第一段。\n", removed=(0,))
    assert page.text == "正文第一段。"
    (finding,) = page.findings
    assert (finding.line, finding.text, finding.label, finding.rule, finding.action) == (
        1,
        "首页 新闻",
        "nav",
        "menu",
        "removed",
    )


def test_paragraphs_are_lines_and_stories_stand_apart() -> None:
    page = cut("\n  甲一。\n\n甲二。\n乙一。\n", stories=((1, 3), (4, 4)))
    assert page.text == "甲一。\n甲二。\n\n乙一。"
    assert [story.text for story in page.stories] == ["甲一。\n甲二。", "乙一。"]
    assert [story.lines for story in page.stories] == [(2, 4), (5, 5)]
    assert page.stories[0].paragraphs == ((2, 2), (4, 4))
    assert [page.text[start:end] for start, end in page.blocks] == ["甲一。\n甲二。", "乙一。"]
    assert [(f.line, f.action) for f in page.findings] == [(5, "split")]


def test_broken_paragraphs_are_joined_across_what_went_between() -> None:
    page = cut("新\n扫码\n路径。\nGDP\ngrowth", removed=(1,), joins=((0, 2, ""), (3, 4, " ")))
    assert page.text == "新路径。\nGDP growth"
    assert page.stories[0].paragraphs == ((1, 3), (4, 5))
    assert [(f.line, f.action) for f in page.findings] == [
        (2, "removed"),
        (3, "joined"),
        (5, "joined"),
    ]


def test_noise_inside_a_line_is_cut_out() -> None:
    page = cut("　　善治小区。(转载:某报)", inline=((0, 7, 14),))
    assert page.text == "善治小区。"
    assert page.findings[0].text == "(转载:某报)"
    assert (page.findings[0].start, page.findings[0].end) == (7, 14)


def test_the_title_is_the_text_of_its_line() -> None:
    page = cut(" 两地签约 \n双方昨日签约。", title=0)
    assert page.stories[0].title == "两地签约"
    assert page.stories[0].text == "两地签约\n双方昨日签约。"


def test_line_ends_stay_as_they_were() -> None:
    assert cut("一。\r\n\r\n二。\r\n").text == "一。\r\n二。"
    assert cut("一。\r二。").text == "一。\r二。"
    assert cut("一。\r\n二。").stories[0].text == "一。\n二。"


def test_full_width_letters_are_rewritten_and_told() -> None:
    page = cut("ＧＤＰ增长３％。")
    assert page.text == "GDP增长3％。"
    assert {(f.text, f.action) for f in page.findings} == {
        ("ＧＤＰ", "rewritten"),
        ("３", "rewritten"),
    }


def test_a_page_that_is_all_noise_is_empty_and_has_no_story() -> None:
    page = cut("首页\n新闻", removed=(0, 1))
    assert (page.text, page.stories) == ("", ())
    assert restore_text(page.text, page.edits) == "首页\n新闻"


LETTERS = st.text(alphabet="甲乙，。 \u3000a１\u200b\r\n\x00\ud800", max_size=40)


@given(LETTERS, st.data())
def test_the_edits_lead_back_to_the_page(text: str, data: st.DataObject) -> None:
    count = len(split_lines([Page("page", text)]))
    some = st.sets(st.integers(0, count - 1)) if count else st.just(set())
    removed = tuple(sorted(data.draw(some)))
    cuts = sorted(data.draw(st.sets(st.integers(0, count))))
    stories = tuple((a, b - 1) for a, b in itertools.pairwise(cuts))
    lower = sorted(data.draw(some) - {0} - set(removed))
    upper = [max(set(range(line)) - set(removed), default=None) for line in lower]
    joins = tuple((a, b, "") for a, b in zip(upper, lower, strict=True) if a is not None)
    inline = tuple((line, 0, 1) for line in sorted(data.draw(some) - set(removed)))
    page = cut(text, removed=removed, inline=inline, joins=joins, stories=stories)
    assert restore_text(page.text, page.edits) == text
    for story, (start, end) in zip(page.stories, page.blocks, strict=True):
        block = page.text[start:end].replace("\r\n", "\n").replace("\r", "\n")
        assert block == story.text
        assert len(story.text.split("\n")) == len(story.paragraphs)
