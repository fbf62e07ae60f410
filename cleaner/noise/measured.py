"""How often each shipped rule was right on gold lines, as ``benchmarks/rules.py`` measured it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

MEASURED = Path(__file__).parent / "rules" / "measured.tsv"

_HEAD = """\
# How often each rule was right: lines it hit on pages with gold labels, and those that were story.
# The pages: those of tests/gold and tests/pages, five real ones, and 90 real ones whose gold counts
# captions as story (rules for captions are not measured there).
# Written by `python -m benchmarks.rules --write`.
rule\thits\twrong
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines of the gold that a rule hit, and how many of them were story after all."""

    hits: int
    wrong: int

    @property
    def precision(self) -> float | None:
        """The share of hits that were noise; None if there were no hits."""
        return 1 - self.wrong / self.hits if self.hits else None


@cache
def read_figures() -> dict[str, Figures]:
    """Figures by rule name; rules that were never measured are not in it."""
    if not MEASURED.exists():
        return {}
    rows = [line.split("\t") for line in MEASURED.read_text("utf-8").splitlines()]
    return {
        name: Figures(int(hits), int(wrong))
        for name, hits, wrong in (row for row in rows if len(row) == 3 and row[0] != "rule")
    }


def write_figures(figures: dict[str, Figures]) -> None:
    """Write the figures, one rule a line, in the order given."""
    rows = [f"{name}\t{own.hits}\t{own.wrong}\n" for name, own in figures.items()]
    MEASURED.write_text(_HEAD + "".join(rows), "utf-8")
