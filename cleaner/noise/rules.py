"""What a rule is, and where the rules of ``rules/*.toml`` hit the lines of a batch."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS, CleanerError
from cleaner.noise.patterns import faults_of, needs_of
from cleaner.text.lines import Lines
from cleaner.text.reading import CLAUSE, CLOSE, DIVIDER, OPEN, VISIBLE
from cleaner.text.shape import Shape

SCOPES = ("line", "span", "opener")
"""A rule finds a whole line, a stretch inside a line that stays, or a line that opens a block."""

ZONES = ("any", "head", "tail")
"""Where on its page a rule counts: anywhere, before the body, after the body."""

STRENGTHS = ("alone", "company")
"""Whether a hit may remove by itself, or only together with other evidence."""

_BEFORE = r"[ |>»·*_~#<«\-—–▶▷►■□●○◆◇★☆※→↓+=\\/(\[【〔{《‹›]{0,8}"
_AFTER = r"[ |>»·*_~#<«\-—–▶▷►■□●○◆◇★☆※→↓+=\\/)\]】〕}》‹›:]{0,8}"
_DRESS = int(CLAUSE | DIVIDER | OPEN | CLOSE)
"""Signs that may stand around what a line rule names: dividers, bullets, brackets."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSEEN = " \xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its TOML table writes it.

    ``pattern`` is a regular expression on the reading form (``cleaner.text.reading``): Simplified,
    half-width, small letters; the named groups ``value``, ``name``, ``date``, ``source`` ... hold
    what a story's fields want. A ``line`` or ``opener`` rule matches the whole visible line,
    dividers and brackets around it aside; a ``span`` rule any stretch of a line. ``max_length``
    is the number of visible characters a line may have. ``removes`` are pairs (before, after);
    ``keeps`` are look-alikes that it does not hit; ``doubts`` are lines that it does hit and that
    may be story, the reason why it wants company.
    """

    name: str
    family: str
    label: str
    scope: str
    zone: str
    strength: str
    pattern: str
    max_length: int
    why: str
    removes: tuple[tuple[str, str], ...]
    keeps: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class RuleSet:
    """Rules made ready to search with (``load_rules`` makes one).

    ``patterns`` are the compiled rules. ``literals`` are searched for in one pass: literal ``i``
    calls rules ``owners[owner_start[i]:owner_start[i + 1]]``. ``bare`` are the rules that
    no literal calls; ``classes`` the class bits their lines may have; ``max_length`` is that of
    each rule (int32[rules]).
    """

    rules: tuple[Rule, ...]
    patterns: tuple[re.Pattern[str], ...]
    literals: tuple[str, ...]
    automaton: Any
    owners: NDArray[np.int32]
    owner_start: NDArray[np.int64]
    bare: tuple[int, ...]
    classes: NDArray[np.int32]
    max_length: NDArray[np.int32]

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


@dataclass(frozen=True)
class RuleFile:
    """The rules of a file or a folder, its words for patterns, and the names it turns off."""

    rules: tuple[Rule, ...]
    words: dict[str, str]
    off: tuple[str, ...]


@cache
def shipped_rules() -> RuleFile:
    """The rules in ``cleaner/noise/rules``, by file name and then as they stand in the file."""
    folder = Path(__file__).parent / "rules"
    words = read_rules(folder / "words.toml").words
    families = [
        read_rules(path, words) for path in sorted(folder.glob("*.toml")) if path.stem != "words"
    ]
    return RuleFile(tuple(rule for family in families for rule in family.rules), words, ())


def merge(files: Sequence[RuleFile]) -> tuple[Rule, ...]:
    """The rules of ``files``, later ones in the place of earlier ones of the same name."""
    rules: dict[str, Rule] = {}
    for file in files:
        rules.update((rule.name, rule) for rule in file.rules)
        for name in file.off:
            if rules.pop(name, None) is None:
                raise CleanerError(f"no rule is called {name}, so `off` cannot turn it off")
    return tuple(rules.values())


def read_rules(path: Path, words: dict[str, str] | None = None) -> RuleFile:
    """The rules of one TOML file; ``words`` (default: the shipped ones) serve its patterns too.

    ``[words]`` holds lists of alternatives (or one pattern) which patterns name in braces:
    ``{sites}``. Raises CleanerError where the file cannot be read or a table is not right.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CleanerError(f"{path}: cannot read rules: {error}") from error
    if words is None and path.stem != "words":
        words = shipped_rules().words
    known = dict(words or {})
    for name, value in tables.get("words", {}).items():
        known[name] = _filled("|".join(value) if isinstance(value, list) else value, known, path)
    rules = tuple(_rule(table, path, known) for table in tables.get("rule", ()))
    return RuleFile(rules, known, tuple(tables.get("off", ())))


