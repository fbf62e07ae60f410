"""How two stories relate: the scores, the thresholds, and the rule that names the relation."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the relations begin; every default of this room that users may move stands here."""

    near: float = 0.7
    """Jaccard from which two stories are near-copies (duplicates.md 5.1: a light re-post keeps
    J .7 in 97.5 %, unrelated stories stay below .09)."""
    contained: float = 0.8
    """Share of the smaller story that must stand in the larger one."""
    size_ratio: float = 0.8
    """Smaller over larger, in shingles, up to which one story is *contained* in the other."""
    overlap: float = 0.4
    """Share of the smaller story from which a pair with shared passages overlaps."""
    changed: float = 0.2
    """Share of the numbers in one place of both stories from which other numbers make of a copy
    a *revision*. Of 450 labelled copies none but two mistaken labels has more than .11; of 24
    ceremonies and bulletins with J .7 on another day 19 have more than .2."""
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

    def turned(self) -> Scores:
        """The scores with a and b exchanged."""
        return Scores(self.jaccard, self.b_in_a, self.a_in_b, self.sizes[::-1], self.equal)

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

    def suffice(self, at: Thresholds) -> bool:
        """True if the pair has a relation unless what differs speaks against it."""
        if self.equal:
            return True
        if min(self.sizes) < at.shortest:
            return False
        return self.jaccard >= at.near or max(self.a_in_b, self.b_in_a) >= min(
            at.overlap, at.contained
        )


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs where two stories match.

    ``agreeing`` counts the numbers that are the same in one place of both, ``changed`` gives
    those that are not; ``renamed`` the words of the headlines that are replaced throughout;
    ``furniture`` tells that what they share is common to very many stories, ``other_story``
    that it is the frame of two pages under headlines that say different things.
    """

    agreeing: int = 0
    changed: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    furniture: bool = False
    other_story: bool = False

    def turned(self) -> Differences:
        """The differences with a and b exchanged."""
        changed, renamed = (tuple((y, x) for x, y in some) for some in (self.changed, self.renamed))
        return replace(self, changed=changed, renamed=renamed)

    def doubt(self, at: Thresholds) -> str | None:
        """What speaks against a copy most, one of ``cleaner.model.DOUBTS``, None if nothing."""
        if self.furniture:
            return "furniture"
        if self.other_story:
            return "headline"
        numbers = self.agreeing + len(self.changed)
        if self.changed and len(self.changed) >= at.changed * numbers:
            return "numbers"
        return "names" if self.renamed else None


def relation_of(
    scores: Scores, has_passages: bool, doubt: str | None, at: Thresholds = DEFAULTS
) -> str | None:
    """The relation of a pair, None where there is none; ``doubt`` is what speaks against a copy.

    When in doubt a pair is not called a copy: stories in the same words that tell of other
    numbers or names are a ``revision`` (where less is the same they are nothing: a form of
    words, filled in anew), the same words under another headline an ``overlap``, and what very
    many stories share makes no relation at all.
    """
    if scores.equal:
        return "exact"
    if min(scores.sizes) < at.shortest or doubt == "furniture":
        return None
    ratio = min(scores.sizes) / max(scores.sizes)
    containment = max(scores.a_in_b, scores.b_in_a)
    copy = None
    if scores.jaccard >= at.near:
        copy = "near"
    elif containment >= at.contained and ratio < at.size_ratio:
        copy = "contained"
    if copy and doubt != "headline":
        return "revision" if doubt else copy
    if containment < at.overlap or not has_passages:
        return None
    if doubt in ("numbers", "names"):
        return "revision" if containment >= at.contained else None
    return "overlap"
