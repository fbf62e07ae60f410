"""How paragraphs open and close: as the lede of a story, as its last words, or in its midst."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.patterns import pattern
from cleaner.stories.signs import seen, sign
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

_FIRST_CHARS = (
    "0123456789近日昨今前连最当北本上周星据为记此另同与但不然而他她它其这那该目会活随接首再第一二三四五对因"
    "所于谈在“‘(双两除如截至"
)


def opening_cues(
    lines: Lines, shape: Shape, of: NDArray[np.int64], signs: NDArray[np.uint16]
) -> dict[str, NDArray[np.bool_]]:
    """How the lines ``of`` open (bool[n] each; at most one holds).

    "dateline", "recent", "dated", "reported" are ledes, "goes on" is the midst of a story.
    ``signs`` are those of the batch.
    """
    text = lines.reading
    dateline, reported, by_first_sign = pattern("dateline"), pattern("reported"), _by_first_sign()
    first = shape.first_seen[of]
    starts, ends = first.tolist(), shape.after_seen[of].tolist()
    cue = np.full(len(of), -1)
    tried = np.flatnonzero(seen(signs, first, first + 41) & sign("dateline")).tolist()
    cue[[n for n in tried if dateline.match(text, starts[n], ends[n])]] = CUES.index("dateline")
    for n in np.flatnonzero(_first_signs()[lines.codes[first]] & (cue < 0)).tolist():
        match = by_first_sign.match(text, starts[n], ends[n])
        if match and match.lastgroup:
            cue[n] = CUES.index(match.lastgroup.replace("_", " "))
    may = (seen(signs, first, first + 31) & sign("reported") != 0) & (cue < 0)
    tried = np.flatnonzero(may).tolist()
    told = [n for n in tried if reported.match(text, starts[n], min(ends[n], starts[n] + 40))]
    cue[told] = CUES.index("reported")
    return {name: cue == number for number, name in enumerate(CUES)}


CUES = ("dateline", "recent", "dated", "reported", "goes on")
"""How a paragraph may open."""


@cache
def _by_first_sign() -> re.Pattern[str]:
    """The openings that the first character decides upon, each a group."""
    names = ("recent", "dated", "goes on")
    return re.compile(
        "|".join(f"(?P<{name.replace(' ', '_')}>{pattern(name).pattern})" for name in names)
    )


def closed(lines: Lines, shape: Shape, of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the lines ``of`` close with the last words of a story (bool[n])."""
    last_words = pattern("closed")
    found = np.zeros(len(of), dtype=bool)
    for n in np.flatnonzero(~shape.ended[of]).tolist():
        end = int(shape.after_seen[of[n]])
        start = max(int(shape.first_seen[of[n]]), end - 64)
        found[n] = last_words.search(lines.reading, start, end) is not None
    return found


def digest_titles(
    lines: Lines, shape: Shape, of: NDArray[np.int64], signs: NDArray[np.uint16]
) -> NDArray[np.bool_]:
    """Which of the lines ``of`` are the title of a digest (bool[n])."""
    digest = pattern("digest")
    found = np.zeros(len(of), dtype=bool)
    start, end = shape.first_seen[of], shape.after_seen[of]
    may = (seen(signs, start, end) & sign("digest") != 0) & (end - start <= 20)
    for n in np.flatnonzero(may).tolist():
        found[n] = digest.match(lines.reading[start[n] : end[n]]) is not None
    return found


@cache
def _first_signs() -> NDArray[np.bool_]:
    """The characters that may open a recent or dated lede, or go on (bool[0x110000])."""
    table = np.zeros(0x110000, dtype=bool)
    table[codes_of(_FIRST_CHARS)] = True
    return table
