"""What says that a story goes on below a gap: who speaks is known, who was there is told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.gaps import Gaps
from cleaner.stories.paragraphs import BODY, Rows
from cleaner.stories.patterns import pattern
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

OPENING = 60
"""Whether a paragraph opens with a speaker is seen in so many characters."""

LISTING = 300
"""A longer paragraph does not merely list who was there."""

NEARBY = 3
"""Paragraphs no farther off are neighbours."""

ABOVE = 20_000
"""So many characters of the page above are searched: more than pages have, so that a file of
millions of lines takes no time of the square."""

DOUBTS = ("attendance", "speaks", "speaks again", "opens as others", "opening known")
"""The cues that speak against the end of a story; no weight of theirs is above 0."""


def doubts_of(
    lines: Lines, shape: Shape, rows: Rows, gaps: Gaps, some: NDArray[np.int64]
) -> dict[str, NDArray[np.bool_]]:
    """Which of the cues in DOUBTS hold at the gaps ``some`` (bool[some] each).

    "attendance": the paragraph below lists who was there or spoke; "speaks": it opens with who
    speaks, "speaks again": and the page named that speaker above; "opens as others": it opens
    with the same two characters as a paragraph nearby; "opening known": its first four stand on
    the page above.
    """
    cues = {name: np.zeros(len(some), dtype=bool) for name in DOUBTS}
    attended, speaks, text = pattern("attended"), pattern("speaks"), lines.reading
    below = gaps.below[some]
    starts = shape.first_seen[rows.first[below]].tolist()
    ends = shape.after_seen[rows.last[below]].tolist()
    tops = np.maximum(lines.page_start[rows.page[below]], np.array(starts) - ABOVE).tolist()
    fellows = _openings_nearby(lines, shape, rows, below)
    for n, (start, end, top) in enumerate(zip(starts, ends, tops, strict=True)):
        if end - start <= LISTING or text.find("有:", start, start + OPENING) > 0:
            cues["attendance"][n] = attended.match(text, start, end) is not None
        said = speaks.match(text, start, min(end, start + OPENING))
        if said:
            cues["speaks"][n] = True
            names = said["speaker"][:3], said["speaker"][-3:]
            cues["speaks again"][n] = any(text.find(name, top, start) >= 0 for name in names)
        cues["opens as others"][n] = text[start : start + 2] in fellows[n]
        cues["opening known"][n] = text.find(text[start : start + 4], top, start) >= 0
    return cues


def _openings_nearby(
    lines: Lines, shape: Shape, rows: Rows, of: NDArray[np.int64]
) -> list[list[str]]:
    """The first two characters of the paragraphs no more than NEARBY off on the same page."""
    body = np.flatnonzero(rows.kind == BODY)
    starts = shape.first_seen[rows.first[body]].tolist()
    pages = rows.page[body].tolist()
    nearby = []
    for at in np.searchsorted(body, of).tolist():
        others = range(max(0, at - NEARBY), min(len(starts), at + NEARBY + 1))
        nearby.append(
            [
                lines.reading[starts[other] : starts[other] + 2]
                for other in others
                if other != at and pages[other] == pages[at]
            ]
        )
    return nearby
