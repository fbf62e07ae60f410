"""The whole cleaner in one screen: pages in, stories and matches out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cleaner.duplicates.candidates import propose
from cleaner.duplicates.groups import longest
from cleaner.duplicates.matches import match_of
from cleaner.duplicates.relations import DEFAULTS, Thresholds
from cleaner.duplicates.shingles import digests, fingerprint, shingle
from cleaner.duplicates.sketch import every_second, minhash, sample
from cleaner.duplicates.verify import verify
from cleaner.model import Match, Page, Story
from cleaner.noise.furniture import with_furniture
from cleaner.noise.hits import load_rules
from cleaner.noise.label import label_lines, staying
from cleaner.noise.repeats import Repeats
from cleaner.stories.cut import CleanPage, cut_pages
from cleaner.stories.mend import find_seams
from cleaner.stories.split import find_stories
from cleaner.stories.whole import one_story_a_page
from cleaner.text.lines import batches, split_lines
from cleaner.text.script import convert
from cleaner.text.shape import measure

PROFILES: dict[str, frozenset[str]] = {
    "body": frozenset(),
    "editorial": frozenset({"caption", "byline", "credit"}),
}
"""What each profile keeps beside the story's body."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How pages are cleaned.

    ``rules`` are files of the user's own rules, ``furniture`` files of lines that pages of a site
    share (``cleaner learn`` writes them); ``keep`` labels that stay though they are noise;
    ``remove_suspects`` takes what is not sure, too; ``mend`` and ``split`` switch those steps;
    ``to`` is the script that is written (None: as it stands), with regional words if ``phrases``
    and from OpenCC's dictionaries or the ``classic`` ones; ``repair`` puts bad conversions right;
    ``punctuation`` is ``keep``, or ``full`` for marks between Chinese in full width.
    """

    rules: tuple[Path, ...] = ()
    furniture: tuple[Path, ...] = ()
    keep: frozenset[str] = frozenset()
    remove_suspects: bool = False
    mend: bool = True
    split: bool = True
    to: str | None = None
    phrases: bool = False
    dictionary: str = "opencc"
    repair: bool = False
    punctuation: str = "keep"


AS_IT_COMES = Cleaning()
"""The cleaning that is done when nothing else is said."""


def clean_batch(
    pages: Sequence[Page], how: Cleaning = AS_IT_COMES, repeats: Repeats | None = None
) -> list[CleanPage]:
    """Cleans a batch of pages: lines, labels, seams, stories, and one cut."""
    if how.furniture:
        repeats = with_furniture(repeats, how.furniture)
    lines = split_lines(pages)
    shape = measure(lines)
    labels = label_lines(lines, shape, load_rules(how.rules), repeats)
    stays = staying(lines, shape, labels, how.keep, how.remove_suspects)
    seams = find_seams(lines, shape, labels, stays) if how.mend else ()
    spans = find_stories(lines, shape, labels, stays, seams)
    if not how.split:
        spans = one_story_a_page(spans)
    writer = None
    if how.to is not None:
        writer = partial(convert, target=how.to, phrases=how.phrases, dictionary=how.dictionary)
    full = how.punctuation == "full"
    return cut_pages(lines, shape, labels, stays, seams, spans, writer, how.repair, full)


def clean_pages(
    pages: Iterable[Page], how: Cleaning = AS_IT_COMES, repeats: Repeats | None = None
) -> Iterator[CleanPage]:
    """Cleans pages as they come, in order, a batch at a time."""
    for batch in batches(pages):
        yield from clean_batch(batch, how, repeats)


def clean(text: str, how: Cleaning = AS_IT_COMES) -> CleanPage:
    """Cleans one text.

    >>> clean("顺德与高明签约\\n两地昨日签约,双方将共享资源。\\n微信\\n新浪微博\\nQQ空间").text
    '顺德与高明签约\\n两地昨日签约,双方将共享资源。'
    """
    return clean_batch([Page("page", text)], how)[0]


def find_duplicates(
    stories: Sequence[Story], thresholds: Thresholds = DEFAULTS
) -> tuple[Match, ...]:
    """The near-duplicates among stories held in memory, in the order of their ids."""
    prints = fingerprint([story.text for story in stories])
    shingles = shingle(prints)
    candidates = propose(minhash(every_second(shingles)), sample(shingles), digests(prints))
    ids = {number: story.id for number, story in enumerate(stories)}
    rank = longest([len(story.text) for story in stories])
    verdicts = verify(
        candidates.pairs, lambda some: [stories[i] for i in some], thresholds, candidates.common
    )
    matches = [match_of(verdict, ids, rank) for verdict in verdicts if verdict.relation]
    return tuple(sorted(matches, key=lambda match: (match.a, match.b)))
