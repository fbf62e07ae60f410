"""``cleaner check``: what is wrong with pages, told the way CI and editors read it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import (
    AGAINST,
    CLEANING,
    EXCLUDE,
    INPUT,
    READING,
    chosen_cleaning,
    chosen_reading,
    chosen_sources,
    with_options,
    words,
)
from cleaner.cli.output import leave_stdout
from cleaner.cli.suggest import nearest
from cleaner.cli.talk import TALK, tell, tell_more, watched
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from cleaner.corpus.sources import Source
    from cleaner.report.checks.judge import Budget
    from cleaner.report.checks.remarks import Report

FORMATS = ("text", "json", "sarif", "github", "junit", "markdown")


@click.command("check", cls=Command)
@click.argument("inputs", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How findings are written; text, or github inside GitHub Actions.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File for the findings; else standard output.",
)
@click.option(
    "--max-noise",
    metavar="SHARE",
    help="Bear noise up to this share of a page's characters: 5% or 0.05.",
)
@click.option(
    "--fail-on",
    metavar="WORDS",
    default="all",
    show_default=True,
    help="Fail for these only: kinds, labels and relations, divided by commas; all; none.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Known findings: they pass, new ones fail.",
)
@click.option("--update-baseline", is_flag=True, help="Write all findings into --baseline.")
@click.option(
    "--changed-since", metavar="REV", help="Check only files that git says changed since REV."
)
@click.option("--fix", is_flag=True, help="Clean the files in place (in UTF-8), then check.")
@click.option("--diff", is_flag=True, help="Show what --fix would do, and do nothing.")
@with_options(AGAINST, EXCLUDE, INPUT, READING, CLEANING, TALK)
def command(
    inputs: tuple[str, ...],
    form: str | None,
    out: Path | None,
    max_noise: str | None,
    fail_on: str,
    baseline: Path | None,
    update_baseline: bool,
    changed_since: str | None,
    fix: bool,
    diff: bool,
) -> None:
    """Report what is wrong with the pages in PATH...: files, folders, patterns, or - for stdin.

    Findings are noise (sure and suspect), broken paragraphs, odd characters, decoding trouble,
    mixed scripts, and stories that say the same as others or as those of an index. The exit code
    is 1 if there are any, 2 if a page could not be read.

    \b
    Examples:
      cleaner check scrape
      cleaner check scrape --against seen --max-noise 5% --fail-on noise,exact,near
      cleaner check scrape --changed-since origin/main --format sarif -o cleaner.sarif
      cleaner check scrape --baseline known.json --update-baseline
      cleaner check scrape --diff
    """
    budget = _budget(fail_on, max_noise)
    if update_baseline and baseline is None:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    sources = _sources(inputs, changed_since)
    if diff:
        sys.exit(_show_diff(sources))
    if fix:
        _fix(sources)
    report = _check(sources, budget, setting("against"))
    if baseline is not None:
        report = _with_baseline(report, baseline, update_baseline)
    code = 2 if report.faults else int(report.failed)
    if form is None:
        form = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    try:
        _write(report, form, out)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads saw enough; the verdict stands all the same.
        leave_stdout()
    sys.exit(code)


def _budget(fail_on: str, max_noise: str | None) -> Budget:
    """What the check fails for, from the words of the options."""
    from cleaner.report.checks.judge import Budget
    from cleaner.report.checks.remarks import FAILABLE

    asked = words(fail_on)
    for word in asked:
        if word not in (*FAILABLE, "all", "none"):
            near = nearest(word, [*FAILABLE, "all", "none"])
            raise CleanerError(f"--fail-on {word}: no such kind, label or relation{near}")
    fails = None if "all" in asked else frozenset(asked) - {"none"}
    return Budget(fails, None if max_noise is None else _share(max_noise))


def _share(told: str) -> float:
    """The share that "5%" or "0.05" tells."""
    try:
        share = float(told.removesuffix("%")) / (100 if told.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise CleanerError(f"--max-noise {told}: say a share, such as 5% or 0.05")
    return share


def _sources(inputs: Sequence[str], revision: str | None) -> list[Source]:
    """The files to check, each named as the user knows it, in the order of their names."""
    from cleaner.corpus.inputs import is_stdin
    from cleaner.corpus.sources import speakable

    named = [
        one if is_stdin(one) else replace(one, name=speakable(_shown(one.path)))
        for one in chosen_sources(inputs, exclude=setting("exclude"))
    ]
    sources = sorted({one.name: one for one in named}.values(), key=lambda one: one.name)
    if revision is not None:
        from cleaner.corpus.changed import changed_since

        sources = changed_since(revision, sources)
        tell_more(f"{len(sources)} files changed since {revision}")
    return sources


def _shown(path: Path) -> str:
    """The path as it is told: from the current folder, if the file is below it."""
    path = Path(os.path.abspath(path))
    return (path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path).as_posix()


def _check(sources: Sequence[Source], budget: Budget, against: Path | None) -> Report:
    from cleaner.corpus.inputs import arrivals
    from cleaner.engines.check import check_arrivals

    reading_of = cache(lambda source: chosen_reading(source.path))
    how_of = cache(lambda source: chosen_cleaning(source.path))
    batches = watched(arrivals(sources, reading_of, sys.stdin.buffer), sources, prints=False)
    return check_arrivals(batches, how_of, budget, against)


def _with_baseline(report: Report, baseline: Path, update: bool) -> Report:
    """The report with known findings marked; with ``update`` all of them become known."""
    from cleaner.report.checks.judge import known_findings, mark_known, write_baseline

    if update:
        count = write_baseline(baseline, report.remarks)
        tell(f"{baseline}: {count} findings are known now")
    known = known_findings(baseline)
    return replace(report, remarks=mark_known(report.remarks, known, baseline.parent))


def _write(report: Report, form: str, out: Path | None) -> None:
    """Writes the findings, and says what it comes to on stderr."""
    from cleaner.corpus.streams import whole_file
    from cleaner.report.checks import WRITERS
    from cleaner.report.checks.remarks import summary

    written = WRITERS[form].write(report).encode("utf-8", "replace")
    if out is None:
        sys.stdout.buffer.write(written)
    else:
        try:
            with whole_file(out) as stream:
                stream.write(written)
        except OSError as error:
            raise CleanerError(f"{out}: cannot be written ({error.strerror})") from None
    for fault in report.faults:
        click.echo(f"cleaner: {fault}", err=True)
    tell(summary(report))


def _fix(sources: Sequence[Source]) -> None:
    """Cleans the files in place, and says which."""
    from cleaner.corpus.inputs import is_stdin
    from cleaner.engines.fix import fix_file

    if any(is_stdin(source) for source in sources):
        raise CleanerError("--fix: standard input has no place; use `cleaner clean`")
    for source in sources:
        fixed = fix_file(source, chosen_reading(source.path), chosen_cleaning(source.path))
        if fixed is not None:
            was = f"; it was {fixed.was} and is UTF-8 now" if fixed.was else ""
            tell(f"{source.name}: cleaned{was}")


def _show_diff(sources: Sequence[Source]) -> int:
    """Prints what --fix would change; 1 if there is anything."""
    from cleaner.engines.fix import diff_file

    code = 0
    for source in sources:
        reading, how = chosen_reading(source.path), chosen_cleaning(source.path)
        for line in diff_file(source, reading, how):
            sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
            code = 1
    return code
