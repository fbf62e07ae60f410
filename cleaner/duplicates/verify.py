"""Every proposed pair is judged on exact evidence: what two stories share, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.numbers import changed_numbers
from cleaner.duplicates.passages import shared_passages
from cleaner.duplicates.relations import DEFAULTS, Scores, Thresholds, relation_of
from cleaner.duplicates.shingles import as_sets, digests, fingerprint, shingle
from cleaner.model import Passage


class StoryLike(Protocol):
    """What is compared: ``cleaner.model.Story`` and ``StoryText`` both serve."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def script(self) -> str: ...
    @property
    def paragraphs(self) -> tuple[tuple[int, int], ...]: ...


@dataclass(frozen=True, slots=True)
class StoryText:
    """A story reduced to what is compared.

    ``paragraphs`` gives for each line of ``text`` the (first, last) page lines it was made of.
    """

    id: str
    text: str
    paragraphs: tuple[tuple[int, int], ...]
    script: str = "neutral"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison of stories ``a`` and ``b`` (indexes) came to.

    ``relation`` is one of ``cleaner.model.RELATIONS``, or None: the pair is near the line, and
    kept so that thresholds can be set anew without reading a story again.
    """

    a: int
    b: int
    relation: str | None
    scores: Scores
    cross_script: bool
    numbers_changed: tuple[tuple[str, str], ...]
    shared: tuple[Passage, ...]


Load = Callable[[Sequence[int]], Sequence[StoryLike]]
"""Gives the stories with these indexes, in this order."""

BLOCK = 4096
"""Pairs verified at a time: their stories are what is held in memory."""


def verify(
    pairs: NDArray[np.int64], load: Load, thresholds: Thresholds = DEFAULTS
) -> Iterator[Verdict]:
    """The verdict on each of ``pairs`` (int64[m, 2], sorted) that reaches the floor, in order."""
    for begin in range(0, len(pairs), BLOCK):
        block = pairs[begin : begin + BLOCK]
        ids = sorted({int(i) for i in block.reshape(-1)})
        stories = dict(zip(ids, load(ids), strict=True))
        texts = {i: Compared(stories[i]) for i in ids}
        for a, b in block.tolist():
            verdict = judge(a, texts[a], b, texts[b], thresholds)
            if verdict is not None:
                yield verdict


class Compared:
    """A story made ready for comparison: its fingerprint, its shingles in order and as a set."""

    def __init__(self, story: StoryLike) -> None:
        self.story = story
        self.prints = fingerprint([story.text])
        self.shingles = shingle(self.prints)
        self.set = as_sets(self.shingles).values
        self.digest = tuple(digests(self.prints)[0].tolist())


def judge(
    a: int, left: Compared, b: int, right: Compared, thresholds: Thresholds
) -> Verdict | None:
    """The verdict on one pair, None where it stays below the floor."""
    both = np.sort(np.concatenate([left.set, right.set]))
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    scores = Scores.of(shared, len(left.set), len(right.set), left.digest == right.digest)
    if not scores.above_floor(thresholds):
        return None
    passages = shared_passages(left, right)
    numbers = changed_numbers(left.story.text, right.story.text)
    return Verdict(
        a=a,
        b=b,
        relation=relation_of(scores, bool(passages), numbers, thresholds),
        scores=scores,
        cross_script={left.story.script, right.story.script} == {"simplified", "traditional"},
        numbers_changed=numbers,
        shared=passages,
    )
