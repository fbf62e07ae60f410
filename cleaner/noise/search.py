"""The search for one rule in one line."""

from __future__ import annotations

import re
from collections.abc import Callable

from cleaner.noise.rules import Rule
from cleaner.noise.signs import OWN_BIT
from cleaner.text.reading import CLOSE, DIVIDER, OPEN

_BEFORE = r"[ |>»·*_~#<«\-—–▶▷►■□●○◆◇★☆※→↓+=\\/(\[【〔{《‹›]{0,8}"
_AFTER = r"[ |>»·*_~#<«\-—–▶▷►■□●○◆◇★☆※→↓+=\\/)\]】〕}》‹›:]{0,8}"
DRESS = int(DIVIDER | OPEN | CLOSE) | sum(OWN_BIT[sign] for sign in "|>-·/()【:")
"""Bits of the signs that may stand around what a line rule names."""

DRESS_LENGTH = 16
"""The most signs that may stand around what a line rule names."""

LAST = 300
"""How far from the end of a line a span may begin that ends with the line."""

_UNSEEN = " \xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

Spans = list[tuple[int, int]]
"""Stretches of a line: (start, end) offsets."""


def compiled(rule: Rule) -> re.Pattern[str]:
    """The pattern of ``rule`` with what may stand around it."""
    if rule.scope == "span" or rule.within:
        return re.compile(rule.pattern)
    return re.compile(f"{_BEFORE}(?:{rule.pattern}){_AFTER}")


def search_of(rule: Rule) -> Callable[[str], Spans]:
    """The search for ``rule`` in the visible part of a line: gives the spans that it hits there."""
    pattern = compiled(rule)
    story = re.compile(rule.unless).search if rule.unless else None
    if rule.scope == "span":
        # A pattern that ends with the line needs no look at the beginning of a long one.
        back = LAST if rule.pattern.endswith("$") else 1 << 60

        def spans(visible: str) -> Spans:
            found = [m.span() for m in pattern.finditer(visible, max(0, len(visible) - back))]
            return [] if found and story and story(visible) else found

        return spans
    match = pattern.search if rule.within else pattern.fullmatch

    def whole(visible: str) -> Spans:
        if match(visible) is None or (story and story(visible)):
            return []
        return [(0, len(visible))]

    return whole


def visible_part(reading: str) -> tuple[int, str]:
    """Where the visible part of a line begins in its reading form, and that part."""
    visible = reading.strip(_UNSEEN)
    return len(reading) - len(reading.lstrip(_UNSEEN)), visible
