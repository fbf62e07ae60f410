"""Numbers in two texts that otherwise match: which of them stand in the place of another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_SAME = str.maketrans("兩萬億０１２３４５６７８９，．：", "两万亿0123456789,.:")

_NO_NUMBER, _ARABIC, _CHINESE, _EITHER = range(4)

_DATELINE = re.compile(
    r"(?:[0-9０-９〇零一二三四五六七八九十]{1,4}[年月日号號]){1,3}[^\n，。；,;]{0,6}[讯訊电電]"
)
"""A dateline (新华社北京4月3日电): when a paper wrote, not what happened; copies differ in it."""

DATELINES_IN = 500
"""Characters at the start of a text in which datelines are looked for."""

_LAST_OF_DATELINE, _LONGEST_DATELINE = "讯訊电電", 22
"""What a dateline ends with, and the characters it has at the most."""

CONTEXT = 3
"""Letters beside a number that must match before the two numbers count as in one place."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of a text: number ``i`` is the letters ``first[i]`` to ``end[i]`` of its
    fingerprint (int64 each), in order; those of datelines are left out."""

    first: NDArray[np.int64]
    end: NDArray[np.int64]


def numbers_of(text: str, codes: NDArray[np.uint16], place: NDArray[np.int64]) -> Numbers:
    """The numbers of ``text``: runs of digits (with a 万 or 亿 after them) or Chinese numerals.

    ``codes`` is the fingerprint of the text, ``place`` the offset in it of each of its letters.
    """
    kinds = _kinds()[codes]
    letters = kinds.nonzero()[0]  # few: all that follows is done for them alone
    kind, offset = kinds[letters], place[letters]
    joined = np.zeros(len(letters) + 1, dtype=bool)  # whether a letter is beside the one before
    np.equal(letters[1:], letters[:-1] + 1, out=joined[1:-1])
    # 万 and 亿 belong to the digits before them, or else to the numerals beside them.
    for at in (kind == _EITHER).nonzero()[0].tolist():
        kind[at] = kind[at - 1] if joined[at] else _CHINESE
    joined[1:-1] &= kind[1:] == kind[:-1]
    for at in (joined[1:-1] & (offset[1:] > offset[:-1] + 1)).nonzero()[0].tolist():
        # A mark stands inside a number (3.5, 4,000, 9:30); a line break or more ends it.
        between = text[offset[at] + 1 : offset[at + 1]]
        joined[at + 1] = len(between) == 1 and not between.isspace()
    numbers = Numbers(letters[~joined[:-1]], letters[~joined[1:]] + 1)
    return _without_datelines(numbers, text, place)


def _without_datelines(numbers: Numbers, text: str, place: NDArray[np.int64]) -> Numbers:
    """The numbers but those of datelines; only where one may end is one looked for."""
    head = text[:DATELINES_IN]
    ends = [at for char in _LAST_OF_DATELINE if (at := head.find(char)) >= 0]
    if not ends:
        return numbers
    last = max(map(head.rfind, _LAST_OF_DATELINE)) + 1
    first, end = numbers.first, numbers.end
    for dateline in _DATELINE.finditer(head, max(min(ends) - _LONGEST_DATELINE, 0), last):
        low, high = place.searchsorted(dateline.span())
        kept = (first < low) | (first >= high)
        first, end = first[kept], end[kept]
    return Numbers(first, end)


@cache
def _kinds() -> NDArray[np.uint8]:
    """Table from folded code to what part of a number it is."""
    table = np.zeros(0x10000, dtype=np.uint8)
    table[ord("0") : ord("9") + 1] = _ARABIC
    for char in (*_DIGITS, *_UNITS, "兩"):
        table[ord(char)] = _CHINESE
    for char in (*_MYRIADS, "萬", "億"):
        table[ord(char)] = _EITHER
    return table


def value_of(number: str) -> str:
    """What a number says, however it is written: 二十 is 20, 4,000 is 4000, 3.5万 is 35000."""
    number = number.translate(_SAME)
    if not number:
        return ""
    if number[0].isdigit():
        digits, unit = number.replace(",", ""), _MYRIADS.get(number[-1])
        if unit is None:
            return digits
        digits = digits[:-1]
        if digits.replace(".", "", 1).isdecimal():
            return f"{(Decimal(digits) * unit).normalize():f}"
        return number
    if len(number) > 1 and all(char in _DIGITS for char in number):
        return "".join(str(_DIGITS[char]) for char in number)
    total = section = digit = 0
    for char in number:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            digit = 0
        elif char in _MYRIADS:
            total = (total + ((section + digit) or 1)) * _MYRIADS[char]
            section = digit = 0
    return str(total + section + digit)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text: the letters ``first`` to ``end`` of its fingerprint."""

    first: int
    end: int
    text: str


