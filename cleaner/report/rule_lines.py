"""What each rule took: its most frequent lines, and the oddest, by which a bad rule shows."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.corpus.rows import parse_rows, reason_in
from cleaner.report.choose import Most

SHOWN = 10
"""Lines of each kind that are shown for a rule."""

LINES_READ = 50_000
"""Findings whose lines are looked at; of more, an even sample of about as many."""

HELD = 1_000
"""Different lines held for each rule while its lines are counted."""

LONG_HELD = 50
"""The longest lines of a rule, held besides: among them are the odd ones that counting drops."""

CUT = 300
"""Characters of a line that are held."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A line that a rule took: its text (the first ``CUT`` characters) and where it stood first.

    ``count`` is how often the rule took just this line.
    """

    text: str
    count: int
    page: str
    line: int


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What one rule did in the run.

    ``actions`` counts its findings by action; ``labels`` are those it gave, the most frequent
    first; ``exact`` is False where there were too many different lines to count each one: then
    counts are lower bounds.
    """

    rule: str
    labels: tuple[str, ...]
    why: str
    actions: Mapping[str, int]
    frequent: tuple[Taken, ...]
    oddest: tuple[Taken, ...]
    exact: bool

    @property
    def hits(self) -> int:
        """All findings of the rule."""
        return sum(self.actions.values())


class RuleLines:
    """Counts what rules take, row by row of ``removed.jsonl``, in bounded memory.

    Frequent lines are counted by lossy counting (Manku and Motwani, "Approximate frequency counts
    over data streams", VLDB 2002): when ``HELD`` different lines are held, those met least are
    dropped, so that a count may be too low but never too high.
    """

    def __init__(self) -> None:
        self._reasons: Counter[bytes] = Counter()
        self._lines: dict[str, _Lines] = {}

    def count(self, reason: bytes) -> None:
        """Counts a finding by its reason (``corpus.rows.reason_in``)."""
        self._reasons[reason] += 1

    def take(self, told: Mapping[str, Any]) -> None:
        """Takes the line of a finding that was counted."""
        name = told["rule"]
        lines = self._lines.get(name)
        if lines is None:
            lines = self._lines[name] = _Lines()
        lines.add(told["text"][:CUT].strip(), told["page"], told["line"])

    def facts(self) -> tuple[RuleFacts, ...]:
        """Every rule that hit, by number of hits and then by name."""
        actions: dict[str, Counter[str]] = {}
        labels: dict[str, Counter[str]] = {}
        whys: dict[str, str] = {}
        for reason, count in self._reasons.items():
            told = json.loads(reason)
            rule = told["rule"]
            actions.setdefault(rule, Counter())[told["action"]] += count
            labels.setdefault(rule, Counter())[told["label"]] += count
            whys.setdefault(rule, told["why"])
        facts = [
            RuleFacts(
                rule=rule,
                labels=tuple(sorted(labels[rule], key=lambda name: (-labels[rule][name], name))),
                why=whys[rule],
                actions=dict(sorted(actions[rule].items())),
                frequent=lines.frequent(),
                oddest=lines.odd(),
                exact=lines.exact,
            )
            for rule in actions
            for lines in [self._lines.get(rule, _Lines())]
        ]
        return tuple(sorted(facts, key=lambda rule: (-rule.hits, rule.rule)))


def read_rules(out: Path, findings: int) -> tuple[RuleFacts, ...]:
    """What every rule took in the run in ``out``, which has ``findings`` findings.

    All are counted; of more than ``LINES_READ`` an even sample of the lines is looked at.
    """
    rules = RuleLines()
    share = sampled(findings)
    with (out / "removed.jsonl").open("rb") as rows:

        def chosen() -> Iterator[bytes]:
            for number, row in enumerate(rows):
                rules.count(reason_in(row))
                # Fibonacci hashing spreads the sample over pages that are all alike.
                if share == 1 or number * 0x9E3779B1 % 0x100000000 < 0x100000000 // share:
                    yield row

        for told in parse_rows(chosen()):
            rules.take(told)
    return rules.facts()


def sampled(findings: int) -> int:
    """One in how many findings has its line looked at."""
    return max(-(-findings // LINES_READ), 1)


class _Lines:
    """The lines of one rule while they are counted."""

    def __init__(self) -> None:
        self.exact = True
        self._counts: dict[str, int] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._longest = Most[tuple[str, str, int]](LONG_HELD)

    def add(self, text: str, page: str, line: int) -> None:
        """Counts one line."""
        if text in self._counts:
            self._counts[text] += 1
            return
        if len(self._counts) >= HELD:
            self._drop()
        self._counts[text] = 1
        self._places[text] = (page, line)
        self._longest.offer(len(text), (text, page, line))

    def _drop(self) -> None:
        """Drops the lines met least, and takes as much off the counts of the rest."""
        self.exact = False
        least = min(self._counts.values())
        self._counts = {t: n - least for t, n in self._counts.items() if n > least}
        self._places = {t: self._places[t] for t in self._counts}

    def frequent(self) -> tuple[Taken, ...]:
        """The lines met most."""
        texts = sorted(self._counts, key=lambda text: (-self._counts[text], text))[:SHOWN]
        return tuple(Taken(text, self._counts[text], *self._places[text]) for text in texts)

    def odd(self) -> tuple[Taken, ...]:
        """The lines least like the others."""
        places = {text: (page, line) for text, page, line in self._longest.best()} | self._places
        texts = oddest(places, self._counts)
        return tuple(Taken(text, self._counts.get(text, 1), *places[text]) for text in texts)


def oddest(texts: Iterable[str], counts: Mapping[str, int], size: int = SHOWN) -> list[str]:
    """The ``size`` texts that say most beyond what is usual among ``texts``, the oddest first.

    A text's surprise is the sum over its characters of -log2 of how often the character stands
    in all of them (each text counted as often as it was met, add-one smoothed): the bits that a
    model of the rule's own lines needs to write it. A sentence of prose among share buttons
    costs ten times what a button does.
    """
    texts = list(texts)
    seen: Counter[str] = Counter()
    for text in texts:
        for char, times in Counter(text).items():
            seen[char] += times * counts.get(text, 1)
    total = math.log2(sum(seen.values()) + len(seen) + 1)
    cost = {char: total - math.log2(times + 1) for char, times in seen.items()}
    bits = {text: sum(cost[char] for char in text) for text in texts}
    return sorted(texts, key=lambda text: (-bits[text], text))[:size]
