"""``cleaner learn``: the lines that many pages of a site share, as a file to review."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import EXCLUDE, READING, chosen_reading, with_options
from cleaner.cli.talk import TALK, counted, tell

if TYPE_CHECKING:
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.sources import Source
    from cleaner.text.lines import Lines
    from cleaner.text.shape import Shape


@click.command("learn", cls=Command)
@click.argument("inputs", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File to write; else standard output.",
)
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Rules of your own (TOML), beside the shipped ones.",
)
@with_options(EXCLUDE, READING, TALK)
def command(inputs: tuple[str, ...], out: Path | None, rules: tuple[Path, ...]) -> None:
    """Propose the furniture of a site: lines that at least 3, and 2 %, of its pages share.

    Pages are those in PATH...: files, folders, patterns. The pages of one folder are a site; of
    records, those with one host in the field --site. The file is for you to review: delete what
    is no noise, then clean single pages with --furniture FILE. Counting is exact, in bounded
    memory, and the same in any order of the pages.

    \b
    Examples:
      cleaner learn scrape -o furniture.tsv
      cleaner clean page.txt --furniture furniture.tsv
    """
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.sources import find_sources
    from cleaner.noise.furniture import Proposals, write_furniture
    from cleaner.noise.hits import load_rules
    from cleaner.noise.repeats import repeats_of

    sources = find_sources(inputs, exclude=setting("exclude"))
    faults = Faults()
    with tempfile.TemporaryDirectory() as folder:
        repeats = repeats_of(_batches(sources, faults), Path(folder))
    proposals = Proposals(repeats, load_rules(rules))
    for lines, shape in _batches(sources, Faults()):
        proposals.look(lines, shape)
    found = proposals.proposals()
    text = write_furniture(found)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
    if found:
        tell(f"{counted(len(found), 'line')} proposed: review them before you use them")
    else:
        tell("no line is on enough pages of a site; nothing is proposed")
    for line in faults.lines():
        click.echo(f"cleaner: {line}", err=True)
    if faults:
        sys.exit(2)


def _batches(sources: list[Source], faults: Faults) -> Iterator[tuple[Lines, Shape]]:
    """The pages of ``sources`` as batches of lines; what cannot be read joins ``faults``."""
    from cleaner.corpus.inputs import arrivals
    from cleaner.text.lines import split_lines
    from cleaner.text.shape import measure

    reading_of = cache(lambda source: chosen_reading(source.path))
    for batch in arrivals(sources, reading_of, sys.stdin.buffer):
        for arrival in batch:
            if arrival.fault is not None:
                faults.add(arrival.fault)
        pages = [arrival.entry.page for arrival in batch if arrival.entry.page is not None]
        if pages:
            lines = split_lines(pages)
            yield lines, measure(lines)
