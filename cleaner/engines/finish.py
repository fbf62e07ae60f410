"""The end of a run: stories matched, the shards' files joined, and everything put in place."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cleaner import __version__
from cleaner.corpus.ledger import LEDGER
from cleaner.corpus.rows import match_row, story_of_row, with_group
from cleaner.duplicates.candidates import candidate_pairs
from cleaner.duplicates.groups import Group, longest
from cleaner.duplicates.matches import group_copies, match_of
from cleaner.duplicates.relations import Thresholds
from cleaner.duplicates.shingles import FOLD_VERSION, SCHEME
from cleaner.duplicates.sketches import join_sketches
from cleaner.duplicates.verify import Verdict, verify
from cleaner.engines.shard import Shard, Told, load_sketches
from cleaner.model import Match, Story

OUTPUTS = {
    "cleaned",
    "stories.jsonl",
    "removed.jsonl",
    "duplicates.jsonl",
    "near_misses.jsonl",
    LEDGER,
    "report.html",
    "run.json",
}
"""The names of all that a run leaves in OUT."""

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did: its counts ("kind" or "kind.name"), and a line for each page set aside."""

    counts: dict[str, int]
    faults: tuple[str, ...]


def finish(
    out: Path,
    work: Path,
    shards: Sequence[Shard],
    thresholds: Thresholds,
    options: dict[str, object],
    tell: Tell,
) -> Result:
    """Matches the stories of all shards and writes the files of the run."""
    stories = _Stories(shards)
    told = [_told(shard) for shard in shards]
    counts: Counter[str] = Counter()
    for one in told:
        counts.update(one.counts)
    final = work / "final"
    shutil.rmtree(final, ignore_errors=True)
    final.mkdir()
    verdicts = stories.compare(work, thresholds, tell)
    rank = longest(stories.characters)
    ids = stories.ids()
    matches = [match_of(verdict, ids, rank) for verdict in verdicts]
    matches.sort(key=lambda match: (match.a, match.b))
    for match in matches:
        counts[f"duplicates.{match.relation}" if match.relation else "near_misses"] += 1
    _write_rows(final / "duplicates.jsonl", [match for match in matches if match.relation])
    _write_rows(final / "near_misses.jsonl", [match for match in matches if not match.relation])
    groups = group_copies(verdicts, rank)
    tell("write", 0, len(shards))
    with (final / "stories.jsonl").open("wb") as stream:
        stream.writelines(stories.rows_with_groups(groups, ids))
    for name in ("removed.jsonl", LEDGER):
        _join([shard.folder / name for shard in shards], final / name)
    _join_cleaned(shards, final / "cleaned")
    (final / "run.json").write_bytes(_run_json(options, counts, told))
    _put_in_place(final, out)
    tell("write", len(shards), len(shards))
    return Result(dict(sorted(counts.items())), tuple(f for one in told for f in one.faults))


class _Stories:
    """The stories of all shards, by number, read from the shards' files when they are needed."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        loaded = [load_sketches(shard.folder / "sketches.npz") for shard in shards]
        self._paths = [shard.folder / "stories.jsonl" for shard in shards]
        self._rows = np.concatenate([rows for _, rows in loaded])
        self._first = np.cumsum([0, *(len(rows) for _, rows in loaded)])
        self._sketches = join_sketches([sketches for sketches, _ in loaded])
        self.characters: list[int] = self._rows[:, 1].tolist()

    def compare(self, work: Path, thresholds: Thresholds, tell: Tell) -> list[Verdict]:
        """The verdicts on all pairs that are worth keeping."""
        sketches = self._sketches
        tell("match", 0, len(sketches))
        pairs = candidate_pairs(sketches.signatures, sketches.samples, sketches.digests, work)
        verdicts = list(verify(pairs, self.load, thresholds))
        tell("match", len(sketches), len(sketches))
        return verdicts

    def load(self, numbers: Sequence[int]) -> list[Story]:
        """The stories with these numbers, in this order."""
        found: list[Story] = []
        opened: dict[int, BinaryIO] = {}
        try:
            for number in numbers:
                shard = int(np.searchsorted(self._first, number, side="right")) - 1
                if shard not in opened:
                    opened[shard] = self._paths[shard].open("rb")
                opened[shard].seek(int(self._rows[number, 0]))
                found.append(story_of_row(opened[shard].readline()))
        finally:
            for stream in opened.values():
                stream.close()
        return found

    def rows(self) -> Iterator[bytes]:
        """Every row as the shards wrote it, in order."""
        for path in self._paths:
            with path.open("rb") as stream:
                yield from stream

    def ids(self) -> list[str]:
        """The id of every story."""
        return [json.loads(row)["id"] for row in self.rows()]

    def rows_with_groups(self, groups: Sequence[Group], ids: Sequence[str]) -> Iterator[bytes]:
        """Every finished row of ``stories.jsonl``."""
        kept: dict[int, int] = {}
        for group in groups:
            kept[group.kept] = group.kept
            kept.update(dict.fromkeys(group.copies, group.kept))
        for number, row in enumerate(self.rows()):
            head = kept.get(number)
            group_id = None if head is None else ids[head]
            yield with_group(row, group_id, group_id if head != number else None)


def _write_rows(path: Path, matches: Sequence[Match]) -> None:
    with path.open("wb") as stream:
        stream.writelines(match_row(match) for match in matches)


def _told(shard: Shard) -> Told:
    told = json.loads((shard.folder / "told.json").read_bytes())
    return Told(Counter(told["counts"]), told["aside"], told["faults"], told["inputs"])


def _join(parts: Sequence[Path], whole: Path) -> None:
    """Lays files one after the other into ``whole``."""
    with whole.open("wb") as out:
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, out, 1 << 20)


def _join_cleaned(shards: Sequence[Shard], folder: Path) -> None:
    """Puts the cleaned files of all shards below ``folder``; parts of one file are joined."""
    folder.mkdir()
    for shard in shards:
        for number, piece in enumerate(shard.pieces):
            name = piece.source.name
            target = folder / name
            if piece.whole:
                cleaned = shard.folder / "cleaned" / name
                if cleaned.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.link(cleaned, target)
            elif (part := shard.folder / f"part-{number}").exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                with part.open("rb") as stream, target.open("ab") as out:
                    shutil.copyfileobj(stream, out, 1 << 20)


def _run_json(options: dict[str, object], counts: Counter[str], told: Sequence[Told]) -> bytes:
    """What was run on what, and what it came to: no clock, no path of the machine."""
    run = {
        "cleaner": __version__,
        "fold": FOLD_VERSION,
        "scheme": SCHEME,
        "options": options,
        "counts": nested(counts),
        "set_aside": [row for one in told for row in one.aside],
        "inputs": [row for one in told for row in one.inputs],
    }
    return json.dumps(run, ensure_ascii=False, indent=1, default=str).encode() + b"\n"


def nested(counts: dict[str, int]) -> dict[str, object]:
    """Counts under "kind.name" as an object of objects, sorted."""
    told: dict[str, object] = {}
    for name in sorted(counts):
        kind, _, rest = name.partition(".")
        if rest:
            inner = told.setdefault(kind, {})
            assert isinstance(inner, dict)
            inner[rest] = counts[name]
        else:
            told[kind] = counts[name]
    return told


def _put_in_place(final: Path, out: Path) -> None:
    """Renames every finished file into OUT, run.json last: it says that the run is whole."""
    names = sorted(path.name for path in final.iterdir())
    for name in sorted(names, key=lambda name: name == "run.json"):
        target = out / name
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(final / name, target)
