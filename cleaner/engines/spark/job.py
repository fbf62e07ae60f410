"""A corpus cleaned by Spark: the passes of a run, each kept before the next begins."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.corpus.sources import Source
from cleaner.engines.finish import Result
from cleaner.engines.local import Plan, told_options
from cleaner.engines.spark import files
from cleaner.engines.spark.inputs import (
    Blocks,
    Input,
    Settings,
    bytes_a_task,
    find_inputs,
    number_blocks,
    open_entries,
)
from cleaner.engines.spark.session import Cluster, spark_session
from cleaner.engines.workers import Tell
from cleaner.model import CleanerError
from cleaner.noise.furniture import read_furniture
from cleaner.noise.hits import load_rules

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from cleaner.engines.spark.together import Keep

WORK = "work"
"""The folder in OUT that holds the tables of a run while it lasts."""

SHUFFLED, LEAST_PARTS, MOST_PARTS = 16 << 20, 4, 20_000
"""Bytes of input for each part of a shuffle, and how few and many parts there are; above the
most Spark's driver has more to keep of each task than the tasks are worth."""


def run_on_spark(
    plan: Plan, out: str, cluster: Cluster, tell: Tell = lambda name, done, total: None
) -> Result:
    """Cleans a corpus into ``out`` (a path or a URL) with Spark, and says what was done.

    The inputs of ``plan`` may be URLs, too; its ``out`` and ``jobs`` are not looked at. Raises
    CleanerError where PySpark, Java, the inputs or the folder are not right, and where the job
    failed.
    """
    if plan.resume:
        raise CleanerError("--resume: not with --engine spark; say --force to begin anew")
    if plan.matching.against is not None or plan.matching.drop:
        raise CleanerError(
            "--against, --drop-duplicates: not with --engine spark; leave out the rows of "
            "stories that have a duplicate_of instead"
        )
    with (
        tempfile.TemporaryDirectory(prefix="cleaner-") as folder,
        spark_session(cluster.master) as spark,
    ):
        inputs = find_inputs(spark, plan.inputs, out, plan.exclude)
        url = files.as_url(out)
        _make_room(spark, url, plan.force)
        total = sum(one.source.size for one in inputs)
        parts = min(max(total // SHUFFLED, LEAST_PARTS), MOST_PARTS)
        spark.conf.set("spark.sql.shuffle.partitions", str(parts))
        spark.conf.set("spark.sql.files.maxPartitionBytes", str(bytes_a_task(inputs)))
        try:
            result = _run(spark, plan, inputs, url, Path(folder), cluster, tell)
        finally:
            files.remove(spark, f"{url}/{WORK}")
        tell("write", 1, 1)
        return result


def _run(
    spark: SparkSession,
    plan: Plan,
    inputs: Sequence[Input],
    url: str,
    folder: Path,
    cluster: Cluster,
    tell: Tell,
) -> Result:
    """The passes of a run; ``folder`` on this machine lasts as long as it does."""
    from cleaner.engines.spark.judge import match_pairs
    from cleaner.engines.spark.outputs import write_outputs
    from cleaner.engines.spark.propose import propose_pairs

    keep = _keeper(spark, f"{url}/{WORK}")
    tell("survey", 0, 1)
    blocks = number_blocks(spark, inputs, _settings(spark, plan))
    rows = keep("pages", _cleaned(spark, inputs, blocks, folder, tell), "kind")
    stories = rows.where("kind = 'stories'")
    tell("match", 0, 1)
    most = cluster.driver_pairs
    pairs, common = propose_pairs(stories, keep, cluster.crowded, most)
    matched = match_pairs(pairs, stories, common, plan.matching.marking, keep, most)
    tell("write", 0, 1)
    options = told_options(plan, [one.source for one in inputs])
    return write_outputs(url, folder, rows, matched, inputs, options, cluster.form, keep)


def _make_room(spark: SparkSession, url: str, force: bool) -> None:
    """Refuses an OUT that holds something, or with ``force`` removes an older run from it."""
    from cleaner.engines.spark.outputs import OUTPUTS

    what = files.kind(spark, url)
    if what == "file":
        raise CleanerError(f"{url}: is a file; name a folder for the output")
    held = files.names_in(spark, url) if what else []
    if held and not force:
        raise CleanerError(
            f"{url}: is not empty; name a new folder, or say --force to write over an older run"
        )
    foreign = sorted(set(held) - OUTPUTS - {WORK})
    if foreign:
        raise CleanerError(f"{url}: holds {foreign[0]}, which no run wrote; name a new folder")
    for name in held:
        files.remove(spark, f"{url}/{name}")


def _keeper(spark: SparkSession, work: str) -> Keep:
    """A function that writes a table into the folder ``work``, a folder for each value of the
    columns ``by``, and gives what stands there."""
    kept: list[str] = []

    def keep(name: str, table: DataFrame, *by: str) -> DataFrame:
        path = f"{work}/{len(kept):02}-{name}"
        kept.append(path)
        spark.sparkContext.setJobDescription(name)
        table.write.partitionBy(*by).parquet(path)
        return spark.read.schema(table.schema).parquet(files.exactly(path))

    return keep


def _settings(spark: SparkSession, plan: Plan) -> Callable[[Source], Settings]:
    """How each file is read and cleaned; the files of rules go to every machine."""
    shipped: set[Path] = set()

    def settings(source: Source) -> Settings:
        reading, cleaning = plan.settings(source)
        named = {*cleaning.rules, *cleaning.furniture} - shipped
        if named:
            load_rules(cleaning.rules)  # a mistake in them is told here, not by an executor
            read_furniture(cleaning.furniture)
        for path in sorted(named):
            if path.name in {other.name for other in shipped}:
                raise CleanerError(f"{path}: has the name of another file of rules; rename it")
            spark.sparkContext.addFile(str(path.absolute()))
            shipped.add(path)
        return reading, cleaning

    return settings


def _cleaned(
    spark: SparkSession, inputs: Sequence[Input], blocks: Blocks, folder: Path, tell: Tell
) -> DataFrame:
    """The rows that the pages of the input come to, see ``pages.CLEANED``.

    What pages share goes to every machine as files of ``folder``, which must last.
    """
    from pyspark import SparkFiles

    from cleaner.engines.spark.pages import CLEANED, COUNTED, cleaning, counting, save_survey

    told = spark.sparkContext.broadcast(blocks)
    entries = open_entries(spark, inputs)
    spark.sparkContext.setJobDescription("survey")
    counted = entries.mapInArrow(counting(lambda: told.value), COUNTED)
    shared = counted.groupBy("names", "key").agg({"pages": "sum"}).toDF("names", "key", "pages")
    table = shared.where("pages > 1").toArrow()
    for path in save_survey(folder, table):
        spark.sparkContext.addFile(str(path))
    tell("clean", 0, 1)
    return entries.mapInArrow(cleaning(lambda: told.value, SparkFiles.getRootDirectory), CLEANED)
