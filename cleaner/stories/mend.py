"""Finds the seams where a paragraph was broken in the middle, so that its pieces can be joined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.label import Labels
from cleaner.stories.borders import (
    Borders,
    find_borders,
    flags_of,
    measures_of,
    opens_with_mark,
    own_words,
)
from cleaner.stories.patterns import pattern
from cleaner.stories.weights import at, load_weights, reasons, score
from cleaner.text.lines import Lines
from cleaner.text.reading import LATIN
from cleaner.text.shape import Shape

SURE = 3.5
"""First-look log odds from which a seam is taken as a sign that its page is a broken one."""

LIKELY = 1.0
"""First-look log odds from which a piece is taken as going on above or below."""

OPEN_QUESTION = (-3.0, 6.0)
"""First-look log odds, without the page's own words, between which those can turn a decision."""

HEADLINE = 40
"""A headline has no more visible characters (true of 94 % of 20,761 in the news corpus)."""

SIGNATURE = 40
"""A line that names who wrote a story has no more visible characters."""

SIGNATURES = ("editor note", "writer note", "stamp note")
"""Patterns of lines that end of themselves, though they have no sentence end."""

GOES_ON = "the paragraph goes on here: "
NO_END = "the line above has no sentence end"


@dataclass(frozen=True, slots=True)
class Seam:
    """Two lines that are one paragraph: ``lower`` is joined onto ``upper``.

    ``upper`` and ``lower`` are indexes into the batch, of one page, upper < lower, only blank
    lines or lines that go between them; ``joint`` is what stands between the two ("" or " ");
    ``rule`` names what joined them and ``why`` is one sentence for the user.
    """

    upper: int
    lower: int
    joint: str
    rule: str
    why: str


def find_seams(
    lines: Lines, shape: Shape, labels: Labels, stays: NDArray[np.bool_]
) -> tuple[Seam, ...]:
    """The seams of every page of the batch, in reading order.

    Evidence is added up in two looks (``seams.toml``): the first judges each border for itself,
    by its marks, the lines' lengths and settings, and how likely the characters that meet stand
    together; the second holds it against its page: one that is broken in other places too is
    likelier to be broken here, and in the same manner.
    """
    borders, habits, verse = find_borders(lines, shape, labels, stays)
    if not len(borders):
        return ()
    first, second = load_weights("seams")
    flags = flags_of(lines, shape, borders, habits, verse)
    measures = measures_of(lines, shape, borders)
    nothing = own_words(lines, shape, borders, np.zeros(0, dtype=np.int64))
    seen = score(first, flags | nothing[0], measures | nothing[1], len(borders))
    asked = np.flatnonzero(
        (seen > OPEN_QUESTION[0]) & (seen < OPEN_QUESTION[1]) & (habits.width[borders.page] == 0)
    )
    own_flags, own_measures = own_words(lines, shape, borders, asked)
    flags, measures = flags | own_flags, measures | own_measures
    alone = seen.copy()
    alone[asked] = score(first, at(flags, asked), at(measures, asked), len(asked))
    full = flags["upper fills the width"]
    added = fellows(lines, shape, borders, alone, full)
    joined = alone + score(second, added, {}, len(borders)) > 0
    rows = _without_notes(lines, shape, borders, np.flatnonzero(joined))
    said = reasons(first, flags, measures, rows)
    joints = _joints(lines, borders, rows)
    return tuple(
        Seam(upper, lower, joint, rule or "unfinished-sentence", f"{GOES_ON}{why or NO_END}")
        for upper, lower, joint, (rule, why) in zip(
            borders.upper[rows].tolist(), borders.lower[rows].tolist(), joints, said, strict=True
        )
    )


def fellows(
    lines: Lines,
    shape: Shape,
    borders: Borders,
    alone: NDArray[np.float64],
    full: NDArray[np.bool_],
) -> dict[str, NDArray[np.bool_]]:
    """What the other borders of its page say of each border (bool[borders] each).

    ``alone`` are the first-look log odds of all of them; ``full`` tells where the upper line
    fills the width of a page of wrapped lines.
    """
    pages = int(borders.page.max()) + 1
    sure = alone > SURE
    gap = shape.gap[borders.lower] > 0
    all_sure = np.bincount(borders.page[sure], minlength=pages)
    with_gap = np.bincount(borders.page[sure & gap], minlength=pages)
    others = all_sure[borders.page] - sure
    alike = np.where(gap, with_gap[borders.page], (all_sure - with_gap)[borders.page]) - sure
    likely = alone > LIKELY
    titled = ~shape.ended & (shape.clauses + shape.ends == 0) & (shape.visible <= HEADLINE)
    headlines = titled[borders.upper] & titled[borders.lower]
    headlines &= ~opens_with_mark(lines, borders.above) & ~opens_with_mark(lines, borders.below)
    linked = np.zeros(len(borders), dtype=bool)
    linked[1:] = borders.lower[:-1] == borders.upper[1:]
    above, below = np.zeros((2, len(borders)), dtype=bool)
    above[1:] = likely[:-1] & linked[1:]
    below[:-1] = likely[1:] & linked[1:]
    return {
        "another seam": others >= 1,
        "two other seams": others >= 2,
        "seams are like this": (others >= 1) & (alike >= 0.8 * others),
        "seams are unlike this": (others >= 2) & (alike == 0),
        "upper is joined above": above,
        "lower is joined below": below,
        "no end in sight": ~shape.ended[borders.lower] & ~below,
        "headline over headline": headlines & ~below & ~full,
    }


def _without_notes(
    lines: Lines, shape: Shape, borders: Borders, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of ``rows`` whose upper line does not name reporters, editors, a source or a day."""
    upper = borders.upper[rows]
    kept = np.ones(len(rows), dtype=bool)
    for n in np.flatnonzero(shape.visible[upper] <= SIGNATURE).tolist():
        text = lines.reading[shape.first_seen[upper[n]] : shape.after_seen[upper[n]]]
        kept[n] = not any(pattern(name).match(text) for name in SIGNATURES)
    return rows[kept]


def _joints(lines: Lines, borders: Borders, rows: NDArray[np.int64]) -> list[str]:
    """A space between two Latin words; nothing elsewhere, nor within a word the page knows."""
    last, first = borders.above.last[rows], borders.below.first[rows]
    joints = [""] * len(rows)
    latin = (lines.classes[last] == LATIN) & (lines.classes[first] == LATIN)
    for n in np.flatnonzero(latin).tolist():
        row = rows[n]
        start, end = int(last[n]), int(first[n]) + 1
        while start > lines.start[borders.upper[row]] and lines.classes[start - 1] == LATIN:
            start -= 1
        while end < lines.end[borders.lower[row]] and lines.classes[end] == LATIN:
            end += 1
        word = lines.reading[start : last[n] + 1] + lines.reading[first[n] : end]
        page = int(borders.page[row])
        top = int(lines.page_start[page])
        bottom = top + len(lines.pages[page].text)
        joints[n] = "" if lines.reading.find(word, top, bottom) >= 0 else " "
    return joints
