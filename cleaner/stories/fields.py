"""What a story tells about itself: byline, editor, source, place and date, each with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.patterns import pattern, value_patterns
from cleaner.stories.signs import WORD, seen
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape


@dataclass(frozen=True, slots=True)
class Found:
    """A value that stands on the page, and the line (an index into the batch) it stands on."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a story, None where the page does not give one.

    ``byline`` names the reporters as they stand (several are divided by a space), ``editor`` the
    editor, ``source`` the paper or agency a reprint was taken from, ``place`` the place of the
    dateline; ``published`` has an ISO date (YYYY-MM-DD) as its value.
    """

    byline: Found | None = None
    editor: Found | None = None
    source: Found | None = None
    place: Found | None = None
    published: Found | None = None


LEDE = 90
"""Reporter, place and day stand among so many first characters of a story's first paragraph."""

NOTHING = Fields()
"""The fields of a story that tells nothing about itself."""


def fields_of(
    lines: Lines,
    shape: Shape,
    notes: Sequence[int],
    ledes: Sequence[int],
    tails: Sequence[int],
) -> Fields:
    """The fields of one story: each the first that is found, in the order of the arguments.

    ``notes`` are its byline, credit, source and date lines, ``ledes`` its first paragraphs and
    ``tails`` its last (batch indexes of lines).
    """
    found: dict[str, Found] = {}
    for line in notes:
        start, end = int(shape.first_seen[line]), int(shape.after_seen[line])
        _search(lines, line, start, end, "note", found)
    for line in ledes:
        start = int(shape.first_seen[line])
        end = min(int(shape.after_seen[line]), start + LEDE)
        _search(lines, line, start, end, "lede", found)
    for line in tails:
        if not shape.ended[line]:  # last words stand behind the last sentence end
            end = int(shape.after_seen[line])
            start = max(int(shape.first_seen[line]), end - 80)
            _search(lines, line, start, end, "tail", found)
    return Fields(**found) if found else NOTHING


def may_tell(
    shape: Shape, signs: NDArray[np.uint16], ledes: NDArray[np.int64], tails: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether there may be fields in the lede or tail of each story (a line of each a story)."""
    start = shape.first_seen[ledes]
    end = np.minimum(shape.after_seen[ledes], start + LEDE)
    told: NDArray[np.bool_] = (seen(signs, start, end) & WORD != 0) | ~shape.ended[tails]
    return told


def _search(
    lines: Lines, line: int, start: int, end: int, on: str, found: dict[str, Found]
) -> None:
    reading = lines.reading[start:end]
    for value in value_patterns(on):
        for word in value.needs:
            if word in reading:
                break
        else:
            if value.needs:
                continue
        match = value.pattern.search(reading)
        if match:
            _note_down(lines.text[start:end], reading, line, match, found)


def _note_down(
    text: str, reading: str, line: int, match: re.Match[str], found: dict[str, Found]
) -> None:
    """Adds what the groups of ``match`` name, as it stands in ``text``, unless known already."""
    groups = match.groupdict()
    for name in ("byline", "editor", "source", "place"):
        if groups.get(name) and name not in found:
            read = _people if name == "byline" else _value
            value = read(text, reading, *match.span(name))
            if value:
                found[name] = Found(value, line)
    if groups.get("published") and "published" not in found:
        day = _iso(groups["year"], groups["month"], groups["day"])
        if day:
            found["published"] = Found(day, line)


def _value(text: str, reading: str, start: int, end: int) -> str:
    """What stands there, up to where the next field begins without a space between."""
    behind = pattern("behind a name").search(reading, start, end)
    return text[start : behind.start() if behind else end].strip()


_TOKEN = re.compile(r"[^\s、,，/／:：]+")


def _people(text: str, reading: str, start: int, end: int) -> str:
    """Names divided by one space, without the marks, roles and reports between them."""
    names = []
    for token in _TOKEN.finditer(text, start, end):
        first, last = token.span()
        role = pattern("before a name").match(reading, first, last)
        if role:
            first = role.end()
        if pattern("no name").match(reading, first, last):
            continue
        name = _value(text, reading, first, last)
        if name:
            names.append(name)
        if len(name) < last - first:
            break
    return " ".join(names)


def _iso(year: str, month: str, day: str) -> str | None:
    """The date as YYYY-MM-DD, None if there is no such day."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
