"""Looks for single characters in a whole batch at once, so that patterns read few lines."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.patterns import signs_for, value_patterns
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of

DATELINE, REPORTED, DIGEST, NOTE_SIGN = 1, 2, 4, 8
"""Bits of the characters without which patterns are not tried (``signs`` in patterns.toml)."""

_SIGNS = {"dateline": DATELINE, "reported": REPORTED, "digest": DIGEST, "note sign": NOTE_SIGN}

_FIRST, _SECOND = 16, 32
"""Bits of the first two characters of a word that the values of a lede need."""


def signs_of(lines: Lines) -> NDArray[np.uint8]:
    """The bits of every character of the batch, and a 0 behind the last (uint8[chars + 1])."""
    signs = np.zeros(len(lines.codes) + 1, dtype=np.uint8)
    _table().take(lines.codes, mode="clip", out=signs[:-1])
    return signs


def seen(
    signs: NDArray[np.uint8], bit: int, start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether a character of that bit stands from each start up to its end, start < end."""
    return _any(signs & np.uint8(bit), start, end)


def words_seen(
    signs: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether what may be a word that the values of a lede need begins there, start < end."""
    words = np.zeros_like(signs)
    np.logical_and(signs[:-1] & _FIRST, signs[1:] & _SECOND, out=words[:-1])
    return _any(words, start, end)


def _any(
    marks: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    if not len(start):
        return np.zeros(0, dtype=bool)
    bounds = np.column_stack([start, np.minimum(end, len(marks) - 1)]).ravel()
    found: NDArray[np.bool_] = np.bitwise_or.reduceat(marks, bounds)[::2] != 0
    return found


@cache
def _table() -> NDArray[np.uint8]:
    """The bits of every character, by code point (uint8[0x110000])."""
    table = np.zeros(0x110000, dtype=np.uint8)
    for name, bit in _SIGNS.items():
        table[codes_of(signs_for(name))] |= bit
    for value in value_patterns("lede"):
        for word in value.needs:
            table[ord(word[0])] |= _FIRST
            table[ord(word[1])] |= _SECOND
    return table
