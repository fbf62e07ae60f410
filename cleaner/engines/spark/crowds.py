"""Stories that share a key become pairs: keys shuffled, the crowds of each told by the local step.

A key that very many stories have would send all of them to one task. Such keys are found in a
part of the stories, the two stories that all others are paired with are picked by an aggregate
that Spark combines where the rows lie, and the pairs are made there, too: nothing of a crowded
key is shuffled. What comes out is the same whichever way a key goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.duplicates.crowds import crowds_of, heads_of, star, unique

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ALL, LARGEST, SMALLEST, CROWD = range(4)
"""What a row of ``crowd_pairs`` is: two of few stories with a key; a story (``b``) with the
largest or the smallest (``a``) of many; or how many (``a``) have a key (``b``)."""

PART = 64
"""Crowded keys are looked for in one story of 64, by a hash of its number: one that 2^20 stories
have is met there 16,384 times give or take 128, and it is asked for from half of that on."""

KEY_BITS = 40
"""Bits of a key that are compared: those that the local engine compares in a corpus of up to 16
million stories, the others being the story's number there (see ``pack_keys``)."""

POSTINGS = "band tinyint, key long, number long, shingles long"
"""A story has a key in a band (samples: band 0)."""

POSTINGS_ARROW = pa.schema(
    [
        ("band", pa.int8()),
        ("key", pa.int64()),
        ("number", pa.int64()),
        ("shingles", pa.int64()),
    ]
)

PAIRS = "band tinyint, how tinyint, a long, b long"

PAIRS_ARROW = pa.schema(
    [("band", pa.int8()), ("how", pa.int8()), ("a", pa.int64()), ("b", pa.int64())]
)

AT_ONCE = 1 << 18
"""Rows in a batch that is handed back to Spark."""

Int64s = NDArray[np.int64]

Step = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def crowd_pairs(
    stories: DataFrame, keys_of: Step, all_pairs: int, common: int, crowded: int
) -> DataFrame:
    """What stories with a common key are paired with, see ``PAIRS``.

    ``keys_of`` makes of the rows of ``stories`` each key of each of them (see ``POSTINGS``), once.
    Up to ``all_pairs`` stories with one key are all paired; of more, each with the one of most
    and the one of fewest shingles, of equal ones the first. Keys that more than ``common``
    stories have are told. From ``crowded`` stories on those of a key are paired where they lie;
    0 if there are not as many.
    """
    from pyspark.sql import functions as f

    step = pairing(all_pairs, common)
    postings = stories.mapInArrow(keys_of, POSTINGS)
    picked = _centres(stories, keys_of, postings, all_pairs, crowded) if crowded else None
    if picked is None:
        return postings.repartition("band", "key").mapInArrow(step, PAIRS)
    crowds = f.broadcast(stories.sparkSession.createDataFrame(picked))
    there = postings.join(crowds, ["band", "key"])
    rest = postings.join(crowds, ["band", "key"], "left_anti")
    found = rest.repartition("band", "key").mapInArrow(step, PAIRS)
    for how, centre in ((LARGEST, "largest"), (SMALLEST, "smallest")):
        others = there.where(f.col(centre) != f.col("number"))
        found = found.unionAll(others.selectExpr("band", f"{how}Y how", f"{centre} a", "number b"))
    told = crowds.where(f.col("stories") > common)
    return found.unionAll(told.selectExpr("band", f"{CROWD}Y how", "stories a", "key b"))


def _centres(
    stories: DataFrame, keys_of: Step, postings: DataFrame, all_pairs: int, crowded: int
) -> pa.Table | None:
    """The crowded keys (``band``, ``key``), how many ``stories`` have each, and the ``largest``
    and the ``smallest`` of them; None where no key is crowded."""
    from pyspark.sql import functions as f

    part = stories.where(f"pmod(xxhash64(number), {PART}) = 0").mapInArrow(keys_of, POSTINGS)
    met = part.groupBy("band", "key").count()
    often = met.where(f.col("count") >= max(crowded // PART // 2, 1)).select("band", "key")
    asked = often.toArrow()
    if not asked.num_rows:
        return None
    crowds = postings.join(f.broadcast(stories.sparkSession.createDataFrame(asked)), often.columns)
    picked = crowds.groupBy("band", "key").agg(
        f.count("*").alias("stories"),
        f.expr("-max(struct(shingles, -number)).col2").alias("largest"),
        f.expr("min(struct(shingles, number)).number").alias("smallest"),
    )
    return picked.where(f.col("stories") > all_pairs).toArrow()


def pairing(all_pairs: int, common: int) -> Step:
    """The step that pairs the stories of a partition of postings, all rows of a key in it."""

    def make_pairs(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        table = pa.Table.from_batches(batches, POSTINGS_ARROW)
        band, key, number, shingles = (column.to_numpy() for column in table.columns)
        for one in range(int(band.max(initial=-1)) + 1):
            rows = np.flatnonzero(band == one)
            for how, a, b in pairs_among(
                key[rows], number[rows], shingles[rows], all_pairs, common
            ):
                yield from pair_rows(one, how, a, b)

    return make_pairs


def pair_rows(band: int, how: int, a: Int64s, b: Int64s) -> Iterator[pa.RecordBatch]:
    """Rows of ``PAIRS``, in batches."""
    for begin in range(0, len(a), AT_ONCE):
        some = slice(begin, begin + AT_ONCE)
        size = len(a[some])
        columns = [np.full(size, band, np.int8), np.full(size, how, np.int8), a[some], b[some]]
        yield pa.RecordBatch.from_arrays(list(map(pa.array, columns)), schema=PAIRS_ARROW)


def pairs_among(
    key: Int64s, number: Int64s, shingles: Int64s, all_pairs: int, common: int
) -> Iterator[tuple[int, Int64s, Int64s]]:
    """(how, a, b) for the postings of one band given as columns: what ``propose`` does with them.

    The local steps know a story by a small number: here its place among those of the partition.
    """
    stories, keys = unique(number.view(np.uint64)), unique(key.view(np.uint64))
    story = np.searchsorted(stories, number.view(np.uint64))
    sizes = np.zeros(len(stories), dtype=np.int64)
    sizes[story] = shingles
    bits = max(len(stories), 1).bit_length()
    places = np.searchsorted(keys, key.view(np.uint64)).astype(np.uint64)
    packed = unique(places << np.uint64(bits) | story.astype(np.uint64))
    heads = heads_of(packed >> np.uint64(bits)) if len(packed) else np.zeros(0, dtype=np.int64)
    counts = np.diff(np.append(heads, len(packed)))
    many = np.flatnonzero(counts > common)
    yield CROWD, counts[many], keys[many].view(np.int64)
    named = stories.view(np.int64)
    crowds = crowds_of(packed, bits, all_pairs)
    a, b = ends_of(crowds.pairs)
    yield ALL, named[a], named[b]
    for how in (LARGEST, SMALLEST):
        centre, other = star(crowds.ids, crowds.counts, sizes, how == LARGEST)
        yield how, named[centre], named[other]


def ends_of(packed: NDArray[np.uint64]) -> tuple[Int64s, Int64s]:
    """The two stories of each packed pair."""
    return (packed >> np.uint64(32)).astype(np.int64), packed.astype(np.uint32).astype(np.int64)
