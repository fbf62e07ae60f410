"""The lines of pages as rows for telling stories apart: paragraphs, heads, notes and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS
from cleaner.noise.label import Labels
from cleaner.stories.mend import Seam
from cleaner.stories.patterns import pattern
from cleaner.stories.signs import seen, sign
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

BODY, HEAD, NOTE, GONE = 0, 1, 2, 3
"""Kinds of rows: a paragraph; a short line without sentence end; a caption, byline, credit or
date; a line of page furniture."""

NO_NOTE, WRITER, EDITOR, STAMP, CAPTION = 0, 1, 2, 3, 4
"""What a note tells: reporters; editors; date, source or tags; a picture."""

NOTES = {
    "byline": WRITER,
    "credit": EDITOR,
    "publish_meta": STAMP,
    "source_credit": STAMP,
    "tags": STAMP,
    "caption": CAPTION,
}
"""What the lines of a label tell."""

LONG_NOTE = 80
"""A line with more visible characters is no note, whatever it says."""

LONG_LINE = 40
"""A line with so many visible characters is a paragraph though it has no sentence end."""


@dataclass(frozen=True)
class Rows:
    """The visible lines of a batch in reading order, broken paragraphs as one row.

    ``kind`` (uint8) is BODY, HEAD, NOTE or GONE, ``note`` (uint8) what a note tells; ``first``
    and ``last`` (int64) are its first and last line, ``page`` (int32) its page. ``of_line``
    (int64[lines]) is the row of each line, -1 for a blank one.
    """

    kind: NDArray[np.uint8]
    note: NDArray[np.uint8]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    page: NDArray[np.int32]
    of_line: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


def rows_of(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    signs: NDArray[np.uint16],
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
) -> Rows:
    """The rows of the batch. Pieces that ``seams`` join make one row, in the place of the first.

    ``signs`` are those of the batch (``signs_of``).
    """
    upper = np.array([seam.upper for seam in seams], dtype=np.int64)
    lower = np.array([seam.lower for seam in seams], dtype=np.int64)
    visible = ~shape.blank
    own = visible.copy()
    own[lower] = False
    of_line = np.cumsum(own) - 1
    # A piece is in the row of the line it is joined to. Seams come in reading order, so that the
    # first of a chain is the last before it whose upper line is no lower line itself.
    top = np.where(own[upper], np.arange(len(upper)), 0)
    of_line[lower] = of_line[upper[np.maximum.accumulate(top)]] if len(upper) else lower
    of_line[~visible] = -1
    first = np.flatnonzero(own)
    last = first.copy()
    last[of_line[lower]] = lower  # of several the last one holds

    plain = (labels.label == 0) & stays
    plain[upper] = True  # a piece that is joined is text, whatever it was suspected to be
    full = ~_like_headline(lines, shape)
    full[upper] = True
    notes = np.array([NOTES.get(name, NO_NOTE) for name in LABELS], dtype=np.uint8)
    note = notes[labels.label]
    whole = np.ones(len(lines), dtype=bool)
    whole[upper] = whole[lower] = False  # a piece of a paragraph is no note
    may_tell = plain & whole & ~shape.ended & (shape.visible <= LONG_NOTE)
    _find_notes(lines, shape, signs, note, np.flatnonzero(may_tell))
    text = np.where(full, BODY, HEAD)
    kind = np.where(note > 0, NOTE, np.where(plain, text, GONE)).astype(np.uint8)
    kind, note = kind[first], note[first]
    _find_calls(lines, shape, kind, first)
    _find_dated(lines, shape, kind, note, first)
    return Rows(kind, note, first, last, lines.page[first], of_line)


def _like_headline(lines: Lines, shape: Shape) -> NDArray[np.bool_]:
    """Lines without a full stop in or behind them, short or with hardly a clause."""
    short = (shape.visible < LONG_LINE) & (shape.clauses <= 2)
    long = (shape.visible <= LONG_NOTE) & (shape.clauses <= 1)
    result: NDArray[np.bool_] = ~shape.ended & (shape.ends == 0) & (short | long)
    asks = ~shape.ended & (shape.ends > 0) & (shape.ends <= 2) & short
    for line in np.flatnonzero(asks).tolist():
        result[line] = "。" not in lines.reading[lines.start[line] : lines.end[line]]
    return result


def _find_calls(
    lines: Lines, shape: Shape, kind: NDArray[np.uint8], first: NDArray[np.int64]
) -> None:
    """Turns into heads short lines that ask or call (one mark ? or !) right above a paragraph."""
    if len(kind) < 2:
        return
    page = lines.page[first]
    calls = (
        (kind == BODY)
        & shape.ended[first]
        & (shape.ends[first] == 1)
        & (shape.clauses[first] <= 1)
        & (shape.visible[first] < LONG_LINE)
    )
    below = np.zeros(len(kind), dtype=bool)
    below[:-1] = (kind[1:] == BODY) & (page[1:] == page[:-1]) & (shape.visible[first[1:]] >= 60)
    for row in np.flatnonzero(calls & below).tolist():
        if lines.reading[shape.after_seen[first[row]] - 1] in "?!…":
            kind[row] = HEAD


def _find_dated(
    lines: Lines,
    shape: Shape,
    kind: NDArray[np.uint8],
    note: NDArray[np.uint8],
    first: NDArray[np.int64],
) -> None:
    """Turns into a head the short line without full stop that opens a page's text above a date."""
    page = lines.page[first]
    body = np.flatnonzero(kind == BODY)
    opens = np.ones(len(body), dtype=bool)
    opens[1:] = page[body[1:]] != page[body[:-1]]
    top = body[opens & (body < len(kind) - 1)]
    dated = (note[top + 1] == STAMP) & (page[top + 1] == page[top])
    for row in top[dated & (shape.visible[first[top]] < LONG_LINE)].tolist():
        if "。" not in lines.reading_of(int(first[row])):
            kind[row] = HEAD


_NOTE_PATTERNS = {
    "editor note": EDITOR,
    "writer note": WRITER,
    "stamp note": STAMP,
    "caption note": CAPTION,
}
"""What the lines tell that a pattern matches, the first that does."""


def _find_notes(
    lines: Lines,
    shape: Shape,
    signs: NDArray[np.uint16],
    note: NDArray[np.uint8],
    of: NDArray[np.int64],
) -> None:
    """Writes into ``note`` (of every line) what the lines ``of`` tell."""
    start, end = shape.first_seen[of], shape.after_seen[of]
    starts, ends, marks = start.tolist(), end.tolist(), seen(signs, start, end)
    for name, kind in _NOTE_PATTERNS.items():
        form = pattern(name)
        tried = np.flatnonzero((marks & sign(name) != 0) & (note[of] == NO_NOTE)).tolist()
        told = [n for n in tried if form.match(lines.reading[starts[n] : ends[n]])]
        note[of[told]] = kind
