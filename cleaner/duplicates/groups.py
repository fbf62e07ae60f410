"""Stars of copies: which story is kept, and which ones it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A kept story and the stories that are verified copies of it (indexes, sorted)."""

    kept: int
    copies: tuple[int, ...]


def star_groups(
    links: Iterable[tuple[int, int]], rank: Callable[[int], tuple[object, ...]]
) -> tuple[Group, ...]:
    """Groups of stories, each copy directly linked to the one that is kept.

    ``links`` are verified pairs; ``rank`` gives what stories are kept by, least first. The
    best-ranked story takes all it is linked to; then the best of those left, and so on: no
    story is dropped because of a chain.
    """
    neighbours: dict[int, list[int]] = {}
    for a, b in links:
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    taken: set[int] = set()
    groups = []
    for story in sorted(neighbours, key=lambda i: (rank(i), i)):
        if story in taken:
            continue
        copies = sorted(i for i in neighbours[story] if i not in taken and i != story)
        taken.add(story)
        if copies:
            taken.update(copies)
            groups.append(Group(story, tuple(copies)))
    return tuple(groups)


POLICIES = ("longest", "first", "earliest", "cleanest")
"""How the kept story is chosen, beside ``source=A,B``."""


def longest(sizes: Sequence[int]) -> Callable[[int], tuple[object, ...]]:
    """Rank by size, the largest first."""
    return lambda story: (-sizes[story],)
