"""The pages of a run: what is told of each, how much noise they have, which of them are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter
from pathlib import Path
from typing import Any

from cleaner.corpus.entries import Reading
from cleaner.corpus.ledger import pages_as_scraped
from cleaner.corpus.rows import read_rows
from cleaner.model import ACTIONS, Page
from cleaner.report.choose import Most, by_turns
from cleaner.text.lines import batches, split_lines

LISTED = 10_000
"""Pages in the report's table; of a larger run the most telling."""

READ = 2_000
"""Pages whose text is in the report: more than anyone reads."""

READ_CHARS = 3_000_000
"""Characters of page text in a report: some 9 MB of UTF-8, which Chromium opens in a second."""

LONGEST = 200_000
"""Characters above which a page's own text is not shown: no one reads it in a report."""

SHARE_BINS = 20
"""Bars of the chart of noise shares: each is five hundredths wide."""

NOISY = 0.3
"""Noise share from which a page counts as noisy."""

SMALL = 200
"""Characters that a page must have for its noise share to count as telling."""


def noise_share(before: int, after: int) -> float:
    """The share of ``before`` characters that did not stay, 0..1."""
    return max(1 - after / before, 0) if before else 0


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is told of one page (a row of ``pages.jsonl``); ``number`` counts pages from 0."""

    number: int
    page: str
    file: str
    line: int
    encoding: str
    bad_bytes: int
    characters_in: int
    characters_out: int
    stories: int
    removed: int
    suspect: int
    joined: int
    split: int
    rewritten: int

    @property
    def noise_share(self) -> float:
        """The share of the page's characters that did not stay, 0..1."""
        return noise_share(self.characters_in, self.characters_out)


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding on a shown page: its place (line from 1, characters), and what was found."""

    line: int
    start: int
    end: int
    label: str
    rule: str
    why: str
    action: str


@dataclass(frozen=True, slots=True)
class StorySpan:
    """A story on a shown page: its number, its lines (from 1, inclusive), its title."""

    number: int
    first: int
    last: int
    title: str | None
    script: str


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as it was scraped, line by line, with all that was found on it."""

    number: int
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    stories: tuple[StorySpan, ...]


@dataclass(frozen=True, slots=True)
class PageList:
    """The pages that a report lists (in the order of the corpus), out of ``total``.

    ``telling`` are numbers of listed pages, the most telling first; ``shares`` counts all pages
    of the run by noise share (``SHARE_BINS`` equal bins); ``worst`` names listed pages that lead
    a ranking.
    """

    listed: tuple[PageFacts, ...]
    total: int
    telling: tuple[int, ...]
    shares: tuple[int, ...]
    worst: Mapping[str, tuple[PageFacts, ...]]


RANKINGS: Mapping[str, Callable[[PageFacts], float]] = {
    "noise": lambda page: (
        page.noise_share * (page.characters_in >= SMALL and page.noise_share >= NOISY)
    ),
    "suspect": lambda page: page.suspect,
    "bad_bytes": lambda page: page.bad_bytes,
    "empty": lambda page: page.characters_in if not page.stories else 0,
    "mended": lambda page: page.joined + page.split,
    "stories": lambda page: page.stories - 1,
}
"""What makes a page worth a look; a page counts under a ranking where its score is above 0."""

_FIELDS = [field.name for field in fields(PageFacts)][1:]


def read_pages(out: Path, listed: int = LISTED) -> PageList:
    """The pages of the run in ``out``: all of them, or the ``listed`` most telling."""
    rankings = {name: Most[PageFacts](listed) for name in RANKINGS}
    first: list[PageFacts] = []
    shares = [0] * SHARE_BINS
    total = 0
    values_of, odd_in = itemgetter(*_FIELDS), itemgetter("suspect", "bad_bytes", "joined", "split")
    for number, told in enumerate(read_rows(out / "pages.jsonl")):
        total += 1
        share = noise_share(told["characters_in"], told["characters_out"])
        shares[min(int(share * SHARE_BINS), SHARE_BINS - 1)] += 1
        if number >= listed and share < NOISY and told["stories"] == 1 and not any(odd_in(told)):
            continue  # a plain page: no ranking counts it
        page = PageFacts(number, *values_of(told))
        if number < listed:
            first.append(page)
        for name, score_of in RANKINGS.items():
            if (score := score_of(page)) > 0:
                rankings[name].offer(score, page)
    worst = {name: most.best() for name, most in rankings.items()}
    ranked = list(by_turns(worst.values(), lambda page: page.number))
    telling = list(by_turns([[*ranked, *first]], lambda page: page.number))[:listed]
    return PageList(
        listed=tuple(sorted(telling, key=lambda page: page.number)),
        total=total,
        telling=tuple(page.number for page in telling),
        shares=tuple(shares),
        worst={name: tuple(pages[:3]) for name, pages in worst.items()},
    )


def choose_shown(pages: PageList, first: Sequence[int], chars: int = READ_CHARS) -> frozenset[int]:
    """Numbers of the listed pages whose text is shown: those of ``first``, then the telling.

    They are at most ``READ``, and together have at most ``chars`` characters.
    """
    by_number = {page.number: page for page in pages.listed}
    chosen: set[int] = set()
    for number in (*first, *pages.telling):
        page = by_number.get(number)
        if page is None or number in chosen or page.characters_in > LONGEST:
            continue
        if page.characters_in > chars or len(chosen) == READ:
            break
        chars -= page.characters_in
        chosen.add(number)
    return frozenset(chosen)


def read_shown(
    out: Path,
    pages: Sequence[PageFacts],
    marks: Mapping[str, Sequence[Mark]],
    stories: Mapping[str, Sequence[StorySpan]],
    reading: Reading,
) -> tuple[ShownPage, ...]:
    """``pages`` with the text they were scraped with, in their order.

    ``marks`` and ``stories`` are what was found on them, by page name.
    """
    places = {(page.file, page.line): page for page in pages}
    wanted: dict[str, set[int]] = {}
    for file, line in places:
        wanted.setdefault(file, set()).add(line)
    asked = {file: frozenset(lines) for file, lines in wanted.items()}
    scraped = (
        Page(str(places[file, line].number), text)
        for file, line, text in pages_as_scraped(out, asked, reading)
    )
    shown: dict[int, tuple[str, ...]] = {}
    for batch in batches(scraped):
        lines = split_lines(batch)
        texts = [lines.text_of(i) for i in range(len(lines))]
        for i, page in enumerate(batch):
            shown[int(page.name)] = tuple(texts[lines.first[i] : lines.first[i + 1]])
    return tuple(
        ShownPage(
            number=page.number,
            lines=shown[page.number],
            marks=tuple(marks.get(page.page, ())),
            stories=tuple(stories.get(page.page, ())),
        )
        for page in pages
        if page.number in shown
    )


def mark_of(told: Mapping[str, Any]) -> Mark:
    """The mark that a row of ``removed.jsonl`` makes."""
    assert told["action"] in ACTIONS
    return Mark(
        told["line"],
        told["start"],
        told["end"],
        told["label"],
        told["rule"],
        told["why"],
        told["action"],
    )
