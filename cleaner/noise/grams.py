"""Finds grams (one or two characters) in a text, thousands at a time: the first look for rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.text.reading import (
    DIGIT,
    DIVIDER,
    HAN,
    LATIN,
    OTHER_LETTER,
    SYMBOL,
    class_table,
)


@dataclass(frozen=True)
class GramTable:
    """Grams made ready to look for (``gram_table`` makes one).

    ``first`` and ``second`` number the characters that pairs begin and end with (uint16 by code
    point, 0: none does); ``pair`` (int16[first, second], laid flat) is the place of the pair in
    the list it was made of, or -1; ``single`` (int16 by code point) that of a single character.
    """

    first: NDArray[np.uint16]
    second: NDArray[np.uint16]
    pair: NDArray[np.int16]
    seconds: int
    single: NDArray[np.int16]


def gram_table(grams: Sequence[str]) -> GramTable:
    """A table that finds ``grams``: at most 32,767 different strings of one or two characters."""
    first, second = (np.zeros(0x110000, dtype=np.uint16) for _ in range(2))
    single = np.full(0x110000, -1, dtype=np.int16)
    for place, table in ((0, first), (1, second)):
        signs = sorted({gram[place] for gram in grams if len(gram) == 2})
        table[[ord(sign) for sign in signs]] = np.arange(1, len(signs) + 1)
    seconds = int(second.max(initial=0)) + 1
    pair = np.full((int(first.max(initial=0)) + 1) * seconds, -1, dtype=np.int16)
    for i, gram in enumerate(grams):
        if len(gram) == 1:
            single[ord(gram)] = i
        else:
            pair[int(first[ord(gram[0])]) * seconds + int(second[ord(gram[1])])] = i
    return GramTable(first, second, pair, seconds, single)


def find_grams(
    table: GramTable, codes: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """(places of the first characters, numbers) of all grams in ``codes``.

    Four table look-ups a character: some 300 MB/s of UTF-8 on one core, whatever the number of
    grams, where an Aho-Corasick search for 3,000 literals does 50-75.
    """
    if not len(codes):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int16)
    # No code is out of range; with mode="clip" numpy does not check each of them.
    key = table.first.take(codes[:-1], mode="clip").astype(np.int32)
    key *= table.seconds
    key += table.second.take(codes[1:], mode="clip")
    pair = table.pair.take(key, mode="clip")
    single = table.single.take(codes, mode="clip")
    pairs, singles = np.flatnonzero(pair >= 0), np.flatnonzero(single >= 0)
    return np.concatenate([pairs, singles]), np.concatenate([pair[pairs], single[singles]])


@cache
def _ranks() -> dict[str, int]:
    text = (Path(__file__).parent / "rules" / "pairs.txt").read_text("utf-8")
    listed = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {pair: rank for rank, pair in enumerate(pair for line in listed for pair in line)}


@cache
def _frequent_signs() -> frozenset[str]:
    """The characters of the 400 most frequent pairs."""
    return frozenset("".join(pair for pair, rank in _ranks().items() if rank < 400))


@cache
def rarity(gram: str) -> float:
    """How much looking for ``gram`` narrows the search: 0 not at all, 1 very much.

    Chinese pairs by their place in ``rules/pairs.txt``, 1 if they are not in it; other grams by
    what they are made of.
    """
    classes = [int(class_table()[ord(sign)]) for sign in gram]
    either, both = classes[0] | classes[-1], classes[0] & classes[-1]
    letters = HAN | LATIN | OTHER_LETTER
    if len(gram) == 1:
        if either & HAN:
            return 0.02 if gram in _frequent_signs() else 0.1
        return 0.9 if either & (SYMBOL | OTHER_LETTER | DIVIDER) and gram not in "-|/·>" else 0.0
    if both & HAN:
        return (_ranks().get(gram, len(_ranks())) + 1) / (len(_ranks()) + 1)
    if either & (SYMBOL | OTHER_LETTER):
        return 0.95
    if classes[0] & letters and classes[1] & letters:
        return 0.8 if either & HAN else 0.9
    if either & letters:
        return 0.5 if either & DIGIT else 0.3
    return 0.05 if both & DIGIT else 0.0


@cache
def rarest_gram(literal: str) -> str:
    """The rarest pair in ``literal``, the first of several; a single character is itself."""
    pairs = [literal[i : i + 2] for i in range(len(literal) - 1)]
    return max(pairs or [literal], key=rarity)
