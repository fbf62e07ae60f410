"""Charts as geometry: where bars and thresholds stand, for the template to draw as SVG.

Five charts of two forms need no library: one that can be inlined is 50 to 200 KB of script,
draws only once it runs, does not print without it, and has no words for a screen reader. Lengths
along the page are per cent, so that a chart is as wide as its place and its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 150
"""Pixels that the tallest column of a histogram has."""

STEPS = 4
"""Lines across a histogram, about."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar or column: its kind (a word of the style sheet), place, size and value.

    Of a bar, ``start`` and ``size`` are per cent along the page; of a column, pixels from the top.
    """

    kind: str
    start: float
    size: float
    value: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: what it stands for, and its parts from left to right."""

    name: str
    value: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a histogram, from ``low`` to ``high``: its place in per cent, its parts."""

    low: str
    high: str
    start: float
    size: float
    value: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: per cent along the page or pixels from the top, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Columns with their axes; ``lines`` are dashed lines down the chart (thresholds)."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    lines: tuple[Tick, ...]
    height: int
    total: int

    def kinds(self) -> tuple[str, ...]:
        """The kinds that its columns have, each once."""
        return tuple(dict.fromkeys(part.kind for column in self.columns for part in column.parts))


def bars(rows: Mapping[str, Mapping[str, int]], most: int) -> tuple[Bar, ...]:
    """Bars for ``rows`` (by name, then by kind of part), the ``most`` largest, longest first."""
    totals = {name: sum(parts.values()) for name, parts in rows.items()}
    names = sorted((name for name in rows if totals[name]), key=lambda n: (-totals[n], n))[:most]
    longest = max((totals[name] for name in names), default=1)
    drawn = []
    for name in names:
        parts, at = [], 0.0
        for kind, value in rows[name].items():
            if value:
                size = 100 * value / longest
                parts.append(Part(kind, round(at, 3), round(size, 3), value))
                at += size
        drawn.append(Bar(name, totals[name], tuple(parts)))
    return tuple(drawn)


def proportions(counts: Mapping[str, int]) -> tuple[Part, ...]:
    """One bar of full length, cut by ``counts``: proportions of a whole."""
    total = sum(counts.values())
    parts, at = [], 0.0
    for kind, value in counts.items():
        size = 100 * value / total if total else 0
        parts.append(Part(kind, round(at, 3), round(size, 3), value))
        at += size
    return tuple(parts)


def histogram(
    edges: Sequence[str],
    counts: Mapping[str, Sequence[int]],
    ticks: Sequence[Tick],
    lines: Sequence[Tick] = (),
) -> Histogram:
    """Columns of equal width between ``edges``, stacked by the kinds of ``counts``."""
    width = 100 / (len(edges) - 1)
    totals = [sum(column) for column in zip(*counts.values(), strict=True)]
    step = step_of(max(totals, default=0))
    top = max(step * -(-max(totals, default=0) // step), 1)
    columns = []
    for i, total in enumerate(totals):
        parts, base = [], float(HEIGHT)
        for kind, values in counts.items():
            if values[i]:
                # One page among a hundred thousand is still seen: two pixels at the least.
                size = max(HEIGHT * values[i] / top, 2)
                base -= size
                parts.append(Part(kind, round(base, 2), round(size, 2), values[i]))
        start, size = round(i * width, 3), round(width, 3)
        columns.append(Column(edges[i], edges[i + 1], start, size, total, tuple(parts)))
    levels = tuple(
        Tick(round(HEIGHT * (1 - level / top), 2), f"{level:,}")
        for level in range(0, top + 1, step)
    )
    return Histogram(tuple(columns), tuple(ticks), levels, tuple(lines), HEIGHT, sum(totals))


def step_of(most: int) -> int:
    """The distance of lines that divide 0..most into about ``STEPS``: 1, 2 or 5 times 10^n."""
    step = 1
    while step * STEPS < most:
        for factor in (2, 5, 10):
            if step * factor * STEPS >= most:
                return step * factor
        step *= 10
    return step
