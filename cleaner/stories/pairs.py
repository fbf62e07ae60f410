"""How likely characters stand side by side, open a line, or close one: counted from real text."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from cleaner.text.reading import DIGIT, LATIN, OTHER_LETTER, class_table, codes_of

PAIR_BITS = 21
"""Pairs lie in a table of 2**21 places by a hash: 9 % of unknown pairs read a known one's count."""


@dataclass(frozen=True)
class Pairs:
    """The counts of ``pairs.tsv.gz`` and ``chars.tsv``, laid out for lookup by code point.

    ``level`` (uint8[2**21], by ``place``) is 1 + log2 of a pair's count, 0 for a pair seen less
    than three times; ``log_count`` (float32) is log2 of a character's count, ``opens`` and
    ``closes`` (float32) are log2 of how much likelier than chance it opens a line, or closes one
    that has no sentence end. All three are indexed by folded code point (below 0x10000).
    ``log_total`` is log2 of the number of pairs counted. ``edges`` (uint64, sorted, see ``key``)
    are the pairs that open or close lines; ``opening`` and ``closing`` (int64, beside it) how many
    lines each opens, and closes without sentence end; ``lines`` and ``unended`` are the numbers
    of lines counted for the two.
    """

    level: NDArray[np.uint8]
    log_count: NDArray[np.float32]
    opens: NDArray[np.float32]
    closes: NDArray[np.float32]
    log_total: float
    edges: NDArray[np.uint64]
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]
    lines: int
    unended: int


@cache
def _fold_table() -> NDArray[np.uint32]:
    classes = class_table()
    table = np.arange(0x110000, dtype=np.uint32)
    table[0x10000:] = 0xFFFF
    table[classes == DIGIT] = ord("0")
    table[(classes & (LATIN | OTHER_LETTER)) != 0] = ord("a")
    return table


def fold(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Code points of a reading form as counted: a digit 0, a letter not Han a (all < 0x10000)."""
    return _fold_table()[codes]


def place(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Where a pair of folded code points lies in ``Pairs.level`` (multiplicative hashing)."""
    mixed = first * np.uint32(0x9E3779B1)
    mixed ^= second * np.uint32(0x85EBCA77)
    mixed >>= np.uint32(32 - PAIR_BITS)
    return mixed


def pull(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.float32]:
    """How much likelier than chance the two characters stand side by side, in bits (float32).

    Pointwise mutual information: positive within a word, negative over the border of two texts.
    """
    table = load_pairs()
    a, b = fold(first), fold(second)
    level = table.level[place(a, b)].astype(np.float32)
    together = np.where(level > 0, level - np.float32(0.5), np.float32(-1.0))
    apart = table.log_count[a] + table.log_count[b] - np.float32(table.log_total)
    bits: NDArray[np.float32] = together - apart
    return bits


def pair_opens(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.float32]:
    """How much likelier than chance the two characters open a line, in bits (float32)."""
    table = load_pairs()
    return _at_edges(fold(first), fold(second), table.opening, table.lines)


def pair_closes(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.float32]:
    """How much likelier than chance the two close a line without sentence end (float32)."""
    table = load_pairs()
    return _at_edges(fold(first), fold(second), table.closing, table.unended)


def _at_edges(
    first: NDArray[np.uint32], second: NDArray[np.uint32], counts: NDArray[np.int64], lines: int
) -> NDArray[np.float32]:
    """log2 of observed over expected at an edge of ``lines`` lines, one added to both."""
    table = load_pairs()
    wanted = _key(first, second)
    row = np.minimum(np.searchsorted(table.edges, wanted), len(table.edges) - 1)
    found = np.where(table.edges[row] == wanted, counts[row], 0)
    level = table.level[place(first, second)].astype(np.float32)
    anywhere = np.exp2(np.where(level > 0, level - np.float32(0.5), np.float32(0)))
    expected = anywhere * np.float32(lines / 2.0**table.log_total)
    result: NDArray[np.float32] = np.log2((found + 1) / (expected + 1)).astype(np.float32)
    return result


def _key(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint64]:
    return (first.astype(np.uint64) << np.uint64(32)) | second


@cache
def load_pairs() -> Pairs:
    """The tables that come with the package."""
    folder = files("cleaner.stories")
    firsts, powers, seconds = _columns(gzip.decompress((folder / "pairs.tsv.gz").read_bytes()))
    lengths = np.array([len(chars) for chars in seconds])
    at = place(np.repeat(codes_of("".join(firsts)), lengths), codes_of("".join(seconds)))
    power = np.repeat(np.array(powers, dtype=np.uint8), lengths)
    order = np.argsort(power, kind="stable")  # where two share a place, the commoner is read
    level = np.zeros(1 << PAIR_BITS, dtype=np.uint8)
    level[at[order]] = power[order] + 1
    total = 1.5 * float(np.exp2(power, dtype=np.float64).sum())

    chars, counts, first, last = _columns((folder / "chars.tsv").read_bytes())
    codes = codes_of("".join(chars))
    log_count = np.full(0x10000, np.log2(30.0), dtype=np.float32)
    log_count[codes] = np.log2(np.array(counts, dtype=np.float32) + 30)
    opens, closes = np.zeros((2, 0x10000), dtype=np.float32)
    opens[codes] = np.array(first, dtype=np.float32)
    closes[codes] = np.array(last, dtype=np.float32)
    two, opening, closing = _columns((folder / "edges.tsv").read_bytes())
    both = codes_of("".join(two[1:])).reshape(-1, 2)  # the first row gives the numbers of lines
    edges = _key(both[:, 0], both[:, 1])
    order = np.argsort(edges)
    return Pairs(
        level,
        log_count,
        opens,
        closes,
        float(np.log2(total)),
        edges[order],
        np.array(opening[1:], dtype=np.int64)[order],
        np.array(closing[1:], dtype=np.int64)[order],
        int(opening[0]),
        int(closing[0]),
    )


def _columns(table: bytes) -> list[tuple[str, ...]]:
    rows = [row.split("\t") for row in table.decode().splitlines() if row[0] != "#"]
    return list(zip(*rows, strict=True))
