"""Signs of characters, and which of them the matches of a pattern have."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.text.reading import (
    BREAK,
    DIGIT,
    HAN,
    INVISIBLE,
    LATIN,
    OTHER_LETTER,
    SPACE,
    class_table,
)

Tree = Iterable[tuple[Any, Any]]
"""A pattern as ``re`` parses it: parts, each with its kind and what it is made of."""

LONG = 1_000_000
"""A length that no line reaches."""

OWN_BIT = {sign: 1 << (13 + i) for i, sign in enumerate("。!?…,、:;“”()|>-·/.【")}
"""Signs that have a bit to themselves in ``sign_table``: those that patterns tell apart."""

UNSEEN = int(SPACE | BREAK | INVISIBLE)
"""Bits of what may stand anywhere without being counted."""

ANY = (1 << (13 + len(OWN_BIT))) - 1
"""Bits of a part that may match any character."""

SENTENCE = OWN_BIT["。"] | OWN_BIT["!"] | OWN_BIT["?"]
"""Bits of the signs that end a sentence."""


@cache
def sign_table() -> NDArray[np.uint32]:
    """Table from code point to its bit: that of its class, or of its own (``OWN_BIT``)."""
    table = class_table().astype(np.uint32)
    for sign, bit in OWN_BIT.items():
        table[ord(sign)] = bit
    return table


def bodies_of(kind: Any, value: Any) -> list[Any]:
    """The parts that a part is made of."""
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.ATOMIC_GROUP:
        return [value]
    if kind is op.BRANCH:
        return list(value[1])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return [value[2]]
    return []


def own_signs(kind: Any, value: Any) -> int:
    """Bits of a part that matches one character; 0 for others."""
    if kind is op.LITERAL:
        return int(sign_table()[value])
    if kind is op.IN:
        return _bracket_signs(tuple((k, v) for k, v in value))
    return ANY if kind in (op.ANY, op.NOT_LITERAL) else 0


@lru_cache(maxsize=4096)
def _bracket_signs(items: tuple[tuple[Any, Any], ...]) -> int:
    bits = 0
    negated = items[0][0] is op.NEGATE
    for kind, value in items[1:] if negated else items:
        if kind is op.LITERAL:
            own = int(sign_table()[value])
            bits |= own if not negated or own in OWN_BIT.values() else 0
        elif negated:
            continue
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            bits |= DIGIT
        elif kind is op.RANGE and value[1] - value[0] < 0x8000:
            bits |= int(np.bitwise_or.reduce(sign_table()[value[0] : value[1] + 1]))
        else:
            return ANY
    return ANY & ~bits if negated else bits


def all_signs(tree: Tree) -> int:
    """The bits that the characters of a match may have."""
    bits = 0
    for kind, value in tree:
        bits |= own_signs(kind, value)
        for body in bodies_of(kind, value):
            bits |= all_signs(body)
    return bits


def must_signs(tree: Tree) -> int:
    """Bits of which every match has at least one character each."""
    bits = 0
    for kind, value in tree:
        own = own_signs(kind, value)
        if own and own & (own - 1) == 0:
            bits |= own
        elif kind is op.BRANCH:
            common = ANY
            for branch in value[1]:
                common &= must_signs(branch)
            bits |= common
        elif kind not in (op.MAX_REPEAT, op.MIN_REPEAT) or value[0]:
            for body in bodies_of(kind, value):
                bits |= must_signs(body)
    return bits


def some_signs(tree: Tree) -> int:
    """The bits, as uncommon as may be, of which every match has at least one."""
    best = ANY
    for kind, value in tree:
        own = own_signs(kind, value)
        if kind is op.BRANCH:
            for branch in value[1]:
                own |= some_signs(branch)
        elif not own and (kind not in (op.MAX_REPEAT, op.MIN_REPEAT) or value[0]):
            for body in bodies_of(kind, value):
                own |= some_signs(body)
        if own and _frequency(own) < _frequency(best):
            best = own
    return best


def _frequency(bits: int) -> int:
    """How often, per thousand characters, one meets a character of these bits, roughly."""
    return sum(often for bit, often in _OFTEN if bits & bit)


_OFTEN = (
    (HAN, 800),
    (DIGIT, 60),
    (LATIN | OTHER_LETTER, 30),
    (OWN_BIT[","] | OWN_BIT["、"] | OWN_BIT["。"], 100),
    (UNSEEN, 50),
    (
        OWN_BIT["“"] | OWN_BIT["”"] | OWN_BIT[":"] | OWN_BIT["("] | OWN_BIT[")"] | OWN_BIT["."],
        10,
    ),
    (ANY, 1),
)


def first_signs(tree: Tree, step: int) -> tuple[int, bool]:
    """(bits that a match may begin with, whether it may be empty); for step -1 end with."""
    bits = 0
    for kind, value in list(tree)[::step]:
        own, empty = own_signs(kind, value), False
        if not own:
            inner = [first_signs(body, step) for body in bodies_of(kind, value)]
            empty = kind is op.AT or any(may for _, may in inner)
            for one, _ in inner:
                own |= one
            if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and not value[0]:
                empty = True
        bits |= own
        if not empty:
            return bits, False
    return bits, True


def longest_match(tree: Tree) -> int:
    """The most characters that a match may have, LONG at most."""
    length = 0
    for kind, value in tree:
        if own_signs(kind, value):
            length += 1
        else:
            times = int(value[1]) if kind in (op.MAX_REPEAT, op.MIN_REPEAT) else 1
            length += times * max(
                (longest_match(body) for body in bodies_of(kind, value)), default=0
            )
    return min(length, LONG)


def edge_signs(tree: list[tuple[Any, Any]], step: int) -> int:
    """The bits that a match may begin with; for step -1 those that it may end with."""
    bits, empty = first_signs(tree, step)
    return ANY if empty else bits
