"""What a rule is, and how the tables of ``rules/*.toml`` become rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cleaner.model import LABELS, CleanerError
from cleaner.noise.needs import needs_of

SCOPES = ("line", "span", "opener")
"""A rule finds a whole line, a stretch inside a line that stays, or a line that opens a block."""

ZONES = ("any", "head", "tail")
"""Where on its page a rule counts: anywhere, before the body, after the body."""

STRENGTHS = ("alone", "company")
"""Whether a hit may remove by itself, or only together with other evidence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its TOML table writes it.

    ``pattern`` (``written``, with its words filled in) is a regular expression on the reading form
    (``cleaner.text.reading``): Simplified, half-width, small letters; the named groups ``value``,
    ``name``, ``date``, ``source`` ... hold what a story's fields want. A ``line`` or ``opener``
    rule matches the whole visible line, dividers and brackets around it aside, or, if it is
    ``within``, the line around any place where the pattern stands; a ``span`` rule hits the
    stretch of the line that matches. A line in which ``unless`` (a pattern, or "") stands is not
    hit. ``max_length`` is the number of visible characters a line may have. ``removes`` are pairs
    (before, after); ``keeps`` are look-alikes that it does not hit; ``doubts`` are lines that it
    does hit and that may be story, the reason why it wants company.
    """

    name: str
    family: str
    label: str
    scope: str
    zone: str
    strength: str
    written: str
    pattern: str
    within: bool
    unless: str
    max_length: int
    why: str
    removes: tuple[tuple[str, str], ...]
    keeps: tuple[str, ...]
    doubts: tuple[str, ...]


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
    ``{sites}``; longer alternatives are tried first. Raises CleanerError where the file cannot be
    read or a table is not right.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CleanerError(f"{path}: cannot read rules: {error}") from error
    if words is None and path.stem != "words":
        words = shipped_rules().words
    known = dict(words or {})
    for name, value in tables.get("words", {}).items():
        alternatives = sorted(value, key=len, reverse=True) if isinstance(value, list) else [value]
        known[name] = _filled("|".join(alternatives), known, path)
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
    "within": bool,
    "unless": str,
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
    strength, pattern = (
        table.get("strength", "company"),
        _filled(table["pattern"], words, where),
    )
    for field, value, choices in (
        ("label", table["label"], LABELS),
        ("scope", scope, SCOPES),
        ("zone", zone, ZONES),
        ("strength", strength, STRENGTHS),
    ):
        if value not in choices:
            raise CleanerError(f"{where}: {field} is {value!r}, must be of {', '.join(choices)}")
    unless = _filled(table.get("unless", ""), words, where)
    if faults := needs_of(pattern).faults + needs_of(unless).faults:
        raise CleanerError(f"{where}: {'; '.join(faults)}")
    return Rule(
        name=table["name"],
        family=path.stem,
        label=table["label"],
        scope=scope,
        zone=zone,
        strength=strength,
        written=table["pattern"],
        pattern=pattern,
        within=table.get("within", False),
        unless=unless,
        max_length=table.get("max_length", 100_000 if scope == "span" else 60),
        why=table["why"],
        removes=tuple((x, "") if isinstance(x, str) else (x[0], x[1]) for x in table["removes"]),
        keeps=tuple(table["keeps"]),
        doubts=tuple(table.get("doubts", ())),
    )
