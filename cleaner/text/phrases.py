"""Finds the longest phrases of a dictionary in a text, at all its places at once (numpy).

A dictionary becomes a trie whose edges stand in one hash table. The bigram at every place of the
text is looked up in a small table of flags; the few places that may begin a phrase then walk
down the trie together, one character a step, and what overlaps is settled from the left. That is
forward maximum matching, at some 12 ns a character whatever the number of phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_CHAR_BITS = 13
"""Bits of a character's number in a trie edge: a dictionary has fewer than 8192 characters."""
_NO_EDGE = np.uint64(0xFFFFFFFF_00000000)
_SPREAD = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA77))
"""Odd multipliers that spread edges over a table: from 2**32 by the golden ratio; xxHash's."""


@dataclass(frozen=True, eq=False)
class Phrases:
    """Different phrases of two characters and more, and the trie that holds them."""

    keys: tuple[str, ...]
    trie: Trie


@dataclass(frozen=True)
class Trie:
    """Phrases of two characters and more, ready to be searched for.

    ``numbers`` is a table from code point to the character's number (0: in no phrase; uint16);
    ``edges`` is a cuckoo hash table of edge << 32 | node (uint64[2**k], edge = node above << 13 |
    number; the node of a phrase's first character is its number); ``flags`` tells by hash that
    there may be such an edge (bool[2**k], wrong for one in twelve that there are not);
    ``phrase`` gives for each node the index of the phrase that ends there, or -1 (int32).
    ``depth`` is the length of the longest phrase.
    """

    numbers: NDArray[np.uint16]
    flags: NDArray[np.bool_]
    edges: NDArray[np.uint64]
    phrase: NDArray[np.int32]
    depth: int


class Found(NamedTuple):
    """Phrases in a text, in order and apart: start and length in characters, and which phrase."""

    start: NDArray[np.int64]
    length: NDArray[np.int64]
    phrase: NDArray[np.int64]

    def some(self, rows: NDArray[np.int64]) -> Found:
        """Those in the given rows."""
        return Found(self.start.take(rows), self.length.take(rows), self.phrase.take(rows))


