"""``cleaner dedup``: records in, the same records out, each told what it is a copy of."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import (
    INPUT,
    MATCHING,
    READING,
    TALK,
    chosen_reading,
    chosen_relations,
    chosen_sources,
    chosen_thresholds,
    tell_more,
    with_options,
)
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from cleaner.corpus.inputs import Arrival
    from cleaner.corpus.sources import Source
    from cleaner.model import Match


@click.command("dedup", cls=Command)
@click.argument("inputs", nargs=-1, metavar="[FILE]...")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write (.jsonl, with .gz or .zst); else standard output.",
)
@click.option("--drop-duplicates", is_flag=True, help="Leave out what is a copy.")
@click.option(
    "--relations",
    default="exact,near,contained",
    show_default=True,
    metavar="NAMES",
    help="Relations that make a copy, divided by commas.",
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
@with_options(MATCHING, INPUT, READING, TALK)
def command(
    inputs: tuple[str, ...],
    out: Path | None,
    drop_duplicates: bool,
    relations: str,
    pairs: Path | None,
    pairs_from: Path | None,
) -> None:
    """Mark the duplicates among the records in FILE..., or on standard input.

    Every record comes out in its place and as it was, with these fields more: duplicate_of (the
    id of the record that is kept, or null), relation, jaccard, share_in_it (how much of this
    record stands in the kept one) and share_of_it. A text file is one story. With --from and no
    FILE the pairs themselves are written, as the thresholds have them.

    \b
    Examples:
      cleaner dedup stories.jsonl > marked.jsonl
      cleaner dedup --drop-duplicates --keep-policy first < stories.jsonl
      cleaner dedup --from OUT/duplicates.jsonl --near .8
    """
    from cleaner.corpus.pairs import read_matches
    from cleaner.corpus.rows import match_row
    from cleaner.corpus.streams import whole_file
    from cleaner.duplicates.matches import judged_anew
    from cleaner.engines.dedup import Marking, copies_by, find_copies

    copies = chosen_relations(relations)
    sources = chosen_sources(inputs) if inputs or pairs_from is None else []
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cleaner-")))
        spool = _spool(sources, work, stack)
        read = partial(_read, sources, spool)
        name_of = partial(_name_of, several=len(sources) > 1)
        if pairs_from is not None:
            matches = [
                judged_anew(match, chosen_thresholds()) for match in read_matches(pairs_from)
            ]
            copy_of: Mapping[str, Match] = copies_by(matches, copies)
        else:
            how = Marking(chosen_thresholds(), setting("keep_policy"), copies)
            found = find_copies(read, name_of, work, how)
            matches, copy_of = list(found.matches), found.copy_of
        if pairs is not None:
            with whole_file(pairs) as stream:
                stream.writelines(match_row(match) for match in matches)
        stream = stack.enter_context(_opened(out, sources))
        if not sources:
            stream.writelines(match_row(match) for match in matches if match.relation)
            return
        faults = _write(stream, read, name_of, copy_of, drop_duplicates)
    tell_more(f"{len(copy_of):,} duplicates of other records")
    if faults:
        sys.exit(2)


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
    if several or arrival.source.format == "text":
        return page.name
    return page.name.removeprefix(f"{arrival.source.name}:")


def _opened(out: Path | None, sources: list[Source]) -> AbstractContextManager[BinaryIO]:
    """The stream that the output goes to; a file appears when it is whole."""
    from cleaner.corpus.inputs import is_stdin
    from cleaner.corpus.sources import format_of
    from cleaner.corpus.streams import whole_file

    if out is None:
        return nullcontext(sys.stdout.buffer)
    form, compression = format_of(out) or ("jsonl", "")
    if form != "jsonl" or compression == "parquet":
        raise CleanerError(f"{out}: dedup writes JSON lines; name a file .jsonl")
    if any(not is_stdin(one) and out.exists() and out.samefile(one.path) for one in sources):
        raise CleanerError(f"{out}: is the input, too; name another file")
    return whole_file(out, compression)


def _write(
    stream: BinaryIO,
    read: Callable[[], Iterator[list[Arrival]]],
    name_of: Callable[[Arrival], str],
    copy_of: Mapping[str, Match],
    drop: bool,
) -> int:
    """Writes every record in its place, marked; returns how many could not be read."""
    from cleaner.corpus.jsonlines import to_line, with_fields
    from cleaner.engines.dedup import fields_of

    faults = 0
    for batch in read():
        for arrival in batch:
            entry = arrival.entry
            if entry.page is None:
                if arrival.fault:
                    faults += 1
                    click.echo(f"cleaner: {arrival.fault}", err=True)
                elif arrival.source.format == "jsonl":
                    stream.write(entry.raw)
                continue
            name = name_of(arrival)
            if drop and name in copy_of:
                continue
            more = fields_of(name, copy_of)
            if arrival.source.format == "jsonl":
                stream.write(with_fields(entry.line.encode("utf-8", "surrogateescape"), more))
            else:
                record = dict(entry.record) or {"id": name, "text": entry.page.text}
                stream.write(to_line({**record, **more}))
    return faults
