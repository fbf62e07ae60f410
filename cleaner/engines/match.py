"""The matching pass: the stories of all shards compared, pairs verified in worker processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.corpus.rows import match_row, story_of_row
from cleaner.corpus.streams import whole_file
from cleaner.duplicates.candidates import propose
from cleaner.duplicates.groups import (
    Group,
    Link,
    Marking,
    Standing,
    links_of,
    missing_links,
    rank_by,
    star_groups,
)
from cleaner.duplicates.matches import match_of
from cleaner.duplicates.sketch import Samples
from cleaner.duplicates.verify import verify
from cleaner.engines.workers import Tell, Workers
from cleaner.model import Story

ROWS_AT_A_TIME = 1 << 16
"""Rows of an array that are copied in one go."""

PAIRS_AT_A_TIME = 8192
"""Pairs that a worker verifies in one go: enough to share the reading of their stories."""


@dataclass(frozen=True)
class Shelf:
    """Where the stories of a run stand while it lasts.

    ``paths`` are the shards' ``stories.jsonl``; ``first`` (int64[shards + 1]) the number of each
    shard's first story; ``offset`` (int64[stories]) is the place of each story's row in its
    file, ``letters`` (int64[stories]) the shingles of its text, ``noise`` (float64[stories]) the
    share of its page that was removed.
    """

    paths: tuple[Path, ...]
    first: NDArray[np.int64]
    offset: NDArray[np.int64]
    letters: NDArray[np.int64]
    noise: NDArray[np.float64]

    def stories(self, numbers: Sequence[int]) -> list[Story]:
        """The stories with these numbers, in this order."""
        shards = (np.searchsorted(self.first, numbers, side="right") - 1).tolist()
        found: dict[int, Story] = {}
        for shard in sorted(set(shards)):
            with self.paths[shard].open("rb") as stream:
                for number, home in zip(numbers, shards, strict=True):
                    if home == shard and number not in found:
                        stream.seek(int(self.offset[number]))
                        found[number] = story_of_row(stream.readline())
        return [found[number] for number in numbers]

    def standing(self, number: int, story: Story) -> Standing:
        """What decides whether this story, which has this number, is the one to keep."""
        letters, noise = int(self.letters[number]), float(self.noise[number])
        return Standing(letters, story.published, story.source, noise)

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """The ids of the stories with these numbers."""
        return [story.id for story in self.stories(numbers)]

    def rows(self) -> Iterator[bytes]:
        """Every story's row, in order."""
        for path in self.paths:
            with path.open("rb") as stream:
                yield from stream


def open_shelf(folders: Sequence[Path]) -> Shelf:
    """The shelf of the stories that the shards in ``folders`` hold."""
    offsets = [np.load(folder / "offsets.npy") for folder in folders]
    return Shelf(
        paths=tuple(folder / "stories.jsonl" for folder in folders),
        first=np.cumsum([0, *map(len, offsets)]),
        offset=np.concatenate(offsets),
        letters=np.concatenate([np.load(folder / "sample_size.npy") for folder in folders]),
        noise=np.concatenate([np.load(folder / "noise.npy") for folder in folders]),
    )


@dataclass(frozen=True)
class Matched:
    """What matching came to: groups of copies, and how many pairs have each relation.

    ``counts`` is keyed "duplicates.<relation>" and "near_misses".
    """

    groups: tuple[Group, ...]
    counts: dict[str, int]


def match_stories(
    shelf: Shelf,
    folders: Sequence[Path],
    final: Path,
    marking: Marking,
    taken: Set[int],
    memory: int,
    workers: Workers,
    tell: Tell,
) -> Matched:
    """Writes ``duplicates.jsonl`` and ``near_misses.jsonl`` into ``final``, by story number.

    Stories that are ``taken`` have another that stands for them, outside the run: they are told
    in pairs, and are in no group. What needs more than ``memory`` bytes goes through files.
    """
    signatures, samples, digests = _sketches(folders, final.parent / "sketches")
    candidates = propose(signatures, samples, digests, final.parent / "sketches", memory)
    del signatures, samples, digests
    counts: dict[str, int] = {}
    links: list[Link] = []
    standings: dict[int, Standing] = {}
    rank = rank_by(marking.policy, standings)
    judge = partial(_judge, shelf, marking, candidates.common)
    with ExitStack() as files:
        near = files.enter_context(whole_file(final / "duplicates.jsonl"))
        far = files.enter_context(whole_file(final / "near_misses.jsonl"))
        pairs, done = candidates.pairs, 0
        for first in (True, False):
            if not first:
                # Of many copies not every two were proposed: with what is kept, all are compared.
                pairs = _without(missing_links(links, rank), candidates.pairs)
            tell("match", done, done + len(pairs))
            starts = range(0, len(pairs), PAIRS_AT_A_TIME)
            blocks = [pairs[at : at + PAIRS_AT_A_TIME] for at in starts]
            for block, judged in zip(blocks, workers.map(judge, blocks), strict=True):
                near.write(judged.matches)
                far.write(judged.misses)
                links += [one for one in judged.links if taken.isdisjoint(one)]
                standings.update(judged.standings)
                for name, count in judged.counts.items():
                    counts[name] = counts.get(name, 0) + count
                done += len(block)
                tell("match", done, done + len(pairs))
    return Matched(star_groups(links, rank), counts)


