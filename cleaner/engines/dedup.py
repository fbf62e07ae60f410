"""Duplicates among records that pass: read twice, sketched, compared, and marked in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from cleaner.corpus.inputs import Arrival
from cleaner.duplicates.candidates import propose
from cleaner.duplicates.groups import (
    Link,
    Marking,
    Standing,
    links_of,
    missing_links,
    rank_by,
    star_groups,
)
from cleaner.duplicates.matches import match_of
from cleaner.duplicates.sketch import PERMUTATIONS, Samples
from cleaner.duplicates.sketches import Sketches, sketch_stories
from cleaner.duplicates.verify import StoryText, verify
from cleaner.model import Match
from cleaner.pipeline import clean_batch
from cleaner.text.script import script_of

Read = Callable[[], Iterable[list[Arrival]]]
"""Reads the input from its beginning, the same entries every time it is called."""


@dataclass(frozen=True)
class Found:
    """The pairs found among the stories of an input (near misses too), in order of their ids,
    and for each story that is a copy, by its id, the match with the one that is kept."""

    matches: tuple[Match, ...]
    copy_of: Mapping[str, Match]


def find_copies(read: Read, name_of: Callable[[Arrival], str], work: Path, how: Marking) -> Found:
    """The duplicates among the pages that ``read`` gives, each a story named by ``name_of``.

    Texts and sketches stand in files of the folder ``work`` meanwhile; what is held in memory
    are names, a few numbers a story, and the pairs.
    """
    with ExitStack() as files:
        shelf = _Shelf(work, files, measured=how.policy == "cleanest")
        for batch in read():
            shelf.add([arrival for arrival in batch if arrival.entry.page is not None], name_of)
        sketches = shelf.sketches()
        found = propose(sketches.signatures, sketches.samples, sketches.digests, work)
        rank = rank_by(how.policy, shelf.standings)
        names = dict(enumerate(shelf.names))
        matches: dict[tuple[int, int], Match] = {}
        links: list[Link] = []
        proposed = set(map(tuple, found.pairs.tolist()))
        pairs = found.pairs
        for _ in range(2):
            for verdict in verify(pairs, shelf.stories, how.thresholds, found.common):
                a, b, scores = verdict.a, verdict.b, verdict.scores
                matches[a, b] = match_of(verdict, names, rank)
                links += links_of(verdict.relation, a, b, scores.a_in_b, scores.b_in_a, how.copies)
            # Of many copies not every two are proposed: all are compared with what is kept.
            missing = [pair for pair in missing_links(links, rank) if pair not in proposed]
            pairs = np.array(missing, dtype=np.int64).reshape(-1, 2)
    copy_of = {}
    for group in star_groups(links, rank):
        for copy in group.copies:
            match = matches[min(copy, group.kept), max(copy, group.kept)]
            copy_of[names[copy]] = match if match.a == names[copy] else match.turned()
    ordered = sorted(matches.values(), key=lambda match: (match.a, match.b))
    return Found(tuple(ordered), copy_of)


def copies_by(matches: Iterable[Match], copies: frozenset[str]) -> dict[str, Match]:
    """For each story that is a copy, by its id, the match with the one that is kept.

    As ``Found.copy_of``, from pairs that were found before; of two stories the one kept is that
    which the pairs name.
    """
    told = [match for match in matches if match.relation in copies]
    ids = sorted({one for match in told for one in (match.a, match.b)})
    number = {one: i for i, one in enumerate(ids)}
    kept_by: dict[int, int] = {}
    links: list[Link] = []
    pair_of: dict[tuple[int, int], Match] = {}
    for match in told:
        a, b = number[match.a], number[match.b]
        pair_of[a, b] = match
        links += links_of(match.relation, a, b, match.a_in_b, match.b_in_a, copies)
        kept = number[match.kept]
        kept_by[kept] = kept_by.get(kept, 0) + 1
    out = {}
    for group in star_groups(links, lambda story: (-kept_by.get(story, 0),)):
        for copy in group.copies:
            one = pair_of.get((copy, group.kept)) or pair_of[group.kept, copy]
            out[ids[copy]] = one if one.a == ids[copy] else one.turned()
    return out


def fields_of(name: str, copy_of: Mapping[str, Match]) -> dict[str, object]:
    """The fields that tell of the story ``name`` what it is a copy of, or that it is none."""
    match = copy_of.get(name)
    return {
        "duplicate_of": match.b if match else None,
        "relation": match.relation if match else None,
        "jaccard": round(match.jaccard, 4) if match else None,
        "share_in_it": round(match.a_in_b, 4) if match else None,
        "share_of_it": round(match.b_in_a, 4) if match else None,
    }


@dataclass
class _Shelf:
    """The stories of the input in files: their texts, their sketches, where each begins.

    Where they are ``measured`` it is told of each how much of it is noise.
    """

    folder: Path
    files: ExitStack
    measured: bool
    names: list[str] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    _at: list[int] = field(default_factory=lambda: [0])
    _samples: list[Samples] = field(default_factory=list)
    _streams: dict[str, BinaryIO] = field(default_factory=dict)

    def add(self, arrivals: Sequence[Arrival], name_of: Callable[[Arrival], str]) -> None:
        """Puts pages on the shelf."""
        pages = []
        told = []
        for arrival in arrivals:
            page, record = arrival.entry.page, arrival.entry.record
            assert page is not None
            pages.append(page)
            raw = page.text.encode("utf-8", "surrogatepass")
            self._stream("texts").write(raw)
            self._at.append(self._at[-1] + len(raw))
            self.names.append(name_of(arrival))
            values = (record.get(name) for name in ("published", "source"))
            told.append([one if isinstance(one, str) else None for one in values])
        sketches = sketch_stories([page.text for page in pages])
        noise = [page.noise for page in clean_batch(pages)] if self.measured else [0.0] * len(pages)
        sizes = sketches.samples.size.tolist()
        for letters, (published, source), share in zip(sizes, told, noise, strict=True):
            self.standings.append(Standing(letters, published, source, share))
        sketches.signatures.tofile(self._stream("signatures"))
        sketches.digests.tofile(self._stream("digests"))
        samples = sketches.samples
        samples.values.tofile(self._stream("values"))
        # The values stand in the file; only how many each story has is held.
        none = np.zeros(0, dtype=np.uint64)
        self._samples.append(Samples(none, samples.first, samples.bits, samples.size))

    def sketches(self) -> Sketches:
        """The sketches of all stories, mapped from the files."""
        parts = self._samples
        counts = [np.diff(part.first) for part in parts]
        first = np.zeros(len(self.names) + 1, dtype=np.int64)
        np.cumsum(np.concatenate([first[:0], *counts]), out=first[1:])
        none = np.zeros(0, dtype=np.int64)
        samples = Samples(
            self._mapped("values", np.uint64),
            first,
            np.concatenate([none.astype(np.uint8), *(part.bits for part in parts)]),
            np.concatenate([none, *(part.size for part in parts)]),
        )
        return Sketches(
            self._mapped("signatures", np.uint32).reshape(-1, PERMUTATIONS),
            samples,
            self._mapped("digests", np.uint64).reshape(-1, 2),
        )

    def stories(self, numbers: Sequence[int]) -> list[StoryText]:
        """The stories with these numbers."""
        stream = self._stream("texts")
        found = []
        for number in numbers:
            stream.seek(self._at[number])
            raw = stream.read(self._at[number + 1] - self._at[number])
            text = raw.decode("utf-8", "surrogatepass")
            lines = tuple((line, line) for line in range(1, text.count("\n") + 2))
            found.append(StoryText(self.names[number], text, lines, script_of(text)))
        return found

    def _stream(self, name: str) -> BinaryIO:
        if name not in self._streams:
            opened = (self.folder / name).open("w+b")
            self._streams[name] = self.files.enter_context(opened)
        return self._streams[name]

    def _mapped(self, name: str, kind: type) -> NDArray[Any]:
        stream = self._stream(name)
        stream.flush()
        if not stream.tell():
            return np.zeros(0, dtype=kind)  # an empty file cannot be mapped
        return np.memmap(self.folder / name, dtype=kind, mode="r")
