"""Where rules hit the lines of a batch: the same as searching every line, only faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.model import CleanerError
from cleaner.noise.grams import GramTable, find_grams, gram_table
from cleaner.noise.needs import needs_of
from cleaner.noise.rules import Rule, merge, read_rules, shipped_rules
from cleaner.noise.search import DRESS, DRESS_LENGTH, Spans, search_of, visible_part
from cleaner.noise.signs import ANY, SENTENCE, UNSEEN, sign_table
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape

SHORT = 40
"""Lines of at most so many visible characters are always searched one by one, and remembered."""

MAX_KNOWN = 100_000
"""Lines remembered before the memory is emptied: some 25 MB."""


@dataclass(frozen=True)
class Search:
    """One pass that finds the grams of ways: gram ``i`` calls the ways
    ``owners[owner_start[i]:owner_start[i + 1]]``; no gram calls those in ``bare``."""

    table: GramTable
    owners: NDArray[np.int64]
    owner_start: NDArray[np.int64]
    bare: NDArray[np.int64]


@dataclass(frozen=True)
class RuleSet:
    """Rules made ready to search with (``load_rules`` makes one).

    A rule is searched for where one of its ways (``cleaner.noise.patterns.Way``) is open:
    ``rule`` (int64[ways]) is the rule of each, ``max_length`` (int32[ways]) the visible characters
    that its lines may have, and ``signs``, ``must``, ``some``, ``first``, ``last`` (uint32[ways])
    what it needs of them. ``sentences`` calls ways on lines that hold sentences, ``plain`` on all
    other lines. ``searches`` are the rules compiled so far, ``known`` the hits on plain lines.
    """

    rules: tuple[Rule, ...]
    plain: Search
    sentences: Search
    rule: NDArray[np.int64]
    max_length: NDArray[np.int32]
    signs: NDArray[np.uint32]
    must: NDArray[np.uint32]
    some: NDArray[np.uint32]
    first: NDArray[np.uint32]
    last: NDArray[np.uint32]
    searches: dict[int, Callable[[str], Spans]]
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
    ways = [(i, way) for i, rule in enumerate(rules) for way in needs_of(rule.pattern).ways]
    owner = [rules[i] for i, _ in ways]
    worn = [ANY if rule.within or rule.scope == "span" else DRESS | UNSEEN for rule in owner]
    ends = [
        UNSEEN if rule.pattern.endswith("$") and not rule.within else dress
        for rule, dress in zip(owner, worn, strict=True)
    ]
    signs = [way.signs | dress for (_, way), dress in zip(ways, worn, strict=True)]
    grams = {i: way.grams for i, (_, way) in enumerate(ways)}
    in_sentences = {
        i: own for i, own in grams.items() if owner[i].max_length > SHORT and signs[i] & SENTENCE
    }
    return RuleSet(
        rules=tuple(rules),
        plain=_search_for(grams),
        sentences=_search_for(in_sentences),
        rule=np.array([i for i, _ in ways], dtype=np.int64),
        max_length=np.array(
            [
                rule.max_length
                if rule.within or rule.scope == "span"
                else min(rule.max_length, way.longest + DRESS_LENGTH)
                for rule, (_, way) in zip(owner, ways, strict=True)
            ],
            dtype=np.int32,
        ),
        signs=np.array(signs, dtype=np.uint32),
        must=np.array([way.must for _, way in ways], dtype=np.uint32),
        some=np.array([way.some for _, way in ways], dtype=np.uint32),
        first=np.array([way.first | w for (_, way), w in zip(ways, worn, strict=True)], np.uint32),
        last=np.array([way.last | w for (_, way), w in zip(ways, ends, strict=True)], np.uint32),
        searches={},
        known={},
    )


def _search_for(grams: dict[int, tuple[str, ...]]) -> Search:
    """The search for the grams of each way."""
    owners: dict[str, list[int]] = {}
    for way, own in grams.items():
        for gram in own:
            owners.setdefault(gram, []).append(way)
    return Search(
        table=gram_table(list(owners)),
        owners=np.array([i for own in owners.values() for i in own], dtype=np.int64),
        owner_start=np.cumsum([0, *map(len, owners.values())], dtype=np.int64),
        bare=np.array([i for i, own in grams.items() if not own], dtype=np.int64),
    )


def find_hits(rules: RuleSet, lines: Lines, shape: Shape) -> Hits:
    """Where ``rules`` hit ``lines``: what searching every line for every rule would find.

    One pass looks for grams that rules need; a rule is then searched for on lines that have one
    of its grams, are short enough, and have the signs that it needs and none that
    it cannot match. Short lines, and those without a sentence, are searched once each time they are
    new: menus repeat from page to page.
    """
    if not len(lines):
        none = np.zeros(0, dtype=np.int32)
        return Hits(none.astype(np.int64), none, none, none)
    gate = _Gate(rules, lines, shape)
    plain = ~shape.blank & ((shape.visible <= SHORT) | (gate.present & SENTENCE == 0))
    sentences = ~shape.blank & ~plain
    called = _called(rules.sentences, gate.codes, lines.start, np.flatnonzero(sentences))
    found = _searched(rules, lines, gate.let(*called, sentences))
    found += _plain_hits(rules, lines, gate, plain)
    found.sort()
    columns = np.array(found, dtype=np.int64).reshape(-1, 4)
    return Hits(
        line=columns[:, 0].copy(),
        rule=columns[:, 2].astype(np.int32),
        start=columns[:, 1].astype(np.int32),
        end=columns[:, 3].astype(np.int32),
    )


_Found = list[tuple[int, int, int, int]]


def _searched(rules: RuleSet, lines: Lines, pairs: list[tuple[int, int]]) -> _Found:
    """The hits (line, start, rule, end) of searching lines for rules: ``pairs``, by line."""
    found: _Found = []
    searches, latest, lead, visible = rules.searches, -1, 0, ""
    for line, rule in pairs:
        if line != latest:
            latest = line
            lead, visible = visible_part(lines.reading_of(line))
        search = searches.get(rule)
        if search is None:
            search = searches[rule] = search_of(rules.rules[rule])
        spans = search(visible)
        if spans:
            found += [(line, lead + start, rule, lead + end) for start, end in spans]
    return found


class _Gate:
    """What of every line decides whether a rule is worth a search there.

    ``codes`` are those of the reading text. One value a line: ``present``, the bits of all its
    characters, ``first`` and ``last``, those of its first and last visible one, and ``visible``,
    their number.
    """

    def __init__(self, rules: RuleSet, lines: Lines, shape: Shape) -> None:
        self.codes = lines.codes
        signs = sign_table().take(self.codes, mode="clip")
        self.rules = rules
        self.present = np.bitwise_or.reduceat(signs, lines.start)
        self.visible = shape.visible
        # Eight steps pass the usual spaces; behind more of them any rule may begin or end.
        at, back = lines.start.copy(), lines.end - 1
        for _ in range(8):
            at += (signs[at] & UNSEEN != 0) & (at < back)
            back -= (signs[back] & UNSEEN != 0) & (at < back)
        self.first = np.where(signs[at] & UNSEEN, ANY, signs[at]).astype(np.uint32)
        self.last = np.where(signs[back] & UNSEEN, ANY, signs[back]).astype(np.uint32)

    def let(
        self, line: NDArray[np.int64], way: NDArray[np.int64], among: NDArray[np.bool_]
    ) -> list[tuple[int, int]]:
        """The pairs (line, rule) that are worth a search, of (line, way); sorted, each once."""
        rules = self.rules
        # What most pairs fail comes first: each test is one pass over what the last one left.
        fits = np.flatnonzero(among[line] & (self.visible[line] <= rules.max_length[way]))
        line, way = line[fits], way[fits]
        fits = np.flatnonzero(self.present[line] & ~rules.signs[way] == 0)
        line, way = line[fits], way[fits]
        present = self.present[line]
        fits = np.flatnonzero(
            (rules.must[way] & ~present == 0)
            & (rules.some[way] & present != 0)
            & (self.first[line] & rules.first[way] != 0)
            & (self.last[line] & rules.last[way] != 0)
        )
        line, way = line[fits], way[fits]
        width = len(rules.rules)
        codes = np.sort(line * width + rules.rule[way])
        distinct = np.ones(len(codes), dtype=bool)
        distinct[1:] = codes[1:] != codes[:-1]
        codes = codes[distinct]
        return list(zip((codes // width).tolist(), (codes % width).tolist(), strict=True))


def _plain_hits(
    rules: RuleSet, lines: Lines, gate: _Gate, plain: NDArray[np.bool_]
) -> list[tuple[int, int, int, int]]:
    """Hits on lines that hold no sentence, each distinct line searched once."""
    places = np.flatnonzero(plain)
    spans = zip(lines.start[places].tolist(), lines.end[places].tolist(), strict=True)
    readings = [lines.reading[start:end] for start, end in spans]
    known = rules.known
    if len(known) > MAX_KNOWN:
        known.clear()
    new = {
        reading: line
        for line, reading in zip(places.tolist(), readings, strict=True)
        if reading not in known
    }
    found: dict[int, list[tuple[int, int, int]]] = {line: [] for line in new.values()}
    if new:
        at = np.array(list(new.values()), dtype=np.int64)
        lengths = np.array([len(reading) for reading in new], dtype=np.int64)
        starts = np.cumsum(lengths + 1) - lengths - 1
        within, way = _called(rules.plain, codes_of("\n".join(new)), starts, np.arange(len(at)))
        for line, start, rule, end in _searched(rules, lines, gate.let(at[within], way, plain)):
            found[line].append((start, rule, end))
        known.update((reading, tuple(found[line])) for reading, line in new.items())
    return [
        (line, *hit)
        for line, reading in zip(places.tolist(), readings, strict=True)
        for hit in known[reading]
    ]


def _called(
    search: Search,
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    lines: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(line, way) for every gram in ``codes``, whose lines begin at ``starts``, and for every
    way that no gram calls on each of ``lines``."""
    places, gram = find_grams(search.table, codes)
    line = np.searchsorted(starts, places, side="right") - 1
    first, last = search.owner_start[gram], search.owner_start[gram + 1]
    times = last - first
    offset = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    way = search.owners[np.repeat(first, times) + offset]
    return (
        np.concatenate([np.repeat(line, times), np.repeat(lines, len(search.bare))]),
        np.concatenate([way, np.tile(search.bare, len(lines))]),
    )
