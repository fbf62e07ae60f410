"""``cleaner report``: the report of a run made again from its files, or told in Markdown."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("report", short_help="Make the report of a run again.")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help="Language of the report.  [default: the reader's browser chooses; Markdown: en]",
)
def command(out: Path, language: str | None) -> None:
    """Make OUT/report.html again from the other files of the run in OUT.

    \b
    Examples:
      cleaner report out
      cleaner report out --language zh
    """
    from cleaner.report.html import write_report

    click.echo(f"wrote {write_report(out, language)}", err=True)
