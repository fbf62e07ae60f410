"""Proposed pairs are verified where their stories are brought together, and copies grouped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.corpus.rows import match_row, story_of_row
from cleaner.duplicates.groups import (
    Link,
    Marking,
    Rank,
    Standing,
    links_of,
    missing_links,
    rank_by,
    star_groups,
)
from cleaner.duplicates.matches import match_of
from cleaner.duplicates.verify import BLOCK, verify
from cleaner.engines.spark.propose import EDGES, EDGES_ARROW
from cleaner.engines.spark.together import Keep, together
from cleaner.model import Story

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STANDING = ("shingles", "noise", "published", "source")
"""What of a story decides whether it is kept, see ``Standing``."""

JUDGED = """
    relation string, row string, a long, b long, a_stands boolean, b_stands boolean,
    shingles_a long, noise_a double, published_a string, source_a string,
    shingles_b long, noise_b double, published_b string, source_b string
"""
"""A verified pair: ``row`` is that of ``duplicates.jsonl``; ``a_stands`` says that a may stand
for b; then what decides which of both is kept."""

JUDGED_ARROW = pa.schema(
    [
        ("relation", pa.string()),
        ("row", pa.string()),
        ("a", pa.int64()),
        ("b", pa.int64()),
        ("a_stands", pa.bool_()),
        ("b_stands", pa.bool_()),
        *(
            (f"{name}_{end}", kind)
            for end in ("a", "b")
            for name, kind in zip(
                STANDING, (pa.int64(), pa.float64(), pa.string(), pa.string()), strict=True
            )
        ),
    ]
)


_AT_ONCE = 10_000
"""Rows that stand in memory as dictionaries."""


@dataclass(frozen=True)
class Matched:
    """``judged`` has a row a verified pair (see ``JUDGED``), ``groups`` one for each story of a
    group: ``story`` and ``kept``, the story that stands for it."""

    judged: DataFrame
    groups: DataFrame


def match_pairs(
    pairs: DataFrame,
    stories: DataFrame,
    common: NDArray[np.uint64],
    marking: Marking,
    keep: Keep,
    driver_pairs: int,
) -> Matched:
    """Verifies ``pairs``, then those that are missing between copies and what is kept of them."""
    first = keep("judged-1", verified(pairs, stories, common, marking, keep))

    def missing(links: pa.Table) -> pa.Table:
        some, rank = _links(links, marking.policy)
        wanted = np.array(missing_links(some, rank), dtype=np.int64).reshape(-1, 2)
        return pa.table([pa.array(wanted[:, 0]), pa.array(wanted[:, 1])], schema=EDGES_ARROW)

    def groups(links: pa.Table) -> pa.Table:
        some, rank = _links(links, marking.policy)
        found = star_groups(some, rank)
        rows = [(story, one.kept) for one in found for story in (one.kept, *one.copies)]
        told = np.array(rows, dtype=np.int64).reshape(-1, 2)
        return pa.table({"story": told[:, 0], "kept": told[:, 1]})

    wanted = together(_linked(first), missing, EDGES, keep, driver_pairs)
    wanted = keep("missing", wanted.join(pairs, ["a", "b"], "left_anti"))
    judged = first
    if not wanted.isEmpty():
        second = verified(wanted, stories, common, marking, keep)
        judged = first.unionAll(keep("judged-2", second))
    grouped = together(_linked(judged), groups, "story long, kept long", keep, driver_pairs)
    return Matched(judged, keep("groups", grouped))


def _linked(judged: DataFrame) -> DataFrame:
    """The pairs of which one may stand for the other."""
    return judged.where("a_stands or b_stands").drop("relation", "row")


def _links(table: pa.Table, policy: str) -> tuple[list[Link], Rank]:
    """The links that a table of pairs tells, and what their stories are kept by."""
    links: list[Link] = []
    standings: dict[int, Standing] = {}
    rows = (row for batch in table.to_batches(_AT_ONCE) for row in batch.to_pylist())
    for row in rows:
        a, b = row["a"], row["b"]
        links += [(a, b)] if row["a_stands"] else []
        links += [(b, a)] if row["b_stands"] else []
        for end, story in (("a", a), ("b", b)):
            if story not in standings:
                standings[story] = _standing({name: row[f"{name}_{end}"] for name in STANDING})
    return links, rank_by(policy, standings)


def _standing(row: Mapping[str, Any]) -> Standing:
    """The standing of a story with these columns of ``STANDING``."""
    return Standing(row["shingles"], row["published"], row["source"], row["noise"])


def verified(
    pairs: DataFrame,
    stories: DataFrame,
    common: NDArray[np.uint64],
    marking: Marking,
    keep: Keep,
) -> DataFrame:
    """The verdicts on pairs of stories, see ``JUDGED``.

    Pairs are laid into blocks of about ``BLOCK`` by their first story (one that is in more
    pairs is in several blocks), and each text goes once to every block that needs it.
    """
    from pyspark.sql import functions as f

    count = pairs.count()
    blocks = max(1, count // BLOCK)
    often = pairs.groupBy("a").count().where(f.col("count") > BLOCK)
    salt = f"pmod(xxhash64(b), coalesce(count, 1) div {BLOCK} + 1)"
    placed = pairs.join(f.broadcast(often), "a", "left").selectExpr(
        f"pmod(xxhash64(a, {salt}), {blocks}) block", "a", "b"
    )
    ends = placed.selectExpr("block of", "a number").unionAll(
        placed.selectExpr("block of", "b number")
    )
    told = stories.select("number", "row", *STANDING)
    # Kept, so that Spark knows how few they are: then the texts of others stay where they lie.
    texts = keep("ends", ends.distinct()).join(told, "number").groupBy("of")
    step = _judging(common, marking)
    return placed.groupBy("block").cogroup(texts).applyInArrow(step, JUDGED)


def _judging(
    common: NDArray[np.uint64], marking: Marking
) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """The step that verifies a block of pairs, given with the stories in them."""

    def judge(pairs: pa.Table, texts: pa.Table) -> pa.Table:
        texts = texts.sort_by("number")
        # The local steps know a story by a small number: here its place in the block.
        numbers = texts.column("number").to_numpy()
        stories = [story_of_row(row.encode()) for row in texts.column("row").to_pylist()]
        told = texts.select(list(STANDING)).to_pylist()
        standings = {place: _standing(row) for place, row in enumerate(told)}
        rank = rank_by(marking.policy, standings)
        ids = {place: story.id for place, story in enumerate(stories)}
        ends = [np.searchsorted(numbers, pairs.column(end).to_numpy()) for end in ("a", "b")]
        wanted = np.stack(ends, axis=1)
        wanted = wanted[np.lexsort((wanted[:, 1], wanted[:, 0]))]

        def load(some: Sequence[int]) -> list[Story]:
            return [stories[place] for place in some]

        def rows() -> Iterator[dict[str, Any]]:
            for verdict in verify(wanted, load, marking.thresholds, common):
                match = match_of(verdict, ids, rank)
                a, b, scores = verdict.a, verdict.b, verdict.scores
                shares = scores.a_in_b, scores.b_in_a
                links = links_of(verdict.relation, a, b, *shares, marking.copies)
                yield {
                    "relation": match.relation,
                    "row": match_row(match).decode(),
                    "a": int(numbers[a]),
                    "b": int(numbers[b]),
                    "a_stands": (a, b) in links,
                    "b_stands": (b, a) in links,
                    **{f"{name}_a": one for name, one in told[a].items()},
                    **{f"{name}_b": one for name, one in told[b].items()},
                }

        return pa.Table.from_pylist(list(rows()), schema=JUDGED_ARROW)

    return judge
