"""``cleaner index``: a folder that knows every story seen before, to ask what is new."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import (
    READING,
    THRESHOLDS,
    chosen_relations,
    chosen_thresholds,
    with_options,
)
from cleaner.cli.talk import TALK, counted, end_with, tell, tell_fault, tell_more
from cleaner.model import RELATIONS

if TYPE_CHECKING:
    from cleaner.duplicates.known import Known
    from cleaner.duplicates.verify import StoryText

ADDED_CHARS = 20_000_000
"""Characters of stories that become one segment: 33,000 news stories, 200 MB of memory."""

_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
_inputs = click.argument("inputs", metavar="IN...", nargs=-1, required=True)
_json = click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")


RECORDS = tuple(option for option in READING if option.name in ("field", "id_field"))
"""The options for records: which fields hold the text and the id."""


@click.group("index")
def command() -> None:
    """Keep all stories seen before in the folder DIR, and ask it about new ones.

    Duplicates are told by the ids of the old stories, found across scripts and inside longer
    pages, and proved on the texts, which the index holds compressed.

    \b
    Example:
      cleaner run scrape-1 -o out-1
      cleaner index create seen
      cleaner index add seen out-1
      cleaner run scrape-2 -o out-2
      cleaner index query seen out-2
    """


@command.command("create", cls=Command, short_help="Make a new, empty index.")
@_folder
@click.option(
    "--texts/--no-texts",
    default=True,
    help="Hold the texts (about 1.1 bytes a character), or only what estimates are made from.",
)
def create(folder: Path, texts: bool) -> None:
    """Make a new, empty index in the folder DIR.

    Without texts the index can be passed on where the texts cannot; copies with the same
    fingerprint are still certain, but every other answer is an estimate, and says so.

    \b
    Example:
      cleaner index create seen
    """
    from cleaner.duplicates.index import Index

    Index.create(folder, texts)


@command.command("add", cls=Command, short_help="Add stories.")
@_folder
@_inputs
@with_options(RECORDS, TALK)
@_json
def add(folder: Path, inputs: tuple[str, ...], as_json: bool) -> None:
    """Add the stories of IN... to the index in DIR.

    IN is the folder of a run, a file of JSON lines with an id and a text, - for such lines on
    standard input, or another index. Stories that are in the index already, by id and text, are
    not added again, so that a command that was cut short can simply be repeated.

    \b
    Example:
      cleaner index add seen out
      cleaner index add seen archive.jsonl.gz --id url --field body
    """
    from cleaner.duplicates.growth import Added, writing
    from cleaner.text.lines import in_batches

    total = Added()
    reading = _Reading(inputs)
    with writing(folder) as writer:
        for batch in in_batches(reading.stories(), lambda story: len(story.text), ADDED_CHARS):
            total += writer.add(batch)
            tell_more(f"{total.new + total.copies + total.known} stories so far, all kept")
    if as_json:
        told = {"new": total.new, "copies": total.copies, "known": total.known}
        click.echo(json.dumps({**told, "faults": len(reading.faults)}))
    else:
        tell(
            f"added {counted(total.new, 'story', 'stories')} and"
            f" {counted(total.copies, 'copy', 'copies')} of stories;"
            f" {total.known} were there already"
        )
    end_with(reading.faults)


@command.command("query", cls=Command, short_help="Ask which stories are known.")
@_folder
@_inputs
@with_options(RECORDS, THRESHOLDS)
@click.option(
    "--relations",
    default=",".join(RELATIONS),
    show_default=True,
    metavar="NAMES",
    help="Relations to tell, divided by commas.",
)
@_json
def query(folder: Path, inputs: tuple[str, ...], relations: str, as_json: bool) -> None:
    """Tell which stories of IN... the index in DIR knows; exit code 1 if there are any.

    A line for each: the new story, its relation, the old story, the shares of 4-character runs
    (Jaccard; how much of each stands in the other), and the lines they have in common. --json
    writes a JSON line for each, with all that duplicates.jsonl has: a is the new story, b the
    old one.

    \b
    Example:
      cleaner index query seen out
      cleaner index query seen - --json --relations exact,near,contained < new.jsonl
    """
    from cleaner.duplicates.index import Index
    from cleaner.duplicates.known import ASKED_CHARS, find_known
    from cleaner.text.lines import in_batches

    wanted = chosen_relations(relations)
    found = False
    reading = _Reading(inputs)
    with Index.open(folder) as index:
        for batch in in_batches(reading.stories(), lambda story: len(story.text), ASKED_CHARS):
            for known in find_known(index, batch, thresholds=chosen_thresholds()):
                if known.match.relation in wanted:
                    found = True
                    click.echo(_row(known) if as_json else _line(known), nl=not as_json)
    end_with(reading.faults)
    sys.exit(int(found))


@command.command("info", cls=Command, short_help="Tell what an index holds.")
@_folder
@_json
def info(folder: Path, as_json: bool) -> None:
    """Tell what the index in DIR holds, what it weighs, and how it was made.

    \b
    Example:
      cleaner index info seen
    """
    from cleaner.duplicates.audit import weigh
    from cleaner.duplicates.index import Index

    with Index.open(folder, any_make=True) as index:
        weight = weigh(index)
        made = dict(index.make)
    told = {
        "stories": weight.stories,
        "copies": weight.copies,
        "segments": weight.segments,
        "bytes": {**weight.bytes, "in all": weight.bytes_in_all},
        "made": made,
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"{weight.stories} stories, {weight.copies} of them copies of an earlier one")
    click.echo(f"{weight.segments} segments; texts {'held' if made['texts'] else 'not held'}")
    each = max(weight.stories, 1)
    for name, size in [*weight.bytes.items(), ("in all", weight.bytes_in_all)]:
        click.echo(f"{size:>15,} bytes {size / each:>8,.0f} a story  {name}")
    click.echo("made with " + ", ".join(f"{name} {value}" for name, value in made.items()))


@command.command("verify", cls=Command, short_help="Check that an index is whole.")
@_folder
@_json
def verify(folder: Path, as_json: bool) -> None:
    """Check every file of the index in DIR against its digest and counts; 1 if any is wrong.

    \b
    Example:
      cleaner index verify seen
    """
    from cleaner.duplicates.audit import check

    faults = check(folder)
    if as_json:
        click.echo(json.dumps({"faults": faults}, ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(f"{folder}: {fault}")
        if not faults:
            click.echo(f"{folder}: whole", err=True)
    sys.exit(1 if faults else 0)


class _Reading:
    """The stories of several inputs; what cannot be read is told on stderr and counted."""

    def __init__(self, inputs: tuple[str, ...]) -> None:
        from cleaner.corpus.faults import Faults

        self._inputs = inputs
        self.faults = Faults()

    def stories(self) -> Iterator[StoryText]:
        """All stories, in order."""
        from cleaner.corpus.faults import Fault
        from cleaner.corpus.storyfiles import read_stories

        for given in self._inputs:
            for story in read_stories(given, setting("field"), setting("id_field")):
                if isinstance(story, Fault):
                    tell_fault(self.faults, story)
                else:
                    yield story


def _row(known: Known) -> bytes:
    """An answer as a line of JSON."""
    from cleaner.corpus.rows import known_row

    return known_row(known.match, known.exact, known.error)


def _line(known: Known) -> str:
    """An answer as a line of text, its columns divided by tabs."""
    match = known.match
    shares = f"J {match.jaccard:.2f}, {match.a_in_b:.2f} of it, {match.b_in_a:.2f} of the old one"
    if not known.exact:
        shares += f" (estimated, ±{known.error:.2f})"
    spans = ", ".join(f"{_span(p.a)} = {_span(p.b)}" for p in match.shared)
    told = [match.a, str(match.relation), match.b, shares, f"lines {spans}" if spans else ""]
    return "\t".join(told).rstrip()


def _span(lines: tuple[int, int]) -> str:
    return str(lines[0]) if lines[0] == lines[1] else f"{lines[0]}-{lines[1]}"
