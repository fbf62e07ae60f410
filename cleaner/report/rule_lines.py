"""What each rule took: its most frequent lines, and the oddest, by which a bad rule shows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cleaner.report.choose import Most

SHOWN = 10
"""Lines of each kind that are shown for a rule."""

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
        self._rules: dict[str, _Lines] = {}

    def add(self, told: Mapping[str, Any]) -> None:
        """Counts one row."""
        name = told["rule"]
        lines = self._rules.get(name)
        if lines is None:
            lines = self._rules[name] = _Lines(told["why"])
        lines.add(told)

    def facts(self) -> tuple[RuleFacts, ...]:
        """Every rule that hit, by number of hits and then by name."""
        told = [lines.facts(name) for name, lines in self._rules.items()]
        return tuple(sorted(told, key=lambda rule: (-rule.hits, rule.rule)))


class _Lines:
    """The lines of one rule while they are counted."""

    def __init__(self, why: str) -> None:
        self._why = why
        self._actions: Counter[str] = Counter()
        self._labels: Counter[str] = Counter()
        self._counts: dict[str, int] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._longest = Most[tuple[str, str, int]](LONG_HELD)
        self._dropped = False

    def add(self, told: Mapping[str, Any]) -> None:
        self._actions[told["action"]] += 1
        self._labels[told["label"]] += 1
        text = told["text"][:CUT].strip()
        if text in self._counts:
            self._counts[text] += 1
            return
        if len(self._counts) >= HELD:
            self._drop()
        self._counts[text] = 1
        self._places[text] = (told["page"], told["line"])
        self._longest.offer(len(text), (text, told["page"], told["line"]))

    def _drop(self) -> None:
        """Drops the lines met least, and takes one off the count of the rest."""
        self._dropped = True
        least = min(self._counts.values())
        self._counts = {t: n - least for t, n in self._counts.items() if n > least}
        self._places = {t: self._places[t] for t in self._counts}

    def facts(self, name: str) -> RuleFacts:
        frequent = sorted(self._counts, key=lambda text: (-self._counts[text], text))[:SHOWN]
        places = {text: (page, line) for text, page, line in self._longest.best()} | self._places
        odd = oddest(places, self._counts)
        return RuleFacts(
            rule=name,
            labels=tuple(sorted(self._labels, key=lambda label: (-self._labels[label], label))),
            why=self._why,
            actions=dict(sorted(self._actions.items())),
            frequent=tuple(Taken(text, self._counts[text], *places[text]) for text in frequent),
            oddest=tuple(Taken(text, self._counts.get(text, 1), *places[text]) for text in odd),
            exact=not self._dropped,
        )


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
