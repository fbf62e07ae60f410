"""Which of the short lines above a story are its title, and which its kicker or deck."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.pairs import pull
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

TAG = 5
"""A line above the title with no more characters is a column's name (a kicker), not the title."""

HALF = 14
"""A headline wrapped in two has no more characters on its first line."""

TEASER, TITLE = 0.1, 0.3
"""Shares of a head's words that the text below repeats: fewer in a teaser, more in a title."""

WINDOW = 6
"""A title that stands a second time within a line above it has no fewer characters."""

WITHIN_WORD = 3.0
"""Pull, in bits, above which the characters that meet at a line's end stand in one word."""


def title_lines(
    lines: Lines, shape: Shape, heads: Sequence[int], told: Sequence[float]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lines of the title and those of kicker and deck, out of the ``heads`` above a story.

    ``heads`` all tell something (see ``tells``); ``told`` are the shares of their words that the
    text below repeats (NaN: none known). Of
    several heads the first is the title and the others its deck, unless the first is a kicker: a
    column's name or number, a line that ends with a dash or colon, the longer one with a comma in
    it, or one of which the text says nothing where it repeats another. The window's title, which
    has the headline in it, is neither.
    """
    if len(heads) < 2:
        return tuple(heads), ()
    shares = dict(zip(heads, told, strict=True))
    texts = [lines.reading_of(line).strip() for line in heads]
    heads = [line for n, line in enumerate(heads) if not _again(texts[n], texts[n + 1 :])]
    if len(heads) < 2:
        return tuple(heads), ()
    first, second = heads[0], heads[1]
    if _wrapped(lines, shape, first, second):
        return (first, second), tuple(heads[2:])
    spoken = [line for line in heads if shares[line] > TITLE]
    if spoken and shares[first] < TEASER:
        return (spoken[0],), tuple(line for line in heads if line != spoken[0])
    lead_in = _lead_in(shape, first, second) and not shares[second] < TEASER < shares[first]
    if lead_in or _kicker(lines, shape, first, second):
        return (second,), (first, *heads[2:])
    return (first,), tuple(heads[1:])


def _again(text: str, below: Sequence[str]) -> bool:
    """Whether a head below stands within this one, as a headline does in a window's title."""
    return any(len(other) >= WINDOW and other in text for other in below)


def tells(lines: Lines, shape: Shape, of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the lines ``of`` may be a title: no salutation (各位代表:), not without letters."""
    salutation = lines.codes[shape.after_seen[of] - 1] == ord(":")
    result: NDArray[np.bool_] = (shape.letters[of] >= 2) & ~salutation
    return result


def _wrapped(lines: Lines, shape: Shape, first: int, second: int) -> bool:
    """Two halves of one headline: short, and broken within a word or an open bracket."""
    if shape.visible[first] > HALF or shape.gap[second] > 0:
        return False
    last = lines.reading[shape.after_seen[first] - 1]
    head = lines.reading[shape.first_seen[second]]
    return _pull(last, head) >= WITHIN_WORD


@lru_cache(maxsize=4096)
def _pull(last: str, head: str) -> float:
    """``pull`` of two characters: the same few meet again and again."""
    return float(pull(codes_of(last), codes_of(head))[0])


def _kicker(lines: Lines, shape: Shape, first: int, second: int) -> bool:
    """A column's name or number, or a line that leads over to the next by a dash or colon."""
    last = lines.reading[shape.after_seen[first] - 1]
    numbered = not shape.han[first] and shape.han[second] > 0  # No. 553
    return bool(last in "—:-" or shape.visible[first] <= TAG or numbered)


def _lead_in(shape: Shape, first: int, second: int) -> bool:
    """The longer of two lines, and with a comma in it."""
    return bool(
        shape.clauses[first] > 0
        and shape.clauses[second] == 0
        and shape.visible[first] > shape.visible[second]
    )