def _without(pairs: list[tuple[int, int]], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of ``pairs`` that ``known`` (sorted) does not have, int64[m, 2]."""
    wanted = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    one, two = (some[:, 0] << 32 | some[:, 1] for some in (wanted, known))
    at = np.minimum(np.searchsorted(two, one), len(two) - 1)
    return wanted[two[at] != one] if len(two) else wanted


@dataclass(frozen=True)
class _Judged:
    """The rows of a block of pairs, who may stand for whom, and what decides who does."""

    matches: bytes
    misses: bytes
    links: list[Link]
    standings: dict[int, Standing]
    counts: dict[str, int]


def _judge(
    shelf: Shelf,
    marking: Marking,
    common: NDArray[np.uint64],
    pairs: NDArray[np.int64],
) -> _Judged:
    """Verifies a block of pairs."""
    standings: dict[int, Standing] = {}
    rank = rank_by(marking.policy, standings)
    ids: dict[int, str] = {}

    def load(numbers: Sequence[int]) -> list[Story]:
        stories = shelf.stories(numbers)
        for number, story in zip(numbers, stories, strict=True):
            ids[number] = story.id
            standings[number] = shelf.standing(number, story)
        return stories

    matches: list[bytes] = []
    misses: list[bytes] = []
    links: list[Link] = []
    counts: dict[str, int] = {}
    for verdict in verify(pairs, load, marking.thresholds, common):
        match = match_of(verdict, ids, rank)
        (matches if match.relation else misses).append(match_row(match))
        name = f"duplicates.{match.relation}" if match.relation else "near_misses"
        counts[name] = counts.get(name, 0) + 1
        a, b, scores = verdict.a, verdict.b, verdict.scores
        links += links_of(verdict.relation, a, b, scores.a_in_b, scores.b_in_a, marking.copies)
    linked = sorted({story for link in links for story in link})
    told = {story: standings[story] for story in linked}
    return _Judged(b"".join(matches), b"".join(misses), links, told, counts)


def _sketches(
    folders: Sequence[Path], work: Path
) -> tuple[NDArray[np.uint32], Samples, NDArray[np.uint64]]:
    """The sketches of all shards laid together in files of ``work``, mapped into memory."""
    work.mkdir(exist_ok=True)
    signatures = _laid_together(folders, "signatures", work)
    digests = _laid_together(folders, "digests", work)
    sizes = [np.load(folder / "sample_first.npy") for folder in folders]
    starts = np.cumsum([0, *(int(size[-1]) for size in sizes)])
    first = np.concatenate(
        [size[:-1] + start for size, start in zip(sizes, starts[:-1], strict=True)] + [starts[-1:]]
    )
    samples = Samples(
        _laid_together(folders, "sample_values", work),
        first,
        np.concatenate([np.load(folder / "sample_bits.npy") for folder in folders]),
        np.concatenate([np.load(folder / "sample_size.npy") for folder in folders]),
    )
    return signatures, samples, digests


def _laid_together(folders: Sequence[Path], name: str, work: Path) -> NDArray[Any]:
    """The arrays ``name`` of all shards as one, in a file of ``work``."""
    parts = [np.load(folder / f"{name}.npy", mmap_mode="r") for folder in folders]
    shape = (sum(len(part) for part in parts), *parts[0].shape[1:])
    if not shape[0]:
        return np.zeros(shape, parts[0].dtype)  # an empty file cannot be mapped
    path = work / name
    with path.open("wb") as stream:  # written, not mapped: a full disk must be an error
        for part in parts:
            for at in range(0, len(part), ROWS_AT_A_TIME):
                stream.write(np.ascontiguousarray(part[at : at + ROWS_AT_A_TIME]).data)
    return np.memmap(path, parts[0].dtype, "r", shape=shape)
