"""Finds the seams where a paragraph was broken in the middle, so that its pieces can be joined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.label import Labels
from cleaner.text.lines import Lines
from cleaner.text.reading import LATIN
from cleaner.text.shape import Shape


@dataclass(frozen=True, slots=True)
class Seam:
    """Two lines that are one paragraph: ``lower`` is joined onto ``upper``.

    ``upper`` and ``lower`` are indexes into the batch, of one page, upper < lower, only blank
    lines or lines that go between them; ``joint`` is what stands between the two ("" or " ");
    ``rule`` names what joined them and ``why`` is one sentence for the user.
    """

    upper: int
    lower: int
    joint: str
    rule: str
    why: str


def find_seams(
    lines: Lines, shape: Shape, labels: Labels, stays: NDArray[np.bool_]
) -> tuple[Seam, ...]:
    """The seams of every page of the batch, in reading order."""
    lively = np.flatnonzero(stays & ~shape.blank)
    upper, lower = lively[:-1], lively[1:]
    broken = (
        (lines.page[upper] == lines.page[lower])
        & (labels.label[upper] == 0)
        & (labels.label[lower] == 0)
        & ~shape.ended[upper]
        & ((shape.clauses[upper] > 0) | (shape.visible[upper] >= 40))
        & shape.ended[lower]
        & (shape.indent[lower] == 0)
    )
    return tuple(
        Seam(
            int(i),
            int(j),
            _joint(lines, int(i), int(j)),
            "broken-sentence",
            "the sentence of this line has no end and the next line goes on with it",
        )
        for i, j in zip(upper[broken].tolist(), lower[broken].tolist(), strict=True)
    )


def _joint(lines: Lines, upper: int, lower: int) -> str:
    """A space between two Latin words, nothing else."""
    above = lines.text_of(upper).rstrip()
    below = lines.text_of(lower).lstrip()
    last = lines.classes[lines.start[upper] + len(above) - 1]
    first = lines.classes[lines.end[lower] - len(below)]
    return " " if last == LATIN and first == LATIN else ""
