"""All that a report shows of a run, read from the files in OUT and from nowhere else."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Set
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, AnyStr

from cleaner.corpus.entries import Reading
from cleaner.corpus.rows import (
    kept_for,
    parse_rows,
    rows_by_name,
    spellings,
    story_length,
)
from cleaner.model import CleanerError
from cleaner.report.pages import (
    Mark,
    PageList,
    ShownPage,
    StorySpan,
    choose_shown,
    mark_of,
    noise_share,
    read_pages,
    read_shown,
)
from cleaner.report.pairs import (
    GroupFacts,
    Groups,
    PairFacts,
    PairList,
    choose_beside,
    read_pairs,
)
from cleaner.report.rule_lines import RuleFacts, read_rules

LENGTHS = (50, 100, 200, 400, 800, 1_600, 3_200, 6_400)
"""Characters at which the bars of the chart of story lengths begin; the first begins at 0."""

FILES = ("pages.jsonl", "stories.jsonl", "removed.jsonl", "duplicates.jsonl", "near_misses.jsonl")
"""The files that are read, beside run.json and the ledger."""

OPENING = 28
"""Characters that stand for the title of a story that has none."""


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What is told of a story where it is named.

    ``opening`` is how its text begins; ``text`` all of it, where it is laid beside another.
    """

    id: str
    page: str
    number: int
    title: str | None
    script: str
    published: str | None
    source: str | None
    length: int
    opening: str
    text: str


@dataclass(frozen=True)
class Facts:
    """A run as the report shows it.

    ``run`` is run.json. ``stories`` holds the stories that pairs and groups name, by id.
    ``lengths`` counts stories by length (see ``LENGTHS``). ``groups`` are the largest of
    ``group_total``. ``beside`` are the pairs whose stories are laid side by side.
    """

    run: Mapping[str, Any]
    pages: PageList
    shown: tuple[ShownPage, ...]
    pairs: PairList
    beside: tuple[PairFacts, ...]
    groups: tuple[GroupFacts, ...]
    group_total: int
    stories: Mapping[str, StoryFacts]
    lengths: tuple[int, ...]
    rules: tuple[RuleFacts, ...]

    def count(self, *names: str) -> int:
        """The count of run.json under ``names``; 0 where it has none."""
        told: Any = self.run["counts"]
        for name in names:
            told = told.get(name, {})
        return told if isinstance(told, int) else 0

    def counts(self, name: str) -> dict[str, int]:
        """The counts of run.json below ``name``, the largest first."""
        told: dict[str, int] = self.run["counts"].get(name, {})
        return dict(sorted(told.items(), key=lambda count: (-count[1], count[0])))

    @property
    def noise_share(self) -> float:
        """The share of all characters that did not stay, 0..1."""
        return noise_share(self.count("characters_in"), self.count("characters_out"))


def gather(out: Path) -> Facts:
    """The facts of the run in ``out``, a pass over each of its files; memory stays bounded.

    Raises CleanerError for a folder that holds no finished run.
    """
    run = _run(out)
    pages, pairs = read_pages(out), read_pairs(out)
    named = {story for pair in pairs.listed for story in (pair.a, pair.b)}
    survey = _survey(out, named)
    largest = survey.groups.largest()
    named.update(story for group in largest for story in (group.kept, *group.members))
    beside = choose_beside(pairs, survey.length_of)
    laid = [story for pair in beside for story in (pair.a, pair.b)]
    numbers = {page.page: page.number for page in pages.listed}
    first = [numbers[page_of(story)] for story in laid if page_of(story) in numbers]
    chosen = choose_shown(pages, first)
    shown = [page for page in pages.listed if page.number in chosen]
    names = {page.page for page in shown}
    stories, spans = _read_named(out, named, frozenset(laid), names)
    for group in largest:
        stories.setdefault(group.kept, _of_an_index(group.kept))
    marks = _read_removed(out, names)
    return Facts(
        run=run,
        pages=pages,
        shown=read_shown(out, shown, marks, spans, _reading(run)),
        pairs=pairs,
        beside=beside,
        groups=largest,
        group_total=len(survey.groups),
        stories=stories,
        lengths=survey.lengths,
        rules=read_rules(out, sum(run["counts"].get("actions", {}).values())),
    )


