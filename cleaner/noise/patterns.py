"""What a pattern needs, read off its parse tree: literals, character classes, linear time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from cleaner.text.reading import DIGIT, OTHER_LETTER, VISIBLE, class_table, reading_table

MAX_PRODUCT = 128
"""Strings that parts side by side may make together; above it the rarest part is taken."""

MAX_REPEAT = 400
"""The longest bounded repeat a pattern may have."""

_COMMON = frozenset(["", *"0123456789abcdefghijklmnopqrstuvwxyz ,.:;!?()[]/|-_。、“”年月日人的一"])
"""Strings that stand on so many lines that looking for them filters nothing."""

ANY = int(VISIBLE)
"""Class bits of a pattern that may match any visible character."""


@dataclass(frozen=True)
class Needs:
    """What every match of a pattern has.

    ``literals``: every match contains one of these (empty: nothing of the kind is known).
    ``classes``: class bits (``cleaner.text.reading``) that the characters of a match may have.
    """

    literals: tuple[str, ...]
    classes: int


def needs_of(pattern: str) -> Needs:
    """The literals and classes of ``pattern``; raises re.error if it is no regular expression.

    The walk is that of a regular-expression index (R. Cox, "Regular Expression Matching with a
    Trigram Index", 2012): each part of the pattern gives either the exact finite set of strings
    it matches, or a set of which every match contains one; the rarest such set is kept, the
    longer the literals the rarer.
    """
    tree = _parser.parse(pattern)
    chosen = sorted(_better(*_literals(tree)) or (), key=lambda literal: (len(literal), literal))
    shortest: list[str] = []
    for literal in chosen:
        if not any(kept in literal for kept in shortest):
            shortest.append(literal)
    return Needs(tuple(shortest), _classes(tree))


_Set = frozenset[str] | None


def _worth(literals: _Set) -> tuple[int, int]:
    """How rare a set of literals is: by the shortest of them, then by their number."""
    if not literals or not literals.isdisjoint(_COMMON):
        return (0, 0)
    return (min(3, min(map(len, literals))), -len(literals))


def _better(a: _Set, b: _Set) -> _Set:
    best = a if _worth(a) >= _worth(b) else b
    return best if _worth(best) > (0, 0) and best else None


def _literals(tree: Iterable[tuple[Any, Any]]) -> tuple[_Set, _Set]:
    """(exact set of strings or None, best set of which every match contains one or None)."""
    run: _Set = frozenset([""])
    best: _Set = None
    whole = True
    for kind, value in tree:
        exact, inner = _part(kind, value)
        joined = None
        if exact is not None and run is not None:
            joined = frozenset(a + b for a in run for b in exact)
            if len(joined) > MAX_PRODUCT:
                joined = None
        if joined is None:
            best = _better(_better(best, run), inner)
            whole = False
            run = exact if exact is not None else frozenset([""])
        else:
            run = joined
    return (run if whole else None), _better(best, run)


def _part(kind: Any, value: Any) -> tuple[_Set, _Set]:
    if kind is op.LITERAL:
        return frozenset([chr(value)]), None
    if kind is op.AT:
        return frozenset([""]), None
    if kind is op.IN:
        chars = _small_set(value)
        return (frozenset(chars), None) if chars else (None, None)
    if kind is op.SUBPATTERN:
        return _literals(value[3])
    if kind is op.ATOMIC_GROUP:
        return _literals(value)
    if kind is op.BRANCH:
        return _branch([_literals(branch) for branch in value[1]])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, body = value
        exact, inner = _literals(body)
        if (least, most) == (1, 1):
            return exact, inner
        if (least, most) == (0, 1) and exact is not None:
            return exact | {""}, None
        return None, (_better(exact, inner) if least else None)
    return None, None


def _branch(parts: list[tuple[_Set, _Set]]) -> tuple[_Set, _Set]:
    exact: frozenset[str] = frozenset()
    best: frozenset[str] | None = frozenset()
    finite = True
    for own, inner in parts:
        finite = finite and own is not None
        exact |= own or frozenset()
        one = _better(own, inner)
        best = None if one is None or best is None else best | one
    return (exact, None) if finite and len(exact) <= 16 * MAX_PRODUCT else (None, best)


def _small_set(items: list[tuple[Any, Any]]) -> list[str]:
    """The characters of a bracket of at most 12, or nothing."""
    chars: list[str] = []
    for kind, value in items:
        if kind is op.LITERAL:
            chars.append(chr(value))
        elif kind is op.RANGE and value[1] - value[0] < 12:
            chars += map(chr, range(value[0], value[1] + 1))
        else:
            return []
    return chars if len(chars) <= 12 else []


def _classes(tree: Iterable[tuple[Any, Any]]) -> int:
    """Class bits of the visible characters that a match may have."""
    bits = 0
    for kind, value in tree:
        if kind is op.LITERAL:
            bits |= int(class_table()[value])
        elif kind is op.IN:
            bits |= _bracket_classes(value)
        elif kind is op.SUBPATTERN:
            bits |= _classes(value[3])
        elif kind is op.ATOMIC_GROUP:
            bits |= _classes(value)
        elif kind is op.BRANCH:
            for branch in value[1]:
                bits |= _classes(branch)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            bits |= _classes(value[2])
        elif kind is not op.AT:
            bits |= ANY
    return bits


def _bracket_classes(items: list[tuple[Any, Any]]) -> int:
    bits = 0
    for kind, value in items:
        if kind is op.LITERAL:
            bits |= int(class_table()[value])
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            bits |= DIGIT | OTHER_LETTER
        elif kind is op.RANGE and value[1] - value[0] < 0x6000:
            for bit in set(class_table()[value[0] : value[1] + 1].tolist()):
                bits |= bit
        else:
            return ANY
    return bits


def faults_of(pattern: str) -> list[str]:
    """Why ``pattern`` may not be a rule's, in words; empty if it may.

    Refused: characters that the reading form never has, repeats without bound, look-around and
    back-references, and what may take more than linear time: a group that may repeat more
    than twice must stand in an atomic group, ``(?>(?:...){1,9})``. Possessive repeats are
    refused, since Python 3.11.0-3.11.4 match them wrongly (cpython issue 106052).
    """
    try:
        tree = _parser.parse(pattern)
    except re.error as error:
        return [f"no regular expression: {error}"]
    return list(dict.fromkeys(_faults(tree, held=False)))


def _unread(code: int) -> list[str]:
    read = int(reading_table()[code])
    if read == code:
        return []
    return [f"{chr(code)!r} is never in the reading form: write {chr(read)!r}"]


def _faults(tree: Iterable[tuple[Any, Any]], held: bool) -> list[str]:
    """Faults of the parts; ``held`` tells that an atomic group is around them."""
    faults: list[str] = []
    for kind, value in tree:
        if kind in (op.LITERAL, op.NOT_LITERAL):
            faults += _unread(value)
        elif kind is op.IN:
            for inner, char in value:
                faults += _unread(char) if inner is op.LITERAL else []
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            faults.append("look-around is not allowed")
        elif kind in (op.GROUPREF, op.GROUPREF_EXISTS):
            faults.append("back-references are not allowed")
        elif kind is op.SUBPATTERN:
            faults += _faults(value[3], held)
        elif kind is op.ATOMIC_GROUP:
            faults += _faults(value, held=True)
        elif kind is op.BRANCH:
            for branch in value[1]:
                faults += _faults(branch, held)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            most, body = value[1], value[2]
            if kind is op.POSSESSIVE_REPEAT:
                faults.append("possessive repeat: write (?>(?:...){m,n})")
            if most is op.MAXREPEAT or most > MAX_REPEAT:
                faults.append(f"repeat without bound or above {MAX_REPEAT}: write {{0,n}}")
            elif most > 2 and not held and not _is_one_character(body):
                faults.append(f"a group repeats up to {most} times: write (?>(?:...){{m,{most}}})")
            faults += _faults(body, held)
    return faults


def _is_one_character(body: Any) -> bool:
    return len(body) == 1 and (
        body[0][0] in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)
        or (body[0][0] is op.SUBPATTERN and _is_one_character(body[0][1][3]))
    )
