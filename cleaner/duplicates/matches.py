"""Verdicts become matches: by story id, with the story that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cleaner.duplicates.verify import Verdict
from cleaner.model import Match

COPIES = frozenset({"exact", "near", "contained"})
"""Relations in which one story stands for the other; the others are only told."""

Rank = Callable[[int], tuple[object, ...]]
"""What stories are kept by: the least is kept, ties go to the story that comes first."""


def match_of(verdict: Verdict, ids: Mapping[int, str], rank: Rank) -> Match:
    """The match (or near miss) that a verdict makes of stories ``ids[a]`` and ``ids[b]``."""
    a, b, scores = verdict.a, verdict.b, verdict.scores
    kept = min((a, b), key=lambda story: (rank(story), story))
    match = Match(
        a=ids[a],
        b=ids[b],
        relation=verdict.relation,
        jaccard=scores.jaccard,
        a_in_b=scores.a_in_b,
        b_in_a=scores.b_in_a,
        cross_script=verdict.cross_script,
        numbers_changed=verdict.numbers_changed,
        shared=verdict.shared,
        kept=ids[kept],
    )
    return match if match.a < match.b else match.turned()
