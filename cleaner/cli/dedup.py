"""``cleaner dedup``: records in, the same records out, each told what it is a copy of."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import (
    DROPPING,
    INPUT,
    MATCHING,
    READING,
    chosen_marking,
    chosen_reading,
    chosen_sources,
    with_options,
)
from cleaner.cli.talk import TALK, end_with, tell_fault, tell_more

if TYPE_CHECKING:
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.inputs import Arrival
    from cleaner.corpus.sinks import Sink
    from cleaner.corpus.sources import Source
    from cleaner.model import Match


@click.command("dedup", cls=Command)
@click.argument("inputs", nargs=-1, metavar="[FILE]...")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write (.jsonl .csv .parquet, with .gz or .zst); else standard output.",
)
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File for every pair with its evidence, near misses too (JSON lines).",
)
@click.option(
    "--from",
    "pairs_from",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="PAIRS",
    help="Judge the pairs of an earlier run anew, without comparing again.",
)
@with_options(DROPPING, MATCHING, INPUT, READING, TALK)
def command(
    inputs: tuple[str, ...],
    out: Path | None,
    pairs: Path | None,
    pairs_from: Path | None,
) -> None:
    """Mark the duplicates among the records in FILE..., or on standard input.

    Every record comes out in its place and as it was, with these fields more: duplicate_of (the
    id of the record that is kept, or null), relation, jaccard, share_in_it (how much of this
    record stands in the kept one) and share_of_it. Standard input is JSON lines, unless
    --stdin-name says otherwise; a text file is one story. With --from and no FILE the pairs
    themselves are written, as the thresholds have them.

    \b
    Examples:
      cleaner dedup stories.jsonl > marked.jsonl
      cleaner dedup --drop-duplicates --keep-policy first < stories.jsonl
      cleaner dedup --from OUT/duplicates.jsonl --near .8
    """
    from cleaner.corpus.pairs import read_matches
    from cleaner.corpus.sinks import open_sink
    from cleaner.duplicates.matches import judged_anew
    from cleaner.engines.dedup import copies_by, find_copies

    how = chosen_marking()
    sources = chosen_sources(inputs, stdin_format="jsonl") if inputs or pairs_from is None else []
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cleaner-")))
        spool = _spool(sources, work, stack)
        read = partial(_read, sources, spool)
        name_of = partial(_name_of, several=len(sources) > 1)
        if pairs_from is not None:
            matches = [judged_anew(match, how.thresholds) for match in read_matches(pairs_from)]
            copy_of: Mapping[str, Match] = copies_by(matches, how.copies)
        else:
            found = find_copies(read, name_of, work, how)
            matches, copy_of = list(found.matches), found.copy_of
        if pairs is not None:
            _write_pairs(matches, pairs)
        if not sources:
            _write_pairs((match for match in matches if match.relation), out)
            return
        field = setting("field")
        sink = stack.enter_context(open_sink(out, sources, sys.stdout.buffer, field, records=True))
        faults = _write(sink, read, name_of, copy_of, setting("drop_duplicates"))
    tell_more(f"{len(copy_of):,} duplicates of other records")
    end_with(faults)


def _spool(sources: list[Source], work: Path, stack: ExitStack) -> BinaryIO:
    """Standard input in a file, to be read twice, if it is among the sources."""
    from cleaner.corpus.inputs import is_stdin

    spool = stack.enter_context((work / "stdin").open("w+b"))
    if any(is_stdin(source) for source in sources):
        shutil.copyfileobj(sys.stdin.buffer, spool)
    return spool


def _read(sources: list[Source], spool: BinaryIO) -> Iterator[list[Arrival]]:
    """The entries of all sources from the beginning."""
    from cleaner.corpus.inputs import arrivals

    spool.seek(0)
    return arrivals(sources, lambda source: chosen_reading(source.path), spool)


def _name_of(arrival: Arrival, several: bool) -> str:
    """What a record is called: its own id or else its line; among several files, its place."""
    page = arrival.entry.page
    assert page is not None
    if several or arrival.source.is_one_page:
        return page.name
    return page.name.removeprefix(f"{arrival.source.name}:")


def _write_pairs(matches: Iterable[Match], out: Path | None) -> None:
    """Writes pairs as JSON lines, to standard output or to a file packed as its name says."""
    from cleaner.corpus.rows import match_row
    from cleaner.corpus.sources import COMPRESSIONS
    from cleaner.corpus.streams import whole_file

    rows = (match_row(match) for match in matches)
    if out is None:
        sys.stdout.buffer.writelines(rows)
        return
    with whole_file(out, COMPRESSIONS.get(out.suffix.lower(), "")) as stream:
        stream.writelines(rows)


def _write(
    sink: Sink,
    read: Callable[[], Iterator[list[Arrival]]],
    name_of: Callable[[Arrival], str],
    copy_of: Mapping[str, Match],
    drop: bool,
) -> Faults:
    """Writes every record in its place, marked; returns what could not be read."""
    from cleaner.corpus.faults import Faults
    from cleaner.engines.dedup import fields_of

    faults = Faults()
    for batch in read():
        for arrival in batch:
            page = arrival.entry.page
            if arrival.fault is not None:
                tell_fault(faults, arrival.fault)
            elif page is None:
                sink.pass_by(arrival)
            elif not (drop and name_of(arrival) in copy_of):
                sink.write(arrival, page.text, fields_of(name_of(arrival), copy_of))
    return faults
