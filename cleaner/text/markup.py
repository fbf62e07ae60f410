"""What the markup of a web page says of its lines, as columns beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHOWN = 8
"""Elements that the path of a line names, the innermost; no more are looked at."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of itself in its head (JSON-LD, Open Graph, meta, title).

    Each is the text as it stands there, or None; ``published`` is an ISO date (YYYY-MM-DD).
    None of it is on the page's lines for certain: pages declare what is not true of them.
    """

    title: str | None = None
    author: str | None = None
    published: str | None = None
    site: str | None = None
    url: str | None = None


@dataclass(frozen=True, eq=False)
class Markup:
    """The elements that the lines of one page stand in.

    A *box* is an element that breaks lines (a paragraph, a cell, a block of them) and holds a
    line, itself or in the boxes within it. Boxes are in the order of their start tags. Columns of
    the m boxes: ``name`` (int32) indexes ``names`` ("div#main.article"), ``parent`` (int32) is
    the box around it (-1: none), its lines are ``low:high`` (int32, counted from 0 on the page),
    ``path`` (uint64) is a hash of the tags and classes from the root down, alike for repeated
    elements. Columns of the n lines: ``box`` (int32) is the innermost box (-1: none), ``links``
    (float32) the share of its characters that are links, 0..1, ``hidden`` (bool) whether an
    element around it is not displayed.
    """

    names: tuple[str, ...]
    name: NDArray[np.int32]
    parent: NDArray[np.int32]
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    path: NDArray[np.uint64]
    box: NDArray[np.int32]
    links: NDArray[np.float32]
    hidden: NDArray[np.bool_]
    declared: Declared = Declared()

    def __len__(self) -> int:
        return len(self.box)

    def element(self, line: int) -> str:
        """The elements around line ``line`` (from 0), outermost first: "body > div.text > p"."""
        around: list[str] = []
        box = int(self.box[line])
        while box >= 0 and len(around) < SHOWN:
            around.append(self.names[self.name[box]])
            box = int(self.parent[box])
        if box >= 0:
            around.append("…")
        return " > ".join(reversed(around))
