"""What a run would read and write, told before anything is written."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cleaner.corpus.ledger import RUN
from cleaner.corpus.parquet import count_rows
from cleaner.corpus.shards import cut_into_shards
from cleaner.corpus.sources import Source
from cleaner.engines.local import WORTH_WORKERS, Plan, files_to_read, signature_of, told_options
from cleaner.engines.unfinished import WORK, check_out

OUT_SHARE, WORK_SHARE = 4, 7
"""Bytes of OUT for one of input, and of OUT with its work folder while the run lasts (pages with
furniture: 3.5 and 6.8; most of it the rows on what was removed)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The files of one kind: their format, how they are compressed, how many they are, their
    bytes, and the pages in them as far as that is told without unpacking (None: it is not)."""

    format: str
    compression: str
    files: int
    size: int
    pages: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would do: the ``kinds`` of files that it reads, in ``shards`` of which ``done``
    are finished (``finished``: all of it), with ``jobs`` workers, pages of at most
    ``largest_page`` bytes, and ``free`` bytes of disk where OUT is."""

    kinds: tuple[Kind, ...]
    shards: int
    done: int
    finished: bool
    jobs: int
    largest_page: int
    free: int

    @property
    def size(self) -> int:
        """Bytes that are read."""
        return sum(kind.size for kind in self.kinds)


def forecast(plan: Plan) -> Forecast:
    """What ``engines.local.run`` would do with the plan; refused where the run would be."""
    sources = files_to_read(plan)
    total = sum(source.size for source in sources)
    plan = plan.within_memory(total)
    signature = signature_of(plan, sources, told_options(plan, sources))
    check_out(plan.out, signature, resume=plan.resume, force=plan.force)
    work = plan.out / WORK
    done = [path for path in work.glob("[0-9]*") if path.is_dir() and path.name.isdigit()]
    return Forecast(
        kinds=_kinds(sources),
        shards=len(cut_into_shards(sources)),
        done=len(done) if plan.resume else 0,
        finished=plan.resume and (plan.out / RUN).exists(),
        jobs=1 if total < WORTH_WORKERS else plan.jobs,
        largest_page=plan.reading.largest_page,
        free=shutil.disk_usage(_nearest(plan.out)).free,
    )


def _kinds(sources: Sequence[Source]) -> tuple[Kind, ...]:
    """The sources by kind, in order of their names."""
    files: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    pages: dict[tuple[str, str], int | None] = {}
    for source in sources:
        kind = (source.format, source.compression)
        files[kind] += 1
        sizes[kind] += source.size
        known, more = pages.get(kind, 0), _pages_in(source)
        pages[kind] = None if known is None or more is None else known + more
    return tuple(Kind(*kind, files[kind], sizes[kind], pages[kind]) for kind in sorted(files))


def _pages_in(source: Source) -> int | None:
    """The pages in a file where that is cheap to tell: a line of JSON is a record."""
    if source.is_one_page:
        return 1
    if source.compression == "parquet":
        return count_rows(source.path)
    if source.compression or source.format != "jsonl":
        return None
    lines, last = 0, b"\n"
    with source.path.open("rb") as stream:
        while block := stream.read(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")


def _nearest(out: Path) -> Path:
    """The folder OUT would stand on: itself, or the nearest one above it that is there."""
    path = out.absolute()
    while not path.exists():
        path = path.parent
    return path
