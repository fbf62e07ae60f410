"""Written paragraphs become stories, with their titles, fields and lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Story
from cleaner.stories.fields import Found
from cleaner.stories.split import StorySpan
from cleaner.text.lines import Lines
from cleaner.text.script import script_counts, script_name


@dataclass(frozen=True)
class Written:
    """The paragraphs of a batch as they were written, in order (all int64[paragraphs]).

    ``story`` indexes the spans (-1: of no story), ``page`` the pages; ``start`` and ``end`` are
    the span in the cleaned text of the page; ``first`` and ``last`` the lines it was made of.
    """

    story: NDArray[np.int64]
    page: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


Placed = tuple[Story, tuple[int, int]]
"""A story, and its (start, end) in the cleaned text of its page."""


def compose_stories(
    lines: Lines,
    texts: Sequence[str],
    written: Written,
    spans: Sequence[StorySpan],
    codes: NDArray[np.uint32],
    convert: Callable[[str], str] | None,
) -> list[list[Placed]]:
    """The stories of every page; ``texts`` are the cleaned pages, ``codes`` the batch's text.

    A span of which nothing was written makes no story.
    """
    low = np.searchsorted(written.first, [span.first for span in spans]).tolist()
    high = np.searchsorted(written.first, [span.last for span in spans], side="right").tolist()
    scripts = _scripts(lines, spans, codes)
    number = written.first - lines.first[written.page] + 1
    last_number = written.last - lines.first[written.page] + 1
    line_spans = list(zip(number.tolist(), last_number.tolist(), strict=True))
    starts, ends, firsts = written.start.tolist(), written.end.tolist(), written.first.tolist()
    placed: list[list[Placed]] = [[] for _ in lines.pages]
    for index, span in enumerate(spans):
        own = range(low[index], high[index])
        if not own:
            continue
        text, page = texts[span.page], lines.pages[span.page]
        block = (starts[own[0]], ends[own[-1]])
        count = len(placed[span.page]) + 1

        def lines_at(wanted: Sequence[int], own: range = own, text: str = text) -> str | None:
            found = [text[starts[p] : ends[p]] for p in own if firsts[p] in wanted]
            return " ".join(found) or None

        def told(found: Found | None) -> str | None:
            if found is None:
                return None
            return convert(found.value) if convert else found.value

        fields = span.fields
        story = Story(
            id=f"{page.name}#{count}",
            page=page.name,
            number=count,
            lines=(lines.number(span.first), lines.number(span.last)),
            title=lines_at(span.title),
            text=text[block[0] : block[1]].replace("\r\n", "\n").replace("\r", "\n"),
            script=scripts[index],
            paragraphs=tuple(line_spans[own[0] : own[-1] + 1]),
            subtitle=lines_at(span.subtitle),
            byline=told(fields.byline),
            editor=told(fields.editor),
            source=told(fields.source),
            place=told(fields.place),
            published=fields.published.value if fields.published else None,
            url=page.markup.declared.url if page.markup else None,
        )
        placed[span.page].append((story, block))
    return placed


def _scripts(lines: Lines, spans: Sequence[StorySpan], codes: NDArray[np.uint32]) -> list[str]:
    """The script that each span has on the page, before any conversion."""
    if not spans:
        return []
    bounds = [at for span in spans for at in (lines.start[span.first], lines.end[span.last])]
    simplified, traditional = script_counts(codes, np.array(bounds, dtype=np.int64))
    counts = zip(simplified[::2].tolist(), traditional[::2].tolist(), strict=True)
    return [script_name(*count) for count in counts]
