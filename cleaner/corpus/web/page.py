"""A web page becomes a page of lines, with what its markup says of them."""

from __future__ import annotations

import codecs
import re

from cleaner.corpus.entries import Entry, Reading
from cleaner.corpus.web.columns import TooManyPiecesError
from cleaner.corpus.web.elements import hear
from cleaner.corpus.web.flow import Flow
from cleaner.model import Page
from cleaner.text.decode import Decoded, UndecodableError, decode

DECLARED_WITHIN = 4096
"""Bytes of a page in which its charset is looked for (the HTML Standard looks at 1024)."""

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,20})", re.IGNORECASE)

NO_TEXT = "holds no text; if scripts write it in the browser, scrape the page as the browser has it"
FRAMES = "holds nothing but frames; scrape the pages that they show"


def decode_markup(raw: bytes, reading: Reading, declared: str = "") -> Decoded:
    """The text of a web page; ``declared`` is the charset that its envelope names.

    Bytes say more than declarations: what is valid UTF-8 or has a byte order mark is that. For
    others the declared charset counts if all of the page can be decoded so, and detection if not.
    Raises UndecodableError, see ``decode``.
    """
    if reading.encoding is not None:
        return decode(raw, reading.encoding, reading.errors)
    found = decode(raw, None, "keep")
    if found.how not in ("bom", "strict", "hz", "parity"):
        named = _CHARSET.search(raw, 0, DECLARED_WITHIN)
        for name in (declared, named[1].decode("ascii") if named else ""):
            if name and _is_known(name):
                told = decode(raw, name, "keep")
                if not told.bad:
                    return told
    return found if not found.bad else decode(raw, None, reading.errors)


def _is_known(charset: str) -> bool:
    """Whether the charset is one that text is written in."""
    try:
        return codecs.lookup(charset)._is_text_encoding
    except (LookupError, ValueError):  # a name with NUL is a ValueError
        return False


def page_of_markup(text: str, name: str, site: str) -> tuple[Page | None, str]:
    """The page that the markup ``text`` shows; where there is none, why it is set aside."""
    flow = Flow()
    try:
        hear(text, flow)
    except TooManyPiecesError as error:
        return None, str(error)
    if not flow.text:
        return None, FRAMES if flow.frames else NO_TEXT
    return Page(name, flow.text, site, flow.markup), ""


def read_markup(raw: bytes, name: str, site: str, reading: Reading, declared: str = "") -> Entry:
    """The entry of a file that is one web page."""
    if not raw.strip():
        return Entry(raw, None, 1, "is empty; scrape it again or leave it out")
    try:
        decoded = decode_markup(raw, reading, declared)
    except UndecodableError as error:
        return Entry(raw, None, 1, str(error))
    if decoded.is_binary:
        return Entry(raw, None, 1, "is a binary file, not a web page; leave it out")
    page, fault = page_of_markup(decoded.text, name, site)
    return Entry(raw, page, 1, fault, decoded=decoded)


_HEAD = '<!DOCTYPE html>\n<html lang="zh">\n<head><meta charset="utf-8"></head>\n<body>\n'


def bare_markup(text: str) -> str:
    """A page of nothing but ``text``: an article a story, a paragraph a line."""
    stories = []
    for story in re.split("(?:\r?\n){2,}", text):
        lines = re.split("[\r\n]+", story)
        stories += ["<article>", *(f"<p>{_escaped(line)}</p>" for line in lines if line)]
        stories.append("</article>")
    return _HEAD + "\n".join(stories) + "\n</body>\n</html>\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
