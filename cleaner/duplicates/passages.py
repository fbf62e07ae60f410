"""Where two stories say the same: shared passages as line spans in their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.shingles import SHINGLE
from cleaner.model import Passage

if TYPE_CHECKING:
    from cleaner.duplicates.verify import Compared

SHORTEST = 13
"""Letters a shared passage has at the least."""

GAP = 6
"""Letters that may differ inside a passage."""


def shared_passages(a: Compared, b: Compared) -> tuple[Passage, ...]:
    """The passages of ``a`` that stand in ``b`` too, in the order of ``a``."""
    order = np.argsort(b.shingles.values, kind="stable")
    ordered = b.shingles.values[order]
    at = np.searchsorted(ordered, a.shingles.values)
    at[at == len(ordered)] = 0
    found = ordered[at] == a.shingles.values if len(ordered) else np.zeros(len(at), dtype=bool)
    hits = np.flatnonzero(found)
    if not len(hits):
        return ()
    there = order[at[hits]]
    cut = np.flatnonzero((np.diff(hits) > GAP) | (np.abs(np.diff(there) - np.diff(hits)) > GAP)) + 1
    lines_a, lines_b = _lines(a), _lines(b)
    out = []
    for here, other in zip(np.split(hits, cut), np.split(there, cut), strict=True):
        chars = int(here[-1] - here[0]) + SHINGLE
        if chars >= SHORTEST:
            out.append(
                Passage(
                    a=_span(lines_a, int(here[0]), int(here[-1]) + SHINGLE - 1),
                    b=_span(lines_b, int(other.min()), int(other.max()) + SHINGLE - 1),
                    chars=chars,
                )
            )
    return tuple(out)


def _lines(compared: Compared) -> NDArray[np.int64]:
    """The page lines (first, last) that each letter of the fingerprint stands on."""
    text = compared.story.text
    breaks = np.array([i for i, char in enumerate(text) if char == "\n"], dtype=np.int64)
    line = np.searchsorted(breaks, compared.prints.place)
    spans = np.array(compared.story.paragraphs, dtype=np.int64).reshape(-1, 2)
    picked: NDArray[np.int64] = spans[line]
    return picked


def _span(lines: NDArray[np.int64], first: int, last: int) -> tuple[int, int]:
    return int(lines[first, 0]), int(lines[last, 1])
