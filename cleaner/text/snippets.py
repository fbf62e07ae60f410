"""Converts short texts: an automaton finds the phrases, strings are cut and joined.

It writes what ``conversion`` writes. Arrays pay from some thousand characters on; below that,
their hundred calls take longer than the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
import numpy as np

from cleaner.text.conversion import FROZEN, LONGER, Codes, Plan, Step, Values
from cleaner.text.reading import codes_of, text_of

SHORT = 4_000
"""Characters below which this is quicker than arrays (measured on 600 .. 8,000)."""
FIRST = 8
"""Short texts that arrays convert all the same: the automaton takes 50 ms to make."""
WALL = "\U0010ffff"
"""Stands for what is converted already while the rest is: a noncharacter, in no phrase."""
FULL = 4_000
"""Phrases below which the automaton keeps all transitions in one table: twice as quick while it
fits the cache, slower when it does not."""


@dataclass(frozen=True)
class _Search:
    """Phrases in an automaton, and what each becomes."""

    automaton: ahocorasick_rs.AhoCorasick | None
    values: list[str]

    def hits(self, text: str) -> list[tuple[int, int, int]]:
        """Phrase, start and end of each phrase in ``text``, the longest from the left."""
        return self.automaton.find_matches_as_indexes(text) if self.automaton else []


_met: Counter[Plan] = Counter()


def is_worth_it(plan: Plan, text: str) -> bool:
    """Whether ``text`` is short, and not among the first by this plan."""
    if len(text) >= SHORT:
        return False
    _met[plan] += 1
    return _met[plan] > FIRST


def convert_snippet(plan: Plan, text: str) -> str:
    """``text`` by ``plan``; raises ``UnicodeError`` for lone surrogates, and for the wall."""
    if WALL in text:
        raise UnicodeError("the text holds the sign that walls are made of")
    segments, steps = _searches(plan)
    if plan.normal is not None:
        text = text_of(plan.normal.take(codes_of(text)))
    cuts = segments.hits(text)
    if cuts:
        gaps, at = [], 0
        for _, start, end in cuts:
            gaps.append(text[at:start])
            at = end
        gaps.append(text[at:])
        text = WALL.join(gaps)
    for search, table in steps:
        text = _step(search, table, text)
    if not cuts:
        return text
    parts = text.split(WALL)
    parts[1:] = [segments.values[cut[0]] + gap for cut, gap in zip(cuts, parts[1:], strict=True)]
    return "".join(parts)


def _step(search: _Search, table: Codes, text: str) -> str:
    hits = search.hits(text)
    text = text_of(table.take(codes_of(text)))
    if not hits:
        return text
    parts: list[str] = []
    at = 0
    for phrase, start, end in hits:
        parts += (text[at:start], search.values[phrase])
        at = end
    parts.append(text[at:])
    return "".join(parts)


@cache
def _searches(plan: Plan) -> tuple[_Search, tuple[tuple[_Search, Codes], ...]]:
    """The searches of a plan: for its segments, and with the table of characters for each step."""
    keys = plan.segments.keys if plan.segments is not None else ()
    return _search(keys, _texts(plan.whole)), tuple(_search_of(step) for step in plan.steps)


def _search_of(step: Step) -> tuple[_Search, Codes]:
    """The phrases of a step and its single characters that become several, and its table."""
    longer = np.flatnonzero(step.table >= LONGER)
    singles = [chr(code) for code in longer.tolist()]
    become = _texts(step.longer)
    values = _texts(step.values) + [become[code - LONGER] for code in step.table[longer].tolist()]
    table = step.table.copy() if len(longer) else step.table
    table[longer] = longer
    return _search((*step.phrases.keys, *singles), values), table


def _search(keys: Sequence[str], values: list[str]) -> _Search:
    if not keys:
        return _Search(None, values)
    full = ahocorasick_rs.Implementation.DFA if len(keys) < FULL else None
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    return _Search(ahocorasick_rs.AhoCorasick(keys, kind, implementation=full), values)


def _texts(values: Values) -> list[str]:
    text = text_of(values.codes & (FROZEN - 1))
    ends = (values.start + values.length).tolist()
    return [text[start:end] for start, end in zip(values.start.tolist(), ends, strict=True)]
