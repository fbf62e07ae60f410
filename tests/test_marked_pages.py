"""Pages of many kinds with a mark on every line: what stays, what goes, where stories open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from cleaner.model import SURE, Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import label_lines, staying
from cleaner.stories.mend import find_seams
from cleaner.stories.split import find_stories
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

FOLDER = Path(__file__).parent / "marked"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))

LOSES = {"story_of_buttons": "names of buttons that the story shows, each on its line"}
"""Pages that lose lines of a story."""

LEAVES = {
    "answer_board": "a row of counters without marks between them",
    "column_by_dates": "the head of a row of links that goes",
    "encyclopaedia": "a row of categories is taken for an entry of a document",
    "next_story_below_links": "a single link between the head of a list and the next headline",
    "recipe_site": "buttons and links of a kind of site that no rule knows",
    "story_of_links": "an offer of the app with no other furniture near",
    "taiwan_magazine": "links below their head, on a page of few lines",
}
"""Pages that keep noise."""

SPLITS = {
    "next_story_below_links": "the headline below a list of links opens no story",
    "paper_page_taiwan": "three short stories, each under its headline and reporter",
    "recipe_site": "the list of ingredients is taken for what stands above the story",
    "stories_between_stars": "lines of stars between untagged short stories",
    "tender_result": "the entries of a notice are taken for what stands above the story",
}
"""Pages whose stories open elsewhere."""

JOINS = {
    "race_results": "rows of a table are as long as wrapped lines",
    "statistics": "a numbered head is joined to the sentence below",
}
"""Pages where lines are joined that were not broken."""


@dataclass(frozen=True)
class Judged:
    """A page, its marks, and what is made of it; lines are counted from 0.

    ``gone`` and ``joined`` are the lines that go and that are joined to the one above, ``opens``
    the first lines of stories.
    """

    rows: tuple[tuple[str, str], ...]
    gone: frozenset[int]
    joined: frozenset[int]
    opens: frozenset[int]

    def marked(self, marks: str) -> list[int]:
        """The lines that have one of these marks."""
        return [i for i, (mark, _) in enumerate(self.rows) if mark and mark in marks]

    def texts(self, lines: Iterable[int]) -> list[str]:
        return [self.rows[i][1] for i in sorted(lines)]

    def opening(self, line: int) -> int:
        """The first line of a story at or below ``line``: noise above it may be counted to it."""
        story = self.marked("#>+=")
        return next((i for i in story if i >= line), line)


@cache
def judged(name: str) -> Judged:
    written = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    rows = tuple((row[:1], row[2:]) for row in written)
    lines = split_lines([Page(name, "\n".join(text for _, text in rows))])
    shape = measure(lines)
    labels = label_lines(lines, shape, load_rules())
    stays = staying(lines, shape, labels)
    seams = find_seams(lines, shape, labels, stays)
    spans = find_stories(lines, shape, labels, stays, seams)
    return Judged(
        rows,
        frozenset((labels.strength == SURE).nonzero()[0].tolist()),
        frozenset(seam.lower for seam in seams),
        frozenset(span.first for span in spans),
    )


def pages(known: dict[str, str]) -> list[object]:
    """All pages; those that are known to fail, with the reason why."""
    return [
        pytest.param(name, marks=pytest.mark.xfail(reason=known[name], strict=True))
        if name in known
        else name
        for name in NAMES
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_a_mark(name: str) -> None:
    rows = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    assert [row for row in rows if row and (row[0] not in "#>+=-~" or row[1] != " ")] == []


@pytest.mark.parametrize("name", pages(LOSES))
def test_nothing_of_a_story_goes(name: str) -> None:
    page = judged(name)
    assert page.texts(page.gone.intersection(page.marked("#>+="))) == []


@pytest.mark.parametrize("name", pages(LEAVES))
def test_noise_goes(name: str) -> None:
    page = judged(name)
    assert page.texts(set(page.marked("-")) - page.gone) == []


@pytest.mark.parametrize("name", pages(SPLITS))
def test_stories_open_where_they_do(name: str) -> None:
    page = judged(name)
    found = {page.opening(line) for line in page.opens}
    assert page.texts(found) == page.texts(page.marked("#>"))


@pytest.mark.parametrize("name", pages(JOINS))
def test_only_broken_lines_are_joined(name: str) -> None:
    page = judged(name)
    assert page.texts(page.joined) == page.texts(page.marked("="))
