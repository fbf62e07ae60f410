"""What each line looks like: its lengths, marks, indent and letters, counted for a whole batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.text.lines import Lines
from cleaner.text.reading import (
    CLAUSE,
    CLOSE,
    DIGIT,
    DIVIDER,
    END,
    HAN,
    LATIN,
    OPEN,
    OTHER_LETTER,
    SPACE,
    SYMBOL,
    VISIBLE,
)


@dataclass(frozen=True)
class Shape:
    """Measures of every line of a batch: one int32 (or bool) a line.

    ``visible`` counts characters that can be seen, ``letters`` letters and digits of any
    script; ``han``, ``digits``, ``latin``, ``foreign`` (other scripts) are parts of it.
    ``ends`` and ``clauses`` count sentence ends and marks inside sentences (an ASCII full stop
    is neither), ``dividers`` signs that divide items, ``spaces`` those between visible
    characters. ``indent`` is the width of the space the line opens with (an ideographic space
    counts two). ``ended`` tells that the line closes with a sentence end, closing quotes and
    brackets aside; ``blank`` that nothing on it can be seen; ``gap`` counts the blank lines
    directly above it. What can be seen of a line is ``lines.text[first_seen:after_seen]``
    (int64; both are the end of a blank line).
    """

    visible: NDArray[np.int32]
    letters: NDArray[np.int32]
    han: NDArray[np.int32]
    digits: NDArray[np.int32]
    latin: NDArray[np.int32]
    foreign: NDArray[np.int32]
    ends: NDArray[np.int32]
    clauses: NDArray[np.int32]
    dividers: NDArray[np.int32]
    spaces: NDArray[np.int32]
    indent: NDArray[np.int32]
    ended: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    gap: NDArray[np.int32]
    first_seen: NDArray[np.int64]
    after_seen: NDArray[np.int64]


def measure(lines: Lines) -> Shape:
    """The shape of every line."""
    classes, start, end = lines.classes, lines.start, lines.end
    if not len(lines):
        none, no, places = (np.zeros(0, dtype=kind) for kind in (np.int32, bool, np.int64))
        counts = (none, none, none, none, none, none, none, none, none, none, none)
        return Shape(*counts, no, no, none, places, places)

    def count(bit: int) -> NDArray[np.int32]:
        # No line is empty and at the end of the text, and a line break has none of the bits
        # counted here, so that the sums from line start to line start are those of the lines.
        marked: NDArray[np.int32] = np.add.reduceat(classes & bit, start, dtype=np.int32)
        return marked // bit

    han, digits, latin, foreign = count(HAN), count(DIGIT), count(LATIN), count(OTHER_LETTER)
    ends, clauses, dividers = count(END), count(CLAUSE), count(DIVIDER)
    letters = han + digits + latin + foreign
    visible = letters + ends + clauses + dividers + count(OPEN) + count(CLOSE) + count(SYMBOL)
    blank = visible == 0

    unseen = _Runs(np.flatnonzero((classes & VISIBLE) == 0))
    first_seen = np.minimum(unseen.after(start), end)
    last_seen = np.maximum(unseen.before(end - 1), start)
    # The last sign that is no closing quote or bracket decides whether the line is ended.
    trailing = _Runs(np.flatnonzero((classes & (VISIBLE & ~CLOSE)) == 0))
    last_core = trailing.before(end - 1)
    ended = (last_core >= start) & (classes[last_core] & END != 0)

    spaces = np.flatnonzero((classes & SPACE) != 0)
    wide = np.array(_places(lines.text, "\u3000"), dtype=np.int64)
    before_first = np.searchsorted(spaces, first_seen)
    leading = before_first - np.searchsorted(spaces, start)
    leading_wide = np.searchsorted(wide, first_seen) - np.searchsorted(wide, start)
    inside = np.where(blank, 0, np.searchsorted(spaces, last_seen) - before_first)

    numbers = np.arange(len(lines))
    latest = np.maximum.accumulate(np.where(blank, -1, numbers))
    above = np.concatenate([[-1], latest[:-1]])
    gap = numbers - 1 - np.maximum(above, lines.first[lines.page] - 1)
    return Shape(
        visible=visible,
        letters=letters,
        han=han,
        digits=digits,
        latin=latin,
        foreign=foreign,
        ends=ends,
        clauses=clauses,
        dividers=dividers,
        spaces=inside.astype(np.int32),
        indent=(leading + leading_wide).astype(np.int32),
        ended=ended,
        blank=blank,
        gap=gap.astype(np.int32),
        first_seen=first_seen,
        after_seen=np.where(blank, end, last_seen + 1),
    )


class _Runs:
    """Sorted places (int64[n]) as runs of neighbours, to step over a whole run at once."""

    def __init__(self, places: NDArray[np.int64]) -> None:
        cut = np.flatnonzero(np.diff(places) != 1)
        self.first = places[np.concatenate([[0], cut + 1])] if len(places) else places
        self.last = places[np.concatenate([cut, [len(places) - 1]])] if len(places) else places

    def after(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each ``at`` the first place at or after it that is in no run."""
        if not len(self.first):
            return at
        run = np.searchsorted(self.last, at)
        nearest = np.minimum(run, len(self.first) - 1)
        inside = (run < len(self.first)) & (self.first[nearest] <= at)
        return np.where(inside, self.last[nearest] + 1, at)

    def before(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each ``at`` the last place at or before it that is in no run (-1: there is none)."""
        if not len(self.first):
            return at
        run = np.searchsorted(self.first, at, side="right") - 1
        nearest = np.maximum(run, 0)
        inside = (run >= 0) & (self.last[nearest] >= at)
        return np.where(inside, self.first[nearest] - 1, at)


def _places(text: str, char: str) -> list[int]:
    places, at = [], text.find(char)
    while at >= 0:
        places.append(at)
        at = text.find(char, at + 1)
    return places
