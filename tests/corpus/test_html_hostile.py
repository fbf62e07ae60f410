"""Hostile pages come to a clear end: their text, or one line that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cleaner.corpus.entries import AS_USUAL
from cleaner.corpus.web.columns import MOST_PIECES
from cleaner.corpus.web.page import NO_TEXT, read_markup
from cleaner.pipeline import clean_batch

FIFTY_MB = 50_000_000
TOO_MANY = f"has more than {MOST_PIECES:,} tags and stretches of text; it is not one page"
TOO_MANY_LINES = f"has more than {MOST_PIECES:,} lines; it is not one page"

SET_ASIDE: dict[str, tuple[Callable[[], str], str]] = {
    "50 MB of one tag": (lambda: "<b>" * (FIFTY_MB // 3), TOO_MANY),
    "a bomb of entities": (lambda: "&amp;&nbsp;&#20013;&notit;" * 500_000, TOO_MANY),
    "open brackets": (lambda: "<" * 2_000_000, TOO_MANY),
    "lines without end": (lambda: "<pre>" + "行\n" * 400_000, TOO_MANY_LINES),
    "format elements that never close": (
        lambda: "".join(f"<a a={n}><b b={n}>" for n in range(20_000)),
        NO_TEXT,
    ),
    "open comments": (lambda: "<!--" * 500_000, NO_TEXT),
    "charsets": (lambda: "<meta charset=" * 300_000, NO_TEXT),
}


@pytest.mark.parametrize("name", SET_ASIDE)
def test_what_is_no_page_is_set_aside(name: str) -> None:
    made, fault = SET_ASIDE[name]
    entry = read_markup(made().encode(), "p", "", AS_USUAL)
    assert entry.page is None
    assert entry.fault == fault


LD = "<script type='application/ld+json'>"

READ: dict[str, Callable[[], str]] = {
    "100,000 nested divs": lambda: "<div>" * 100_000 + "文字" + "</div>" * 100_000,
    "text at every depth": lambda: "<div>文字" * 20_000,
    "one attribute of 50 MB": lambda: f"<a href='{'x' * FIFTY_MB}'>文字</a>",
    "one class list of 10 MB": lambda: f"<p class='{'x y ' * 2_500_000}'>文字</p>",
    "300,000 attributes": lambda: "<a " + " ".join(f"a{n}=1" for n in range(300_000)) + ">文字</a>",
    "nested tables": lambda: "<table><tr><td>" * 20_000 + "文字",
    "formats within hidden ones": lambda: "文字<span hidden>" + "<b>文字" * 50_000,
    "20 MB of space": lambda: "<p>" + " \n" * 10_000_000 + "文字",
    "a deep JSON-LD": lambda: f"{LD}{'[' * 400_000}</script>文字",
    "a wide JSON-LD": lambda: f"{LD}[{'1,' * 400_000}1]</script>文字",
    "broken tags": lambda: "文字<" + "<a title=\"<a title='" * 100_000,
}


@pytest.mark.parametrize("name", READ)
def test_what_has_text_is_read_and_cleaned(name: str) -> None:
    entry = read_markup(READ[name]().encode(), "p", "", AS_USUAL)
    assert not entry.fault
    assert entry.page is not None
    assert entry.page.text.startswith("文字")
    assert clean_batch([entry.page])[0].text


@pytest.mark.parametrize(
    "raw",
    [
        "<p>文字，好。</p>".encode("gb18030") + "<p>文字，好。</p>".encode() + b"\xff\xfe\x00",
        "<p>中\0文</p>".encode() * 99,
        bytes(range(256)) * 40,
        b"\xff\xfe<\0p\0>\0",
        b"\x1f\x8b" + b"<p>" * 99,
    ],
)
def test_broken_encodings_and_nuls_end_in_text_or_a_reason(raw: bytes) -> None:
    entry = read_markup(raw, "p", "", AS_USUAL)
    assert bool(entry.fault) == (entry.page is None)
    if entry.page is not None:
        clean_batch([entry.page])
