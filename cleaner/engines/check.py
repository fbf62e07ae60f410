"""Pages checked: cleaned in memory, compared with each other and an index, and remarked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from cleaner.corpus.faults import Faults
from cleaner.corpus.inputs import Arrival
from cleaner.corpus.sources import Source
from cleaner.duplicates.index import Index
from cleaner.duplicates.known import find_known, same_page
from cleaner.model import Match, Story
from cleaner.pipeline import Cleaning, clean_batch, find_duplicates
from cleaner.report.checks.judge import BUDGET, Budget
from cleaner.report.checks.notice import (
    Place,
    Twin,
    decoding_remarks,
    page_remarks,
    place_of_page,
    twin_remark,
)
from cleaner.report.checks.remarks import Remark, Report, in_order
from cleaner.stories.cut import CleanPage


@dataclass
class _Seen:
    """What a check has met so far; the stories are held for the comparison at its end."""

    remarks: list[Remark] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    stories: list[Story] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    characters: int = 0
    noise: int = 0


def check_arrivals(
    batches: Iterable[list[Arrival]],
    how_of: Callable[[Source], Cleaning],
    budget: Budget,
    against: Path | None = None,
) -> Report:
    """The report on all pages; ``against`` is an index whose stories they are compared with.

    Raises CleanerError for an index that cannot be used.
    """
    seen = _Seen()
    for batch in batches:
        for how, some in groupby(batch, key=lambda arrival: how_of(arrival.source)):
            _check(list(some), how, budget, seen)
    seen.remarks += _copies(seen)
    if against is not None:
        seen.remarks += _known(seen, against)
    remarks = in_order(budget.judge(remark) for remark in seen.remarks)
    share = seen.noise / seen.characters if seen.characters else 0.0
    paths, faults = tuple(dict.fromkeys(seen.paths)), seen.faults
    return Report(remarks, paths, len(seen.paths), faults.lines(), len(faults), share)


def _check(some: list[Arrival], how: Cleaning, budget: Budget, seen: _Seen) -> None:
    """Cleans pages and remarks on each."""
    held = [arrival for arrival in some if arrival.entry.page is not None]
    pages = [arrival.entry.page for arrival in held if arrival.entry.page is not None]
    for arrival in some:
        if arrival.fault is not None:
            seen.faults.add(arrival.fault)
    for arrival, page in zip(held, clean_batch(pages, how), strict=True):
        place = place_of_page(arrival.source, arrival.entry)
        seen.paths.append(place.path)
        seen.remarks += page_remarks(place, page)
        seen.remarks += decoding_remarks(place, page.page.text, arrival.entry.decoded)
        seen.remarks += _over_budget(place, page, budget, seen)
        seen.stories += page.stories
        seen.places[page.page.name] = place


def _over_budget(place: Place, page: CleanPage, budget: Budget, seen: _Seen) -> Iterator[Remark]:
    """The remark on a page with more noise than is borne; its characters are counted."""
    noise = sum(_visible(found.text) for found in page.findings if found.action == "removed")
    whole = _visible(page.page.text)
    seen.noise += noise
    seen.characters += whole
    if budget.max_noise is not None and noise > budget.max_noise * whole:
        told = f"{noise / whole:.1%} of the page is noise, more than {budget.max_noise:.1%}"
        yield place.remark(1, 0, 0, ("noise", "noise", BUDGET, told), "")


def _visible(text: str) -> int:
    """The characters of ``text`` that are no space."""
    return len("".join(text.split()))


def _copies(seen: _Seen) -> Iterator[Remark]:
    """The remarks on stories that say the same as others of these pages, one a pair."""
    stories = {story.id: story for story in seen.stories}
    for match in find_duplicates(seen.stories):
        copy = match.turned() if match.kept == match.a else match
        yield _twin(stories[copy.a], _told(copy), seen)


def _told(match: Match) -> Twin:
    """What a match says of its story ``a``."""
    assert match.relation is not None
    return Twin(
        match.b,
        match.relation,
        match.a_in_b,
        match.b_in_a,
        match.cross_script,
        match.numbers_changed,
    )


def _known(seen: _Seen, against: Path) -> Iterator[Remark]:
    """The remarks on stories that an index has; a page that it has itself is no copy."""
    stories = {story.id: story for story in seen.stories}
    with Index.open(against) as index:
        for known in find_known(index, seen.stories):
            if not same_page(known.match.a, known.match.b):
                yield _twin(stories[known.match.a], _told(known.match), seen)


def _twin(story: Story, twin: Twin, seen: _Seen) -> Remark:
    place = seen.places[story.page]
    return twin_remark(place, story.lines[0], story.title or "", twin)
