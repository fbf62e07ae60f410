"""``cleaner stories``: the stories of pages as a table: where, what, when, and how long."""

from __future__ import annotations

import sys
from functools import cache
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
from cleaner.cli.talk import end_with, tell_fault

if TYPE_CHECKING:
    from cleaner.model import Story

TITLE_SHOWN = 30
"""Characters of a title in the table; a story without one shows its opening in brackets."""


@click.command("stories", cls=Command)
@click.argument("inputs", nargs=-1, metavar="[FILE]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_options(INPUT, READING, CLEANING)
def command(inputs: tuple[str, ...], as_json: bool) -> None:
    """List the stories of the pages in FILE..., or of standard input, after cleaning.

    A row has the story's id, its first and last line on the page, its date, its length in
    characters, and its title.

    \b
    Examples:
      cleaner stories seeds/*.txt
      cleaner stories pages.jsonl --json | jq -r .title
    """
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.inputs import arrivals
    from cleaner.corpus.rows import story_row
    from cleaner.pipeline import clean_batch

    faults = Faults()
    sources = chosen_sources(inputs)
    reading_of = cache(lambda source: chosen_reading(source.path))
    cleaning_of = cache(lambda source: chosen_cleaning(source.path))
    for batch in arrivals(sources, reading_of, sys.stdin.buffer):
        for arrival in batch:
            if arrival.entry.page is None:
                if arrival.fault is not None:
                    tell_fault(faults, arrival.fault)
                continue
            (cleaned,) = clean_batch([arrival.entry.page], cleaning_of(arrival.source))
            for story in cleaned.stories:
                click.echo(story_row(story).decode().rstrip("\n") if as_json else _row(story))
    end_with(faults)


def _row(story: Story) -> str:
    """A story as a row of the table."""
    title = story.title or f"[{story.text[:TITLE_SHOWN]}…]"
    if len(title) > TITLE_SHOWN + 3:
        title = title[:TITLE_SHOWN] + "…"
    place = f"{story.lines[0]}-{story.lines[1]}"
    date = story.published or "-"
    return f"{story.id}  {place:>9}  {date:<10}  {len(story.text):>7}  {title}".replace("\n", " ")
