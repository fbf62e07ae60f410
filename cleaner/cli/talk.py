"""What a command says on standard error as it goes: lines, and a bar while that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import setting

if TYPE_CHECKING:
    from cleaner.corpus.faults import Fault, Faults
    from cleaner.corpus.inputs import Arrival
    from cleaner.corpus.sources import Source

TALK = (
    click.Option(["-q", "--quiet"], is_flag=True, help="Tell nothing but faults."),
    click.Option(["-v", "--verbose"], is_flag=True, help="Tell what is read, and how."),
)
"""The options of every command that says something."""


def watched(
    batches: Iterator[list[Arrival]], sources: Sequence[Source], *, prints: bool
) -> Iterator[list[Arrival]]:
    """The batches; while they come a bar on stderr tells how far it is, if that is a terminal.

    Not where a command that ``prints`` as it goes has the terminal for itself, nor for standard
    input, whose end is not known.
    """
    from cleaner.corpus.inputs import is_stdin

    shown = sys.stderr.isatty() and not setting("quiet")
    if not shown or (prints and sys.stdout.isatty()) or any(is_stdin(source) for source in sources):
        return batches
    from cleaner.cli import progress

    return progress.watched(batches, sources)


def counted(number: int, one: str, many: str = "") -> str:
    """The number and what it counts: 1 page, 1,200 pages, 2 stories (``many``)."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tell(line: str) -> None:
    """Says a line on stderr, unless --quiet."""
    if not setting("quiet"):
        click.echo(line, err=True)


def tell_more(line: str) -> None:
    """Says a line on stderr with --verbose."""
    if setting("verbose"):
        click.echo(line, err=True)


def tell_fault(faults: Faults, fault: Fault) -> None:
    """Counts what could not be read, and says it on stderr if it is the first of its kind."""
    if faults.add(fault):
        click.echo(f"cleaner: {fault}", err=True)


def end_with(faults: Faults) -> None:
    """Says what else was like the faults that were told, and ends with 2 if there were any."""
    for line in faults.others():
        click.echo(f"cleaner: {line}", err=True)
    if faults:
        sys.exit(2)
