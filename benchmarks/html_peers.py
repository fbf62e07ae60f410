"""What other extractors take for the text of web pages.

    PYTHON -m benchmarks.html_peers < pages.json > texts.json

PYTHON has what it can of ``readability-lxml``, ``trafilatura``, ``resiliparse``, ``justext`` and
``gne``; this module needs nothing of the project. In comes a list of pages, as decoded markup; out
goes for every peer the text of each page and the seconds (of CPU) that they took. Comments, link
texts and tables are left to each one's defaults.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def readability() -> Callable[[str], str]:
    """readability-lxml: the summary's text."""
    from lxml.html import fromstring
    from readability import Document

    return lambda page: str(fromstring(Document(page).summary()).text_content())


def trafilatura() -> Callable[[str], str]:
    """trafilatura at its defaults (repeated paragraphs are kept)."""
    import trafilatura as peer

    return lambda page: peer.extract(page, deduplicate=False) or ""


def trafilatura_precise() -> Callable[[str], str]:
    """trafilatura, asked for precision."""
    import trafilatura as peer

    return lambda page: peer.extract(page, deduplicate=False, favor_precision=True) or ""


def resiliparse() -> Callable[[str], str]:
    """resiliparse's main content."""
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: extract_plain_text(page, main_content=True, alt_texts=False)


def justext() -> Callable[[str], str]:
    """jusText with lengths for Chinese (25 and 70 characters) and no stop words."""
    import justext as peer

    def text_of(page: str) -> str:
        found = peer.justext(
            page.encode(),
            frozenset(),
            length_low=25,
            length_high=70,
            stopwords_low=0.0,
            stopwords_high=0.0,
            encoding="utf-8",
        )
        return "\n".join(one.text for one in found if not one.is_boilerplate)

    return text_of


def gne() -> Callable[[str], str]:
    """GeneralNewsExtractor: text density and the density of marks (Hong and others, 2018)."""
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()
    return lambda page: extractor.extract(page)["content"]


PEERS = {
    "readability-lxml": readability,
    "trafilatura": trafilatura,
    "trafilatura, precision": trafilatura_precise,
    "resiliparse": resiliparse,
    "jusText, tuned for Chinese": justext,
    "GNE": gne,
}


def main() -> None:
    """Reads the pages and writes {peer: {"texts": [...], "seconds": ...}}."""
    pages: list[str] = json.load(sys.stdin)
    told: dict[str, Any] = {}
    for name, load in PEERS.items():
        try:
            text_of = load()
        except ImportError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        text_of(pages[0])
        start = time.process_time()
        texts = [_attempt(text_of, page) for page in pages]
        told[name] = {"texts": texts, "seconds": time.process_time() - start}
    json.dump(told, sys.stdout)


def _attempt(text_of: Callable[[str], str], page: str) -> str:
    """The text of a page; nothing where the peer gives up on it."""
    try:
        return text_of(page)
    except Exception:
        return ""


if __name__ == "__main__":
    main()
