"""Looks for single characters in a whole batch at once, so that patterns read few lines."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.patterns import signs_by_name, value_patterns
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of

_FIRST, _SECOND = np.uint16(1), np.uint16(2)
"""Bits of the first two characters of a word that the values of a lede need."""

WORD = np.uint16(4)
"""The bit of the first character of what may be such a word."""


def signs_of(lines: Lines) -> NDArray[np.uint16]:
    """The bits of every character of the batch, and a 0 behind the last (uint16[chars + 1])."""
    signs = np.zeros(len(lines.codes) + 1, dtype=np.uint16)
    _table().take(lines.codes, mode="clip", out=signs[:-1])
    words = signs[:-1] & _FIRST
    words <<= 1  # to the bit of the second character
    words &= signs[1:]
    words <<= 1  # to the bit of the word
    signs[:-1] |= words
    return signs


def sign(name: str) -> np.uint16:
    """The bit of the characters without one of which the pattern ``name`` is not tried."""
    return _bits()[name]


def seen(
    signs: NDArray[np.uint16], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint16]:
    """The bits of the characters from each start up to its end, start < end (uint16[n])."""
    if not len(start):
        return np.zeros(0, dtype=np.uint16)
    bounds = np.column_stack([start, np.minimum(end, len(signs) - 1)]).ravel()
    found: NDArray[np.uint16] = np.bitwise_or.reduceat(signs, bounds)[::2]
    return found


@cache
def _bits() -> dict[str, np.uint16]:
    return {name: np.uint16(8 << number) for number, name in enumerate(signs_by_name())}


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
