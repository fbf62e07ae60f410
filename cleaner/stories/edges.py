"""What stands at the edges of lines: how a line opens and closes, as columns for many lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.text.lines import Lines
from cleaner.text.reading import CLOSE, OPEN, codes_of
from cleaner.text.shape import Shape

_NUMERALS = "一二三四五六七八九十百〇零"
_BULLETS = "●■◆▲★◇○□△☆▶▪▫•·*-※➤➢✓✔①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽"
_ORDINAL_ENDS = "条章节款编项部篇回集课讲"


@dataclass(frozen=True)
class Edges:
    """The first and last visible characters of some lines, as they read: one row a line.

    ``first`` and ``last`` (int64) are places in the batch; ``head`` (uint32[n, 5]) are the
    characters from ``first`` on, ``tail`` (uint32[n, 2]) the last but one and the last.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    head: NDArray[np.uint32]
    tail: NDArray[np.uint32]


def edges_of(lines: Lines, shape: Shape, of: NDArray[np.int64]) -> Edges:
    """The edges of the lines ``of`` (batch indexes of lines that are not blank)."""
    first, last = shape.first_seen[of], shape.after_seen[of] - 1
    ahead = np.minimum(first[:, None] + np.arange(5), len(lines.codes) - 1)
    behind = np.maximum(last[:, None] - np.array([1, 0]), 0)
    return Edges(first, last, lines.codes[ahead], lines.codes[behind])


def opens_item(edges: Edges) -> NDArray[np.bool_]:
    """Lines that open like a list item, a numbered head or an article of a law (bool[n])."""
    one, two, three, four, five = edges.head.T
    number, closer = _table("numbers"), _table("closers")
    bracket, bullet, ordinal = _table("brackets"), _table("bullets"), _table("ordinals")
    article = one == ord("第")
    skip = article & (two == 32)  # "第 1 条"
    a, b, c = np.where(skip, three, two), np.where(skip, four, three), np.where(skip, five, four)
    space = (b == 32) | ordinal[b]
    item: NDArray[np.bool_] = (
        bullet[one]
        | (number[one] & closer[two])
        | (number[one] & number[two] & closer[three])
        | (bracket[one] & number[two] & bracket[three])
        | (bracket[one] & number[two] & number[three] & bracket[four])
        | (article & number[a] & (space | (number[b] & (ordinal[c] | (c == 32) | number[c]))))
    )
    digit = _table("digits")
    item &= ~(digit[one] & (two == ord(".")) & digit[three])  # 1.5 is a number
    return item


def opens_with_date(edges: Edges) -> NDArray[np.bool_]:
    """Lines that open with a date or an hour (bool[n]): 6月7日, 22日, 2022年, 8时."""
    one, two, three, four, _ = edges.head.T
    digit, unit = _table("digits"), _table("date units")
    short: NDArray[np.bool_] = unit[two] | (digit[two] & unit[three])
    year: NDArray[np.bool_] = digit[two] & digit[three] & digit[four]
    result: NDArray[np.bool_] = digit[one] & (short | year)
    return result


def open_brackets(lines: Lines) -> NDArray[np.int32]:
    """How many brackets and quotes each line opens without closing them, negative if it closes
    more than it opens (int32[lines])."""
    if not len(lines):
        return np.zeros(0, dtype=np.int32)
    opens, closes = lines.classes == OPEN, lines.classes == CLOSE
    step = opens.view(np.int8) - closes.view(np.int8)
    return np.add.reduceat(step, lines.start, dtype=np.int32)


@cache
def _table(name: str) -> NDArray[np.bool_]:
    """A set of characters as a table by code point (bool[0x110000])."""
    chars = {
        "numbers": _NUMERALS + "0123456789",
        "digits": "0123456789",
        "closers": "、.:)",
        "brackets": "()[]【】",
        "bullets": _BULLETS,
        "ordinals": _ORDINAL_ENDS,
        "date units": "年月日时",
    }[name]
    table = np.zeros(0x110000, dtype=bool)
    table[codes_of(chars)] = True
    return table
