"""``cleaner clean``: pages in, clean pages out, as they arrive."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command
from cleaner.cli.options import (
    CLEANING,
    INPUT,
    READING,
    chosen_cleaning,
    chosen_reading,
    chosen_sources,
    with_options,
)
from cleaner.cli.talk import TALK, counted, end_with, tell_fault, tell_more, watched

if TYPE_CHECKING:
    from cleaner.corpus.inputs import Arrival


@click.command("clean", cls=Command)
@click.argument("inputs", nargs=-1, metavar="[FILE]...")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write (.txt .jsonl .csv .parquet, with .gz or .zst); else standard output.",
)
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File for the records that cannot be read, as they stand.",
)
@with_options(INPUT, READING, CLEANING, TALK)
def command(inputs: tuple[str, ...], out: Path | None, rejects: Path | None) -> None:
    """Clean the pages in FILE..., or on standard input, and write them in their order.

    A text is one page. Of records (JSON lines, CSV, Parquet) only the text changes. A record that
    cannot be read is named and left out, the rest goes on, and the exit code is 2.

    \b
    Examples:
      cleaner clean < page.txt
      tail -f pages.jsonl | cleaner clean --jsonl | head
      cleaner clean pages.parquet -o clean.parquet
    """
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.inputs import arrivals
    from cleaner.corpus.sinks import open_sink
    from cleaner.engines.pipe import clean_arrivals
    from cleaner.pipeline import clean

    sources = chosen_sources(inputs)
    reading_of = cache(lambda source: chosen_reading(source.path))
    how_of = cache(lambda source: chosen_cleaning(source.path))
    for source in sources:
        clean("。", how_of(source))  # tables and rules are there before the first page is
    faults = Faults()
    with ExitStack() as stack:
        rejected = stack.enter_context(rejects.open("wb", buffering=0)) if rejects else None

        def set_aside(arrival: Arrival) -> None:
            assert arrival.fault is not None
            tell_fault(faults, arrival.fault)
            if rejected is not None:
                rejected.write(arrival.entry.raw.rstrip(b"\r\n") + b"\n")

        sink = stack.enter_context(
            open_sink(out, sources, sys.stdout.buffer, chosen_reading().field)
        )
        batches = watched(
            arrivals(sources, reading_of, sys.stdin.buffer), sources, prints=out is None
        )
        counts = clean_arrivals(batches, sink, how_of, set_aside)
    for name in sorted(counts):
        if name.startswith(("encodings.", "passed_over.", "scripts.")):
            tell_more(f"{name.replace('.', ': ', 1)} {counts[name]:,}")
    tell_more(
        f"cleaned {counted(counts['pages'], 'page')} with "
        f"{counted(counts['stories'], 'story', 'stories')}, "
        f"{counts['characters_in']:,} characters in, {counts['characters_out']:,} out"
    )
    end_with(faults)
