"""Every proposed pair is judged on exact evidence: what two stories share, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.align import blocks, patch, placed_shingles
from cleaner.duplicates.differences import (
    Head,
    common_share,
    head_of,
    is_furniture,
    is_other_story,
    renamed_words,
)
from cleaner.duplicates.numbers import Told, compare_numbers, told_by
from cleaner.duplicates.passages import shared_passages
from cleaner.duplicates.relations import DEFAULTS, Differences, Scores, Thresholds, relation_of
from cleaner.duplicates.shingles import as_sets, digests, fingerprint, shingle
from cleaner.model import Passage, turned_passages


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
    kept so that thresholds can be set anew without reading a story again. ``differences`` and
    ``shared`` are looked for only where the scores suffice for a relation; ``doubt`` is what
    of the differences speaks against a copy.
    """

    a: int
    b: int
    relation: str | None
    scores: Scores
    cross_script: bool
    differences: Differences
    shared: tuple[Passage, ...]
    doubt: str | None = None

    @property
    def numbers_changed(self) -> tuple[tuple[str, str], ...]:
        """The numbers of a that b has others in the place of, with those."""
        return self.differences.changed

    def turned(self) -> Verdict:
        """The verdict with ``a`` and ``b`` exchanged."""
        return Verdict(
            self.b,
            self.a,
            self.relation,
            self.scores.turned(),
            self.cross_script,
            self.differences.turned(),
            turned_passages(self.shared),
            self.doubt,
        )


Load = Callable[[Sequence[int]], Sequence[StoryLike]]
"""Gives the stories with these indexes, in this order."""

BLOCK = 2048
"""Pairs verified at a time: their stories are what is held in memory."""

NOTHING: NDArray[np.uint64] = np.zeros(0, dtype=np.uint64)


def verify(
    pairs: NDArray[np.int64],
    load: Load,
    thresholds: Thresholds = DEFAULTS,
    common: NDArray[np.uint64] = NOTHING,
) -> Iterator[Verdict]:
    """The verdict on each of ``pairs`` (int64[m, 2], sorted) that reaches the floor, in order.

    ``common`` are prefixes of shingles that very many stories have (``candidates.propose``).
    """
    for begin in range(0, len(pairs), BLOCK):
        block = pairs[begin : begin + BLOCK]
        numbers = sorted(set(block.reshape(-1).tolist()))
        texts = dict(zip(numbers, compared(load(numbers)), strict=True))
        for a, b in block.tolist():
            verdict = judge(a, texts[a], b, texts[b], thresholds, common)
            if verdict is not None:
                yield verdict


@dataclass(slots=True)
class Compared:
    """A story made ready for comparison.

    ``codes`` is its fingerprint, ``place`` the offset of each of its letters in the text,
    ``ordered`` its shingles in the order of the text, ``set`` the same sorted, each once,
    ``digest`` 128 bits of its fingerprint. The rest is made when it is first asked for.
    """

    story: StoryLike
    codes: NDArray[np.uint16]
    place: NDArray[np.int64]
    ordered: NDArray[np.uint64]
    set: NDArray[np.uint64]
    digest: tuple[int, int]
    _placed: NDArray[np.uint64] | None = None
    _told: Told | None = None
    _starts: list[int] | None = None
    _head: Head | None = None
    _common: float | None = None

    @property
    def placed(self) -> NDArray[np.uint64]:
        """The shingles sorted, with their places."""
        if self._placed is None:
            self._placed = placed_shingles(self.ordered)
        return self._placed

    @property
    def told(self) -> Told:
        """The text with its numbers."""
        if self._told is None:
            self._told = told_by(self.story.text, self.codes, self.place)
        return self._told

    @property
    def starts(self) -> list[int]:
        """Where in the fingerprint each line of the text starts, and its end."""
        if self._starts is None:
            text, at, ends = self.story.text, -1, []
            while (at := text.find("\n", at + 1)) >= 0:
                ends.append(at)
            self._starts = [0, *np.searchsorted(self.place, ends).tolist(), len(self.codes)]
        return self._starts

    @property
    def head(self) -> Head:
        """The headline of the text, and how much of it the rest of the text bears out."""
        if self._head is None:
            self._head = head_of(self.story.text, self.codes, self.starts)
        return self._head

    def common(self, common: NDArray[np.uint64]) -> float:
        """The share of the story that is common to very many."""
        if self._common is None:
            self._common = common_share(self.set, common)
        return self._common


