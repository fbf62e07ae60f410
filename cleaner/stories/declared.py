"""What a web page declares of itself, taken for a story's own where the page's lines agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cleaner.noise.tags import is_title
from cleaner.stories.fields import Fields, Found
from cleaner.stories.spans import StorySpan
from cleaner.text.lines import Lines
from cleaner.text.markup import Declared

LONGEST_NAME = 20
"""Characters above which a declared author is no person's name."""

LONGEST_NOTE = 80
"""Characters above which a line is a paragraph: names in it are those of the story."""


def with_declared(lines: Lines, spans: Sequence[StorySpan]) -> tuple[StorySpan, ...]:
    """The stories, the main one of each web page with what the page declares of it.

    The main story has the declared title among its first lines, or is the only one. What the
    story's own lines told stays; of the rest only what a line of the page says as well is taken.
    """
    found = list(spans)
    for number, page in enumerate(lines.pages):
        if page.markup is None:
            continue
        mine = [at for at, span in enumerate(spans) if span.page == number]
        main, title = _main(lines, [spans[at] for at in mine], page.markup.declared.title)
        if main is None:
            continue
        span = spans[mine[main]]
        fields = _filled(lines, span.fields, page.markup.declared, number)
        if title is not None and title not in span.title:
            deck = tuple(line for line in (*span.title, *span.subtitle) if line > title)
            span = replace(span, title=(title,), subtitle=deck)
        found[mine[main]] = replace(span, fields=fields)
    return tuple(found)


def _main(
    lines: Lines, spans: Sequence[StorySpan], title: str | None
) -> tuple[int | None, int | None]:
    """Which story the page is about, and the line of the declared title in it."""
    for number, span in enumerate(spans):
        for line in range(span.first, min(span.last, span.first + 5) + 1):
            if title is not None and is_title(lines.text_of(line), title):
                return number, line
    return (0 if len(spans) == 1 else None), None


def _filled(lines: Lines, fields: Fields, declared: Declared, page: int) -> Fields:
    """The fields, those that the story does not tell from what the page declares."""
    author, site = declared.author, declared.site
    if fields.byline is None and author and author != site and len(author) <= LONGEST_NAME:
        fields = replace(fields, byline=_on_a_note(lines, page, re.escape(author), author))
    if fields.source is None and site:
        fields = replace(fields, source=_on_a_note(lines, page, re.escape(site), site))
    if fields.published is None and declared.published:
        year, month, day = declared.published.split("-")
        as_written = f"{year}[-/.年]0?{int(month)}[-/.月]0?{int(day)}(?![0-9])"
        fields = replace(fields, published=_on_a_note(lines, page, as_written, declared.published))
    return fields


def _on_a_note(lines: Lines, page: int, pattern: str, value: str) -> Found | None:
    """The ``value``, and the first short line of the page on which ``pattern`` is found."""
    wanted = re.compile(pattern)
    for line in range(int(lines.first[page]), int(lines.first[page + 1])):
        text = lines.text_of(line)
        if len(text) <= LONGEST_NOTE and wanted.search(text):
            return Found(value, line)
    return None
