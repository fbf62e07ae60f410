"""The first pass: which lines the pages of a site share, and which records share a name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.engines.pieces import Met, Shard, entries_of
from cleaner.engines.workers import Tell, Workers
from cleaner.model import Page
from cleaner.noise.repeats import (
    LONGEST,
    NOTHING,
    Counts,
    RepeatCounter,
    Repeats,
    count_keys,
    merge_counts,
)
from cleaner.text.lines import batches, split_lines
from cleaner.text.shape import measure

LONGEST_LINE = 3 * LONGEST
"""Characters of a line above which it is not looked at: furniture of that length has a rule."""


@dataclass(frozen=True)
class Survey:
    """What a corpus shares: ``repeats`` its lines, ``names`` (uint64, rising) the hashes of the
    page names that more than one record has."""

    repeats: Repeats
    names: NDArray[np.uint64]

    def named(self, page: Page, place: int) -> Page:
        """The page, its line in the file added to a name that it does not have alone."""
        if not len(self.names):
            return page
        wanted = name_hash(page.name)
        at = int(np.searchsorted(self.names, np.uint64(wanted)))
        if at == len(self.names) or int(self.names[at]) != wanted:
            return page
        return replace(page, name=f"{page.name}@{place}")


def survey(shards: Sequence[Shard], work: Path, workers: Workers, tell: Tell) -> None:
    """Surveys every shard and leaves the sum in ``work``, for ``load_survey``."""
    if (work / "names.npy").exists():
        return
    total = sum(shard.size for shard in shards)
    pending = [shard for shard in shards if not _told(shard).exists()]
    done = total - sum(shard.size for shard in pending)
    for shard, _ in zip(pending, workers.map(survey_shard, pending), strict=True):
        done += shard.size
        tell("survey", done, total)
    counter = RepeatCounter(work)
    names: list[NDArray[np.uint64]] = []
    for shard in shards:
        with np.load(_told(shard)) as told:
            counter.add(Counts(told["keys"], told["pages"]))
            names.append(told["names"])
    counts = counter.total()
    np.save(work / "repeat_keys.npy", counts.keys)
    np.save(work / "repeat_pages.npy", counts.pages)
    every = np.sort(np.concatenate(names))
    twice = every[1:][every[1:] == every[:-1]]
    draft = work / "names.part.npy"
    np.save(draft, twice[np.concatenate([[True], twice[1:] != twice[:-1]])[: len(twice)]])
    os.replace(draft, work / "names.npy")


def load_survey(work: Path) -> Survey:
    """What ``survey`` left in ``work``, mapped into memory."""
    keys = np.load(work / "repeat_keys.npy", mmap_mode="r")
    pages = np.load(work / "repeat_pages.npy", mmap_mode="r")
    return Survey(Repeats(Counts(keys, pages)), np.load(work / "names.npy"))


def survey_shard(shard: Shard) -> None:
    """Counts the lines and the names of one shard into a file beside its folder."""
    counts, names = count_entries(entries_of(shard))
    told = _told(shard)
    draft = told.with_name(told.name + ".part.npz")
    np.savez(draft, keys=counts.keys, pages=counts.pages, names=names)
    os.replace(draft, told)


def count_entries(met: Iterable[Met]) -> tuple[Counts, NDArray[np.uint64]]:
    """The counts of the lines of entries, and the hashes of the names of those that are records."""
    names: list[int] = []
    parts: list[Counts] = []
    for batch in batches(_short_pages(met, names)):
        lines = split_lines(batch)
        parts.append(count_keys(lines, measure(lines)))
    return merge_counts(parts) if parts else NOTHING, np.array(names, dtype=np.uint64)


def _short_pages(met: Iterable[Met], names: list[int]) -> Iterator[Page]:
    """The pages met with their short lines alone; the hashes of records go to ``names``."""
    for _, entry in met:
        if entry is not None and entry.page is not None:
            page = entry.page
            if entry.record:
                names.append(name_hash(page.name))
            yield replace(page, text="\n".join(_short(page.text.split("\n"))), markup=None)


def _short(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if len(line) <= LONGEST_LINE]


def name_hash(name: str) -> int:
    """A 64-bit hash of a page name, the same everywhere."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _told(shard: Shard) -> Path:
    return shard.folder.with_name(shard.folder.name + ".survey.npz")
