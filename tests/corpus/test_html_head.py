"""What a page declares of itself is found, and taken for its story where its lines agree."""

from __future__ import annotations

import json

import pytest
from web_pages import PARAGRAPHS, TITLE, page_of

from cleaner.corpus.web.head import LARGEST_SCRIPT
from cleaner.corpus.web.page import page_of_markup
from cleaner.model import Story
from cleaner.pipeline import clean_batch
from cleaner.text.markup import Declared


def declared(head: str) -> Declared:
    page, fault = page_of_markup(f"<html><head>{head}</head><body>文</body></html>", "p", "")
    assert page is not None, fault
    assert page.markup is not None
    return page.markup.declared


def story_of(markup: str) -> Story:
    page, _ = page_of_markup(markup, "p", "")
    assert page is not None
    (story,) = clean_batch([page])[0].stories
    return story


def ld(told: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(told, ensure_ascii=False)}</script>'


NEWS = {
    "@type": "NewsArticle",
    "headline": "两市签约",
    "author": [{"@type": "Person", "name": "林文若"}],
    "datePublished": "2024-05-06T07:08:09+08:00",
    "publisher": {"name": "江边新闻网"},
}


def test_json_ld_tells_of_the_article_wherever_it_stands() -> None:
    told = Declared("两市签约", "林文若", "2024-05-06", "江边新闻网")
    for given in (NEWS, [NEWS], {"@graph": [{"@type": "WebSite"}, NEWS]}):
        assert declared(ld(given)) == told


def test_open_graph_and_meta_tell_it_otherwise() -> None:
    head = (
        '<meta property="og:title" content="两市签约"><meta name="author" content="林文若">'
        '<meta name="publishdate" content="2024年5月6日 07:08"><meta property="og:site_name" '
        'content="江边新闻网"><link rel="canonical" href="https://example.org/1.html">'
    )
    told = Declared("两市签约", "林文若", "2024-05-06", "江边新闻网", "https://example.org/1.html")
    assert declared(head) == told


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"headline": </script>',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        ld({"headline": 7, "author": {"name": None}, "datePublished": "2024-13-45"}),
        '<meta property="og:title" content="' + "长" * 999 + '">',
    ],
)
def test_what_is_no_sense_is_passed_over(head: str) -> None:
    assert declared(head) == Declared()


def test_a_story_takes_what_lines_of_the_page_say_as_well() -> None:
    head = ld(NEWS | {"headline": TITLE}) + '<link rel="canonical" href="https://example.org/1">'
    note = "江边新闻网 2024年5月6日 林文若"
    story = story_of(page_of(TITLE, [note, *PARAGRAPHS], head))
    assert story.title == TITLE
    assert (story.byline, story.published) == ("林文若", "2024-05-06")
    assert story.url == "https://example.org/1"


def test_what_no_line_says_is_not_taken() -> None:
    story = story_of(page_of(TITLE, PARAGRAPHS, ld(NEWS | {"author": {"name": "无名氏"}})))
    assert (story.byline, story.published) == (None, None)
    assert story.title == TITLE


def test_other_links_and_scripts_as_large_as_a_program_tell_nothing() -> None:
    head = '<link rel="stylesheet" href="https://example.org/look.css"><link href="x">'
    assert declared(head) == Declared()
    large = {**NEWS, "articleBody": "文" * LARGEST_SCRIPT}
    assert declared(ld(large)) == Declared()
