"""The markup of a page as a series of events: the one room that knows the parser, lxml.

Of lxml's ways in only its parser target is used: libxml2 tells start tags, text and end tags as
it meets them and builds no tree. That is the one parser of three that stayed linear on whatever
was tried (measured on 83 Chinese pages and 15 hostile ones of up to 50 MB): selectolax and
resiliparse (both on lexbor) read a page in 0.6 and 0.5 ms and walk it in 1.3 and 8.5, this takes
1.8; but they need minutes for 10 million open elements, 12 s for 20,000 open format elements and
more than 20 s for a tag of 300,000 attributes. lxml's own tree loses all below 255 elements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from cleaner.model import CleanerError


class Listener(Protocol):
    """What hears the events of a page, in their order."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A start tag; elements without an end tag are ended at once."""

    def end(self, tag: str) -> None:
        """The end of the element that was started last and is still open."""

    def data(self, text: str) -> None:
        """Text, in one piece or several, entities resolved."""

    def close(self) -> None:
        """The end of the page."""


FED = 1 << 20
"""Bytes that the parser is given at a time: all of nearly every page."""

_NO_CHARACTER = re.compile("[\ud800-\udfff\0]")


def hear(text: str, listener: Listener) -> None:
    """Reads the markup ``text`` and tells ``listener`` of it.

    No markup is so broken that it could not be read. Lone surrogates (bytes that could not be
    decoded) and NULs are told as U+FFFD. What the listener raises ends it. Raises CleanerError
    where lxml is missing.
    """
    etree = _lxml()
    parser = etree.HTMLParser(target=listener, huge_tree=True, encoding="utf-8")
    # In a page that an empty text makes there is nothing; lxml calls that an error.
    markup = _NO_CHARACTER.sub("\ufffd", text).encode() or b" "
    for start in range(0, len(markup), FED):  # a listener that gives up need not hear of the rest
        parser.feed(markup[start : start + FED])
    parser.close()


def _lxml() -> Any:
    """The module lxml.etree, imported only when a page of markup is met."""
    try:
        from lxml import etree
    except ImportError:
        raise CleanerError(
            "HTML pages need lxml; install it with: pip install 'cleaner-zh[html]'"
        ) from None
    return etree
