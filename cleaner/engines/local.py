"""One machine: shards over worker processes, then matching, then the files of the run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path

from cleaner import __version__
from cleaner.corpus.entries import AS_USUAL, Reading
from cleaner.corpus.ledger import RUN
from cleaner.corpus.shards import Piece, cut_into_shards
from cleaner.corpus.sources import Source, find_sources
from cleaner.duplicates.index import Index
from cleaner.engines.finish import ONCE, Matching, Result, finish, result_of
from cleaner.engines.memory import share_out
from cleaner.engines.pieces import Shard
from cleaner.engines.shard import clean_shard
from cleaner.engines.survey import survey
from cleaner.engines.unfinished import work_folder
from cleaner.engines.workers import Tell, Workers, workers
from cleaner.model import CleanerError
from cleaner.pipeline import AS_IT_COMES, Cleaning

WORTH_WORKERS = 4 << 20
"""Bytes of input below which worker processes cost more than they bring."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked to do: the files, and how they are read, cleaned and matched.

    What fits a pattern of ``exclude`` is not read, see ``corpus.sources.find_sources``.

    ``jobs`` is the most worker processes (0: one a core), ``memory`` the bytes that all of them
    together may take (None: no bound, see ``memory.share_out``); ``otherwise`` says how a file is
    read and cleaned, where that differs between files.
    """

    inputs: tuple[str, ...]
    out: Path
    reading: Reading = AS_USUAL
    cleaning: Cleaning = AS_IT_COMES
    matching: Matching = ONCE
    jobs: int = 0
    memory: int | None = None
    resume: bool = False
    force: bool = False
    otherwise: Callable[[Path], tuple[Reading, Cleaning]] | None = None
    exclude: tuple[str, ...] = ()

    def settings(self, source: Source) -> tuple[Reading, Cleaning]:
        """How ``source`` is read and cleaned."""
        if self.otherwise is None:
            return self.reading, self.cleaning
        reading, cleaning = self.otherwise(source.path)
        return replace(reading, largest_page=self.reading.largest_page), cleaning

    def within_memory(self, corpus: int) -> Plan:
        """The plan for a corpus of so many bytes, within its memory; CleanerError if it cannot."""
        share = share_out(self.memory, self.jobs, corpus)
        return replace(
            self,
            jobs=share.jobs,
            reading=replace(
                self.reading, largest_page=min(self.reading.largest_page, share.largest_page)
            ),
            matching=replace(self.matching, memory=share.matching),
        )


def run(plan: Plan, tell: Tell = lambda name, done, total: None) -> Result:
    """Cleans a corpus into ``plan.out`` and says what was done.

    Raises CleanerError where the inputs or the folder are not right, or the run could not go on;
    what is finished by then is kept for a run with ``resume``. A run that is finished is not done
    again by ``resume``: it says what was done.
    """
    sources = files_to_read(plan)
    total = sum(source.size for source in sources)
    plan = plan.within_memory(total)
    options = told_options(plan, sources)
    signature = signature_of(plan, sources, options)
    try:
        with work_folder(plan.out, signature, resume=plan.resume, force=plan.force) as work:
            if (plan.out / RUN).exists():
                return result_of(plan.out, sources, options)
            with workers(plan.jobs, small=total < WORTH_WORKERS) as some:
                shards = _shards(plan, sources, work)
                survey(shards, work, some, tell)
                _clean(shards, some, tell)
                return finish(plan.out, work, shards, plan.matching, options, some, tell)
    except OSError as error:
        where, why = error.filename or plan.out, error.strerror or str(error)
        raise CleanerError(f"{where}: {why}; mend that, then run again with --resume") from None


def files_to_read(plan: Plan) -> list[Source]:
    """The sources of a run; CleanerError for what cannot be read more than once."""
    sources = find_sources(plan.inputs, plan.out, plan.exclude)
    if not sources:
        raise CleanerError(f"--exclude {' '.join(plan.exclude)}: leaves nothing to read")
    for source in sources:
        if not source.path.is_file():
            raise CleanerError(
                f"{source.path}: is no file, and a run reads its input more than once; "
                "write it to a file, or use `cleaner clean`"
            )
    return sources


def told_options(plan: Plan, sources: Sequence[Source] = ()) -> dict[str, object]:
    """The options that shape the output, as they are written to run.json.

    ``otherwise`` in it names the files among ``sources`` that differ, each with what differs.
    """
    usual = _told_settings(plan.reading, plan.cleaning)
    told = {"exclude": list(plan.exclude), **usual, **_told_matching(plan.matching)}
    if plan.otherwise is not None:
        own = {source.name: _told_settings(*plan.settings(source)) for source in sources}
        differing = {
            name: {key: value for key, value in settings.items() if value != usual[key]}
            for name, settings in own.items()
        }
        told["otherwise"] = {name: some for name, some in differing.items() if some}
    return told


def _told_matching(matching: Matching) -> dict[str, object]:
    """An index is told by its folder's name and by how many stories it held."""
    marking = matching.marking
    told: dict[str, object] = {
        **asdict(marking.thresholds),
        "keep_policy": marking.policy,
        "relations": sorted(marking.copies),
        "drop_duplicates": matching.drop,
    }
    if matching.against is not None:
        with Index.open(matching.against) as index:
            told["against"] = {"name": matching.against.absolute().name, "stories": len(index)}
    return told


