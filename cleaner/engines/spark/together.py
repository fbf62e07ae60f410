"""What hangs together is decided together: on the driver while it holds it, else in its parts.

Who leads a crowd and who is kept are decided in an order, story after story; but only stories
that pairs hold together have a say in it. So the decision may be made for each connected part
of the pairs alone: what comes out is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class Keep(Protocol):
    """Writes a table under a name and gives it back read from there: what follows starts there."""

    def __call__(self, name: str, table: DataFrame, *by: str) -> DataFrame:
        """``by`` names columns: rows with other values in them go into other folders."""


Decide = Callable[[pa.Table], pa.Table]
"""A decision on the rows of whole parts, given as a table."""


def together(
    pairs: DataFrame, decide: Decide, schema: str, keep: Keep, driver_pairs: int
) -> DataFrame:
    """What ``decide`` makes of ``pairs`` (columns ``a``, ``b`` and more), as ``schema`` says."""
    rows = pairs.limit(driver_pairs + 1).count()
    if rows <= driver_pairs:
        return pairs.sparkSession.createDataFrame(decide(pairs.toArrow()), schema)

    def decide_parts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        held = list(batches)
        if held:
            yield from decide(pa.Table.from_batches(held)).to_batches()

    parts = connected(pairs.select("a", "b"), keep)
    placed = pairs.join(parts.withColumnRenamed("story", "a"), "a").repartition("part")
    return placed.drop("part").mapInArrow(decide_parts, schema)


def connected(pairs: DataFrame, keep: Keep) -> DataFrame:
    """The connected part of each story (``story``, ``part``), named by the least story in it.

    Each story takes the least label among its own and its neighbours', then the label of that
    label (pointer jumping), until none changes: about log2 of the longest way within a part
    rounds, each a shuffle of one row a pair.
    """
    from pyspark.sql import functions as f

    both = pairs.select("a", "b").unionAll(pairs.selectExpr("b a", "a b")).distinct()
    edges = keep("edges", both)
    nearest = edges.groupBy("a").agg(f.min("b").alias("b"))
    labels = keep("labels-0", nearest.selectExpr("a story", "least(a, b) part"))
    for number in count(1):
        theirs = labels.selectExpr("story b", "part seen")
        seen = edges.join(theirs, "b").groupBy("a").agg(f.min("seen").alias("seen"))
        nearer = labels.join(seen, labels.story == seen.a)
        nearer = nearer.selectExpr("story", "part before", "least(part, seen) part")
        above = nearer.selectExpr("story root", "part above")
        jumped = nearer.join(above, nearer.part == above.root)
        labels = keep(
            f"labels-{number}",
            jumped.selectExpr("story", "before", "least(part, above) part"),
        )
        if labels.where("part != before").isEmpty():
            break
    return labels.select("story", "part")