def compared(stories: Sequence[StoryLike]) -> list[Compared]:
    """Stories made ready for comparison, all at once."""
    prints = fingerprint([story.text for story in stories])
    ordered = shingle(prints)
    sets = as_sets(ordered)
    keys = digests(prints).tolist()
    edges, starts = prints.first.tolist(), prints.start.tolist()
    return [
        Compared(
            story,
            prints.codes[edges[i] : edges[i + 1]],
            prints.place[edges[i] : edges[i + 1]] - starts[i],
            ordered.of(i),
            sets.of(i),
            (keys[i][0], keys[i][1]),
        )
        for i, story in enumerate(stories)
    ]


def judge(
    a: int,
    left: Compared,
    b: int,
    right: Compared,
    thresholds: Thresholds = DEFAULTS,
    common: NDArray[np.uint64] = NOTHING,
) -> Verdict | None:
    """The verdict on one pair, None where it stays below the floor.

    Passages and numbers are looked for only where the scores suffice for a relation.
    """
    scores, shared = _score(left, right)
    if not scores.above_floor(thresholds):
        return None
    if not scores.suffice(thresholds):
        return Verdict(a, b, None, scores, _cross_script(left, right), Differences(), ())
    return _examine(a, left, b, right, thresholds, common, scores, shared)


def examine(left: Compared, right: Compared, thresholds: Thresholds = DEFAULTS) -> Verdict:
    """The verdict on two stories (0 and 1) with all its evidence, however little they share."""
    return _examine(0, left, 1, right, thresholds, NOTHING, *_score(left, right))


def _score(left: Compared, right: Compared) -> tuple[Scores, NDArray[np.uint64]]:
    """The scores of a pair, and the shingles they share (none named for equal stories)."""
    equal = left.digest == right.digest and left.digest != (0, 0)
    shared = NOTHING if equal else _shared(left.set, right.set)
    return Scores.of(len(shared), len(left.set), len(right.set), equal), shared


def _cross_script(left: Compared, right: Compared) -> bool:
    return {left.story.script, right.story.script} == {"simplified", "traditional"}


def _examine(
    a: int,
    left: Compared,
    b: int,
    right: Compared,
    thresholds: Thresholds,
    common: NDArray[np.uint64],
    scores: Scores,
    shared: NDArray[np.uint64],
) -> Verdict:
    """The verdict on a pair, with passages and what differs.

    The one whose digest is less is always laid first: where passages repeat, two texts can be
    laid beside each other in several ways, and a pair has one verdict in either order.
    """
    if right.digest < left.digest:
        back = _examine(b, right, a, left, thresholds, common, scores.turned(), shared)
        return back.turned()
    across = _cross_script(left, right)
    if scores.equal:
        rows = np.array([[0, 0, len(left.codes)]])
        differences = Differences(agreeing=len(left.told.numbers.first))
    elif len(common) and _shares_furniture(left, right, shared, common):
        return Verdict(
            a,
            b,
            None,
            scores,
            across,
            Differences(furniture=True),
            (),
            "furniture",
        )
    else:
        patched = patch(left.codes, right.codes)
        if patched is not None:
            rows = patched
        else:
            rows = blocks(left.codes, right.codes, left.placed, right.placed)
        # Across scripts other words are the region's (网络, 網路), and no other names.
        renamed = () if across else renamed_words(left.codes, right.codes, rows, left.head)
        differences = Differences(
            *compare_numbers(left.told, right.told, rows),
            renamed,
            other_story=is_other_story(left.head, right.head),
        )
    passages = shared_passages(
        rows, left.starts, right.starts, left.story.paragraphs, right.story.paragraphs
    )
    doubt = differences.doubt(thresholds)
    relation = relation_of(scores, bool(passages), doubt, thresholds)
    return Verdict(a, b, relation, scores, across, differences, passages, doubt)


def _shares_furniture(
    left: Compared, right: Compared, shared: NDArray[np.uint64], common: NDArray[np.uint64]
) -> bool:
    return is_furniture(
        (len(left.set), len(right.set), len(shared)),
        (left.common(common), right.common(common), common_share(shared, common)),
        lambda: (left.head, right.head),
    )


def _shared(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The shingles that two sets share. The stable sort merges two sorted runs in one pass."""
    both = np.concatenate([a, b])
    both.sort(kind="stable")
    shared: NDArray[np.uint64] = both[1:][both[1:] == both[:-1]]
    return shared
