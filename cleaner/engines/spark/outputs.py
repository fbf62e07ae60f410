"""What a Spark run leaves: tables of the fields that every run has, run.json and a report."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.corpus.faults import Fault
from cleaner.corpus.ledger import LEDGER, RUN
from cleaner.corpus.rows import with_group
from cleaner.engines.finish import Result, run_json
from cleaner.engines.shard import EMPTY
from cleaner.engines.spark import files
from cleaner.engines.spark.inputs import Input
from cleaner.engines.spark.judge import Matched
from cleaner.model import CleanerError
from cleaner.report.html import REPORT, write_report

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from cleaner.engines.spark.together import Keep

_PASSAGE = "struct<a: array<bigint>, b: array<bigint>, chars: bigint>"

FIELDS = {
    "stories": (
        "id string, page string, story bigint, lines array<bigint>, title string, subtitle string, "
        "text string, script string, byline string, editor string, source string, place string, "
        "published string, paragraphs array<array<bigint>>"
    ),
    "removed": (
        "page string, line bigint, start bigint, end bigint, text string, label string, "
        "rule string, why string, action string"
    ),
    "pages": (
        "page string, file string, line bigint, encoding string, bad_bytes bigint, "
        "characters_in bigint, characters_out bigint, stories bigint, removed bigint, "
        "suspect bigint, joined bigint, split bigint, rewritten bigint"
    ),
    "cleaned": "page string, file string, line bigint, text string, record string",
    "set_aside": "page string, line bigint, why string",
    "duplicates": (
        "a string, b string, relation string, jaccard double, a_in_b double, b_in_a double, "
        "cross_script boolean, numbers_changed array<array<string>>, numbers_same bigint, "
        f"doubt string, shared array<{_PASSAGE}>, kept string"
    ),
}
"""The columns of each table: the fields of the rows that ``corpus/rows.py`` makes."""

FIELDS["near_misses"] = FIELDS["duplicates"]

OUTPUTS = {*FIELDS, RUN, REPORT}
"""The names of all that a run leaves in OUT: a folder a table, and two files."""

SHOWN, PAIRS_SHOWN = 2000, 1000
"""Pages and pairs in the report, drawn by a hash of their names where there are more."""

FAULTS_TOLD = 1000
"""Pages set aside that run.json and the terminal name; the table ``set_aside`` has all."""


def write_outputs(
    out: str,
    folder: Path,
    rows: DataFrame,
    matched: Matched,
    inputs: Sequence[Input],
    options: Mapping[str, object],
    form: str,
    keep: Keep,
) -> Result:
    """Writes the tables of a run into ``out`` as ``form`` (``jsonl`` or ``parquet``), then its
    report and run.json; ``folder`` on this machine takes what the report is made of.

    ``rows`` are those of ``pages.CLEANED``. Raises CleanerError where no page could be read.
    """
    spark = rows.sparkSession
    counts, faults = _counts(rows, matched, inputs)
    if not counts["pages"]:
        first = f"{faults[0]['page']}: {faults[0]['why']}" if faults else "no page in the input"
        raise CleanerError(f"{first}; there is nothing to clean")
    tables = {
        name: table_of(rows.where(f"kind = '{name}'").select("row"), name)
        for name in ("removed", "pages", "cleaned", "set_aside")
    }
    judged = matched.judged.select("relation", "row")
    stories = with_groups(rows.where("kind = 'stories'"), matched.groups, keep)
    tables["stories"] = table_of(stories.select("row", "group", "duplicate_of"), "stories")
    for name, wanted in (("duplicates", "is not null"), ("near_misses", "is null")):
        some = judged.where(f"relation {wanted}")
        tables[name] = table_of(some.select("row"), name)
    for name, table in tables.items():
        spark.sparkContext.setJobDescription(f"write {name}")
        writer = table.write.option("ignoreNullFields", "false").mode("overwrite")
        writer.format("json" if form == "jsonl" else form).save(f"{out}/{name}")
    read = [{"file": one.source.name, "bytes": one.source.size} for one in inputs]
    (folder / RUN).write_bytes(run_json(options, counts, faults, read))
    spark.sparkContext.setJobDescription("report")
    _gather(folder, rows, stories, judged, counts["pages"])
    files.put(spark, write_report(folder), f"{out}/{REPORT}")
    files.put(spark, folder / RUN, f"{out}/{RUN}")
    told = (Fault(str(row["page"]), int(str(row["line"])), str(row["why"])) for row in faults)
    return Result(dict(sorted(counts.items())), tuple(told))


def _counts(
    rows: DataFrame, matched: Matched, inputs: Sequence[Input]
) -> tuple[Counter[str], list[dict[str, object]]]:
    """What was met and done, and the first pages set aside."""
    counts: Counter[str] = Counter()
    for one in rows.where("kind = 'told'").select("row").collect():
        counts.update(json.loads(one["row"]))
    for one in matched.judged.groupBy("relation").count().collect():
        relation = one["relation"]
        counts[f"duplicates.{relation}" if relation else "near_misses"] = one["count"]
    aside = rows.where("kind = 'set_aside'").select("row").orderBy("row").limit(FAULTS_TOLD)
    faults = [json.loads(one["row"]) for one in aside.collect()]
    # Spark's readers pass over files without a byte.
    empty = [one.source for one in inputs if not one.source.size]
    if empty:
        counts["set_aside"] += len(empty)
    faults += [{"page": one.name, "line": int(one.is_one_page), "why": EMPTY} for one in empty]
    return counts, faults


def table_of(rows: DataFrame, name: str) -> DataFrame:
    """The columns of table ``name`` from rows of JSON in the column ``row``, then the others."""
    from pyspark.sql import functions as f

    told = f.from_json("row", FIELDS[name]).alias("told")
    others = [one for one in rows.columns if one != "row"]
    return rows.select(told, *others).select("told.*", *others)


def with_groups(stories: DataFrame, groups: DataFrame, keep: Keep) -> DataFrame:
    """The rows of stories with ``group`` and ``duplicate_of``, ids of stories."""
    from pyspark.sql import functions as f

    heads = groups.select("kept").distinct()
    ids = stories.selectExpr("number kept", "get_json_object(row, '$.id') name")
    names = ids.join(heads, "kept")
    named = keep("named", groups.join(names, "kept").selectExpr("story number", "kept", "name"))
    told = stories.select("number", "row").join(named, "number", "left")
    return told.select(
        "row",
        f.col("name").alias("group"),
        f.expr("if(number = kept, null, name)").alias("duplicate_of"),
    )


def _gather(
    folder: Path, rows: DataFrame, stories: DataFrame, judged: DataFrame, pages: int
) -> None:
    """Writes into ``folder`` the files of a run that the report is made of.

    They hold the whole of a small run, else the pages of some pairs, and others.
    """
    from pyspark.sql import functions as f

    drawn = judged.orderBy(f.xxhash64("row")).limit(PAIRS_SHOWN).toArrow().to_pylist()
    of_pairs = {
        json.loads(one["row"])[end].rpartition("#")[0] for one in drawn for end in ("a", "b")
    }
    page = f.get_json_object("row", "$.page").alias("page")
    met = rows.where("kind = 'pages'").select(page, "row")
    if pages > SHOWN:
        names = met.select("page").orderBy(f.xxhash64("page")).limit(SHOWN - len(of_pairs))
        chosen = {one["page"] for one in names.collect()} | of_pairs
        wanted = f.broadcast(
            judged.sparkSession.createDataFrame([(one,) for one in sorted(chosen)], "page string")
        )
    else:
        wanted = met.select("page")

    def rows_of(table: DataFrame) -> DataFrame:
        return table.withColumn("page", page).join(wanted, "page", "left_semi").drop("page")

    def write(name: str, some: Iterable[bytes], *order: str) -> None:
        """Writes rows in an order of theirs, for Spark gives them in none."""
        told = sorted(some, key=lambda row: [json.loads(row)[column] for column in order])
        (folder / f"{name}.jsonl").write_bytes(b"".join(told))

    def plain(table: DataFrame) -> Iterator[bytes]:
        return (one["row"].encode() for one in table.select("row").collect())

    write("pages", plain(rows_of(met.select("row"))), "page")
    removed = rows_of(rows.where("kind = 'removed'").select("row"))
    write("removed", plain(removed), "page", "line", "start", "rule")
    told = (
        with_group(one["row"].encode(), one["group"], one["duplicate_of"])
        for one in rows_of(stories).collect()
    )
    write("stories", told, "page", "story")
    write("duplicates", (one["row"].encode() for one in drawn if one["relation"]), "a", "b")
    write("near_misses", (one["row"].encode() for one in drawn if not one["relation"]), "a", "b")
    (folder / LEDGER).write_bytes(gzip.compress(b"", mtime=0))  # no page's own text is shown