def _told_settings(reading: Reading, cleaning: Cleaning) -> dict[str, object]:
    return {
        **asdict(reading),
        **asdict(cleaning),
        "rules": [path.name for path in cleaning.rules],
        "furniture": [path.name for path in cleaning.furniture],
        "keep": sorted(cleaning.keep),
    }


def signature_of(plan: Plan, sources: Sequence[Source], options: dict[str, object]) -> str:
    """A digest of what shapes the output: files with size and time, options, version."""
    cleanings = {plan.cleaning, *(plan.settings(source)[1] for source in sources)}
    own = sorted({path for how in cleanings for path in (*how.rules, *how.furniture)})
    files = [
        *([source.name, source.size, source.path.stat().st_mtime_ns] for source in sources),
        *([path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in own),
    ]
    told = json.dumps([__version__, files, options], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _shards(plan: Plan, sources: Sequence[Source], work: Path) -> list[Shard]:
    """The shards of the corpus, each piece with the line it starts at.

    A shard holds pieces that are read and cleaned alike.
    """
    shards: list[Shard] = []
    lines_before: dict[str, int] = {}
    for pieces in cut_into_shards(sources):
        for settings, alike in groupby(pieces, key=lambda piece: plan.settings(piece.source)):
            some = tuple(alike)
            first_lines = []
            for piece in some:
                first_lines.append(lines_before.get(piece.source.name, 0) + 1)
                if not piece.whole:
                    lines = lines_before.get(piece.source.name, 0) + _count_lines(piece)
                    lines_before[piece.source.name] = lines
            folder = work / f"{len(shards):06d}"
            shards.append(Shard(len(shards), some, tuple(first_lines), folder, *settings))
    return shards


def _count_lines(piece: Piece) -> int:
    """The lines that start in a range of a file."""
    lines = 0
    with piece.source.path.open("rb") as stream:
        stream.seek(max(piece.start - 1, 0))
        left = piece.stop - stream.tell() - 1
        while left > 0 and (block := stream.read(min(left, 1 << 20))):
            lines += block.count(b"\n")
            left -= len(block)
    return lines + (piece.start == 0)


def _clean(shards: Sequence[Shard], workers: Workers, tell: Tell) -> None:
    """Cleans every shard that is not finished yet."""
    total = sum(shard.size for shard in shards)
    pending = [shard for shard in shards if not shard.folder.is_dir()]
    done = total - sum(shard.size for shard in pending)
    tell("clean", done, total)
    for shard, _ in zip(pending, workers.map(clean_shard, pending), strict=True):
        done += shard.size
        tell("clean", done, total)
