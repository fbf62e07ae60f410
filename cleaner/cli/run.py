"""``cleaner run``: a whole corpus cleaned into a folder, with every reason and every duplicate."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, differs_by_path, setting
from cleaner.cli.options import (
    CLEANING,
    READING,
    TALK,
    chosen_cleaning,
    chosen_reading,
    tell_more,
    with_options,
)

if TYPE_CHECKING:
    from cleaner.engines.finish import Result


FAULTS_SHOWN = 20
"""Pages set aside that are named on the terminal; run.json names more of them."""


@click.command("run", cls=Command)
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@with_options(READING, CLEANING)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Worker processes; 0 is one for each core.",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was cut short.")
@click.option("--force", is_flag=True, help="Write over an older run in OUT.")
@with_options(TALK)
def command(inputs: tuple[str, ...], out: Path, jobs: int, resume: bool, force: bool) -> None:
    """Clean the pages in IN... (files, folders, patterns) into the folder OUT.

    OUT gets cleaned/ (the pages without their noise), stories.jsonl, removed.jsonl (every line
    that went, with its reason), duplicates.jsonl, report.html and run.json.

    \b
    Example:
      cleaner run seeds -o out
    """
    from cleaner.cli.progress import Passes
    from cleaner.engines.local import Plan, run

    plan = Plan(
        inputs=inputs,
        out=out,
        reading=chosen_reading(),
        cleaning=chosen_cleaning(),
        jobs=jobs,
        resume=resume,
        force=force,
        otherwise=cache(lambda path: (chosen_reading(path), chosen_cleaning(path)))
        if differs_by_path()
        else None,
    )
    quiet = setting("quiet")
    with Passes(quiet=quiet) as tell:
        result = run(plan, tell)
    for fault in result.faults[:FAULTS_SHOWN]:
        click.echo(f"cleaner: {fault}", err=True)
    more = result.counts.get("set_aside", 0) - FAULTS_SHOWN
    if more > 0:
        named = f"run.json names {len(result.faults):,}"
        click.echo(f"cleaner: {more:,} more were set aside; {named}", err=True)
    for name in sorted(result.counts):
        if name.startswith(("encodings.", "scripts.")):
            tell_more(f"{name.replace('.', ': ')} {result.counts[name]:,}")
    if not quiet:
        _summarise(result, out)
    if result.faults:
        sys.exit(2)


def _summarise(result: Result, out: Path) -> None:
    """Prints what the run did, on stderr."""
    from rich.console import Console
    from rich.table import Table

    counts = result.counts
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(justify="left")
    table.add_column(justify="right")

    def row(name: str, key: str) -> None:
        if counts.get(key):
            table.add_row(name, f"{counts[key]:,}")

    row("pages", "pages")
    row("stories", "stories")
    row("characters in", "characters_in")
    row("characters out", "characters_out")
    for kind, title in (("removed", "lines removed"), ("suspect", "suspect lines kept")):
        for key in sorted(counts):
            if key.startswith(f"{kind}."):
                row(f"{title}: {key.partition('.')[2]}", key)
    for action in ("joined", "split", "rewritten"):
        row(action, f"actions.{action}")
    for key in sorted(counts):
        if key.startswith("duplicates."):
            row(f"duplicates: {key.partition('.')[2]}", key)
    console = Console(stderr=True)
    console.print(table)
    console.print(
        f"read {out / 'report.html'} for the whole story",
        style="dim",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
