"""``cleaner run``: a whole corpus cleaned into a folder, with every reason and every duplicate."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, differs_by_path, setting
from cleaner.cli.foretell import foretell
from cleaner.cli.options import (
    AGAINST,
    CLEANING,
    DROPPING,
    EXCLUDE,
    MATCHING,
    READING,
    chosen_cleaning,
    chosen_marking,
    chosen_reading,
    with_options,
)
from cleaner.cli.sizes import as_size
from cleaner.cli.talk import TALK, counted, tell_more
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from cleaner.engines.finish import Result


FAULTS_SHOWN = 20
"""Lines on pages set aside that are printed; run.json names more of them."""

NO_BREAK = "\u00a0"
"""Stands between a name and its figure, which belong on one line."""

NAMES_WIDE = 17
"""Columns that the names of the summary take."""


@click.command("run", cls=Command)
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option("-o", "--out", required=True, type=click.Path(), help="A new folder.")
@with_options(EXCLUDE, READING, CLEANING, AGAINST, DROPPING, MATCHING)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Worker processes; 0 is one for each core.",
)
@click.option(
    "--memory",
    type=as_size,
    metavar="SIZE",
    help="Memory for all processes together, as 800M or 4G [default: no bound].",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be read and written; do nothing.")
@click.option("--resume", is_flag=True, help="Go on with a run that was cut short.")
@click.option("--force", is_flag=True, help="Write over an older run in OUT.")
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="The cores of this machine, or Apache Spark (docs/spark.md).",
)
@click.option("--master", metavar="URL", help="Spark's master [default: as it is set up].")
@click.option(
    "--tables",
    type=click.Choice(["jsonl", "parquet"]),
    help="What Spark writes [default: jsonl].",
)
@with_options(TALK)
def command(
    inputs: tuple[str, ...],
    out: str,
    jobs: int,
    memory: int | None,
    dry_run: bool,
    resume: bool,
    force: bool,
    engine: str,
    master: str | None,
    tables: str | None,
) -> None:
    """Clean the pages in IN... (files, folders, patterns) into the folder OUT.

    OUT gets cleaned/ (the pages without their noise), stories.jsonl, removed.jsonl (every line
    that went, with its reason), duplicates.jsonl, report.html and run.json. Duplicates are told
    and stay, unless --drop-duplicates takes them out of cleaned/. With --against, known.jsonl
    tells which stories the index knows, by their old ids; those that are copies are marked as
    copies of the old ones.

    --memory sets how many workers there are, how large a page may be (a 256th of it; larger ones
    are set aside), and from where on matching goes through files. Too little is refused at once.

    With --engine spark, IN and OUT may be URLs of whatever Spark reads and writes, and OUT gets a
    folder of parts for each of these tables.

    \b
    Examples:
      cleaner run seeds -o out
      cleaner run scrape -o out --against seen --drop-duplicates
    """
    from cleaner.cli.progress import Passes
    from cleaner.engines.finish import Matching
    from cleaner.engines.local import Plan, run

    if engine != "spark" and (master or tables):
        raise CleanerError("--master, --tables: only with --engine spark; add it")
    if engine == "spark" and (memory or dry_run):
        raise CleanerError("--memory, --dry-run: not with --engine spark, which has its own ways")
    plan = Plan(
        inputs=inputs,
        exclude=setting("exclude"),
        out=Path(out),
        reading=chosen_reading(),
        cleaning=chosen_cleaning(),
        matching=Matching(chosen_marking(), setting("against"), setting("drop_duplicates")),
        jobs=jobs,
        memory=memory,
        resume=resume,
        force=force,
        otherwise=cache(lambda path: (chosen_reading(path), chosen_cleaning(path)))
        if differs_by_path()
        else None,
    )
    if dry_run:
        foretell(plan)
        return
    quiet = setting("quiet")
    with Passes(quiet=quiet) as tell:
        if engine == "spark":
            from cleaner.engines.spark.job import run_on_spark
            from cleaner.engines.spark.session import Cluster

            result = run_on_spark(plan, out, Cluster(master, tables or "jsonl"), tell)
        else:
            result = run(plan, tell)
    _tell_faults(result)
    for name in sorted(result.counts):
        if name.startswith(("encodings.", "scripts.")):
            tell_more(f"{name.replace('.', ': ')} {result.counts[name]:,}")
    if not quiet:
        _summarise(result, out)
    if result.faults:
        sys.exit(2)


def _tell_faults(result: Result) -> None:
    """Says on stderr which pages were set aside, a line for each file and reason."""
    from cleaner.corpus.faults import Faults

    faults = Faults()
    for fault in result.faults:
        faults.add(fault)
    lines = faults.lines()
    for line in lines[:FAULTS_SHOWN]:
        click.echo(f"cleaner: {line}", err=True)
    aside = result.counts.get("set_aside", 0)
    if len(lines) > FAULTS_SHOWN or aside > len(faults):
        named = f"run.json names {len(faults):,}"
        click.echo(f"cleaner: {aside:,} were set aside in all; {named}", err=True)


def _summarise(result: Result, out: str) -> None:
    """Prints what the run did, on stderr."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for name, told in _told(result.counts):
        row = f"{name:<{NAMES_WIDE}}{told}"
        width = min(console.width, 100)
        folded = textwrap.fill(row, width, subsequent_indent=" " * NAMES_WIDE)
        console.print(folded.replace(NO_BREAK, " "))
    console.print(f"read {out.rstrip('/')}/report.html for the whole story", style="dim")


def _told(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """The rows of the summary: a name, and the figures in words."""

    def by_kind(kind: str, *without: str) -> str:
        found = {key.partition(".")[2]: n for key, n in counts.items() if key.startswith(kind)}
        order = sorted(found.items(), key=lambda one: (-one[1], one[0]))
        return ", ".join(f"{name}{NO_BREAK}{n:,}" for name, n in order if name not in without)

    from cleaner.report.pages import noise_share

    before, after = counts.get("characters_in", 0), counts.get("characters_out", 0)
    yield "pages", f"{counts.get('pages', 0):,}"
    if passed := by_kind("passed_over."):
        yield "passed over", passed
    yield "stories", f"{counts.get('stories', 0):,}"
    noise = noise_share(before, after + counts.get("dropped_characters", 0))
    yield "characters", f"{before:,} in, {after:,} out: {noise:.1%} was noise"
    yield "removed", by_kind("removed.", "content") or "nothing"
    if suspects := by_kind("suspect.", "content"):
        yield "suspect, kept", suspects
    if wrong := counts.get("suspect.content"):
        yield "badly converted", f"{wrong:,} words, kept: --repair puts them right"
    for action in ("joined", "split", "rewritten"):
        if count := counts.get(f"actions.{action}"):
            yield action, f"{count:,}"
    yield "duplicates", by_kind("duplicates.") or "none"
    if known := by_kind("known."):
        yield "in the index", known
    if dropped := counts.get("dropped"):
        yield "dropped", f"{counted(dropped, 'story', 'stories')} as copies"
