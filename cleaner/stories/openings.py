"""How paragraphs open and close: as the lede of a story, as its last words, or in its midst."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.patterns import pattern
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

_FIRST_CHARS = (
    "0123456789近日昨今前连最当北本上周星据为记此另同与但不然而他她它其这那该目会活随接首再第一二三四五对因"
    "所于谈在“‘(双两除如截至"
)


def opening_cues(
    lines: Lines, shape: Shape, of: NDArray[np.int64], codes: NDArray[np.uint32]
) -> dict[str, NDArray[np.bool_]]:
    """How the lines ``of`` open (bool[n] each; at most one holds).

    "dateline", "recent", "dated", "reported" are ledes, "goes on" is the midst of a story.
    ``codes`` are the code points of the reading form of the batch.
    """
    text = lines.reading
    dateline, reported, by_first_sign = pattern("dateline"), pattern("reported"), _by_first_sign()
    first, end = shape.first_seen[of], shape.after_seen[of]
    opening = _first_signs()[codes.take(first, mode="clip")]
    cues = {name: np.zeros(len(of), dtype=bool) for name in _CUES}
    starts, ends = first.tolist(), end.tolist()
    for n in np.flatnonzero(_soon(codes, "讯电消报", first, 40)).tolist():
        cues["dateline"][n] = dateline.match(text, starts[n], ends[n]) is not None
    for n in np.flatnonzero(opening & ~cues["dateline"]).tolist():
        match = by_first_sign.match(text, starts[n], ends[n])
        if match and match.lastgroup:
            cues[match.lastgroup.replace("_", " ")][n] = True
    plain = ~np.logical_or.reduce(list(cues.values()))
    for n in np.flatnonzero(plain & _soon(codes, "悉解从报消布为", first, 30)).tolist():
        stop = min(ends[n], starts[n] + 40)
        cues["reported"][n] = reported.match(text, starts[n], stop) is not None
    return cues


@cache
def _by_first_sign() -> re.Pattern[str]:
    """The openings that the first character decides upon, each a group."""
    names = ("recent", "dated", "goes on")
    return re.compile(
        "|".join(f"(?P<{name.replace(' ', '_')}>{pattern(name).pattern})" for name in names)
    )


_CUES = ("dateline", "recent", "dated", "reported", "goes on")


def _soon(
    codes: NDArray[np.uint32], signs: str, at: NDArray[np.int64], within: int
) -> NDArray[np.bool_]:
    """Whether one of ``signs`` stands at most ``within`` characters from each place on."""
    places = np.flatnonzero(_signs(signs).take(codes, mode="clip"))
    ahead = np.append(places, len(codes) + within + 1)[np.searchsorted(places, at)]
    result: NDArray[np.bool_] = ahead - at <= within
    return result


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
    lines: Lines, shape: Shape, of: NDArray[np.int64], codes: NDArray[np.uint32]
) -> NDArray[np.bool_]:
    """Which of the lines ``of`` are the title of a digest (bool[n])."""
    digest = pattern("digest")
    found = np.zeros(len(of), dtype=bool)
    start, end = shape.first_seen[of], shape.after_seen[of]
    short = np.flatnonzero(end - start <= 20)
    signs = np.minimum(start[short, None] + np.arange(20), end[short, None] - 1)
    told = _signs("讯要览递报早摘集汇播周则")[codes[signs]].any(axis=1)
    for n in short[told].tolist():
        found[n] = digest.match(lines.reading[start[n] : end[n]]) is not None
    return found


@cache
def _first_signs() -> NDArray[np.bool_]:
    return _signs(_FIRST_CHARS)


@cache
def _signs(chars: str) -> NDArray[np.bool_]:
    """A set of characters as a table by code point (bool[0x110000])."""
    table = np.zeros(0x110000, dtype=bool)
    table[codes_of(chars)] = True
    return table
