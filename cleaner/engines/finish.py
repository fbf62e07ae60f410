"""The end of a run: stories matched, the shards' files joined, and everything put in place."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner import __version__
from cleaner.corpus.inputs import place_of
from cleaner.corpus.ledger import LEDGER
from cleaner.corpus.rows import with_group
from cleaner.corpus.sources import Source
from cleaner.duplicates.groups import Group
from cleaner.duplicates.relations import Thresholds
from cleaner.duplicates.shingles import FOLD_VERSION, SCHEME
from cleaner.engines.match import Shelf, match_stories, open_shelf
from cleaner.engines.pieces import Shard
from cleaner.engines.shard import Told
from cleaner.engines.workers import Tell, Workers
from cleaner.model import CleanerError
from cleaner.report.html import write_report

RUN = "run.json"
"""The file that is put in place last: where it is, the run is whole."""

OUTPUTS = {
    "cleaned",
    "pages.jsonl",
    "stories.jsonl",
    "removed.jsonl",
    "duplicates.jsonl",
    "near_misses.jsonl",
    LEDGER,
    "report.html",
    RUN,
}
"""The names of all that a run leaves in OUT."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did: its counts ("kind" or "kind.name"), and a line for each page set aside
    (for as many as run.json names)."""

    counts: dict[str, int]
    faults: tuple[str, ...]


def finish(
    out: Path,
    work: Path,
    shards: Sequence[Shard],
    thresholds: Thresholds,
    options: dict[str, object],
    workers: Workers,
    tell: Tell,
) -> Result:
    """Matches the stories of all shards and writes the files of the run.

    Raises CleanerError where not one page could be read.
    """
    told = [_told(shard) for shard in shards]
    counts: Counter[str] = Counter()
    for one in told:
        counts.update(one.counts)
    faults = _fault_lines(
        [row for one in told for row in one.aside],
        [piece.source for shard in shards for piece in shard.pieces],
    )
    if not counts["pages"]:
        shutil.rmtree(work, ignore_errors=True)
        others = counts["set_aside"] - 1
        more = f" (and {others:,} more like it)" if others else ""
        raise CleanerError(f"{faults[0]}{more}; there is nothing to clean")
    final = work / "final"
    shutil.rmtree(final, ignore_errors=True)
    final.mkdir()
    folders = [shard.folder for shard in shards]
    shelf = open_shelf(folders)
    matched = match_stories(shelf, folders, final, thresholds, workers, tell)
    counts.update(matched.counts)
    tell("write", 0, 1)
    with (final / "stories.jsonl").open("wb") as stream:
        stream.writelines(_rows_with_groups(shelf, matched.groups))
    for name in ("pages.jsonl", "removed.jsonl", LEDGER):
        _join([folder / name for folder in folders], final / name)
    _join_cleaned(shards, final / "cleaned")
    (final / RUN).write_bytes(_run_json(options, counts, told))
    write_report(final)
    _put_in_place(final, out)
    tell("write", 1, 1)
    return Result(dict(sorted(counts.items())), faults)


def _rows_with_groups(shelf: Shelf, groups: Sequence[Group]) -> Iterator[bytes]:
    """Every finished row of ``stories.jsonl``."""
    kept: dict[int, int] = {}
    for group in groups:
        kept[group.kept] = group.kept
        kept.update(dict.fromkeys(group.copies, group.kept))
    names = dict(zip(heads := sorted(set(kept.values())), shelf.ids(heads), strict=True))
    for number, row in enumerate(shelf.rows()):
        head = kept.get(number)
        name = None if head is None else names[head]
        yield with_group(row, name, name if head != number else None)


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
    return Result(flat(run["counts"]), _fault_lines(run["set_aside"], sources))


def _fault_lines(rows: Sequence[dict[str, Any]], sources: Sequence[Source]) -> tuple[str, ...]:
    """A line for each page set aside."""
    named = {source.name: source for source in sources}
    return tuple(f"{place_of(named[row['page']], row['line'])}: {row['why']}" for row in rows)


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
