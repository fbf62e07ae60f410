"""Numbers in two texts that otherwise match: which of them stand in the place of another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_SAME = str.maketrans("兩萬億０１２３４５６７８９，．：", "两万亿0123456789,.:")

_NUMBER = re.compile(
    r"[0-9０-９]+(?:[.,:，．：][0-9０-９]+)*[万亿萬億]?|[〇零一二三四五六七八九十百千万亿两萬億兩]+"
)
_DATELINE = re.compile(
    r"(?:[0-9０-９〇零一二三四五六七八九十]{1,4}[年月日号號]){1,3}[^\n，。；,;]{0,6}[讯訊电電]"
)
"""A dateline (新华社北京4月3日电): when a paper wrote, not what happened; copies differ in it."""

CONTEXT = 3
"""Letters beside a number that must match before the two numbers count as in one place."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: the letters ``first`` to ``end`` of its fingerprint, its value."""

    first: int
    end: int
    text: str
    value: str


def numbers_of(text: str, place: NDArray[np.int64]) -> tuple[Number, ...]:
    """The numbers of ``text`` in order, those of datelines left out.

    ``place`` gives the offset in ``text`` of each letter of its fingerprint.
    """
    found = [(match.start(), match.end()) for match in _NUMBER.finditer(text)]
    for dateline in _DATELINE.finditer(text):
        begin, end = dateline.span()
        found = [span for span in found if not begin <= span[0] < end]
    edges = np.searchsorted(place, found).tolist()
    numbers = [text[begin:end] for begin, end in found]
    return tuple(
        Number(first, end, number, _value(number.translate(_SAME)))
        for (first, end), number in zip(edges, numbers, strict=True)
    )


def _value(number: str) -> str:
    """What a number says, however it is written: 二十 is 20, 4,000 is 4000, 二〇二三 is 2023."""
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
        else:
            total = (total + ((section + digit) or 1)) * _MYRIADS[char]
            section = digit = 0
    return str(total + section + digit)


def compare_numbers(
    a: tuple[Number, ...], b: tuple[Number, ...], blocks: NDArray[np.int64]
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """How many numbers of two texts agree in their place, and the pairs that do not.

    ``blocks`` are what the two fingerprints have in common (``align.blocks``). Two numbers stand
    in one place if the letters before them, or those after, match.
    """
    if [number.value for number in a] == [number.value for number in b]:
        return len(a), ()
    starts = {number.first: number for number in b}
    ends = {number.end: number for number in b}
    agreeing, changed = 0, []
    rows = blocks.tolist()
    at = 0
    for number in a:
        # The first block that ends at the number's start or later.
        while at < len(rows) and rows[at][0] + rows[at][2] < number.first:
            at += 1
        other = None
        for start, there, length in rows[at : at + 3]:
            if other is None and start + CONTEXT <= number.first <= start + length:
                other = starts.get(there + number.first - start)
            if other is None and start <= number.end <= start + length - CONTEXT:
                other = ends.get(there + number.end - start)
        if other is None:
            continue
        if other.value == number.value:
            agreeing += 1
        else:
            changed.append((number.text, other.text))
    return agreeing, tuple(changed)
