"""What a pattern needs of a line, read off its parse tree: grams, signs, edges."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from cleaner.noise.grams import rarest_gram, rarity
from cleaner.noise.signs import (
    all_signs,
    bodies_of,
    edge_signs,
    longest_match,
    must_signs,
    some_signs,
)
from cleaner.text.reading import reading_table

MAX_PRODUCT = 128
"""Strings that parts side by side may make together; above it the rarest part is taken."""

MAX_WAYS = 24
"""Ways of one pattern that are told apart; a pattern with more is taken as one."""

WEAK = 0.05
"""Rarity up to which a gram narrows the search too little to take the place of alternatives that
are told apart; it still spares a look at the lines that do not have it."""

MAX_REPEAT = 400
"""The longest bounded repeat a pattern may have."""


@dataclass(frozen=True, slots=True)
class Way:
    """What every match of a pattern, or of one of its alternatives, has.

    ``grams``: a match contains one of these (empty: nothing of the kind is known).
    ``signs``: the bits of ``sign_table`` that the characters of a match may have; ``must``: bits
    of which a match has at least one character each; ``some``: bits of which it has at least
    one; ``first`` and ``last``: the bits that it may begin and end with; ``longest``: the most
    characters it may have.
    """

    grams: tuple[str, ...]
    signs: int
    must: int
    some: int
    first: int
    last: int
    longest: int


@dataclass(frozen=True, slots=True)
class Needs:
    """The ways in which a pattern can match, and why it may not be a rule's.

    ``faults`` are in words; empty if the pattern may be used.
    """

    ways: tuple[Way, ...]
    faults: tuple[str, ...]


@lru_cache(maxsize=1024)
def needs_of(pattern: str) -> Needs:
    """The needs and faults of ``pattern``.

    The walk is that of a regular-expression index (R. Cox, "Regular Expression Matching with a
    Trigram Index", 2012): each part of the pattern gives either the exact finite set of strings
    it matches, or a set of which every match contains one; the rarest such set is kept, and of
    each string its rarest pair. Alternatives that have no such set are ways of their own.

    Faults are: characters that the reading form never has, repeats without bound, look-around
    and back-references, and what may take more than linear time: a group that may repeat more
    than twice must stand in an atomic group, ``(?>(?:...){1,9})``. Possessive repeats are
    refused, since Python 3.11.0-3.11.4 match them wrongly (cpython issue 106052).
    """
    try:
        tree = list(_parser.parse(pattern))
    except re.error as error:
        return Needs((), (f"no regular expression: {error}",))
    ways = _ways(tree)
    faults = tuple(dict.fromkeys(_faults(tree, held=False)))
    return Needs(tuple(map(_way, ways if len(ways) <= MAX_WAYS else [tree])), faults)


def _ways(tree: list[tuple[Any, Any]]) -> list[list[tuple[Any, Any]]]:
    """``tree`` told apart by the alternatives it is made of, and where some have no literals."""
    if len(tree) == 1 and tree[0][0] is op.BRANCH and len(tree[0][1][1]) <= MAX_WAYS:
        return [way for branch in tree[0][1][1] for way in _ways(list(branch))]
    if _narrows(tree):
        return [tree]
    for i, (kind, value) in enumerate(tree):
        inner: list[list[tuple[Any, Any]]] = []
        if kind is op.SUBPATTERN:
            inner = _ways(list(value[3]))
        elif kind is op.BRANCH:
            rare = [branch for branch in value[1] if _narrows(branch)]
            others = [list(branch) for branch in value[1] if branch not in rare]
            inner = [[(kind, (None, rare))]] if rare else []
            inner += [way for branch in others for way in _ways(branch)]
        if len(inner) > 1:
            return [tree[:i] + way + tree[i + 1 :] for way in inner]
    return [tree]


def _narrows(tree: Iterable[tuple[Any, Any]]) -> bool:
    """Whether ``tree`` has literals that are rare enough to look no further."""
    return _worth(_better(*_literals(tree)))[0] > WEAK


def _way(tree: list[tuple[Any, Any]]) -> Way:
    chosen = _better(*_literals(tree)) or frozenset()
    return Way(
        grams=tuple(sorted({rarest_gram(literal) for literal in chosen})),
        signs=all_signs(tree),
        must=must_signs(tree),
        some=some_signs(tree),
        first=edge_signs(tree, 1),
        last=edge_signs(tree, -1),
        longest=longest_match(tree),
    )


_Set = frozenset[str] | None
_NOTHING: frozenset[str] = frozenset([""])


@lru_cache(maxsize=8192)
def _worth(literals: _Set) -> tuple[float, int]:
    """How rare a set of literals is: by the least rare of them, then by their number."""
    if not literals or "" in literals:
        return (0.0, 0)
    return (min(rarity(rarest_gram(literal)) for literal in literals), -len(literals))


def _better(a: _Set, b: _Set) -> _Set:
    best = a if _worth(a) >= _worth(b) else b
    return best if _worth(best)[0] > 0 else None


def _literals(tree: Iterable[tuple[Any, Any]]) -> tuple[_Set, _Set]:
    """(exact set of strings or None, best set of which every match contains one or None)."""
    run: frozenset[str] = _NOTHING
    best: _Set = None
    whole = True
    for kind, value in tree:
        exact, inner = _part(kind, value)
        if exact is not None and len(run) * len(exact) <= MAX_PRODUCT:
            run = exact if run is _NOTHING else frozenset([a + b for a in run for b in exact])
            continue
        best = _better(_better(best, run), inner)
        whole = False
        run = exact if exact is not None else _NOTHING
    return (run if whole else None), _better(best, run)


def _part(kind: Any, value: Any) -> tuple[_Set, _Set]:
    if kind is op.LITERAL:
        return frozenset([chr(value)]), None
    if kind is op.AT:
        return _NOTHING, None
    if kind is op.IN:
        chars = _small_set(value)
        return (frozenset(chars), None) if chars else (None, None)
    if kind is op.SUBPATTERN:
        return _literals(value[3])
    if kind is op.ATOMIC_GROUP:
        return _literals(value)
    if kind is op.BRANCH:
        return _branch([_literals(branch) for branch in value[1]])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, body = value
        if not least and most != 1:
            return None, None
        exact, inner = _literals(body)
        if (least, most) == (1, 1):
            return exact, inner
        if (least, most) == (0, 1) and exact is not None:
            return exact | {""}, None
        return None, (_better(exact, inner) if least else None)
    return None, None


def _branch(parts: list[tuple[_Set, _Set]]) -> tuple[_Set, _Set]:
    exact: set[str] = set()
    best: set[str] | None = set()
    finite = True
    for own, inner in parts:
        finite = finite and own is not None
        exact |= own or set()
        one = _better(own, inner)
        if one is None or best is None:
            best = None
        else:
            best |= one
    if finite and len(exact) <= 16 * MAX_PRODUCT:
        return frozenset(exact), None
    return None, None if best is None else frozenset(best)


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
        elif kind is op.POSSESSIVE_REPEAT:
            faults.append("possessive repeat: write (?>(?:...){m,n})")
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            most = value[1]
            if most is op.MAXREPEAT or most > MAX_REPEAT:
                faults.append(f"repeat without bound or above {MAX_REPEAT}: write {{0,n}}")
            elif most > 2 and not held and not _is_one_character(value[2]):
                faults.append(
                    f"a group repeats up to {most} times outside an atomic group:"
                    f" write (?>(?:...){{m,{most}}})"
                )
        for body in bodies_of(kind, value):
            faults += _faults(body, held or kind is op.ATOMIC_GROUP)
    return faults


def _unread(code: int) -> list[str]:
    read = int(reading_table()[code])
    if read == code:
        return []
    return [f"{chr(code)!r} is never in the reading form: write {chr(read)!r}"]


def _is_one_character(body: Any) -> bool:
    return len(body) == 1 and (
        body[0][0] in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)
        or (body[0][0] is op.SUBPATTERN and _is_one_character(body[0][1][3]))
    )
