"""HTML becomes lines: what a reader of the page would call one, in the order of reading."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.corpus.entries import AS_USUAL, Entry, Reading
from cleaner.corpus.web.page import FRAMES, NO_TEXT, bare_markup, page_of_markup, read_markup
from cleaner.model import CleanerError, Page
from cleaner.text.markup import Markup


def shown(markup: str) -> Page:
    page, fault = page_of_markup(markup, "p", "")
    assert page is not None, fault
    return page


def lines(markup: str) -> list[str]:
    return shown(markup).text.split("\n")


def markup_of(markup: str) -> Markup:
    found = shown(markup).markup
    assert found is not None
    return found


def read(raw: bytes, reading: Reading = AS_USUAL) -> Entry:
    return read_markup(raw, "p.html", "", reading)


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<p>第一段。</p><p>第二段。</p>", ["第一段。", "第二段。"]),
        ("第一段。<br><br/>第二段。", ["第一段。", "第二段。"]),
        ("<div>前<div>中</div>后</div>", ["前", "中", "后"]),
        ("<p>没有<p>结束标记", ["没有", "结束标记"]),
        ("<p>见<a href=x>上一篇</a>的<b>说明</b>。</p>", ["见上一篇的说明。"]),
        ("<div><a>学校</a><a>天气</a> <a>地图</a></div>", ["学校 天气 地图"]),
        ("<ul><li>甲<li>乙</ul>", ["甲", "乙"]),
        ("<table><tr><td>左</td><td>右<p>下</p></td></tr></table>", ["左", "右", "下"]),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字", ["漢字"]),
        (
            '图<img data-src="a.jpg" alt="甲"><noscript><img src="a.jpg">请启用脚本</noscript>后',
            ["图后"],
        ),
        ("<script>var a='甲'</script>文<style>p{}</style>", ["文"]),
        ("<textarea>写评论</textarea>文<select><option>一</select>", ["文"]),
        ("<p>源码里\n  折了行，Latin\n  words too</p>", ["源码里折了行，Latin words too"]),
        ("<p>　　缩进&nbsp;留下&lt;原样&gt;</p>", ["　　缩进\xa0留下<原样>"]),
        ("<pre>一\n 二</pre>", ["一", "二"]),
        ("<p>换\u2028行\x0b符</p>", ["换 行 符"]),
        ("<article>甲</article><article>乙</article>", ["甲", "", "乙"]),
    ],
)
def test_elements_make_lines_as_a_browser_shows_them(markup: str, told: list[str]) -> None:
    assert lines(markup) == told


def test_each_line_knows_the_elements_around_it_and_its_share_of_links() -> None:
    page = markup_of('<div id=a><p class="x y">见<a>一</a><p class="x y"><a>二</a></div><p>三</p>')
    assert page.element(0) == "html > body > div#a > p.x.y"
    assert page.links.tolist() == [0.5, 1.0, 0.0]
    first, second, third = page.path[page.box].tolist()
    assert first == second != third


def test_a_deep_path_is_told_by_its_innermost_elements() -> None:
    path = markup_of("<div>" * 50 + "<p>文</p>").element(0)
    assert path.startswith("… > div > ")
    assert path.endswith(" > p")
    eight = "html > body > div > div > div > div > div > p"
    assert markup_of("<div>" * 5 + "<p>文</p>").element(0) == eight
    nine = markup_of("<div>" * 6 + "<p>文</p>").element(0)
    assert nine == f"… > {eight.removeprefix('html > ').replace('div', 'div > div', 1)}"


def test_what_is_not_displayed_is_a_line_of_its_own_and_marked() -> None:
    page = shown(
        '<div style="display: none">藏</div><p>前<span style="display:none">夹</span>后</p>'
        "<p hidden><b>也藏</b></p><div hidden><p>里面</p></div><p>见</p>"
    )
    assert page.text.split("\n") == ["藏", "前后", "夹", "也藏", "里面", "见"]
    assert page.markup is not None
    assert page.markup.hidden.tolist() == [True, False, True, True, True, False]


def test_there_is_a_row_for_each_line_whatever_the_markup() -> None:
    for markup in ("<p>一</p><br><br>", "<article>一</article><article></article>", "一\r二\x85三"):
        page = shown(markup)
        assert page.markup is not None
        assert len(page.markup) == len(page.text.split("\n"))


@given(st.text("<>/apbdiv hr=\"'&;!-文字，。\n\x00\ud800", max_size=60))
def test_any_text_can_be_read_as_markup(markup: str) -> None:
    page, fault = page_of_markup(markup, "p", "")
    assert bool(fault) == (page is None)
    if page is not None:
        assert page.markup is not None
        assert len(page.markup) == page.text.count("\n") + 1
        for line in range(len(page.markup)):
            page.markup.element(line)


@given(
    st.lists(
        st.lists(st.text("文字<&>，。ab", min_size=1, max_size=9), min_size=1, max_size=3),
        min_size=1,
        max_size=3,
    )
)
def test_a_bare_page_reads_as_the_text_that_it_was_made_of(stories: list[list[str]]) -> None:
    text = "\n\n".join("\n".join(story) for story in stories)
    assert shown(bare_markup(text)).text == text


def test_bytes_say_more_than_the_declared_charset() -> None:
    page = "<meta charset=gb2312><p>这是一个网页，写的是中文。</p>"
    for encoding in ("utf-8", "gb18030"):
        entry = read(page.encode(encoding))
        assert entry.page is not None
        assert entry.decoded is not None
        assert (entry.page.text, entry.decoded.encoding) == ("这是一个网页，写的是中文。", encoding)


def test_the_declared_charset_decides_where_bytes_leave_it_open() -> None:
    entry = read("<meta charset=big5><p>許</p>".encode("big5"))
    assert entry.page is not None
    assert entry.page.text == "許"


def test_an_encoding_that_is_given_beats_all_others() -> None:
    entry = read("<meta charset=utf-8><p>许</p>".encode("gb18030"), Reading(encoding="gb18030"))
    assert entry.page is not None
    assert entry.page.text == "许"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b" \n", "is empty; scrape it again or leave it out"),
        (b"<html><body><script>render()</script></body></html>", NO_TEXT),
        (b"<frameset><frame src=a><frame src=b></frameset>", FRAMES),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00\x01\x02",
            "is a binary file, not a web page; leave it out",
        ),
    ],
)
def test_a_page_without_text_is_set_aside_with_the_reason(raw: bytes, fault: str) -> None:
    entry = read(raw)
    assert entry.page is None
    assert entry.fault == fault


def test_without_the_parser_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    own = builtins.__import__

    def without_lxml(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "lxml":
            raise ImportError(name)
        return own(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_lxml)
    with pytest.raises(CleanerError, match=r"pip install 'cleaner-zh\[html\]'"):
        page_of_markup("<p>文", "p", "")
