"""Reads patterns.toml: how stories open, close and tell about themselves."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class ValuePattern:
    """A pattern whose groups are values of a story's fields.

    ``on`` says where it is searched: on a "note" (a line about the story), a "lede" (the first
    paragraph) or a "tail" (the last words). One of ``needs`` (words of two characters or more)
    has to stand there for it to match; with none any text may.
    """

    on: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of that name: one that matches any of its forms."""
    forms = {row["name"]: row["any"] for row in table()["pattern"]}[name]
    return re.compile("|".join(f"(?:{_filled(form)})" for form in forms))


def signs_by_name() -> dict[str, str]:
    """For some patterns the characters without one of which they are not tried."""
    return {row["name"]: row["signs"] for row in table()["pattern"] if "signs" in row}


@cache
def value_patterns(on: str) -> tuple[ValuePattern, ...]:
    """The value patterns for that place, in the order of the file."""
    return tuple(
        ValuePattern(on, tuple(row.get("needs", ())), re.compile(_filled(row["pattern"])))
        for row in table()["value"]
        if row["on"] == on
    )


@cache
def table() -> dict[str, Any]:
    """The content of the file, as it stands."""
    content = (files("cleaner.stories") / "patterns.toml").read_text("utf-8")
    return tomllib.loads(content)


def _filled(form: str) -> str:
    """The form with its words put in; words may hold words that stand before them."""
    words = table()["words"]
    for name in reversed(list(words)):
        form = form.replace("{" + name + "}", words[name])
    return form
