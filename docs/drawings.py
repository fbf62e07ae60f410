"""Draws the figures of the documentation as SVG, from the formulas and constants of the program."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import comb, sqrt

from cleaner.duplicates.candidates import BANDS, ERRORS, LIKELY_CONTAINMENT, ROWS, SHARED
from cleaner.duplicates.relations import DEFAULTS

INK, PALE, LINES = "#888888", "#88888855", ("#00897b", "#c2571a", "#5e6fbf", "#8a5fa8")
"""Colours that are read on a light and on a dark page."""

WIDTH, HEIGHT, LEFT, TOP = 560, 260, 50, 16

Curve = Callable[[float], float]


def banding() -> str:
    """The chance that bands propose a pair, by its Jaccard."""
    curves = [(f"{BANDS} bands of {ROWS} rows", lambda j: 1 - (1 - j**ROWS) ** BANDS)]
    return _chart("Jaccard of the pair", curves, [(DEFAULTS.near, "near")])


def sampling() -> str:
    """The chance that samples propose a pair, by containment, for several sample sizes."""

    def found(size: int) -> Curve:
        expected = LIKELY_CONTAINMENT * size
        least = max(SHARED, expected - ERRORS * sqrt(expected * (1 - LIKELY_CONTAINMENT)))

        def chance(share: float) -> float:
            return sum(
                comb(size, k) * share**k * (1 - share) ** (size - k)
                for k in range(size + 1)
                if k >= least
            )

        return chance

    curves = [(f"{size} hashes in the sample", found(size)) for size in (16, 32, 64)]
    marks = [(DEFAULTS.overlap, "overlap"), (DEFAULTS.contained, "contained")]
    return _chart("share of the smaller story that stands in the larger", curves, marks)


def _chart(axis: str, curves: list[tuple[str, Curve]], marks: list[tuple[float, str]]) -> str:
    """Curves over 0..1 with values in 0..1, and named places on the axis below."""
    right, bottom = WIDTH - 16, HEIGHT - 44

    def x(value: float) -> float:
        return LEFT + value * (right - LEFT)

    def y(value: float) -> float:
        return bottom - value * (bottom - TOP)

    parts = []
    for tenth in range(0, 11, 2):
        at = tenth / 10
        parts += [
            _line(x(at), y(0), x(at), y(1), PALE),
            _line(x(0), y(at), x(1), y(at), PALE),
            _text(x(at), bottom + 16, f"{at:.1f}", "middle"),
            _text(LEFT - 8, y(at) + 4, f"{at:.1f}", "end"),
        ]
    parts.append(_text((LEFT + right) / 2, HEIGHT - 8, axis, "middle"))
    for at, name in marks:
        parts.append(_line(x(at), y(0), x(at), y(1), INK, dash=True))
        parts.append(_text(x(at) + 4, y(0.04), name))
    for n, ((name, curve), colour) in enumerate(zip(curves, LINES, strict=False)):
        points = " ".join(f"{x(i / 100):.1f},{y(curve(i / 100)):.1f}" for i in range(101))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(_text(LEFT + 12, TOP + 16 + 18 * n, name, colour=colour))
    return _drawing(WIDTH, HEIGHT, parts)


STEPS = (
    ("bytes", "decode", "encoding, broken bytes"),
    ("text", "lines, shape", "reading form"),
    ("lines", "label", "rules, layout, model"),
    ("labels", "mend, split", "seams, spans"),
    ("spans", "cut", "findings, edits back"),
    ("stories", "match", "sketches, exact sets"),
)
"""What comes in, what is done, and what it is done with."""


def flow() -> str:
    """The way of a page from bytes to matches."""
    wide, high, gap = 108, 84, 22
    parts = []
    lefts = [4 + n * (wide + gap) for n in range(len(STEPS))]
    for left, (given, step, means), colour in zip(lefts, STEPS, LINES * 2, strict=False):
        centre = left + wide / 2
        parts += [
            f'<rect x="{left}" y="4" width="{wide}" height="{high}" rx="8" fill="none" '
            f'stroke="{colour}" stroke-width="2"/>',
            _text(centre, 26, given, "middle"),
            _text(centre, 50, step, "middle", colour=colour, bold=True),
            _text(centre, 74, means, "middle", size=9.5),
        ]
    for left, following in pairwise(lefts):
        parts.append(_line(left + wide + 3, 46, following - 3, 46, INK))
        parts.append(_text(following - 10, 50, "›", size=14))
    return _drawing(lefts[-1] + wide + 4, high + 8, parts)


def _drawing(width: float, height: float, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: bool = False) -> str:
    dashes = ' stroke-dasharray="4 4"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    anchor: str = "start",
    colour: str = INK,
    bold: bool = False,
    size: float = 12,
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" '
        f'font-size="{size}"{weight}>{words}</text>'
    )