@dataclass(frozen=True)
class Told:
    """A text with its numbers: ``place`` gives the offset in it of each letter they count in."""

    text: str
    place: NDArray[np.int64]
    numbers: Numbers

    def words(self, first: int, end: int) -> str:
        """The characters that the letters ``first`` to ``end`` of the fingerprint stand for."""
        return self.text[int(self.place[first]) : int(self.place[end - 1]) + 1]

    def listed(self) -> list[Number]:
        """The numbers one by one."""
        edges = zip(self.numbers.first.tolist(), self.numbers.end.tolist(), strict=True)
        return [Number(first, end, self.words(first, end)) for first, end in edges]


def told_by(text: str, codes: NDArray[np.uint16], place: NDArray[np.int64]) -> Told:
    """A text with its numbers; ``codes`` and ``place`` are those of its fingerprint."""
    return Told(text, place, numbers_of(text, codes, place))


def compare_numbers(
    a: Told, b: Told, blocks: NDArray[np.int64]
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """How many numbers of two texts agree in their place, and the pairs that do not.

    ``blocks`` are what the two fingerprints have in common (``align.blocks``). Two numbers stand
    in one place if the letters before them, or those after, match.
    """
    first, end = a.numbers.first, a.numbers.end
    if not len(blocks) or not len(first) or not len(b.numbers.first):
        return 0, ()
    start, other, length = blocks.T
    stop, aside = start + length, other - start
    # By the letters before: the block that the number's first letter stands in, or right behind.
    block = (start + CONTEXT).searchsorted(first, side="right") - 1
    reaches = (block >= 0) & (first <= stop[block])
    partner = _index_of(b.numbers.first, first + aside[block], reaches)
    # A number that the block covers is the same in both, if it ends there, too.
    covered = (partner >= 0) & (end <= stop[block])
    covered &= b.numbers.end[partner] == end + aside[block]
    # By the letters after: the block that begins before the number ends.
    alone = (partner < 0).nonzero()[0]
    if len(alone):
        ends = end[alone]
        block = start.searchsorted(ends, side="right") - 1
        reaches = (block >= 0) & (ends + CONTEXT <= stop[block])
        partner[alone] = _index_of(b.numbers.end, ends + aside[block], reaches)
    agreeing, changed = int(np.count_nonzero(covered)), []
    for number in ((partner >= 0) & ~covered).nonzero()[0].tolist():
        there = int(partner[number])
        one = a.words(int(first[number]), int(end[number]))
        two = b.words(int(b.numbers.first[there]), int(b.numbers.end[there]))
        if one == two or value_of(one) == value_of(two):
            agreeing += 1
        else:
            changed.append((one, two))
    return agreeing, tuple(changed)


def _index_of(
    places: NDArray[np.int64], wanted: NDArray[np.int64], valid: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Where in sorted ``places`` each ``wanted`` one stands, -1 where it does not (or may not)."""
    at = places.searchsorted(wanted)
    at[at == len(places)] = 0  # not equal there: it is beyond the last
    return np.where(valid & (places[at] == wanted), at, -1)
