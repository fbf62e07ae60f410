"""Stars of copies: which story is kept, and which ones it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cleaner.duplicates.relations import DEFAULTS, Thresholds
from cleaner.model import CleanerError

Rank = Callable[[int], tuple[object, ...]]
"""What stories are kept by: the least is kept, ties go to the story that comes first."""

Link = tuple[int, int]
"""(kept, copy): the first story says all that the second one says, on verified evidence."""

POLICIES = ("longest", "first", "earliest", "cleanest")
"""How the kept story is chosen, beside ``source=A,B``."""


@dataclass(frozen=True, slots=True)
class Group:
    """A kept story and the stories that are verified copies of it (indexes, sorted)."""

    kept: int
    copies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a story decides whether it is the one to keep.

    ``letters`` counts the letters and digits of its text, ``published`` is an ISO date or None,
    ``source`` the paper or site it names or None, ``noise`` the share of its page that was
    removed (0..1).
    """

    letters: int
    published: str | None = None
    source: str | None = None
    noise: float = 0.0


COPIES = frozenset({"exact", "near", "contained"})
"""Relations in which one story stands for the other, unless more are asked for."""


@dataclass(frozen=True, slots=True)
class Marking:
    """How duplicates are marked: where relations begin, which copy is kept (see ``rank_by``), and
    the relations that make a copy."""

    thresholds: Thresholds = DEFAULTS
    policy: str = "longest"
    copies: frozenset[str] = COPIES


AS_USUAL = Marking()
"""The marking that is done when nothing else is said."""


def links_of(
    relation: str | None,
    a: int,
    b: int,
    a_in_b: float,
    b_in_a: float,
    copies: frozenset[str] = COPIES,
) -> list[Link]:
    """What a verified pair says of who may stand for whom.

    Exact and near copies stand for each other, whichever is kept. Of a story contained in
    another only the larger one may be kept: it says what the smaller says, not the other way
    round. Relations that are not among ``copies`` stand for nothing.
    """
    if relation not in copies:
        return []
    if relation == "contained":
        return [(b, a)] if a_in_b >= b_in_a else [(a, b)]
    return [(a, b), (b, a)]


def star_groups(links: Iterable[Link], rank: Rank) -> tuple[Group, ...]:
    """Groups of stories, each copy directly linked to the one that is kept.

    A story that no larger one contains comes before those that are contained, then the least
    by ``rank``, then the first. The foremost takes all its copies, then the foremost of those
    left, and so on: no story is ever dropped because of a chain. The order of ``links`` does
    not matter.
    """
    copies: dict[int, set[int]] = {}
    for kept, copy in links:
        copies.setdefault(kept, set()).add(copy)
        copies.setdefault(copy, set())
    contained = {
        copy for kept, theirs in copies.items() for copy in theirs if kept not in copies[copy]
    }
    taken: set[int] = set()
    groups = []
    for story in sorted(copies, key=lambda i: (i in contained, rank(i), i)):
        if story in taken:
            continue
        mine = sorted(copy for copy in copies[story] if copy not in taken)
        taken.add(story)
        if mine:
            taken.update(mine)
            groups.append(Group(story, tuple(mine)))
    return tuple(groups)


def missing_links(links: Iterable[Link], rank: Rank) -> list[tuple[int, int]]:
    """Pairs (a < b, sorted) still to be verified so that copies are compared with what is kept.

    Among many copies not every two were compared. Of each set of stories that links hold
    together the foremost is kept; it is to be compared with all it has no link with.
    """
    leader: dict[int, int] = {}
    linked: set[Link] = set()

    def lead(story: int) -> int:
        while leader[story] != story:
            leader[story] = leader[leader[story]]
            story = leader[story]
        return story

    def foremost(story: int) -> tuple[object, ...]:
        return (*rank(story), story)

    for a, b in links:
        linked.add((a, b))
        one, two = (lead(leader.setdefault(story, story)) for story in (a, b))
        if one != two:
            one, two = sorted((one, two), key=foremost)
            leader[two] = one
    missing = []
    for story in leader:
        kept = lead(story)
        if story != kept and (kept, story) not in linked and (story, kept) not in linked:
            missing.append((min(kept, story), max(kept, story)))
    return sorted(missing)


def longest(sizes: Sequence[int]) -> Rank:
    """Rank by size, the largest first."""
    return lambda story: (-sizes[story],)


def rank_by(policy: str, standings: Sequence[Standing] | Mapping[int, Standing]) -> Rank:
    """The rank that ``policy`` gives stories: one of ``POLICIES``, or ``source=A,B``.

    ``longest``: most letters; ``first``: the order of the input; ``earliest``: the date of
    publication, undated stories last; ``cleanest``: the least noise on its page; ``source=A,B``:
    those whose source holds A, then B, then the others. Ties go to the longest, then the first.
    Raises CleanerError for any other policy.
    """
    name, _, given = policy.partition("=")
    wanted = [source.strip() for source in given.split(",") if source.strip()]
    if name == "source" and wanted:

        def by_source(story: int) -> tuple[object, ...]:
            source = standings[story].source or ""
            place = next((i for i, want in enumerate(wanted) if want in source), len(wanted))
            return place, -standings[story].letters

        return by_source
    if policy not in POLICIES:
        known = ", ".join((*POLICIES, "source=A,B"))
        raise CleanerError(f"--keep-policy {policy}: no such policy; it is one of {known}")
    if policy == "first":
        return lambda story: (story,)

    def by_standing(story: int) -> tuple[object, ...]:
        one = standings[story]
        if policy == "earliest":
            return one.published is None, one.published or "", -one.letters
        if policy == "cleanest":
            return one.noise, -one.letters
        return (-one.letters,)

    return by_standing
