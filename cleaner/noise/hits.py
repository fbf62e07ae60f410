"""Where rules hit the lines of a batch: the same as searching every line, only faster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from cleaner.model import CleanerError
from cleaner.noise.patterns import Needs, needs_of
from cleaner.noise.rules import Rule, merge, read_rules, shipped_rules
from cleaner.text.lines import Lines
from cleaner.text.reading import CLAUSE, CLOSE, DIVIDER, END, OPEN, VISIBLE
from cleaner.text.shape import Shape

_BEFORE = r"[ |>»·*_~#<«\-—–▶▷►■□●○◆◇★☆※→↓+=\\/(\[【〔{《‹›]{0,8}"
_AFTER = r"[ |>»·*_~#<«\-—–▶▷►■□●○◆◇★☆※→↓+=\\/)\]】〕}》‹›:]{0,8}"
_DRESS = int(CLAUSE | DIVIDER | OPEN | CLOSE)
"""Signs that may stand around what a line rule names: dividers, bullets, brackets."""

SHORT = 40
"""Lines of at most so many visible characters are searched by all rules, and remembered."""

MAX_KNOWN = 20_000
"""Short lines remembered before the memory is emptied: some 10 MB."""

MANY = 40
"""Literals above which a rule for lines without a sentence end is called by classes instead."""

LAST = 300
"""How far from the end of a line a span may begin that ends with the line."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSEEN = " \xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True)
class Search:
    """One pass that finds the literals of rules: literal ``i`` calls the rules
    ``owners[owner_start[i]:owner_start[i + 1]]``; no literal calls those in ``bare``."""

    automaton: Any
    owners: NDArray[np.int64]
    owner_start: NDArray[np.int64]
    bare: tuple[int, ...]


@dataclass(frozen=True)
class RuleSet:
    """Rules made ready to search with (``load_rules`` makes one).

    ``patterns`` are the compiled rules; ``short`` calls rules on lines of at most SHORT visible
    characters, ``long`` on all others. ``classes`` are the class bits that a rule's lines may
    have (int32[rules]), ``max_length`` the visible characters (int32[rules]). ``known``
    remembers the hits on short lines seen so far.
    """

    rules: tuple[Rule, ...]
    patterns: tuple[re.Pattern[str], ...]
    short: Search
    long: Search
    classes: NDArray[np.int32]
    max_length: NDArray[np.int32]
    known: dict[str, tuple[tuple[int, int, int], ...]]

    def index(self, name: str) -> int:
        """The place of the rule called ``name``; raises CleanerError if there is none."""
        for place, rule in enumerate(self.rules):
            if rule.name == name:
                return place
        raise CleanerError(f"no rule is called {name}: see `cleaner rules` for the names")


@dataclass(frozen=True)
class Hits:
    """Where rules hit, sorted by line, start and rule.

    ``line`` (int64[h]) is an index into the batch, ``rule`` (int32[h]) one into the rule set,
    ``start`` and ``end`` (int32[h]) are character offsets inside the line.
    """

    line: NDArray[np.int64]
    rule: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.line)


def load_rules(files: Sequence[Path] = ()) -> RuleSet:
    """The shipped rules, and those of ``files`` after them.

    A rule in ``files`` that has the name of another takes its place; names that a file lists under
    ``off`` are left out. Raises CleanerError, naming file and rule, where a table is not right.
    """
    return _shipped() if not files else rule_set(merge([shipped_rules(), *map(read_rules, files)]))


@cache
def _shipped() -> RuleSet:
    return rule_set(shipped_rules().rules)