def page_of(story: AnyStr) -> AnyStr:
    """The page of the story with this id."""
    return story[: story.rindex("#" if isinstance(story, str) else b"#")]


def _run(out: Path) -> dict[str, Any]:
    try:
        run: dict[str, Any] = json.loads((out / "run.json").read_bytes())
        if not isinstance(run["counts"], dict) or not isinstance(run["options"], dict):
            raise TypeError
        for name in FILES:
            (out / name).open("rb").close()
    except (OSError, ValueError, KeyError, TypeError):
        raise CleanerError(
            f"{out}: no finished run in it; name the folder that `cleaner run -o` wrote"
        ) from None
    return run


def _reading(run: Mapping[str, Any]) -> Reading:
    told = run["options"]
    return Reading(**{one.name: told[one.name] for one in fields(Reading) if one.name in told})


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the first pass over the stories tells: lengths, groups, and some stories' lengths."""

    lengths: tuple[int, ...]
    groups: Groups
    length_of: Mapping[str, int]


def _survey(out: Path, named: Set[str]) -> _Survey:
    """Reads every story once; ``named`` are those whose length is asked for."""
    counts = [0] * (len(LENGTHS) + 1)
    groups = Groups()
    length_of: dict[str, int] = {}
    wanted = spellings(named)
    for story, row in rows_by_name(out / "stories.jsonl"):
        length = story_length(row)
        counts[bisect_right(LENGTHS, length)] += 1
        if (kept := kept_for(row)) is not None:
            groups.add(json.loads(story), kept)
        if story in wanted:
            length_of[json.loads(story)] = length
    return _Survey(tuple(counts), groups, length_of)


def _read_named(
    out: Path, named: Set[str], laid: Set[str], pages: Set[str]
) -> tuple[dict[str, StoryFacts], dict[str, list[StorySpan]]]:
    """The stories ``named``, those of ``laid`` with their text; the stories on ``pages``."""
    stories: dict[str, StoryFacts] = {}
    spans: dict[str, list[StorySpan]] = {}
    wanted, wanted_pages = spellings(named), spellings(pages)
    for story, row in rows_by_name(out / "stories.jsonl"):
        on_page = page_of(story) + b'"' in wanted_pages
        if not on_page and story not in wanted:
            continue
        told = json.loads(row)
        if on_page:
            first, last = told["lines"]
            span = StorySpan(told["story"], first, last, told["title"], told["script"])
            spans.setdefault(told["page"], []).append(span)
        if story in wanted:
            stories[told["id"]] = StoryFacts(
                id=told["id"],
                page=told["page"],
                number=told["story"],
                title=told["title"],
                script=told["script"],
                published=told["published"],
                source=told["source"],
                length=len(told["text"]),
                opening=_opening(told["text"]),
                text=told["text"] if told["id"] in laid else "",
            )
    return stories, spans


def _of_an_index(story: str) -> StoryFacts:
    """A story that the run does not have, but the index it was compared with: known by its id."""
    page, _, number = story.rpartition("#")
    return StoryFacts(
        id=story,
        page=page or story,
        number=int(number) if number.isdigit() else 1,
        title=None,
        script="neutral",
        published=None,
        source=None,
        length=0,
        opening=story,
        text="",
    )


def _opening(text: str) -> str:
    """The first words of a story, to know it by where it has no title."""
    first = text[: OPENING + 1].partition("\n")[0]
    return first[:OPENING] + "…" if len(first) > OPENING else first


def _read_removed(out: Path, pages: Set[str]) -> dict[str, list[Mark]]:
    """The marks on ``pages``."""
    marks: dict[str, list[Mark]] = {}
    wanted = spellings(pages)
    rows = (row for page, row in rows_by_name(out / "removed.jsonl") if page in wanted)
    for told in parse_rows(rows):
        marks.setdefault(told["page"], []).append(mark_of(told))
    return marks
