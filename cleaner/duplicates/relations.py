"""How two stories relate: the scores, the thresholds, and the rule that names the relation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the relations begin; every default of the duplicates room stands here."""

    near: float = 0.7
    """Jaccard from which two stories are near-copies (duplicates.md 5.1: a light re-post keeps
    J .7 in 97.5 %, unrelated stories stay below .09)."""
    contained: float = 0.8
    """Share of the smaller story that must stand in the larger one."""
    size_ratio: float = 0.8
    """Smaller over larger, in shingles, up to which one story is *contained* in the other."""
    overlap: float = 0.4
    """Share of the smaller story from which a pair with shared passages overlaps."""
    shortest: int = 40
    """Shingles below which a story is only ever an exact copy."""
    floor_jaccard: float = 0.2
    """Jaccard below which a pair is not kept at all, unless its containment is high."""
    floor_containment: float = 0.3
    """Containment below which a pair is not kept at all, unless its Jaccard is high."""


DEFAULTS = Thresholds()


@dataclass(frozen=True, slots=True)
class Scores:
    """Exact shares of shingles: ``jaccard``, ``a_in_b``, ``b_in_a`` in 0..1.

    ``sizes`` are the numbers of distinct shingles of a and b; ``equal`` that the fingerprints
    are the same.
    """

    jaccard: float
    a_in_b: float
    b_in_a: float
    sizes: tuple[int, int]
    equal: bool

    @classmethod
    def of(cls, shared: int, a: int, b: int, equal: bool) -> Scores:
        """From the number of shared shingles and the sizes of both sets."""
        if equal:
            return cls(1.0, 1.0, 1.0, (a, b), True)
        union = a + b - shared
        return cls(
            shared / union if union else 0.0,
            shared / a if a else 0.0,
            shared / b if b else 0.0,
            (a, b),
            False,
        )

    def above_floor(self, at: Thresholds) -> bool:
        """True if the pair is worth keeping, be it only as a near miss."""
        if self.equal:
            return True
        if min(self.sizes) < at.shortest:
            return False
        return (
            self.jaccard >= at.floor_jaccard
            or max(self.a_in_b, self.b_in_a) >= at.floor_containment
        )


def relation_of(
    scores: Scores,
    has_passages: bool,
    numbers_changed: tuple[tuple[str, str], ...],
    at: Thresholds = DEFAULTS,
) -> str | None:
    """The relation of a pair, None where there is none."""
    if scores.equal:
        return "exact"
    if min(scores.sizes) < at.shortest:
        return None
    ratio = min(scores.sizes) / max(scores.sizes)
    containment = max(scores.a_in_b, scores.b_in_a)
    copy = None
    if scores.jaccard >= at.near:
        copy = "near"
    elif containment >= at.contained and ratio < at.size_ratio:
        copy = "contained"
    if copy:
        return "revision" if len(numbers_changed) > 2 else copy
    if containment >= at.overlap and has_passages:
        return "overlap"
    return None
