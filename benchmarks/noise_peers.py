"""What other cleaners keep of pages that are lines of text already.

    PYTHON -m benchmarks.noise_peers < pages.json > kept.json

PYTHON has ``justext`` and ``trafilatura``; this module needs nothing of the project. In come the
lines of each page, out goes for every peer which of them it keeps.
"""

from __future__ import annotations

import html
import json
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any


def as_html(lines: list[str]) -> str:
    """The lines as paragraphs of a page."""
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines)
    return f"<html><head><title></title></head><body>{body}</body></html>"


def justext_keeps(lines: list[str]) -> list[bool]:
    """jusText with lengths for Chinese (25 and 70 characters) and no stop words."""
    import justext

    seen = justext.justext(
        as_html(lines),
        frozenset(),
        length_low=25,
        length_high=70,
        stopwords_low=0.0,
        stopwords_high=0.0,
    )
    good = Counter(paragraph.text for paragraph in seen if not paragraph.is_boilerplate)
    return _among(lines, good)


def trafilatura_keeps(lines: list[str]) -> list[bool]:
    """trafilatura at its defaults."""
    import trafilatura

    text = trafilatura.extract(as_html(lines), deduplicate=False) or ""
    return _among(lines, Counter(text.split("\n")))


def _among(lines: list[str], good: Counter[str]) -> list[bool]:
    """Which lines are among the ``good`` ones, each as often as there, spaces aside."""
    bare: Counter[str] = Counter()
    for text, times in good.items():
        bare["".join(text.split())] += times
    kept = []
    for line in lines:
        key = "".join(line.split())
        kept.append(bare[key] > 0)
        bare[key] -= 1
    return kept


PEERS: dict[str, Callable[[list[str]], list[bool]]] = {
    "jusText, tuned for Chinese": justext_keeps,
    "trafilatura": trafilatura_keeps,
}


def main() -> None:
    """Reads a list of pages (lists of lines), writes {peer: pages of flags}."""
    pages: list[list[str]] = json.load(sys.stdin)
    kept: dict[str, Any] = {}
    for name, keeps in PEERS.items():
        try:
            kept[name] = [keeps(lines) for lines in pages]
        except ImportError as error:
            print(f"{name}: {error}", file=sys.stderr)
    json.dump(kept, sys.stdout)


if __name__ == "__main__":
    main()
