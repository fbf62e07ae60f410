"""Looks for single characters in a whole batch at once, so that patterns read few lines."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.patterns import signs_by_name, value_patterns
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of

_FIRST, _SECOND = np.uint16(1), np.uint16(2)
"""Bits of the first two characters of a word that the values of a lede need; behind them each
pattern with ``signs`` has a bit of its own."""


def signs_of(lines: Lines) -> NDArray[np.uint16]:
    """The bits of every character of the batch, and a 0 behind the last (uint16[chars + 1])."""
    signs = np.zeros(len(lines.codes) + 1, dtype=np.uint16)
    _table().take(lines.codes, mode="clip", out=signs[:-1])
    return signs


def seen(
    signs: NDArray[np.uint16], name: str, start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether a sign of the pattern ``name`` stands from each start up to its end (bool[n]).

    Every start is smaller than its end.
    """
    return _any(signs & _bits()[name], start, end)


def words_seen(
    signs: NDArray[np.uint16], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether what may be a word that the values of a lede need begins there (as ``seen``)."""
    words = np.zeros_like(signs)
    np.logical_and(signs[:-1] & _FIRST, signs[1:] & _SECOND, out=words[:-1])
    return _any(words, start, end)


def _any(
    marks: NDArray[np.uint16], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    if not len(start):
        return np.zeros(0, dtype=bool)
    bounds = np.column_stack([start, np.minimum(end, len(marks) - 1)]).ravel()
    found: NDArray[np.bool_] = np.bitwise_or.reduceat(marks, bounds)[::2] != 0
    return found


@cache
def _bits() -> dict[str, np.uint16]:
    return {name: np.uint16(4 << number) for number, name in enumerate(signs_by_name())}


@cache
def _table() -> NDArray[np.uint16]:
    """The bits of every character, by code point (uint16[0x110000])."""
    table = np.zeros(0x110000, dtype=np.uint16)
    for name, signs in signs_by_name().items():
        table[codes_of(signs)] |= _bits()[name]
    for value in value_patterns("lede"):
        for word in value.needs:
            table[ord(word[0])] |= _FIRST
            table[ord(word[1])] |= _SECOND
    return table
