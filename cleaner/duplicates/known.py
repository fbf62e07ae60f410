"""Which of these stories does an index know? The answer, with the old ids and the evidence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cleaner.duplicates.index import Index
from cleaner.duplicates.lookup import Candidates, common_among, find_candidates
from cleaner.duplicates.matches import named_match
from cleaner.duplicates.relations import DEFAULTS, Scores, Thresholds, relation_of
from cleaner.duplicates.sketches import Sketches, sketch_stories
from cleaner.duplicates.verify import BLOCK, StoryLike, compared, judge
from cleaner.model import RELATIONS, Match

ASKED_CHARS = 1_000_000
"""Characters of stories that are asked for together."""

CERTAIN = 1.96
"""Standard errors on either side that hold the true share in 95 of 100 estimates."""


@dataclass(frozen=True, slots=True)
class Known:
    """A story that was asked for and says the same as one of the index.

    In ``match`` the new story is always a, the old one b, and the old one is kept; they may have
    the same id. ``exact`` tells that the texts themselves were compared. Where it is False (the
    index holds no texts) the shares are estimated from samples and lie, in 95 of 100 cases,
    within ``error`` of the truth; then no passages or numbers are told.
    """

    match: Match
    exact: bool
    error: float


def find_known(
    index: Index,
    stories: Sequence[StoryLike],
    sketches: Sketches | None = None,
    thresholds: Thresholds = DEFAULTS,
) -> list[Known]:
    """What ``index`` knows of ``stories``: in their order, of each the closest first.

    ``sketches`` are those of the stories' texts, where they are made already. A story of the
    index that came again with an equal fingerprint is told by the first that had it. Where a
    story of another page is equal to the new one, it alone is told: what else is like both was
    told when that one was new.
    """
    if sketches is None:
        sketches = sketch_stories([story.text for story in stories])
    candidates = _unsettled(index, stories, find_candidates(index, sketches))
    if index.holds_texts:
        found = _verified(index, stories, candidates, thresholds)
    else:
        found = _estimated(index, stories, sketches, candidates, thresholds)
    return [known for _, known in sorted(found, key=_closeness)]


def same_page(a: str, b: str) -> bool:
    """Whether two ids name one story of one page, seen from the same folder or from above it."""
    return a == b or a.endswith(f"/{b}") or b.endswith(f"/{a}")


def _unsettled(index: Index, stories: Sequence[StoryLike], candidates: Candidates) -> Candidates:
    """The candidates without those of stories that an equal one of another page settles."""
    equal = np.flatnonzero(candidates.equal)
    ids = index.ids(candidates.row[equal].tolist())
    settled = np.zeros(len(stories), dtype=bool)
    for story, row in zip(
        candidates.story[equal].tolist(), candidates.row[equal].tolist(), strict=True
    ):
        settled[story] = not same_page(stories[story].id, ids[row])
    return candidates.only(candidates.equal | ~settled[candidates.story])


def _closeness(answer: tuple[int, Known]) -> tuple[int, int, float]:
    """Answers by story, then the strongest relation, then the highest Jaccard."""
    story, known = answer
    assert known.match.relation is not None
    return story, RELATIONS.index(known.match.relation), -known.match.jaccard


def _verified(
    index: Index, stories: Sequence[StoryLike], candidates: Candidates, thresholds: Thresholds
) -> Iterator[tuple[int, Known]]:
    """The candidates that hold, on the evidence of both texts: (which story, answer)."""
    for begin in range(0, len(candidates), BLOCK):
        some = candidates.story[begin : begin + BLOCK].tolist()
        rows = candidates.row[begin : begin + BLOCK].tolist()
        new, seen = sorted(set(some)), sorted(set(rows))
        loaded = compared([*(stories[i] for i in new), *index.stories(seen)])
        mine = dict(zip(new, loaded, strict=False))
        theirs = dict(zip(seen, loaded[len(new) :], strict=True))
        common = common_among(index, [one.set for one in loaded])
        for story, row in zip(some, rows, strict=True):
            verdict = judge(story, mine[story], row, theirs[row], thresholds, common)
            if verdict is not None and verdict.relation is not None:
                old = theirs[row].story.id
                match = named_match(verdict, stories[story].id, old, old)
                yield story, Known(match, exact=True, error=0.0)


def _estimated(
    index: Index,
    stories: Sequence[StoryLike],
    sketches: Sketches,
    candidates: Candidates,
    thresholds: Thresholds,
) -> Iterator[tuple[int, Known]]:
    """The candidates that hold by their samples, shared hashes out of those of each."""
    ids = index.ids(candidates.row.tolist())
    sizes = index.sizes(candidates.row)
    for i in range(len(candidates)):
        story, equal = int(candidates.story[i]), bool(candidates.equal[i])
        mine, theirs = float(candidates.mine[i]), float(candidates.theirs[i])
        shared = min(int(candidates.shared[i]), mine, theirs)
        a_in_b, b_in_a = shared / max(mine, 1), shared / max(theirs, 1)
        union = mine + theirs - shared
        size = (int(sketches.samples.size[story]), int(sizes[i]))
        scores = Scores(shared / max(union, 1), a_in_b, b_in_a, size, False)
        if equal:
            scores = Scores(1.0, 1.0, 1.0, size, True)
        relation = relation_of(scores, True, None, thresholds)
        if relation is None:
            continue
        old = ids[int(candidates.row[i])]
        match = Match(
            a=stories[story].id,
            b=old,
            relation=relation,
            jaccard=scores.jaccard,
            a_in_b=scores.a_in_b,
            b_in_a=scores.b_in_a,
            cross_script=False,
            numbers_changed=(),
            shared=(),
            kept=old,
        )
        error = 0.0 if equal else max(_error(shared, mine), _error(shared, theirs))
        yield story, Known(match, exact=equal, error=error)


def _error(shared: float, sampled: float) -> float:
    """Half the interval that holds a share in 95 of 100 cases, of which ``sampled`` hashes show
    ``shared`` (Agresti and Coull 1998: two of each are added, so that no share is certain)."""
    share = (shared + 2) / (sampled + 4)
    return CERTAIN * math.sqrt(share * (1 - share) / (sampled + 4))
