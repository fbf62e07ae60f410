"""``cleaner compare``: two pages or stories side by side, what they share marked."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command
from cleaner.cli.options import (
    CLEANING,
    MATCHING,
    READING,
    chosen_cleaning,
    chosen_reading,
    chosen_thresholds,
    with_options,
)
from cleaner.cli.talk import counted
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from rich.text import Text

    from cleaner.duplicates.verify import StoryText, Verdict
    from cleaner.report.beside import Paragraph


@click.command("compare", cls=Command)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--run",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="OUT",
    help="The folder of a run that A and B are stories of, by their ids.",
)
@click.option("--raw", is_flag=True, help="Compare the pages as they stand, not their stories.")
@click.option("--json", "as_json", is_flag=True, help="Tell the pair as a line of JSON.")
@with_options(MATCHING, READING, CLEANING)
def command(a: str, b: str, run: Path | None, raw: bool, as_json: bool) -> None:
    """Show A and B side by side, with the passages they share, across scripts.

    A and B are pages (page.txt: all its stories; page.txt#2: the second one), records of a JSON
    lines file (pages.jsonl#id), or, with --run, stories of a run by their ids.

    \b
    Examples:
      cleaner compare 000.txt 001.txt
      cleaner compare --run OUT "000.txt#1" "001.txt#1"
    """
    from cleaner.corpus.rows import match_row
    from cleaner.duplicates.groups import longest
    from cleaner.duplicates.matches import match_of
    from cleaner.duplicates.verify import compared, examine

    pages = [_stories(name, run, raw) for name in (a, b)]
    stories = [_together(name, page) for name, page in zip((a, b), pages, strict=True)]
    left, right = compared(stories)
    verdict = examine(left, right, chosen_thresholds())
    if as_json:
        rank = longest([len(story.text) for story in stories])
        match = match_of(verdict, {0: stories[0].id, 1: stories[1].id}, rank)
        click.echo(match_row(match), nl=False)
        return
    pairs = []
    if len(pages[0]) + len(pages[1]) > 2:
        for one in compared(pages[0]):
            for two in compared(pages[1]):
                found = examine(one, two, chosen_thresholds())
                pairs.append((one.story.id, two.story.id, found))
    _show(stories[0], stories[1], verdict, pairs)


def _together(name: str, stories: list[StoryText]) -> StoryText:
    """The stories of a page as one."""
    from cleaner.duplicates.verify import StoryText
    from cleaner.text.script import script_of

    if len(stories) == 1:
        return stories[0]
    text = "\n".join(story.text for story in stories)
    spans = tuple(span for story in stories for span in story.paragraphs)
    return StoryText(name, text, spans, script_of(text))


def _stories(name: str, run: Path | None, raw: bool) -> list[StoryText]:
    """The story, or the stories of the page, that ``name`` stands for."""
    if run is not None:
        return [_of_run(name, run)]
    path, part = Path(name), ""
    if not path.exists() and "#" in name:
        before, _, part = name.rpartition("#")
        path = Path(before)
    return _of_page(path, part, raw, name)


def _of_run(name: str, run: Path) -> StoryText:
    from cleaner.corpus.faults import Fault
    from cleaner.corpus.storyfiles import read_stories

    for story in read_stories(str(run)):
        if not isinstance(story, Fault) and story.id == name:
            return story
    raise CleanerError(f"{run}: no story {name!r}; stories.jsonl names them all")


def _of_page(path: Path, part: str, raw: bool, name: str) -> list[StoryText]:
    """The stories of a page of a file, or the one numbered ``part``; the page itself if raw."""
    from cleaner.corpus.inputs import entries_of, named_sources
    from cleaner.duplicates.verify import StoryText
    from cleaner.pipeline import clean_batch
    from cleaner.text.script import script_of

    (source,) = named_sources([str(path)])
    wanted = ""
    for entry in entries_of(source, chosen_reading(path), None):
        if entry.fault:
            raise CleanerError(f"{path}: {entry.fault}")
        if entry.page is None:
            continue
        wanted = entry.page.name.removeprefix(f"{source.name}:")
        if source.is_one_page or wanted == part:
            break
    else:
        raise CleanerError(f"{path}: no record {part!r}; name one as {path}#ID")
    if raw:
        lines = tuple((line, line) for line in range(1, entry.page.text.count("\n") + 2))
        return [StoryText(name, entry.page.text, lines, script_of(entry.page.text))]
    (cleaned,) = clean_batch([entry.page], chosen_cleaning(path))
    chosen = [
        story
        for story in cleaned.stories
        if not source.is_one_page or part in ("", str(story.number))
    ]
    if part and source.is_one_page and not chosen:
        held = counted(len(cleaned.stories), "story", "stories")
        raise CleanerError(f"{path}: has {held}, none numbered {part}")
    if not chosen:
        raise CleanerError(f"{path}: nothing of it is left as a story; compare it with --raw")
    return [StoryText(one.id, one.text, one.paragraphs, one.script) for one in chosen]


def _show(
    left: StoryText,
    right: StoryText,
    verdict: Verdict,
    pairs: list[tuple[str, str, Verdict]],
) -> None:
    """Prints the numbers, those of the single stories, then the two texts side by side."""
    from rich.console import Console
    from rich.table import Table

    from cleaner.report.beside import lay_beside

    console = Console(highlight=False)
    console.print(_numbers(left, right, verdict), markup=False, soft_wrap=True)
    related = [
        f"story {one} ~ story {two}: {_shares(found)}"
        for one, two, found in pairs
        if found.relation
    ]
    if related:
        console.print("\n".join(related) + "\n", markup=False)
    plain = not console.is_terminal or console.no_color
    table = Table(box=None, show_header=True, padding=(0, 1), pad_edge=False, expand=True)
    table.add_column("", width=2)
    table.add_column(left.id, ratio=1, overflow="fold", header_style="bold")
    table.add_column(right.id, ratio=1, overflow="fold", header_style="bold")
    for row in lay_beside(left.text, right.text):
        mark = "=" if row.matched else ""
        table.add_row(mark, _column(row.left, plain), _column(row.right, plain))
    console.print(table)
    if not plain:
        console.print("[bold green]shared[/]  [yellow]differs[/]  [bold red]another number[/]")


_DOUBTS = {
    "numbers": " (other numbers)",
    "names": " (other names)",
    "headline": " (another headline)",
    "furniture": " (very many share it)",
}
"""What speaks against a copy, one of ``cleaner.model.DOUBTS``, in words."""


def _shares(verdict: Verdict) -> str:
    scores = verdict.scores
    doubt = _DOUBTS.get(verdict.doubt or "", "")
    return (
        f"{verdict.relation or 'no relation'}{doubt}, jaccard {scores.jaccard:.2f}, "
        f"{scores.a_in_b:.0%} of the left one, {scores.b_in_a:.0%} of the right one"
    )


def _numbers(left: StoryText, right: StoryText, verdict: Verdict) -> str:
    """What the comparison came to, in a few lines."""
    lines = [
        f"relation   {_shares(verdict)}",
        f"script     {left.script}, {right.script}",
    ]
    differences = verdict.differences
    if differences.agreeing or differences.changed:
        changed = ", ".join(f"{x} / {y}" for x, y in differences.changed)
        told = f"{differences.agreeing} the same" + (f"; changed: {changed}" if changed else "")
        lines.append(f"numbers    {told}")
    if differences.renamed:
        lines.append("renamed    " + ", ".join(f"{x} / {y}" for x, y in differences.renamed))
    for passage in verdict.shared:
        place = " ~ ".join(
            f"line {first}" if first == last else f"lines {first}-{last}"
            for first, last in (passage.a, passage.b)
        )
        lines.append(f"passage    {place}, {passage.chars} letters")
    return "\n".join(lines) + "\n"


_STYLES = {0: "", 1: "bold green", 2: "yellow", 3: "bold red"}
"""Colours of own text, shared passages, what differs in them, numbers that differ."""


def _column(paragraphs: tuple[Paragraph, ...], plain: bool) -> Text:
    """Paragraphs as one cell; without colours, shared passages stand in [brackets]."""
    from rich.text import Text

    cell = Text()
    for number, paragraph in enumerate(paragraphs):
        if number:
            cell.append("\n")
        for passage, stretches in groupby(paragraph, key=lambda stretch: stretch.passage):
            marked = plain and passage >= 0
            cell.append("[" if marked else "")
            for stretch in stretches:
                cell.append(stretch.text, style=_STYLES[stretch.kind])
            cell.append("]" if marked else "")
    return cell
