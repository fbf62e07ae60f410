"""Which of the short lines above a story are its title, and which its kicker or deck."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.stories.pairs import pull
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

TAG = 5
"""A line above the title with no more characters is a column's name (a kicker), not the title."""

HALF = 14
"""A headline wrapped in two has no more characters on its first line."""

WITHIN_WORD = 3.0
"""Pull, in bits, above which the characters that meet at a line's end stand in one word."""


def title_lines(
    lines: Lines, shape: Shape, heads: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lines of the title and those of kicker and deck, out of the ``heads`` above a story.

    Of several heads the first is the title and the others its deck, unless the first is a kicker:
    a column's name, a line that ends with a dash or colon, or the longer one with a comma in it.
    """
    heads = [line for line in heads if _tells(lines, shape, line)]
    if not heads:
        return (), ()
    if len(heads) == 1:
        return (heads[0],), ()
    first, second = heads[0], heads[1]
    if _wrapped(lines, shape, first, second):
        return (first, second), tuple(heads[2:])
    if _kicker(lines, shape, first, second):
        return (second,), (first, *heads[2:])
    return (first,), tuple(heads[1:])


def _tells(lines: Lines, shape: Shape, line: int) -> bool:
    """A salutation (各位代表:) or a line without letters is no title."""
    return bool(shape.letters[line] >= 2 and lines.reading[shape.after_seen[line] - 1] != ":")


def _wrapped(lines: Lines, shape: Shape, first: int, second: int) -> bool:
    """Two halves of one headline: short, and broken within a word or an open bracket."""
    if shape.visible[first] > HALF or shape.gap[second] > 0:
        return False
    last = lines.reading[shape.after_seen[first] - 1]
    head = lines.reading[shape.first_seen[second]]
    return float(pull(codes_of(last), codes_of(head))[0]) >= WITHIN_WORD


def _kicker(lines: Lines, shape: Shape, first: int, second: int) -> bool:
    last = lines.reading[shape.after_seen[first] - 1]
    if last in "—:-" or shape.visible[first] <= TAG:
        return True
    return bool(
        shape.clauses[first] > 0
        and shape.clauses[second] == 0
        and shape.visible[first] > shape.visible[second]
    )