def rule_set(rules: Sequence[Rule]) -> RuleSet:
    """``rules`` made ready to search with, in their order."""
    needs = [needs_of(rule.pattern) for rule in rules]
    classes = [need.classes | _worn(rule) for need, rule in zip(needs, rules, strict=True)]
    long = [
        Needs((), bits) if len(need.literals) > MANY and not bits & END else need
        for need, bits in zip(needs, classes, strict=True)
    ]
    return RuleSet(
        rules=tuple(rules),
        patterns=tuple(re.compile(_dressed(rule)) for rule in rules),
        short=_search_for({i: need.literals for i, need in enumerate(needs)}),
        long=_search_for(
            {i: need.literals for i, need in enumerate(long) if rules[i].max_length > SHORT}
        ),
        classes=np.array(classes, dtype=np.int32),
        max_length=np.array([rule.max_length for rule in rules], dtype=np.int32),
        known={},
    )


def _search_for(literals: dict[int, tuple[str, ...]]) -> Search:
    """The search for the literals of each rule."""
    owners: dict[str, list[int]] = {}
    for rule, own in literals.items():
        for literal in own:
            owners.setdefault(literal, []).append(rule)
    return Search(
        automaton=ahocorasick_rs.AhoCorasick(
            list(owners), implementation=ahocorasick_rs.Implementation.DFA
        ),
        owners=np.array([i for own in owners.values() for i in own], dtype=np.int64),
        owner_start=np.cumsum([0, *map(len, owners.values())], dtype=np.int64),
        bare=tuple(i for i, own in literals.items() if not own),
    )


def _worn(rule: Rule) -> int:
    """Class bits that a line may have beside those of the rule's pattern."""
    if rule.within:
        return VISIBLE
    return VISIBLE if rule.scope == "span" else _DRESS


def _dressed(rule: Rule) -> str:
    if rule.scope == "span" or rule.within:
        return rule.pattern
    return f"{_BEFORE}(?:{rule.pattern}){_AFTER}"


def find_hits(rules: RuleSet, lines: Lines, shape: Shape) -> Hits:
    """Where ``rules`` hit ``lines``: what searching every line for every rule would find.

    Short lines are searched once each time they are new (menus repeat from page to page); among
    the rest one pass looks for the literals of all rules. A rule is then searched for on the
    lines that have one of its literals and are short enough; a rule without literals on
    lines whose characters are all of its classes.
    """
    short = ~shape.blank & (shape.visible <= SHORT)
    found = _long_hits(rules, lines, shape, short) + _short_hits(rules, lines, shape, short)
    found.sort(key=lambda hit: (hit[0], hit[2], hit[1], hit[3]))
    columns = np.array(found, dtype=np.int64).reshape(-1, 4)
    return Hits(
        line=columns[:, 0].copy(),
        rule=columns[:, 1].astype(np.int32),
        start=columns[:, 2].astype(np.int32),
        end=columns[:, 3].astype(np.int32),
    )


_Found = list[tuple[int, int, int, int]]


def _long_hits(rules: RuleSet, lines: Lines, shape: Shape, short: NDArray[np.bool_]) -> _Found:
    """Hits on lines of more than SHORT visible characters."""
    width = len(rules.rules)
    line, rule = _called(rules.long, lines.reading, lines.start)
    fits = ~short[line] & (shape.visible[line] <= rules.max_length[rule])
    pairs = [line[fits] * width + rule[fits]]
    if len(lines):
        present = np.bitwise_or.reduceat(lines.classes, lines.start) & VISIBLE
        long = np.flatnonzero(~short & ~shape.blank)
        for i in rules.long.bare:
            fit = (present[long] & ~rules.classes[i] == 0) & (
                shape.visible[long] <= rules.max_length[i]
            )
            pairs.append(long[fit] * width + i)
    return [
        (line, rule, start, end)
        for line, rule in _pairs(pairs, width)
        for start, end in _search(rules, rule, lines.reading_of(line))
    ]


def _short_hits(rules: RuleSet, lines: Lines, shape: Shape, short: NDArray[np.bool_]) -> _Found:
    """Hits on lines of at most SHORT visible characters, each distinct line searched once."""
    places = np.flatnonzero(short)
    spans = zip(lines.start[places].tolist(), lines.end[places].tolist(), strict=True)
    readings = [lines.reading[start:end] for start, end in spans]
    known = rules.known
    if len(known) > MAX_KNOWN:
        known.clear()
    new = list(dict.fromkeys(reading for reading in readings if reading not in known))
    known.update(zip(new, _search_all(rules, new), strict=True))
    return [
        (line, *hit)
        for line, reading in zip(places.tolist(), readings, strict=True)
        for hit in known[reading]
    ]


