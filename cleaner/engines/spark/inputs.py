"""The input of a Spark run: files found and numbered, and their entries read where they lie."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cleaner.corpus.entries import MAX_PAGE_BYTES, Entry, Reading
from cleaner.corpus.formats import format_named
from cleaner.corpus.formats.jsonl import read_record
from cleaner.corpus.sources import Source, find_sources, format_of, is_excluded
from cleaner.engines.spark.files import (
    as_url,
    below,
    exactly,
    in_full,
    is_url,
    kind,
    read_name,
    same_name,
)
from cleaner.model import CleanerError
from cleaner.pipeline import Cleaning

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

PAGES = {("text", ""), ("html", ""), ("mhtml", "")}
"""The (format, compression) of files that are read whole, one page each."""

LINES = {("jsonl", ""), ("jsonl", "gzip"), ("jsonl", "bzip2")}
"""Those of files that are read line by line, by what Spark knows of them."""

ROWS = ("jsonl", "parquet")
"""That of tables."""

SMALLEST, LARGEST, WANTED = 1 << 20, 64 << 20, 64
"""Bytes of input that one task reads: about a 64th of it, but neither too few to pay for a task
nor more than a Python process should hold the stories of."""

Settings = tuple[Reading, Cleaning]
"""How a file is read and cleaned."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to be read, and its URL."""

    source: Source
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a file that one task reads.

    ``number`` counts blocks in the order of the corpus, ``first`` is the line that the block
    begins with; ``settings`` say how its pages are read and cleaned.
    """

    number: int
    source: Source
    first: int
    settings: Settings


Blocks = Mapping[tuple[str, int], Block]
"""Every block by its file (see ``same_name``) and the byte that it starts at."""


def find_inputs(
    spark: SparkSession, inputs: Sequence[str], out: str, exclude: Sequence[str] = ()
) -> list[Input]:
    """The files that ``inputs`` name, sorted by the name that each has in the corpus.

    A path is on this machine (and, on a cluster, on every other under the same name); a URL is
    a file or a folder on whatever Hadoop reads. What fits a pattern of ``exclude`` is left out.
    Raises CleanerError for what cannot be read.
    """
    local = [given for given in inputs if not is_url(given)]
    found: list[Input] = []
    if local:
        here = None if is_url(out) else Path(out)
        sources = find_sources(local, here, exclude)
        found = [Input(source, as_url(source.path)) for source in sources]
    for url in (given for given in inputs if is_url(given)):
        found += _below(spark, url, exclude)
    if not found:
        raise CleanerError(f"--exclude {' '.join(exclude)}: leaves nothing to read")
    found.sort(key=lambda one: one.source.name)
    for before, one in pairwise(found):
        if before.source.name == one.source.name:
            raise CleanerError(
                f"{one.url}: has the same name in the corpus as {before.url}; name the folder "
                "above both instead"
            )
    for one in found:
        if _kind_of(one.source) not in {*PAGES, *LINES, ROWS}:
            raise CleanerError(
                f"{one.url}: the Spark engine reads text, HTML and MHTML as they are, JSON lines "
                "(also .gz or .bz2) and Parquet; make it one of these, or leave out --engine spark"
            )
    return found


def _kind_of(source: Source) -> tuple[str, str]:
    return source.format, source.compression


def _below(spark: SparkSession, url: str, exclude: Sequence[str]) -> list[Input]:
    """The pages in the folder or file ``url`` that no pattern of ``exclude`` fits."""
    what = kind(spark, url)
    if not what:
        raise CleanerError(f"{url}: no such file or folder; check the path")
    whole = in_full(spark, url)
    root = whole.rpartition("/")[0] if what == "file" else whole
    found = []
    for path, size in below(spark, whole):
        name = path.removeprefix(root).lstrip("/")
        form = format_of(Path(name)) or (("text", "") if what == "file" else None)
        if form is not None and not is_excluded(PurePosixPath(name), exclude):
            found.append(Input(Source(Path(path), name, *form, size), path))
    if not found:
        raise CleanerError(f"{url}: no pages in this folder")
    return found


def bytes_a_task(inputs: Sequence[Input]) -> int:
    """How much of the input one task reads."""
    total = sum(one.source.size for one in inputs)
    return min(max(total // WANTED, SMALLEST), LARGEST)


def open_entries(spark: SparkSession, inputs: Sequence[Input]) -> DataFrame:
    """Every entry of the input as a row: ``path``, ``start`` (of its block) and ``raw``.

    The rows of a block stand in one partition, in the order of the file. Where files are cut
    depends on ``spark.sql.files.maxPartitionBytes`` alone, which must not change.
    """
    place = ["_metadata.file_path path", "_metadata.file_block_start start"]
    frames = []
    urls: dict[tuple[str, str], list[str]] = {}
    for one in inputs:
        urls.setdefault(_kind_of(one.source), []).append(exactly(one.url))
    for kind_of, some in sorted(urls.items()):
        if kind_of in PAGES:
            pages = spark.read.format("binaryFile").load(some)
            frames.append(pages.selectExpr(*place, "content raw"))
        elif kind_of == ROWS:
            rows = spark.read.option("mergeSchema", "true").parquet(*some)
            record = "to_json(struct(*), map('ignoreNullFields', 'false'))"
            frames.append(rows.selectExpr(*place, f"cast({record} as binary) raw"))
        else:
            lines = spark.read.option("lineSep", "\n").text(some)
            frames.append(lines.selectExpr(*place, "cast(value as binary) raw"))
    return reduce(lambda one, two: one.unionAll(two), frames)


def number_blocks(
    spark: SparkSession,
    inputs: Sequence[Input],
    settings_of: Callable[[Source], Settings],
) -> Blocks:
    """The blocks of the input, each with the line it begins with.

    Lines are counted where they lie: a file of lines is cut by bytes, and the name of a record
    without an id is its line.
    """
    files = {same_name(one.url): one.source for one in inputs}
    starts = [(path, 0, 1) for path, source in files.items() if source.is_one_page]
    records = [one for one in inputs if not one.source.is_one_page]
    if records:
        counted = open_entries(spark, records).groupBy("path", "start").count().collect()
        starts += [(read_name(row["path"]), row["start"], row["count"]) for row in counted]
    starts.sort(key=lambda row: (files[row[0]].name, row[1]))
    blocks: dict[tuple[str, int], Block] = {}
    first, before = 1, ""
    for number, (path, start, lines) in enumerate(starts):
        first = first if path == before else 1
        blocks[path, start] = Block(number, files[path], first, settings_of(files[path]))
        first, before = first + lines, path
    return blocks


def entries_in(batches: Iterable[pa.RecordBatch], blocks: Blocks) -> Iterator[tuple[Block, Entry]]:
    """The entries of a partition of ``open_entries``, each with its block."""
    met: dict[tuple[str, int], int] = {}
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in ("path", "start", "raw"))
        last: tuple[str, int] | None = None
        for path, start, raw in zip(*columns, strict=True):
            if (path, start) != last:
                last = (path, start)
                block = blocks[read_name(path), start]
            place = block.first + met.setdefault(last, 0)
            met[last] += 1
            yield block, _entry(raw, place, block)


def _entry(raw: bytes, place: int, block: Block) -> Entry:
    """The page that the bytes of an entry hold."""
    source, reading = block.source, block.settings[0]
    if source.is_one_page:
        return next(format_named(source.format).read(io.BytesIO(raw), source, reading, place))
    if len(raw) > MAX_PAGE_BYTES:
        why = f"a record of {len(raw)} bytes is more than one page may have"
        return Entry(b"", None, place, why)
    return read_record(raw, place, source.name, reading)
