"""What a page declares of itself: JSON-LD, Open Graph, meta, title and the canonical link."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cleaner.text.markup import Declared

HEAD_TAGS = frozenset(("meta", "link", "title", "script"))
"""The elements that say something of the page."""

_NAMES = {
    "title": ("og:title", "twitter:title"),
    "author": ("author", "article:author", "og:article:author", "mediaid"),
    "published": (
        "article:published_time",
        "og:article:published_time",
        "publishdate",
        "pubdate",
        "og:release_date",
        "og:time",
        "weibo:article:create_at",
        "date",
    ),
    "site": ("og:site_name", "application-name", "twitter:site"),
    "url": ("og:url",),
}
"""The names of meta elements for each field, the more trusted first (Open Graph; what the head
of 83 Chinese pages had)."""

_DAY = re.compile(r"((?:19|20)[0-9]{2})[-/年.]?([01]?[0-9])[-/月.]?([0-3]?[0-9])")

LONGEST = 300
"""Characters above which a declared value is no title, name or address."""

LARGEST_SCRIPT = 1 << 20
"""Characters of a page's JSON-LD that are looked at."""


class Head:
    """Hears the elements of a page's head; ``declared`` tells what they said."""

    def __init__(self) -> None:
        self._meta: dict[str, str] = {}
        self._title: list[str] = []
        self._canonical = ""
        self._scripts: list[list[str]] = []
        self._into: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A start tag; the text of what is read here comes by ``data``."""
        if tag == "meta":
            name = attributes.get("property") or attributes.get("name") or ""
            content = " ".join(attributes.get("content", "").split())
            if content and len(content) <= LONGEST:
                self._meta.setdefault(name.strip().lower(), content)
        elif tag == "link":
            if attributes.get("rel", "").lower() == "canonical":
                self._canonical = self._canonical or attributes.get("href", "").strip()
        elif tag == "title" and not self._title:
            self._into = self._title
        elif tag == "script" and "ld+json" in attributes.get("type", ""):
            self._scripts.append([])
            self._into = self._scripts[-1]

    def end(self, tag: str) -> None:
        """The end of an element whose text is not the page's."""
        self._into = None

    def data(self, text: str) -> None:
        """Text of such an element."""
        if self._into is not None:
            self._into.append(text)

    def declared(self) -> Declared:
        """What the page says of itself."""
        told: dict[str, str | None] = dict.fromkeys(_NAMES)
        for script in self._scripts:
            for article in _articles("".join(script)):
                for name, value in _of_article(article):
                    told[name] = told[name] or value
        for name, keys in _NAMES.items():
            found = (self._meta[key] for key in keys if key in self._meta)
            told[name] = told[name] or next(found, None)
        title = " ".join("".join(self._title).split())
        told["title"] = told["title"] or (title if 0 < len(title) <= LONGEST else None)
        told["url"] = self._canonical or told["url"]
        told["published"] = _iso(told["published"] or "")
        return Declared(**told)


def _articles(script: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD script that have a headline, those of a @graph too."""
    if len(script) > LARGEST_SCRIPT:
        return
    try:
        # Pages put raw line breaks into strings.
        waiting = [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        return
    for one in waiting:  # it grows as the loop goes on
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "headline" in one:
                yield one
            waiting += [one[key] for key in ("@graph", "mainEntity") if key in one]


def _of_article(article: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, key in (
        ("title", "headline"),
        ("author", "author"),
        ("published", "datePublished"),
        ("site", "publisher"),
        ("url", "url"),
    ):
        value = article.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST:
            yield name, " ".join(value.split())


def _iso(told: str) -> str | None:
    """The day in a time as pages write it, as YYYY-MM-DD; None where there is none."""
    found = _DAY.search(told)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None
