"""What a story tells about itself: byline, editor, source, place and date, each with its line."""

from __future__ import annotations

from dataclasses import dataclass


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