def _search_all(rules: RuleSet, readings: list[str]) -> list[tuple[tuple[int, int, int], ...]]:
    """The hits (rule, start, end) of each of ``readings``, which are short lines."""
    width = len(rules.rules)
    lengths = np.array([len(reading) for reading in readings], dtype=np.int64)
    line, rule = _called(rules.short, "\n".join(readings), np.cumsum(lengths + 1) - lengths - 1)
    bare = np.array(rules.short.bare, dtype=np.int64)
    every = np.arange(len(readings), dtype=np.int64)
    hits: list[list[tuple[int, int, int]]] = [[] for _ in readings]
    for at, i in _pairs([line * width + rule, np.add.outer(every * width, bare).ravel()], width):
        hits[at].extend((i, start, end) for start, end in _search(rules, i, readings[at]))
    return [tuple(own) for own in hits]


def _called(
    search: Search, reading: str, starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(line, rule) for every literal in ``reading``, whose lines begin at ``starts``."""
    # A literal has no lone surrogate (an undecodable byte), and the search takes none.
    readable = _SURROGATE.sub("\ufffd", reading)
    matches = search.automaton.find_matches_as_indexes(readable, overlapping=True)
    found = np.array(matches, dtype=np.int64).reshape(-1, 3)
    line = np.searchsorted(starts, found[:, 1], side="right") - 1
    first, last = search.owner_start[found[:, 0]], search.owner_start[found[:, 0] + 1]
    times = last - first
    offset = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    rule = search.owners[np.repeat(first, times) + offset]
    return np.repeat(line, times), rule


def _pairs(codes: list[NDArray[np.int64]], width: int) -> list[tuple[int, int]]:
    """The distinct pairs (line, rule) coded as line * width + rule, sorted."""
    joined = np.sort(np.concatenate(codes))
    distinct = np.ones(len(joined), dtype=bool)
    distinct[1:] = joined[1:] != joined[:-1]
    return [divmod(code, width) for code in joined[distinct].tolist()]


def _search(rules: RuleSet, rule: int, reading: str) -> Iterator[tuple[int, int]]:
    """The spans of ``rule`` in the line ``reading``."""
    pattern = rules.patterns[rule]
    if rules.rules[rule].scope == "span":
        # A pattern that ends with the line needs no look at the beginning of a long one.
        seen = reading.rstrip(_UNSEEN)
        first = max(0, len(seen) - LAST) if rules.rules[rule].pattern.endswith("$") else 0
        for match in pattern.finditer(seen, first):
            yield match.span()
        return
    visible = reading.strip(_UNSEEN)
    if pattern.search(visible) if rules.rules[rule].within else pattern.fullmatch(visible):
        start = reading.find(visible)
        yield start, start + len(visible)


def groups_of(rules: RuleSet, hits: Hits, lines: Lines, hit: int) -> dict[str, tuple[int, int]]:
    """The named groups of hit number ``hit``: name to (start, end) offsets in its line.

    Spaces at either end are left out, and so are groups that matched nothing. A digit at the end
    of a name is cut: ``name2`` is ``name`` in another alternative of the pattern.
    """
    line, rule = int(hits.line[hit]), int(hits.rule[hit])
    pattern, reading = rules.patterns[rule], lines.reading_of(line)
    find = pattern.search if rules.rules[rule].within else pattern.fullmatch
    match = find(reading, int(hits.start[hit]), int(hits.end[hit]))
    groups = {}
    for name in match.groupdict() if match else ():
        start, end = match.span(name) if match else (0, 0)
        value = reading[start:end]
        start += len(value) - len(value.lstrip())
        end -= len(value) - len(value.rstrip())
        if start < end:
            groups[name.rstrip("0123456789")] = (start, end)
    return groups
