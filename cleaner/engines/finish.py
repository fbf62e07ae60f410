"""The end of a run: stories matched, the shards' files joined, and everything put in place."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from cleaner import __version__
from cleaner.corpus.faults import Fault
from cleaner.corpus.inputs import fault_at
from cleaner.corpus.ledger import LEDGER, RUN
from cleaner.corpus.rows import with_group
from cleaner.corpus.sources import Source
from cleaner.duplicates.candidates import MEMORY
from cleaner.duplicates.groups import AS_USUAL, Group, Marking
from cleaner.duplicates.shingles import FOLD_VERSION, SCHEME
from cleaner.engines.drop import Dropping, drop_stories
from cleaner.engines.match import Shelf, match_stories, open_shelf
from cleaner.engines.pieces import Shard, place_in
from cleaner.engines.seen import KNOWN, Seen, find_seen
from cleaner.engines.shard import Told
from cleaner.engines.workers import Tell, Workers
from cleaner.model import CleanerError
from cleaner.report.html import write_report

OUTPUTS = {
    "cleaned",
    "pages.jsonl",
    "stories.jsonl",
    "removed.jsonl",
    "duplicates.jsonl",
    "near_misses.jsonl",
    KNOWN,
    LEDGER,
    "report.html",
    RUN,
}
"""The names of all that a run leaves in OUT."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did: its counts ("kind" or "kind.name"), and why pages were set aside (of as
    many as run.json names)."""

    counts: dict[str, int]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """How the stories of a run are matched: how duplicates are marked; the index of stories seen
    before that they are compared with, too; whether copies leave ``cleaned/`` (``drop``); and the
    bytes of working memory that it may take, about, before it goes through files."""

    marking: Marking = AS_USUAL
    against: Path | None = None
    drop: bool = False
    memory: int = MEMORY


ONCE = Matching()
"""The matching that is done when nothing else is said: within the run, and nothing dropped."""


def finish(
    out: Path,
    work: Path,
    shards: Sequence[Shard],
    matching: Matching,
    options: dict[str, object],
    workers: Workers,
    tell: Tell,
) -> Result:
    """Matches the stories of all shards and writes the files of the run.

    Raises CleanerError where not one page could be read, or the index cannot be used.
    """
    told = [_told(shard) for shard in shards]
    counts: Counter[str] = Counter()
    for one in told:
        counts.update(one.counts)
    aside = [row for one in told for row in one.aside]
    faults = _faults_of(
        aside,
        [piece.source for shard in shards for piece in shard.pieces],
    )
    if not counts["pages"]:
        shutil.rmtree(work, ignore_errors=True)
        raise CleanerError(f"{_no_page(shards, faults, counts)}; there is nothing to clean")
    final = work / "final"
    shutil.rmtree(final, ignore_errors=True)
    final.mkdir()
    folders = [shard.folder for shard in shards]
    shelf = open_shelf(folders)
    marking, seen = matching.marking, Seen()
    if matching.against is not None:
        seen = find_seen(folders, matching.against, marking, final / KNOWN, workers, tell)
    taken = seen.copy_of.keys()
    matched = match_stories(shelf, folders, final, marking, taken, matching.memory, workers, tell)
    kept = _kept_for(shelf, matched.groups, seen)
    counts.update(seen.counts)
    counts.update(matched.counts)
    if matching.drop:
        shards, dropped = _without_copies(shards, shelf, kept, work / "kept", workers, tell)
        counts.update(dropped)
    tell("write", 0, 1)
    with (final / "stories.jsonl").open("wb") as stream:
        stream.writelines(_rows_with_groups(shelf, matched.groups, kept))
    for name in ("pages.jsonl", "removed.jsonl", LEDGER):
        _join([shard.folder / name for shard in shards], final / name)
    _join_cleaned(shards, final / "cleaned")
    inputs = [row for one in told for row in one.inputs]
    (final / RUN).write_bytes(run_json(options, counts, aside, inputs))
    write_report(final)
    _put_in_place(final, out)
    tell("write", 1, 1)
    return Result(dict(sorted(counts.items())), faults)


def _no_page(shards: Sequence[Shard], faults: Sequence[Fault], counts: Mapping[str, int]) -> str:
    """Why not one page was met."""
    if not faults:
        return f"{shards[0].pieces[0].source.path}: holds no record"
    others = counts["set_aside"] - 1
    return f"{faults[0]} (and {others:,} more like it)" if others else str(faults[0])


def _kept_for(shelf: Shelf, groups: Sequence[Group], seen: Seen) -> dict[int, str]:
    """For each story that is a copy, by its number, the id of the one that stands for it."""
    kept = dict(seen.copy_of)
    heads = shelf.ids([group.kept for group in groups])
    for group, name in zip(groups, heads, strict=True):
        kept.update(dict.fromkeys(group.copies, name))
    return kept


def _rows_with_groups(
    shelf: Shelf, groups: Sequence[Group], kept: Mapping[int, str]
) -> Iterator[bytes]:
    """Every finished row of ``stories.jsonl``."""
    heads = {group.kept: kept[group.copies[0]] for group in groups}
    for number, row in enumerate(shelf.rows()):
        stands_for_it = kept.get(number)
        yield with_group(row, heads.get(number, stands_for_it), stands_for_it)


def _without_copies(
    shards: Sequence[Shard],
    shelf: Shelf,
    kept: Mapping[int, str],
    work: Path,
    workers: Workers,
    tell: Tell,
) -> tuple[list[Shard], Counter[str]]:
    """The shards without the copies (in new folders, where they had any), and what that counts."""
    shutil.rmtree(work, ignore_errors=True)
    why: list[dict[int, str]] = [{} for _ in shards]
    places = np.searchsorted(shelf.first, sorted(kept), side="right") - 1
    for number, place in zip(sorted(kept), places.tolist(), strict=True):
        told = f"says the same as {kept[number]}, which is kept"
        why[place][number - int(shelf.first[place])] = told
    tasks = [
        Dropping(shard, work / shard.folder.name, some)
        for shard, some in zip(shards, why, strict=True)
        if some
    ]
    counts: Counter[str] = Counter()
    for done, more in enumerate(workers.map(drop_stories, tasks)):
        counts.update(more)
        tell("drop", done + 1, len(tasks))
    rewritten = {task.shard.number: task.folder for task in tasks}
    return [
        replace(shard, folder=rewritten.get(shard.number, shard.folder)) for shard in shards
    ], counts


def _told(shard: Shard) -> Told:
    told = json.loads((shard.folder / "told.json").read_bytes())
    return Told(Counter(told["counts"]), told["aside"], told["inputs"])


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
            target, cleaned = folder / name, place_in(shard.folder, number, piece)
            if not cleaned.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if piece.whole:
                os.link(cleaned, target)
            else:
                with cleaned.open("rb") as stream, target.open("ab") as out:
                    shutil.copyfileobj(stream, out, 1 << 20)


def run_json(
    options: Mapping[str, object],
    counts: Mapping[str, int],
    set_aside: Sequence[Mapping[str, object]],
    inputs: Sequence[Mapping[str, object]],
) -> bytes:
    """What was run on what, and what it came to: no clock, no path of the machine."""
    run = {
        "cleaner": __version__,
        "fold": FOLD_VERSION,
        "scheme": SCHEME,
        "options": dict(options),
        "counts": nested(dict(counts)),
        "set_aside": set_aside,
        "inputs": inputs,
    }
    return _as_json(run) + b"\n"


def _as_json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()


def result_of(out: Path, sources: Sequence[Source], options: dict[str, object]) -> Result:
    """What the finished run in ``out`` did.

    Raises CleanerError where it was a run of other files, of files that were changed since, or
    with other options.
    """
    run = json.loads((out / RUN).read_bytes())
    names = {row["file"] for row in run["inputs"]} | {row["page"] for row in run["set_aside"]}
    ended = (out / RUN).stat().st_mtime_ns
    same = [run["cleaner"], run["options"], names] == [
        __version__,
        json.loads(_as_json(options)),
        {source.name for source in sources},
    ]
    if not same or any(source.path.stat().st_mtime_ns > ended for source in sources):
        raise CleanerError(
            f"{out}: holds a finished run of other inputs or options; name a new folder, "
            "or say --force to write over it"
        )
    return Result(flat(run["counts"]), _faults_of(run["set_aside"], sources))


def _faults_of(rows: Sequence[dict[str, Any]], sources: Sequence[Source]) -> tuple[Fault, ...]:
    """Why each page was set aside."""
    named = {source.name: source for source in sources}
    return tuple(fault_at(named[row["page"]], row["line"], row["why"]) for row in rows)


def flat(counts: dict[str, Any]) -> dict[str, int]:
    """The counts that ``nested`` made an object of objects of, under "kind.name" again."""
    told: dict[str, int] = {}
    for kind, count in counts.items():
        if isinstance(count, dict):
            told.update({f"{kind}.{name}": one for name, one in count.items()})
        else:
            told[kind] = count
    return told


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
    for name in sorted(names, key=lambda name: name == RUN):
        target = out / name
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(final / name, target)
