"""The pairs and groups of a run: their scores, and which of them are shown."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.corpus.rows import parse_rows, scores_in
from cleaner.model import RELATIONS
from cleaner.report.choose import Most, by_turns

LISTED = 3_000
"""Pairs in a report's list; of a larger run the most telling."""

READ = 200
"""Pairs that are laid side by side."""

READ_CHARS = 2_000_000
"""Characters of the stories in them; each side is held with its marks."""

GROUPS = 500
"""Groups in a report, the largest."""

MEMBERS = 40
"""Stories told of a group."""

SCORE_BINS = 100
"""Bins that scores are counted in: fine enough for the slider to count by them."""

MISS = "miss"
"""Stands where a relation would: the pair is a near miss."""

KINDS = (*RELATIONS, MISS)
"""What a pair may be, the strongest relation first."""


MEASURES = ("containment", "jaccard")
"""What pairs are measured by: the larger share of one story in the other, and the shared part of
both together."""


@dataclass(frozen=True, slots=True)
class PairFacts:
    """A row of ``duplicates.jsonl`` or ``near_misses.jsonl``; ``kind`` is one of ``KINDS``.

    ``passages`` and ``shared_chars`` count what the two share; ``doubt`` is one of
    ``cleaner.model.DOUBTS``, or None.
    """

    a: str
    b: str
    kind: str
    jaccard: float
    a_in_b: float
    b_in_a: float
    cross_script: bool
    numbers: tuple[tuple[str, str], ...]
    passages: int
    shared_chars: int
    kept: str
    doubt: str | None

    @property
    def containment(self) -> float:
        """The larger share of one story that stands in the other: what overlap is judged by."""
        return max(self.a_in_b, self.b_in_a)


@dataclass(frozen=True, slots=True)
class PairList:
    """The pairs that a report lists, the most telling first, out of ``total``.

    ``cross_script`` counts the duplicates of the run whose stories are in different scripts.

    ``scores`` counts all pairs of the run: by measure (``containment``, ``jaccard``), then by
    kind, in ``SCORE_BINS`` equal bins of 0..1, the last one with 1 in it.
    """

    listed: tuple[PairFacts, ...]
    total: int
    cross_script: int
    scores: Mapping[str, Mapping[str, tuple[int, ...]]]


def read_pairs(out: Path, listed: int = LISTED) -> PairList:
    """The pairs of the run in ``out``: all of them, or the ``listed`` most telling."""
    rankings = {name: Most[bytes](listed) for name in ("cross_script", *_TOLD_FIRST)}
    bins = {measure: {kind: [0] * SCORE_BINS for kind in KINDS} for measure in MEASURES}
    total = cross_script = 0
    for row, told in _scored_rows(out):
        kind = told["relation"] or MISS
        containment, jaccard = max(told["a_in_b"], told["b_in_a"]), told["jaccard"]
        total += 1
        for measure, score in (("containment", containment), ("jaccard", jaccard)):
            # Scores are rounded to four places: .29 is in the bin that starts at .29.
            bins[measure][kind][min(int(score * SCORE_BINS + 1e-9), SCORE_BINS - 1)] += 1
        telling = _telling(kind, containment, jaccard)
        rankings[kind].offer(telling, row)
        if told["cross_script"] and kind != MISS:
            cross_script += 1
            rankings["cross_script"].offer(telling, row)
    rows = by_turns([most.best() for most in rankings.values()], lambda row: row)
    return PairList(
        listed=tuple(_pair(told) for told in parse_rows(itertools.islice(rows, listed))),
        total=total,
        cross_script=cross_script,
        scores={
            measure: {kind: tuple(counts) for kind, counts in kinds.items() if any(counts)}
            for measure, kinds in bins.items()
        },
    )


_TOLD_FIRST = ("revision", "overlap", MISS, "contained", "near", "exact")
"""In what order kinds are told, behind pairs across scripts: what was hard to decide before what
is plain."""


def _telling(kind: str, containment: float, jaccard: float) -> float:
    """How telling a pair is among those of its kind: the nearer to the threshold, the more."""
    if kind == MISS:
        return containment
    return -jaccard if kind in ("near", "revision") else -containment


def _scored_rows(out: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Every pair of the run as a row, and the scores in it."""
    for name in ("duplicates.jsonl", "near_misses.jsonl"):
        with (out / name).open("rb") as stream:
            rows, again = itertools.tee(stream)
            yield from zip(rows, parse_rows(map(scores_in, again)), strict=True)


def _pair(told: Mapping[str, Any]) -> PairFacts:
    return PairFacts(
        a=told["a"],
        b=told["b"],
        kind=told["relation"] or MISS,
        jaccard=told["jaccard"],
        a_in_b=told["a_in_b"],
        b_in_a=told["b_in_a"],
        cross_script=told["cross_script"],
        numbers=tuple((x, y) for x, y in told["numbers_changed"]),
        passages=len(told["shared"]),
        shared_chars=sum(passage["chars"] for passage in told["shared"]),
        kept=told["kept"],
        doubt=told["doubt"],
    )


def choose_beside(
    pairs: PairList, length_of: Mapping[str, int], chars: int = READ_CHARS
) -> tuple[PairFacts, ...]:
    """The pairs whose stories are laid side by side: the most telling that have room.

    ``length_of`` gives the characters of a story, by id; together they have at most ``chars``.
    """
    chosen = []
    for pair in pairs.listed[:READ]:
        if pair.a not in length_of or pair.b not in length_of:
            continue
        size = length_of[pair.a] + length_of[pair.b]
        if size <= chars:
            chars -= size
            chosen.append(pair)
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A kept story and the first ``MEMBERS`` of its ``copies`` in the order of the corpus."""

    kept: str
    members: tuple[str, ...]
    copies: int


class Groups:
    """The groups of a run, gathered from the rows of ``stories.jsonl``."""

    def __init__(self) -> None:
        self._sizes: Counter[str] = Counter()
        self._members: dict[str, list[str]] = {}

    def add(self, story: str, kept: str) -> None:
        """Takes a story and the story that stands for it."""
        self._sizes[kept] += 1
        members = self._members.setdefault(kept, [])
        if len(members) < MEMBERS:
            members.append(story)

    def __len__(self) -> int:
        return len(self._sizes)

    def largest(self, size: int = GROUPS) -> tuple[GroupFacts, ...]:
        """The ``size`` largest groups, the largest first."""
        names = sorted(self._sizes, key=lambda name: (-self._sizes[name], name))[:size]
        return tuple(
            GroupFacts(name, tuple(self._members[name]), self._sizes[name]) for name in names
        )
