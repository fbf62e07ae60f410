"""Which pairs are worth comparing: the decisions of ``duplicates/candidates.py``, on many machines.

What the local engine keeps in arrays over all stories stands here in tables: copies of one
text, keys of bands, sampled hashes, pairs, and who leads a crowd. The steps on them are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.duplicates.candidates import (
    BANDED,
    BANDS,
    COPIES,
    PASSERS_BY,
    SHARED_OF_FEW,
    alike,
    band_keys,
    common_from,
    likely_pairs,
)
from cleaner.duplicates.crowds import ALL_PAIRS, unique
from cleaner.duplicates.sketch import PERMUTATIONS, RATE_BITS, Samples, prefixes
from cleaner.engines.spark.crowds import (
    ALL,
    CROWD,
    KEY_BITS,
    LARGEST,
    PAIRS_ARROW,
    POSTINGS_ARROW,
    SMALLEST,
    Int64s,
    crowd_pairs,
)
from cleaner.engines.spark.together import Keep, together

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Batches = Iterable[pa.RecordBatch]

EDGES = "a long, b long"

EDGES_ARROW = pa.schema([("a", pa.int64()), ("b", pa.int64())])


DENSITIES = "number long, density tinyint, kept binary"
"""Of a story the density of its sample, and ``Samples.at_each_density`` as bytes."""


def propose_pairs(
    stories: DataFrame, keep: Keep, crowded: int, driver_pairs: int
) -> tuple[DataFrame, NDArray[np.uint64]]:
    """The pairs of stories to verify (``a`` < ``b``, each once), and the prefixes of shingles
    that very many stories have (uint64, sorted): what ``candidates.propose`` gives.

    ``stories`` has a row a story: ``number``, ``digest``, ``signature``, ``sample``, ``density``,
    ``shingles``, see ``pages.CLEANED``. ``crowded`` and ``driver_pairs`` are from where on work is
    done another way; they change no result.
    """
    from pyspark.sql import functions as f

    written = stories.where("length(digest) > 0")
    copies = keep("copies", _copies(written))
    firsts = written.join(copies.where("first != number"), "number", "left_anti")
    sketches = keep(
        "sketches", firsts.select("number", "signature", "sample", "density", "shingles")
    )
    texts = sketches.count()
    common = common_from(texts)
    crowded = crowded if crowded < texts else 0
    hashes = keep("hashes", crowd_pairs(sketches, _samples, PASSERS_BY, common, crowded))
    bands = keep("bands", crowd_pairs(sketches, _bands, ALL_PAIRS, 1 << 62, crowded))
    banded, leads = _banded(bands, sketches, keep, driver_pairs)
    densities = keep("densities", sketches.mapInArrow(_densities, DENSITIES))
    sampled = _sampled(hashes, densities)
    for end in ("a", "b"):
        theirs = leads.selectExpr(f"story {end}", f"lead lead_{end}")
        sampled = sampled.join(theirs, end, "left")
    apart = sampled.where("coalesce(lead_a, a) != coalesce(lead_b, b)").select("a", "b")
    found = keep("found", banded.unionAll(apart).distinct())
    pairs = keep("pairs", _equal_pairs(copies).unionAll(_between_copies(found, copies)).distinct())
    told = hashes.where(f.col("how") == CROWD).select("b").distinct().toArrow().column("b")
    hashes_told = told.to_numpy().astype(np.uint64) << np.uint64(64 - KEY_BITS)
    return pairs, unique(prefixes(hashes_told))


def _copies(written: DataFrame) -> DataFrame:
    """The stories whose text others have, too: ``number``, ``first`` (the first of them), how
    many there are (``stories``)."""
    digests = written.select("number", "digest")
    texts = (
        digests.groupBy("digest")
        .agg({"number": "min", "*": "count"})
        .toDF("digest", "first", "stories")
    )
    return digests.join(texts.where("stories > 1"), "digest").select("number", "first", "stories")


def _equal_pairs(copies: DataFrame) -> DataFrame:
    """The pairs of stories with one text: of few all, of many each with the first."""
    few = copies.where(f"stories <= {ALL_PAIRS}")
    one, two = few.selectExpr("first", "number a"), few.selectExpr("first", "number b")
    every = one.join(two, "first").where("a < b").select("a", "b")
    many = copies.where(f"stories > {ALL_PAIRS} and first != number")
    return every.unionAll(many.selectExpr("first a", "number b"))


def _between_copies(found: DataFrame, copies: DataFrame) -> DataFrame:
    """The pairs found, and those of the copies of both stories as far as there are few."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    order = f.row_number().over(Window.partitionBy("first").orderBy("number"))
    few = copies.withColumn("order", order).where(f"order <= {COPIES}").select("first", "number")
    for end in ("a", "b"):
        theirs = few.selectExpr(f"first {end}", f"number copy_{end}")
        found = found.join(theirs, end, "left")
    ends = "coalesce(copy_a, a) one", "coalesce(copy_b, b) two"
    return found.selectExpr(*ends).selectExpr("least(one, two) a", "greatest(one, two) b")


