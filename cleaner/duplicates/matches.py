"""Verdicts become matches: by story id, with the story that is kept."""

from __future__ import annotations

from collections.abc import Mapping

from cleaner.duplicates.groups import Rank, links_of
from cleaner.duplicates.verify import Verdict
from cleaner.model import Match


def match_of(verdict: Verdict, ids: Mapping[int, str], rank: Rank) -> Match:
    """The match (or near miss) that a verdict makes of stories ``ids[a]`` and ``ids[b]``."""
    a, b, scores = verdict.a, verdict.b, verdict.scores
    links = links_of(verdict.relation, a, b, scores.a_in_b, scores.b_in_a)
    may_be_kept = [one for one, _ in links] or [a, b]
    kept = min(may_be_kept, key=lambda story: (rank(story), story))
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
