"""Which stories of a run an index has seen before: told with the old ids, shard by shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cleaner.corpus.rows import known_row, story_of_row
from cleaner.corpus.streams import whole_file
from cleaner.duplicates.groups import Marking, links_of
from cleaner.duplicates.index import Index
from cleaner.duplicates.known import ASKED_CHARS, find_known
from cleaner.engines.counts import Counts
from cleaner.engines.workers import Tell, Workers
from cleaner.text.lines import in_batches

KNOWN = "known.jsonl"
"""The file in OUT that tells which stories the index knows, a row for each pair."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an index knows of the stories of a run.

    ``copy_of`` gives for each story that is a copy, by its number, the id of the story in the
    index that stands for it; ``counts`` how many pairs have each relation ("known.<relation>").
    """

    copy_of: dict[int, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counter)


def find_seen(
    folders: Sequence[Path],
    against: Path,
    marking: Marking,
    out: Path,
    workers: Workers,
    tell: Tell,
) -> Seen:
    """Asks the index ``against`` for the stories of the shards in ``folders``.

    Writes a row for each pair into the file ``out``, in the order of the stories. Raises
    CleanerError for an index that cannot be used.
    """
    seen = Seen()
    first = 0
    ask = partial(_ask, against, marking)
    with whole_file(out) as stream:
        for done, told in enumerate(workers.map(ask, folders)):
            stream.write(told.rows)
            seen.copy_of.update((first + number, old) for number, old in told.copy_of.items())
            seen.counts.update(told.counts)
            first += told.stories
            tell("ask", done + 1, len(folders))
    return seen


@dataclass(frozen=True, slots=True)
class _Told:
    """What the index knows of one shard: rows, copies by their number in it, relations."""

    stories: int
    rows: bytes
    copy_of: dict[int, str]
    counts: Counts


def _ask(against: Path, marking: Marking, folder: Path) -> _Told:
    """Asks for the stories of one shard."""
    rows: list[bytes] = []
    copy_of: dict[int, str] = {}
    counts: Counts = Counter()
    first = 0
    with Index.open(against) as index, (folder / "stories.jsonl").open("rb") as stream:
        stories = map(story_of_row, stream)
        for batch in in_batches(stories, lambda story: len(story.text), ASKED_CHARS):
            number = {story.id: first + i for i, story in enumerate(batch)}
            for known in find_known(index, batch, thresholds=marking.thresholds):
                match = known.match
                rows.append(known_row(match, known.exact, known.error))
                counts[f"known.{match.relation}"] += 1
                links = links_of(match.relation, 0, 1, match.a_in_b, match.b_in_a, marking.copies)
                if (1, 0) in links:  # the old story says all that the new one says
                    copy_of.setdefault(number[match.a], match.b)
            first += len(batch)
    return _Told(first, b"".join(rows), copy_of, counts)