def _sampled(hashes: DataFrame, densities: DataFrame) -> DataFrame:
    """The pairs whose samples share enough, see ``likely_pairs``."""
    from pyspark.sql import functions as f

    paired = hashes.where(f.col("how") != CROWD)
    shared = (
        paired.selectExpr("least(a, b) a", "greatest(a, b) b")
        .groupBy("a", "b")
        .agg(f.count("*").alias("shared"))
        .where(f"shared >= {SHARED_OF_FEW}")
    )
    for end in ("a", "b"):
        theirs = densities.selectExpr(f"number {end}", f"density density_{end}", f"kept kept_{end}")
        shared = shared.join(theirs, end)
    return shared.mapInArrow(_likely, EDGES)


def _banded(
    bands: DataFrame, sketches: DataFrame, keep: Keep, driver_pairs: int
) -> tuple[DataFrame, DataFrame]:
    """The pairs with an equal band and signatures that agree, and who leads whom in the end
    (``story``, ``lead``; who is not named leads itself)."""
    from pyspark.sql import functions as f

    pairs = bands.selectExpr("least(a, b) a", "greatest(a, b) b").distinct()
    for end in ("a", "b"):
        theirs = sketches.selectExpr(f"number {end}", f"signature signature_{end}")
        pairs = pairs.join(theirs, end)
    like = keep("alike", pairs.mapInArrow(_alike, EDGES))
    stars = bands.where(f.col("how") != ALL)
    if stars.isEmpty():
        return like, like.selectExpr("a story", "b lead").limit(0)
    agreeing = f.expr("least(a, b) = low and greatest(a, b) = high")
    stars = keep("stars", stars.join(like.selectExpr("a low", "b high"), agreeing, "left_semi"))
    # Only stories of large crowds have a say in who leads; a pair with another one is found.
    members = stars.selectExpr("a story").unionAll(stars.selectExpr("b story")).distinct()
    inner = like
    for end in ("a", "b"):
        inner = inner.join(members.selectExpr(f"story {end}"), end, "left_semi")
    inner = keep("inner", inner.selectExpr("a low", "b high"))
    small = bands.where(f.col("how") == ALL).join(inner, agreeing, "left_semi")
    outer = like.join(inner, f.expr("a = low and b = high"), "left_anti")
    told = stars.unionByName(small)
    led = keep("led", together(told, follow_leads, LED, keep, driver_pairs))
    found = led.where(f.col("how") == ALL).select("a", "b")
    return outer.unionAll(found), led.where(f.col("how") != ALL).selectExpr("a story", "b lead")


LED = "how tinyint, a long, b long"

LED_ARROW = pa.schema([("how", pa.int8()), ("a", pa.int64()), ("b", pa.int64())])


def follow_leads(rows: pa.Table) -> pa.Table:
    """Who leads whom after every band, and which pairs are found on the way.

    ``rows`` (see ``PAIRS``) are pairs that are alike: of small crowds, and of the stars of large
    ones. As ``banded_pairs`` does, band after band: a pair of a small crowd is found if its
    stories have different leads; so is one of a star, and its story has from then on the lead of
    the centre. Gives rows ``how``: ALL with a pair (a < b), LARGEST with a story and its lead.
    """
    band, how, a, b = (rows.column(name).to_numpy() for name in PAIRS_ARROW.names)
    stories = unique(np.concatenate([a, b]).view(np.uint64)).view(np.int64)
    one, two = np.searchsorted(stories, a), np.searchsorted(stories, b)
    leads = np.arange(len(stories))
    found = np.zeros(len(a), dtype=bool)
    for number in range(BANDS):
        for kind in (ALL, LARGEST, SMALLEST):
            some = np.flatnonzero((band == number) & (how == kind))
            some = some[leads[one[some]] != leads[two[some]]]
            found[some] = True
            if kind != ALL:
                leads[two[some]] = leads[one[some]]
    low, high = np.minimum(a[found], b[found]), np.maximum(a[found], b[found])
    led = np.flatnonzero(leads != np.arange(len(leads)))
    kinds = np.repeat(np.array([ALL, LARGEST], dtype=np.int8), [len(low), len(led)])
    columns = [
        kinds,
        np.concatenate([low, stories[led]]),
        np.concatenate([high, stories[leads[led]]]),
    ]
    return pa.table([pa.array(column) for column in columns], schema=LED_ARROW)


