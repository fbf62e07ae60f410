"""Rules for people: the list of all, the card of one, and the page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.noise.measured import read_figures
from cleaner.noise.rules import Rule

FAMILIES = {
    "captions": "Words under pictures, and whose the pictures are",
    "comments": "What readers write under a page",
    "credits": "Who wrote, edited and filmed",
    "leftovers": "What pages leave behind when they become text",
    "legal": "Rights, licences, disclaimers, contacts",
    "links": "Lists of other pages",
    "metadata": "When and where the page was published",
    "navigation": "What moves the reader about the site",
    "platforms": "What programs and platforms put around every page",
    "promotion": "Prompts to scan, follow, download, subscribe",
    "sharing": "Buttons that share, like and follow",
    "ticker": "Strips that change by the hour",
}
"""A title for each file of shipped rules."""

_SCOPES = {
    "line": "a whole line",
    "span": "a stretch of a line",
    "opener": "the head of a block",
}


def measured(rule: Rule) -> str:
    """How often ``rule`` was right on gold lines, in words."""
    figures = read_figures().get(rule.name)
    if figures is None or figures.precision is None:
        return "not met"
    return f"right on {figures.hits - figures.wrong:,} of {figures.hits:,} lines"


def listing(rules: Sequence[Rule]) -> str:
    """One line a rule: name, label, whether it may remove alone, how often it was right."""
    rows = [("rule", "label", "removes", "measured", "what it finds")]
    rows += [
        (rule.name, rule.label, _how(rule), measured(rule), rule.why.rstrip(".")) for rule in rules
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  ".join(
            [
                *(cell.ljust(width) for cell, width in zip(row, widths, strict=False)),
                row[4],
            ]
        )
        for row in rows
    )


def card(rule: Rule) -> str:
    """All about one rule, for a terminal."""
    lines = [
        f"{rule.name}  ({rule.family})",
        f"  {rule.why}",
        "",
        f"  label     {rule.label}",
        f"  finds     {_SCOPES[rule.scope]}{_where(rule)}",
        f"  removes   {_how(rule)}",
        f"  measured  {measured(rule)}",
    ]
    for title, examples in _examples(rule):
        lines += ["", f"  {title}", *(f"    {example}" for example in examples)]
    return "\n".join([*lines, "", "  pattern", f"    {rule.written}"])


def as_markdown(rules: Sequence[Rule]) -> str:
    """The page of the documentation: all rules by family, with the first two examples of each."""
    lines = [
        "# Rules",
        "",
        "Made from `cleaner/noise/rules/*.toml` by `cleaner rules --markdown`. Do not edit.",
        "",
        "A rule that works *alone* removes what it finds; one that wants *company* only",
        "does so beside other evidence, and is otherwise reported. *Measured* is how many of the",
        "lines that it hit were noise, on pages with gold labels.",
    ]
    for family in dict.fromkeys(rule.family for rule in rules):
        own = [rule for rule in rules if rule.family == family]
        lines += ["", f"## {FAMILIES.get(family, family)}"]
        for rule in own:
            lines += [
                "",
                f"### {rule.name}",
                "",
                f"{rule.why} Label `{rule.label}`; finds {_SCOPES[rule.scope]}{_where(rule)};"
                f" removes {_how(rule)}; measured: {measured(rule)}.",
                "",
            ]
            for title, examples in _examples(rule):
                shown = " · ".join(f"`{example}`" for example in examples[:2])
                lines.append(f"- {title}: {shown}")
    return "\n".join(lines) + "\n"


def _how(rule: Rule) -> str:
    return "alone" if rule.strength == "alone" else "in company"


def _where(rule: Rule) -> str:
    place = {"any": "", "head": ", before the body", "tail": ", after the body"}[rule.zone]
    return f"{place}, up to {rule.max_length} characters" if rule.max_length < 10_000 else place


def _examples(rule: Rule) -> list[tuple[str, list[str]]]:
    removes = [before if not rest else f"{before} → {rest}" for before, rest in rule.removes]
    kinds = [("removes", removes), ("leaves alone", list(rule.keeps))]
    if rule.doubts:
        kinds.append(("hits, but may be story", list(rule.doubts)))
    return kinds
