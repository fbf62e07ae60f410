"""Pages left whole: for those who do not want the stories of a page told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from cleaner.stories.split import StorySpan


def one_story_a_page(spans: Sequence[StorySpan]) -> tuple[StorySpan, ...]:
    """One span a page, from its first story to its last, with the title and fields of the first."""
    together = []
    for _, of_page in groupby(spans, key=lambda span: span.page):
        first, *others = of_page
        together.append(replace(first, last=others[-1].last) if others else first)
    return tuple(together)