def _samples(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The sampled hashes of stories as postings, each once."""
    for batch in batches:
        samples = _samples_of(batch)
        counts = np.diff(samples.first)
        key = (samples.values >> np.uint64(64 - KEY_BITS)).astype(np.int64)
        story = np.repeat(np.arange(len(samples)), counts)
        fresh = np.ones(len(key), dtype=bool)
        fresh[1:] = (key[1:] != key[:-1]) | (story[1:] != story[:-1])
        number, shingles = (batch.column(name).to_numpy() for name in ("number", "shingles"))
        story, key = story[fresh], key[fresh]
        yield _postings(np.zeros(len(key), np.int8), key, number[story], shingles[story])


def _bands(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The band keys of stories that have shingles as postings."""
    for batch in batches:
        number, shingles = (batch.column(name).to_numpy() for name in ("number", "shingles"))
        some = shingles >= BANDED
        signatures = _signatures_of(batch.column("signature"))[some]
        for band in range(BANDS):
            key = (band_keys(signatures, band) >> np.uint64(64 - KEY_BITS)).astype(np.int64)
            yield _postings(np.full(len(key), band, np.int8), key, number[some], shingles[some])


def _postings(
    band: NDArray[np.int8], key: Int64s, number: Int64s, shingles: Int64s
) -> pa.RecordBatch:
    columns = [pa.array(column) for column in (band, key, number, shingles)]
    return pa.RecordBatch.from_arrays(columns, schema=POSTINGS_ARROW)


def _samples_of(batch: pa.RecordBatch) -> Samples:
    """The samples of the stories of a batch."""
    values = [np.frombuffer(one, dtype=np.uint64) for one in batch.column("sample").to_pylist()]
    return Samples(
        np.concatenate([np.zeros(0, dtype=np.uint64), *values]),
        np.cumsum([0, *map(len, values)]),
        batch.column("density").to_numpy().astype(np.uint8),
        batch.column("shingles").to_numpy(),
    )


def _signatures_of(column: pa.Array) -> NDArray[np.uint32]:
    """Signatures, uint32[n, 128], from a column of bytes."""
    joined = b"".join(column.to_pylist())
    return np.frombuffer(joined, dtype=np.uint32).reshape(-1, PERMUTATIONS)


def _densities(batches: Batches) -> Iterator[pa.RecordBatch]:
    """For each story the density of its sample, and how large it would be at each."""
    for batch in batches:
        kept = _samples_of(batch).at_each_density()
        columns = [
            batch.column("number"),
            batch.column("density"),
            pa.array([row.tobytes() for row in kept], type=pa.binary()),
        ]
        yield pa.RecordBatch.from_arrays(columns, ["number", "density", "kept"])


def _likely(batches: Batches) -> Iterator[pa.RecordBatch]:
    """Of pairs with shared hashes those that are likely, see ``likely_pairs``."""
    for batch in batches:
        pairs = _numbered(batch.num_rows)
        density, kept = (
            [one for end in ("a", "b") for one in batch.column(f"{name}_{end}").to_pylist()]
            for name in ("density", "kept")
        )
        table = np.frombuffer(b"".join(kept), dtype=np.int64).reshape(-1, RATE_BITS + 1)
        shared = batch.column("shared").to_numpy()
        yield _some(batch, likely_pairs(pairs, shared, np.array(density, dtype=np.uint8), table))


def _alike(batches: Batches) -> Iterator[pa.RecordBatch]:
    """Of pairs with their signatures those that are alike."""
    for batch in batches:
        pairs = _numbered(batch.num_rows)
        halves = [_signatures_of(batch.column(f"signature_{end}")) for end in ("a", "b")]
        yield _some(batch, pairs[alike(np.concatenate(halves), pairs)])


def _numbered(pairs: int) -> NDArray[np.uint64]:
    """Pairs (``a << 32 | b``) of the i-th with the n + i-th of 2n stories."""
    low = np.arange(pairs, dtype=np.uint64)
    packed: NDArray[np.uint64] = low << np.uint64(32) | (low + np.uint64(pairs))
    return packed


def _some(batch: pa.RecordBatch, chosen: NDArray[np.uint64]) -> pa.RecordBatch:
    """The ends of those rows of a batch that were chosen among ``_numbered`` pairs."""
    rows = pa.array((chosen >> np.uint64(32)).astype(np.int64))
    columns = [batch.column(name).take(rows) for name in ("a", "b")]
    return pa.RecordBatch.from_arrays(columns, schema=EDGES_ARROW)
