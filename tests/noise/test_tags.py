"""Markup is evidence: it is weighed with what the lines say, and never without them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_pages import NOISE, STORY
from web_pages import PAGE, PARAGRAPHS, TITLE, page_of

from cleaner.corpus.web.page import bare_markup, page_of_markup
from cleaner.model import Page
from cleaner.noise.tags import kinds_of
from cleaner.pipeline import clean_batch

KEPT = STORY.removesuffix("\n")


def page_from(markup: str, name: str = "p") -> Page:
    page, fault = page_of_markup(markup, name, "")
    assert page is not None, fault
    return page


def cleaned(markup: str) -> str:
    return clean_batch([page_from(markup)])[0].text


def test_a_page_is_cleaned_down_to_its_story() -> None:
    assert cleaned(PAGE) == KEPT


COMMENT = "去年我就在那所学校里教书,住的地方离江边不远,孩子们都很用功,希望今年去的老师也喜欢那里。"


@pytest.mark.parametrize(
    "block",
    [
        f'<ul class="comment-list"><li><p>{COMMENT}</p></li><li><p>{COMMENT}</p></li></ul>',
        f'<div class="sidebar"><ul><li><a href="/x">{COMMENT}</a></li></ul></div>',
        f'<ul id="recommend"><li><a href="/x">{COMMENT}</a></li></ul>',
    ],
)
def test_running_text_in_an_element_made_for_furniture_goes(block: str) -> None:
    markup = PAGE.replace('<div class="footer">', block + '<div class="footer">')
    assert cleaned(markup) == KEPT
    text_alone = replace(page_from(markup), markup=None)
    assert COMMENT in clean_batch([text_alone])[0].text


def test_the_same_text_in_the_story_stays() -> None:
    markup = page_of(TITLE, [*PARAGRAPHS, COMMENT])
    assert cleaned(markup) == f"{KEPT}\n{COMMENT}"


NOTICE = (
    "孔小满:",
    "本院受理原告云川自来水公司诉你供用水合同纠纷一案,现依法向你公告送达起诉状副本和开庭传票。",
    "特此公告",
    "云川县人民法院立案庭",
)


def test_a_notice_of_one_sentence_is_whole() -> None:
    rows = "".join(f"<p>{row}</p>" for row in NOTICE)
    path = '<ul><li><a href="/">首页 &gt; 公告</a></li></ul>'
    tools = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in ("打印", "关闭", "返回"))
    markup = f"<html><body>{path}<div><h1>公 告</h1>{rows}</div><ul>{tools}</ul></body></html>"
    assert cleaned(markup).splitlines()[-len(NOTICE) :] == list(NOTICE)


def test_an_element_that_holds_most_of_the_text_is_no_furniture_whatever_its_name() -> None:
    assert cleaned(PAGE.replace('class="content"', 'class="comment list sidebar"')) == KEPT


def test_a_story_that_scripts_show_later_stays() -> None:
    markup = PAGE.replace('<div class="content">', '<div class="content" style="display:none">')
    assert cleaned(markup) == KEPT


def test_what_is_hidden_goes() -> None:
    hidden = '<div style="display:none">本页面需要登录以后才能浏览全文内容</div>'
    assert cleaned(PAGE.replace('<div class="nav">', hidden + '<div class="nav">')) == KEPT


def test_a_page_of_nothing_but_its_story_stays_as_it_is() -> None:
    assert cleaned(bare_markup(KEPT)) == KEPT


def test_cleaning_twice_changes_nothing() -> None:
    once = cleaned(PAGE)
    assert cleaned(bare_markup(once)) == once


def test_pages_of_text_are_judged_alike_beside_pages_of_markup() -> None:
    text = Page("t", STORY + NOISE + "相关阅读\n" + "江边步道本周末开放\n" * 3)
    alone = clean_batch([text])[0]
    beside = clean_batch([page_from(PAGE, "a"), text, page_from(PAGE, "b")])[1]
    assert (beside.text, beside.findings) == (alone.text, alone.findings)


def test_the_reason_names_what_the_markup_says() -> None:
    whys = " ".join(found.why for found in clean_batch([page_from(PAGE)])[0].findings)
    assert "nothing but links" in whys


@pytest.mark.parametrize(
    ("element", "same"),
    [
        ("div#commentList", "div.comments"),
        ("div.post_nav", "ul.nav2"),
        ("div.rightBar", "div#sidebar"),
        ("div.foo", "div"),
        ("div.contention", "div"),
    ],
)
def test_names_of_elements_are_read_word_by_word(element: str, same: str) -> None:
    assert kinds_of(element) & kinds_of(same) == kinds_of(same)
