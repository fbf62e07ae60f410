"""``cleaner report``: the report of a run made again from its files, or told in Markdown."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.command import Command


@click.command("report", cls=Command)
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "markdown"]),
    default="html",
    show_default=True,
    help="Write OUT/report.html, or a summary in Markdown to stdout.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help="Language of the report; without it the reader's browser chooses, and Markdown is en.",
)
def command(out: Path, form: str, language: str | None) -> None:
    """Tell of the run in OUT, from its files alone.

    \b
    Examples:
      cleaner report out
      cleaner report out --language zh
      cleaner report out --format markdown > comment.md
    """
    if form == "markdown":
        from cleaner.report.markdown import summary

        click.echo(summary(out, language), nl=False)
        return
    from cleaner.report.html import write_report

    click.echo(f"wrote {write_report(out, language)}", err=True)
