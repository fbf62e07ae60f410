"""The lines of a page and the elements around them, as columns that grow with the page."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleaner.model import CleanerError
from cleaner.text.markup import Declared, Markup

MOST_PIECES = 300_000
"""Tags, stretches of text, and lines above which a page is given up: real ones have some thousands
(83 Chinese pages up to 9,000). That many take about a second to read, and two to clean."""

LONGEST_NAME = 60
"""Characters that id and classes of an element may have in its name."""


class TooManyPiecesError(CleanerError):
    """A page has more than ``MOST_PIECES`` tags and stretches of text, or lines."""


@dataclass(slots=True)
class Box:
    """An open element that breaks lines; ``number`` is -1 as long as no line stands in it.

    ``own`` is its id, ``around`` the box that it is in; ``hidden_before`` counts the elements not
    displayed between the two.
    """

    tag: str
    own: str
    classes: str
    around: Box | None
    hidden_before: int
    number: int = -1


class Columns:
    """The columns of a page while it is read, see ``Markup``; ``lines`` is its text so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._of_lines: list[tuple[int, float, bool]] = []
        self._of_boxes: list[tuple[int, int, int, int]] = []
        self._ends: dict[int, int] = {}
        self._names: dict[str, int] = {}
        self._looks: dict[tuple[str, str, str], tuple[int, int]] = {}

    def add(self, text: str, box: Box | None, links: float = 0.0, hidden: bool = False) -> None:
        """A line in the innermost ``box``; raises TooManyPiecesError."""
        if len(self.lines) == MOST_PIECES:
            raise TooManyPiecesError(f"has more than {MOST_PIECES:,} lines; it is not one page")
        number = -1 if box is None else self._number(box)
        self.lines.append(text)
        self._of_lines.append((number, links, hidden))

    def end(self, box: Box) -> None:
        """The end of a box: no line that comes stands in it."""
        if box.number >= 0:
            self._ends[box.number] = len(self.lines)

    def finish(self, declared: Declared) -> Markup:
        """The columns of the whole page; blank lines at its end are dropped."""
        while self.lines and not self.lines[-1]:
            self.lines.pop()
            self._of_lines.pop()
        count = len(self.lines)
        high = [self._ends.get(number, count) for number in range(len(self._of_boxes))]
        names, parents, lows, paths = _turned(self._of_boxes, 4)
        boxes, links, hidden = _turned(self._of_lines, 3)
        return Markup(
            names=tuple(self._names),
            name=np.array(names, dtype=np.int32),
            parent=np.array(parents, dtype=np.int32),
            low=np.array(lows, dtype=np.int32),
            high=np.minimum(np.array(high, dtype=np.int32), count),
            path=np.array(paths, dtype=np.uint64),
            box=np.array(boxes, dtype=np.int32),
            links=np.array(links, dtype=np.float32),
            hidden=np.array(hidden, dtype=bool),
            declared=declared,
        )

    def _number(self, box: Box) -> int:
        """The number of an open box: it and those around it have one from their first line on."""
        new: list[Box] = []
        around: Box | None = box
        while around is not None and around.number < 0:
            new.append(around)
            around = around.around
        parent = -1 if around is None else around.number
        for one in reversed(new):
            name, look = self._named(one)
            path = self._of_boxes[parent][3] if parent >= 0 else 0
            path = (path * 0x9E3779B97F4A7C15 + look + 1) & (1 << 64) - 1
            one.number = len(self._of_boxes)
            self._of_boxes.append((name, parent, len(self.lines), path))
            parent = one.number
        return box.number

    def _named(self, box: Box) -> tuple[int, int]:
        """The number of the name of a box, and a hash of its tag and classes."""
        looks = (box.tag, box.own, box.classes)
        if looks not in self._looks:
            name = self._names.setdefault(_name(box), len(self._names))
            kind = f"{box.tag}.{box.classes}".encode("utf-8", "replace")
            self._looks[looks] = (name, zlib.crc32(kind))
        return self._looks[looks]


def _name(box: Box) -> str:
    """The element as style sheets name it: "div#main.article"."""
    own = f"#{box.own.strip()}" if box.own.strip() else ""
    classes = "".join(f".{word}" for word in box.classes.split())
    return box.tag + "".join((own + classes).split())[:LONGEST_NAME]


def _turned(rows: Sequence[tuple[Any, ...]], width: int) -> list[tuple[Any, ...]]:
    """The columns of rows, ``width`` of them."""
    return list(zip(*rows, strict=True)) or [()] * width
