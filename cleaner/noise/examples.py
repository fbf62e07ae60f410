"""Holds a rule against its own examples: what it must hit, and what it must leave alone."""

from __future__ import annotations

from cleaner.model import Page
from cleaner.noise.hits import find_hits, rule_set
from cleaner.noise.rules import Rule
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure


def after(rule: Rule, line: str) -> str:
    """``line`` without what ``rule`` hits: all of it for a line rule, the span for a span rule."""
    lines = split_lines([Page("", line)])
    hits = find_hits(rule_set([rule]), lines, measure(lines))
    if rule.scope != "span":
        return "" if len(hits) else line
    for start, end in sorted(zip(hits.start.tolist(), hits.end.tolist(), strict=True))[::-1]:
        line = line[:start] + line[end:]
    return line


def broken_examples(rule: Rule) -> list[str]:
    """What is wrong with the examples of ``rule``, one sentence each; empty if nothing is.

    Both kinds have to be there, at least two of each, and a rule that may not remove alone has to
    show a line that it hits and that may be story. Every ``removes`` must give its second half,
    every ``keeps`` stay whole, every ``doubts`` be hit.
    """
    broken = []
    if len(rule.removes) < 2 or len(rule.keeps) < 2:
        broken.append("give at least two examples in removes and two in keeps")
    if rule.strength == "company" and not rule.doubts:
        broken.append("give in doubts a line that it hits and that may be story")
    for before, wanted in rule.removes:
        if after(rule, before) != wanted:
            broken.append(f"removes {before!r}: leaves {after(rule, before)!r}, not {wanted!r}")
    broken += [f"keeps {line!r}: is hit" for line in rule.keeps if after(rule, line) != line]
    broken += [f"doubts {line!r}: is not hit" for line in rule.doubts if after(rule, line) == line]
    return broken
