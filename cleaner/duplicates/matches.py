"""Verdicts become matches: by story id, with the story that is kept; and are judged anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cleaner.duplicates.groups import Rank, links_of
from cleaner.duplicates.relations import Scores, Thresholds, relation_of
from cleaner.duplicates.verify import Verdict
from cleaner.model import Match


def match_of(verdict: Verdict, ids: Mapping[int, str], rank: Rank) -> Match:
    """The match (or near miss) that a verdict makes of stories ``ids[a]`` and ``ids[b]``."""
    a, b, scores = verdict.a, verdict.b, verdict.scores
    links = links_of(verdict.relation, a, b, scores.a_in_b, scores.b_in_a)
    may_be_kept = [one for one, _ in links] or [a, b]
    kept = min(may_be_kept, key=lambda story: (rank(story), story))
    match = named_match(verdict, ids[a], ids[b], ids[kept])
    return match if match.a < match.b else match.turned()


def named_match(verdict: Verdict, a: str, b: str, kept: str) -> Match:
    """What a verdict says of the stories named ``a`` and ``b``, in this order."""
    return Match(
        a=a,
        b=b,
        relation=verdict.relation,
        jaccard=verdict.scores.jaccard,
        a_in_b=verdict.scores.a_in_b,
        b_in_a=verdict.scores.b_in_a,
        cross_script=verdict.cross_script,
        numbers_changed=verdict.numbers_changed,
        shared=verdict.shared,
        kept=kept,
        numbers_same=verdict.differences.agreeing,
        doubt=verdict.doubt,
    )


_SCALE = 1 << 30
"""Size given to stories of which only the ratio of sizes is known: longer than any limit."""


def judged_anew(match: Match, thresholds: Thresholds) -> Match:
    """The match with the relation that its scores have under other thresholds.

    What spoke against a copy still does. Of a near miss nothing more is known than its scores.
    """
    if match.relation == "exact":
        return match
    # a_in_b is shared / |a| and b_in_a is shared / |b|: their ratio is that of the sizes.
    sizes = (int(match.b_in_a * _SCALE), int(match.a_in_b * _SCALE))
    if not all(sizes):
        return replace(match, relation=None)
    scores = Scores(match.jaccard, match.a_in_b, match.b_in_a, sizes, False)
    return replace(match, relation=relation_of(scores, True, match.doubt, thresholds))
