"""Tells the stories of a page apart, and finds title, deck and fields of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS, META_LABELS
from cleaner.noise.label import Labels
from cleaner.stories.fields import Fields
from cleaner.stories.mend import Seam
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape


@dataclass(frozen=True, slots=True)
class StorySpan:
    """One story of a page.

    ``page`` is its page's index in the batch; ``first`` and ``last`` its first and last line
    (indexes into the batch, inclusive: its captions, byline and credit lines too, no furniture
    after it); ``title`` and ``subtitle`` the lines they stand on (a headline wrapped in two has
    two). ``rule`` names what opened the story here and ``why`` says it in one sentence (for the
    first story of a page ``rule`` is "page").
    """

    page: int
    first: int
    last: int
    title: tuple[int, ...]
    subtitle: tuple[int, ...]
    fields: Fields
    rule: str
    why: str


def find_stories(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
) -> tuple[StorySpan, ...]:
    """The stories of every page of the batch, in reading order."""
    meta = np.array([name in META_LABELS for name in LABELS])
    inside = (stays & ~shape.blank) | meta[labels.label]
    found: list[StorySpan] = []
    joined = {seam.lower for seam in seams}
    for page in range(len(lines.pages)):
        own = [
            i for i in range(int(lines.first[page]), int(lines.first[page + 1])) if bool(inside[i])
        ]
        if not own:
            continue
        bounds = [0]
        for k in range(1, len(own)):
            above, line = own[k - 1], own[k]
            if line not in joined and LABELS[labels.label[above]] == "byline":
                bounds.append(k)
        for n, (a, b) in enumerate(zip(bounds, [*bounds[1:], len(own)], strict=True)):
            top = own[a]
            titled = not shape.ended[top] and shape.clauses[top] == 0 and b - a > 1
            found.append(
                StorySpan(
                    page=page,
                    first=top,
                    last=own[b - 1],
                    title=(top,) if titled else (),
                    subtitle=(),
                    fields=Fields(),
                    rule="byline-above" if n else "page",
                    why="the story above ends with its byline" if n else "the page begins here",
                )
            )
    return tuple(found)
