"""``cleaner explain``: what every line of a page is and why, its joins and its stories."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import (
    INPUT,
    JUDGING,
    READING,
    chosen_reading,
    chosen_sources,
    with_options,
)
from cleaner.cli.talk import end_with, tell_fault
from cleaner.model import KEEP, LABELS

if TYPE_CHECKING:
    from cleaner.noise.label import Labels, Span
    from cleaner.stories.mend import Seam
    from cleaner.stories.split import StorySpan
    from cleaner.text.lines import Lines

MARKS = (" ", "?", "-")
"""What stands before a line that stays, one that is suspect, one that goes."""

JOINED = "+"
"""What stands before a line that is joined onto a line above."""

COLORS = (None, "yellow", "red")
"""The colours of such lines."""

STRENGTHS = ("keep", "suspect", "sure")


@click.command("explain", cls=Command)
@click.argument("inputs", nargs=-1, metavar="[FILE]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_options(INPUT, READING, JUDGING)
def command(inputs: tuple[str, ...], as_json: bool) -> None:
    """Show every line of the pages in FILE..., or on standard input: what it is, and why.

    Before a line stands - if it goes, ? if it is only suspect and stays, + if it is joined onto a
    line above. Noise inside a line that stays is shown in square brackets of its own colour. Where
    a page holds several stories, each is announced with what told it apart. Nothing is changed.

    \b
    Examples:
      cleaner explain page.txt
      cleaner explain page.txt --json | jq 'select(.strength == "suspect")'
    """
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.inputs import arrivals
    from cleaner.noise.furniture import read_furniture
    from cleaner.noise.hits import load_rules
    from cleaner.noise.label import label_lines, staying
    from cleaner.stories.mend import find_seams
    from cleaner.stories.split import find_stories
    from cleaner.text.lines import split_lines
    from cleaner.text.shape import measure

    faults = Faults()
    sources = chosen_sources(inputs)
    reading_of = cache(lambda source: chosen_reading(source.path))
    for batch in arrivals(sources, reading_of, sys.stdin.buffer):
        for arrival in batch:
            page = arrival.entry.page
            if page is None:
                if arrival.fault is not None:
                    tell_fault(faults, arrival.fault)
                continue
            path = arrival.source.path
            lines = split_lines([page])
            rules = load_rules(tuple(setting("rules", path)))
            furniture = read_furniture(tuple(setting("furniture", path)))
            shape = measure(lines)
            labels = label_lines(lines, shape, rules, furniture)
            stays = staying(lines, shape, labels)
            seams = find_seams(lines, shape, labels, stays)
            spans = find_stories(lines, shape, labels, stays, seams)
            told = (lines, labels, {seam.lower: seam for seam in seams}, spans)
            shown = _objects(*told) if as_json else _text(*told)
            for row in shown:
                click.echo(row)
    end_with(faults)


def _spans_of(labels: Labels) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = {}
    for span in labels.spans:
        spans.setdefault(span.line, []).append(span)
    return spans


def _objects(
    lines: Lines, labels: Labels, seams: Mapping[int, Seam], stories: Sequence[StorySpan]
) -> Iterator[str]:
    """Every line of the page as a JSON object."""
    spans = _spans_of(labels)
    story_of = {
        line: number
        for number, story in enumerate(stories, 1)
        for line in range(story.first, story.last + 1)
    }
    for line in range(len(lines)):
        reason = int(labels.reason[line])
        told = labels.reasons[reason] if reason >= 0 else None
        element = _element(lines, line)
        yield json.dumps(
            {
                "page": lines.pages[lines.page[line]].name,
                "line": lines.number(line),
                "text": lines.text_of(line),
                "label": LABELS[labels.label[line]],
                "strength": STRENGTHS[labels.strength[line]],
                "rule": told.rule if told else None,
                "why": told.why if told else None,
                "story": story_of.get(line),
                **({"element": element} if element else {}),
                "joined": _join(lines, seams[line]) if line in seams else None,
                "spans": [
                    {
                        "start": span.start,
                        "end": span.end,
                        "label": span.label,
                        "strength": STRENGTHS[span.strength],
                        "rule": span.rule,
                        "why": span.why,
                    }
                    for span in spans.get(line, ())
                ],
            },
            ensure_ascii=False,
        )


def _element(lines: Lines, line: int) -> str:
    """The path of the element that a line stands in; empty on a page that is no HTML."""
    markup = lines.pages[lines.page[line]].markup
    return "" if markup is None else markup.element(lines.number(line) - 1)


def _join(lines: Lines, seam: Seam) -> dict[str, object]:
    return {"onto": lines.number(seam.upper), "rule": seam.rule, "why": seam.why}


def _text(
    lines: Lines, labels: Labels, seams: Mapping[int, Seam], stories: Sequence[StorySpan]
) -> Iterator[str]:
    """Every line of the page for people; a reason is not said again for the next line."""
    spans = _spans_of(labels)
    begins = {story.first: number for number, story in enumerate(stories, 1)}
    width = len(str(len(lines)))
    blank = " " * (width + 19)
    yield click.style(lines.pages[0].name, bold=True)
    before = -1
    for line in range(len(lines)):
        strength, reason = int(labels.strength[line]), int(labels.reason[line])
        label = LABELS[labels.label[line]] if strength > KEEP else ""
        if line in begins and len(stories) > 1:
            number = begins[line]
            why = f" ({stories[number - 1].why})" if number > 1 else ""
            yield click.style(f"{blank}story {number}{why}", fg="cyan")
        seam = seams.get(line)
        mark = click.style(JOINED if seam else MARKS[strength], fg=COLORS[strength], bold=True)
        text = click.style(_marked(lines.text_of(line), spans.get(line, [])), fg=COLORS[strength])
        yield f"{lines.number(line):{width}} {mark} {label:13}  {text}"
        if reason >= 0 and reason != before:
            told = labels.reasons[reason]
            yield click.style(f"{blank}{told.rule}: {told.why}", dim=True)
            if element := _element(lines, line):
                yield click.style(f"{blank}in {element}", dim=True)
        if seam:
            onto = lines.number(seam.upper)
            yield click.style(f"{blank}joined onto {onto}, {seam.rule}: {seam.why}", dim=True)
        for span in spans.get(line, []):
            yield click.style(f"{blank}[{span.label}] {span.rule}: {span.why}", dim=True)
        before = reason


def _marked(text: str, spans: list[Span]) -> str:
    """The text with the noise inside it in brackets."""
    for span in reversed(spans):
        color = COLORS[span.strength]
        noise = click.style(f"[{text[span.start : span.end]}]", fg=color, bold=True)
        text = f"{text[: span.start]}{noise}{text[span.end :]}"
    return text
