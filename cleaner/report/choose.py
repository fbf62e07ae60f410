"""Choosing what a report shows of a large run: the most telling first, in bounded memory."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Most(Generic[Thing]):
    """The ``size`` things with the highest scores of all that were offered.

    Of equal scores the one offered first wins, so that the choice depends on the order of the
    rows in a file and on nothing else.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: list[tuple[float, int, Thing]] = []
        self._offered = itertools.count()

    def offer(self, score: float, thing: Thing) -> None:
        """Takes ``thing`` if it is among the highest so far."""
        if len(self._held) < self._size:
            heapq.heappush(self._held, (score, -next(self._offered), thing))
        elif score > self._held[0][0]:
            heapq.heapreplace(self._held, (score, -next(self._offered), thing))

    def best(self) -> list[Thing]:
        """What is held, the highest first."""
        return [thing for _, _, thing in sorted(self._held, reverse=True)]


def by_turns(lists: Iterable[Sequence[Thing]], key: Callable[[Thing], Hashable]) -> Iterable[Thing]:
    """One thing from each list in turn, none twice (by ``key``): several rankings in one."""
    seen: set[Hashable] = set()
    for row in itertools.zip_longest(*lists):
        for thing in row:
            if thing is not None and key(thing) not in seen:
                seen.add(key(thing))
                yield thing