def _filled(pattern: str, words: dict[str, str], where: object) -> str:
    """``pattern`` with the words that it names in braces."""

    def alternatives(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise CleanerError(f"{where}: no [words] called {match[1]}")
        return f"(?:{words[match[1]]})"

    return re.sub(r"\{([a-z_]+)\}", alternatives, pattern)


_FIELDS = {
    "name": str,
    "label": str,
    "pattern": str,
    "why": str,
    "removes": list,
    "keeps": list,
    "scope": str,
    "zone": str,
    "strength": str,
    "max_length": int,
    "doubts": list,
}


def _rule(table: dict[str, Any], path: Path, words: dict[str, str]) -> Rule:
    where = f"{path}: rule {table.get('name', '?')}"
    for field in ("name", "label", "pattern", "why", "removes", "keeps"):
        if not table.get(field):
            raise CleanerError(f"{where}: {field} is missing")
    for field, value in table.items():
        if not isinstance(value, _FIELDS.get(field, ())):
            raise CleanerError(f"{where}: {field} is no field of a rule, or of the wrong type")
    scope, zone = table.get("scope", "line"), table.get("zone", "any")
    strength, pattern = table.get("strength", "company"), _filled(table["pattern"], words, where)
    for field, value, choices in (
        ("label", table["label"], LABELS),
        ("scope", scope, SCOPES),
        ("zone", zone, ZONES),
        ("strength", strength, STRENGTHS),
    ):
        if value not in choices:
            raise CleanerError(f"{where}: {field} is {value!r}, must be of {', '.join(choices)}")
    if faults := faults_of(pattern):
        raise CleanerError(f"{where}: {'; '.join(faults)}")
    return Rule(
        name=table["name"],
        family=path.stem,
        label=table["label"],
        scope=scope,
        zone=zone,
        strength=strength,
        pattern=pattern,
        max_length=table.get("max_length", 100_000 if scope == "span" else 60),
        why=table["why"],
        removes=tuple((x, "") if isinstance(x, str) else (x[0], x[1]) for x in table["removes"]),
        keeps=tuple(table["keeps"]),
        doubts=tuple(table.get("doubts", ())),
    )


def rule_set(rules: Sequence[Rule]) -> RuleSet:
    """``rules`` made ready to search with, in their order."""
    needs = [needs_of(rule.pattern) for rule in rules]
    literals = tuple(sorted({literal for need in needs for literal in need.literals}))
    owners: list[list[int]] = [[] for _ in literals]
    place = {literal: i for i, literal in enumerate(literals)}
    for i, need in enumerate(needs):
        for literal in need.literals:
            owners[place[literal]].append(i)
    return RuleSet(
        rules=tuple(rules),
        patterns=tuple(re.compile(_dressed(rule)) for rule in rules),
        literals=literals,
        automaton=ahocorasick_rs.AhoCorasick(literals),
        owners=np.array([i for own in owners for i in own], dtype=np.int32),
        owner_start=np.cumsum([0, *map(len, owners)], dtype=np.int64),
        bare=tuple(i for i, need in enumerate(needs) if not need.literals),
        classes=np.array([need.classes for need in needs], dtype=np.int32),
        max_length=np.array([rule.max_length for rule in rules], dtype=np.int32),
    )


def _dressed(rule: Rule) -> str:
    return rule.pattern if rule.scope == "span" else f"{_BEFORE}(?:{rule.pattern}){_AFTER}"


def find_hits(rules: RuleSet, lines: Lines, shape: Shape) -> Hits:
    """Where ``rules`` hit ``lines``: what searching every line for every rule would find.

    One pass looks for the literals of all rules; a rule is then searched for on the lines that
    have one of its literals and are short enough. Rules without a literal are tried on lines
    whose characters are all of the rule's classes.
    """
    found = [
        (line, rule, start, end)
        for line, rule in _candidates(rules, lines, shape)
        for start, end in _search(rules, rule, lines.reading_of(line))
    ]
    found.sort(key=lambda hit: (hit[0], hit[2], hit[1], hit[3]))
    columns = np.array(found, dtype=np.int64).reshape(-1, 4)
    return Hits(
        line=columns[:, 0].copy(),
        rule=columns[:, 1].astype(np.int32),
        start=columns[:, 2].astype(np.int32),
        end=columns[:, 3].astype(np.int32),
    )


def _search(rules: RuleSet, rule: int, reading: str) -> Iterator[tuple[int, int]]:
    pattern = rules.patterns[rule]
    if rules.rules[rule].scope == "span":
        for match in pattern.finditer(reading):
            yield match.span()
        return
    visible = reading.strip(_UNSEEN)
    if pattern.fullmatch(visible):
        start = reading.find(visible)
        yield start, start + len(visible)


def _candidates(rules: RuleSet, lines: Lines, shape: Shape) -> list[tuple[int, int]]:
    """Pairs (line, rule), sorted, that may hit."""
    width = len(rules.rules)
    # A literal has no lone surrogate (an undecodable byte), and the search takes none.
    readable = _SURROGATE.sub("\ufffd", lines.reading)
    matches = rules.automaton.find_matches_as_indexes(readable, overlapping=True)
    found = np.array(matches, dtype=np.int64).reshape(-1, 3)
    line = np.searchsorted(lines.start, found[:, 1], side="right") - 1
    first, last = rules.owner_start[found[:, 0]], rules.owner_start[found[:, 0] + 1]
    times = last - first
    line = np.repeat(line, times)
    offset = np.arange(len(line)) - np.repeat(np.cumsum(times) - times, times)
    rule = rules.owners[np.repeat(first, times) + offset].astype(np.int64)
    fits = shape.visible[line] <= rules.max_length[rule]
    pairs = [line[fits] * width + rule[fits]]
    if rules.bare and len(lines):
        present = np.bitwise_or.reduceat(lines.classes, lines.start)
        for i in rules.bare:
            allowed = int(rules.classes[i]) | (0 if rules.rules[i].scope == "span" else _DRESS)
            wrong = present & (VISIBLE & ~allowed)
            fit = (wrong == 0) & ~shape.blank & (shape.visible <= rules.max_length[i])
            pairs.append(np.flatnonzero(fit) * width + i)
    joined = np.sort(np.concatenate(pairs))
    once = joined[np.concatenate([[True], joined[1:] != joined[:-1]])] if len(joined) else joined
    return [divmod(pair, width) for pair in once.tolist()]


def groups_of(rules: RuleSet, hits: Hits, lines: Lines, hit: int) -> dict[str, tuple[int, int]]:
    """The named groups of hit number ``hit``: name to (start, end) offsets in its line."""
    line, pattern = int(hits.line[hit]), rules.patterns[int(hits.rule[hit])]
    reading = lines.reading_of(line)
    match = pattern.fullmatch(reading, int(hits.start[hit]), int(hits.end[hit]))
    if match is None:
        return {}
    return {name: match.span(name) for name in match.groupdict() if match[name]}