NOTHING = Found(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
"""No phrase found."""


def phrases_of(keys: Sequence[str]) -> Phrases:
    """``keys``, all different and of two characters or more, ready to be searched for."""
    return Phrases(tuple(keys), _trie(keys))


def _trie(phrases: Sequence[str]) -> Trie:
    order = sorted(range(len(phrases)), key=phrases.__getitem__)
    lengths = np.array([len(phrases[i]) for i in order], dtype=np.int64)
    depth = int(lengths.max(initial=0))
    wide = np.array([phrases[i] for i in order], dtype=f"<U{max(depth, 1)}")
    codes = wide.view(np.uint32).reshape(len(order), max(depth, 1))
    used = np.zeros(0x110000, dtype=bool)
    used[codes] = True
    used[0] = False
    alphabet = np.flatnonzero(used)
    if len(alphabet) >= 1 << _CHAR_BITS:
        raise ValueError("a dictionary has too many different characters")
    numbers = np.zeros(0x110000, dtype=np.uint16)
    numbers[alphabet] = np.arange(1, len(alphabet) + 1)
    rows = numbers[codes].astype(np.uint64)

    # Sorted rows share a node at depth d with the row above where their first d letters do.
    nodes = len(alphabet) + 1
    above = rows[:, 0].copy() if len(rows) else np.zeros(0, dtype=np.uint64)
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = rows[1:, 0] != rows[:-1, 0]
    edges: list[NDArray[np.uint64]] = []
    ends = np.zeros(len(rows), dtype=np.int64)
    for d in range(1, depth):
        fresh[1:] |= rows[1:, d] != rows[:-1, d]
        here = fresh & (lengths > d)
        node = np.cumsum(here).astype(np.uint64) + np.uint64(nodes - 1)
        edge = above << np.uint64(_CHAR_BITS) | rows[:, d]
        edges.append(edge[here] << np.uint64(32) | node[here])
        above = np.where(lengths > d, node, above)
        ends = np.where(lengths == d + 1, node.astype(np.int64), ends)
        nodes += int(here.sum())
    phrase = np.full(nodes, -1, dtype=np.int32)
    phrase[ends] = np.array(order, dtype=np.int32)
    phrase[0] = -1
    entries = np.concatenate(edges) if edges else np.zeros(0, dtype=np.uint64)
    return Trie(numbers, _flags(entries), _cuckoo(entries), phrase, depth)


def _flags(entries: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Flags for the slots of all edges, slot 0 free: two characters of no phrase fall there."""
    size = _size(len(entries), 8)
    while True:
        flags = np.zeros(size, dtype=bool)
        flags[_slot(_edge_of(entries), 0, size)] = True
        if not flags[0]:
            return flags
        size *= 2


def find_phrases(phrases: Phrases, codes: NDArray[np.uint32]) -> Found:
    """The phrases in a text by forward maximum matching.

    From the left, at each place the longest phrase that begins there, and on behind it. Codes
    above 0x10FFFF are characters of no phrase.
    """
    trie = phrases.trie
    if not phrases.keys:
        return NOTHING
    numbers = np.zeros(len(codes) + trie.depth, dtype=np.uint32)
    numbers[: len(codes)] = trie.numbers.take(codes, mode="clip")
    edge = numbers[: len(codes)] << np.uint32(_CHAR_BITS)
    edge |= numbers[1 : len(codes) + 1]
    at = np.flatnonzero(trie.flags.take(_slot(edge, 0, len(trie.flags))))
    return _apart(*_longest(trie, numbers, at, edge[at]))


def _longest(
    trie: Trie, numbers: NDArray[np.uint32], at: NDArray[np.int64], edge: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The longest phrase that begins at each place ``at``, where one does."""
    length = np.zeros(len(at), dtype=np.int64)
    phrase = np.zeros(len(at), dtype=np.int64)
    rows = np.arange(len(at))
    place = at
    for d in range(1, trie.depth):
        node = _follow(trie.edges, edge)
        ending = trie.phrase.take(node)
        ended = np.flatnonzero(ending >= 0)
        done = rows[ended]
        phrase[done] = ending[ended]
        length[done] = d + 1
        if d + 1 == trie.depth:
            break
        edge = node << np.uint32(_CHAR_BITS)
        edge |= numbers.take(place + (d + 1))
        alive = np.flatnonzero(trie.flags.take(_slot(edge, 0, len(trie.flags))))
        if not len(alive):
            break
        rows, place, edge = rows[alive], place[alive], edge[alive]
    some = np.flatnonzero(length)
    return at[some], length[some], phrase[some]


def _apart(start: NDArray[np.int64], length: NDArray[np.int64], phrase: NDArray[np.int64]) -> Found:
    """Of phrases in the order of their start, those that a walk from the left takes."""
    if not len(start):
        return NOTHING
    end = start + length
    reach = np.maximum.accumulate(end)
    # A phrase that starts behind everything before it is taken; from there the walk goes on to
    # the first phrase that starts behind the end of the one taken.
    head = np.ones(len(start), dtype=bool)
    head[1:] = start[1:] >= reach[:-1]
    taken = head.copy()
    crowd = np.flatnonzero(~head)
    if len(crowd):
        following = np.searchsorted(start, end[:-1])
        step = np.append(following, len(start))
        walk = crowd[head[crowd - 1]] - 1  # heads with others in their reach
        while len(walk):
            walk = step[walk]
            walk = walk[walk < len(start)]
            walk = walk[~head[walk]]
            taken[walk] = True
    keep = np.flatnonzero(taken)
    return Found(start[keep], length[keep], phrase[keep])


def _follow(edges: NDArray[np.uint64], edge: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The node at the end of each edge, 0 where there is no such edge."""
    entry = edges.take(_slot(edge, 0, len(edges)))
    node = entry.astype(np.uint32)
    elsewhere = np.flatnonzero(_edge_of(entry) != edge)
    if len(elsewhere):
        edge = edge[elsewhere]
        entry = edges.take(_slot(edge, 1, len(edges)))
        node[elsewhere] = np.where(_edge_of(entry) == edge, entry.astype(np.uint32), 0)
    return node


def _slot(edge: NDArray[np.uint32], which: int, size: int) -> NDArray[np.uint32]:
    return (edge * _SPREAD[which]) >> np.uint32(33 - size.bit_length())


def _size(count: int, room: int) -> int:
    """A power of two that leaves ``room`` slots for each of ``count`` entries."""
    return max(16, 1 << (max(count, 1) * room - 1).bit_length())


def _cuckoo(entries: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A table in which each entry stands in one of its two slots (Pagh and Rodler, 2004).

    All entries that have no slot are put in at once; those they push out go to their other slot.
    """
    size = _size(len(entries), 2)
    while True:
        table = np.full(size, _NO_EDGE, dtype=np.uint64)
        homeless, which = entries, np.zeros(len(entries), dtype=bool)
        for _ in range(100):
            slot = np.where(which, *(_slot(_edge_of(homeless), side, size) for side in (1, 0)))
            before = table[slot]
            table[slot] = homeless
            lost = table[slot] != homeless  # several wanted the slot
            out = ~lost & (before != _NO_EDGE)
            pushed, pushed_from = before[out], slot[out]
            other = _slot(_edge_of(pushed), 0, size) == pushed_from
            homeless = np.concatenate([homeless[lost], pushed])
            which = np.concatenate([~which[lost], other])
            if not len(homeless):
                return table
        size *= 2


def _edge_of(entries: NDArray[np.uint64]) -> NDArray[np.uint32]:
    return (entries >> np.uint64(32)).astype(np.uint32)
