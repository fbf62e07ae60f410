"""``cleaner run --engine spark``: the same stories, removed lines and pairs as on one machine."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import call
from gold_pages import SEEDS

from cleaner.engines.finish import Result
from cleaner.engines.local import Plan, run
from cleaner.engines.spark.job import run_on_spark
from cleaner.engines.spark.session import Cluster, java
from cleaner.pipeline import AS_IT_COMES, Cleaning

TABLES = ("stories", "removed", "pages", "duplicates", "near_misses")

on_spark = pytest.mark.skipif(
    java() is None or importlib.util.find_spec("pyspark") is None,
    reason="no Java or no PySpark on this machine",
)


@pytest.fixture(autouse=True)
def small_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark with a small heap, no web page, and nothing compiled that will not pay for itself."""
    settings: tuple[str, ...] = (
        "spark.ui.enabled=false",
        "spark.sql.codegen.wholeStage=false",
        "spark.sql.codegen.factoryMode=NO_CODEGEN",
        "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1",
    )
    if "COVERAGE_PROCESS_CONFIG" in os.environ:  # a worker tells what it ran when it ends
        settings += ("spark.python.worker.reuse=false",)
    told = " ".join(f"--conf {setting}" for setting in settings)
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--driver-memory 1g {told} pyspark-shell")


@dataclass(frozen=True)
class Both:
    """One corpus cleaned by both engines."""

    local: Path
    spark: Path
    done_local: Result
    done_spark: Result

    def differing(self) -> list[str]:
        """The tables that do not have the same rows."""
        return [
            name for name in TABLES if rows(self.local / f"{name}.jsonl") != rows(self.spark / name)
        ]


def by_both(corpus: Path, out: Path, cluster: Cluster, cleaning: Cleaning = AS_IT_COMES) -> Both:
    local, spark = out / "local", out / "spark"
    plan = Plan((str(corpus),), local, cleaning=cleaning, jobs=1)
    return Both(local, spark, run(plan), run_on_spark(plan, str(spark), cluster))


def rows(path: Path) -> list[str]:
    """The rows of a table, one file or a folder of parts, in an order of their own."""
    if list(path.glob("*.parquet")):
        from pyarrow import parquet

        found = parquet.read_table(path).to_pylist()
    else:
        files = sorted(path.glob("part-*")) if path.is_dir() else [path]
        lines = (line for file in files for line in file.read_text("utf-8").splitlines())
        found = [json.loads(line) for line in lines]
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in found)


def sentences(dice: random.Random, count: int) -> str:
    """Sentences of Chinese characters, drawn from the seed pages."""
    pages = "".join(page.read_text("utf-8") for page in sorted(SEEDS.glob("*.txt")))
    known = sorted({char for char in pages if "\u4e00" <= char <= "\u9fff"})
    drawn = ("".join(dice.choices(known, k=dice.randint(12, 30))) for _ in range(count))
    return "".join(f"{sentence}。" for sentence in drawn)


def story(dice: random.Random, paragraphs: int) -> str:
    return "\n".join(sentences(dice, 3) for _ in range(paragraphs))


def changed(text: str, dice: random.Random, places: int) -> str:
    """The text with other characters in some places."""
    chars = list(text)
    for place in dice.sample(range(20, len(chars)), places):
        if chars[place] != "\n":
            chars[place] = dice.choice(chars).strip() or "一"
    return "".join(chars)


def corpus_of_all_kinds(folder: Path) -> Path:
    """Pages in files of every format: seeds, crowds of near-copies, frames, copies, faults."""
    dice = random.Random(5)
    seeds = [page.read_text("utf-8") for page in sorted(SEEDS.glob("*.txt"))]
    texts = seeds * 3 + [story(dice, dice.randint(1, 12)) for _ in range(30)]
    for _ in range(3):
        copied = story(dice, 8)
        texts += [changed(copied, dice, dice.choice([0, 0, 1, 2, 4, 8, 30])) for _ in range(40)]
    frame = story(dice, 2)
    texts += [f"{story(dice, 1)}\n{frame}" for _ in range(40)]
    dice.shuffle(texts)
    (folder / "新 闻").mkdir(parents=True)
    with (folder / "新 闻" / "a b.jsonl").open("w", encoding="utf-8") as stream:
        for number, text in enumerate(texts[:90]):  # ids return after 80 pages
            record = {"id": number % 80, "url": f"https://a.example/{number}", "text": text}
            stream.write(json.dumps(record, ensure_ascii=number % 2 == 0) + "\n")
        stream.write('not json\n\n{"text": 3}\n')
    with gzip.open(folder / "b.jsonl.gz", "wt", encoding="utf-8") as stream:
        for text in texts[90:150]:
            stream.write(json.dumps({"text": text, "more": [1, {"x": None}]}) + "\n")
    write_table(folder / "c.parquet", texts[150:])
    for number, text in enumerate(seeds):
        (folder / f"{number}.txt").write_bytes(text.encode(("utf-8", "gb18030")[number % 2]))
    (folder / "empty.txt").touch()
    (folder / "none.jsonl").touch()
    return folder


def write_table(path: Path, texts: list[str]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    ids, site = [f"p{number}" for number in range(len(texts))], ["https://b.example/"] * len(texts)
    parquet.write_table(pa.table({"id": ids, "text": texts, "url": site}), path, row_group_size=20)


@pytest.mark.spark
@on_spark
def test_both_engines_give_the_same_rows(tmp_path: Path) -> None:
    corpus = corpus_of_all_kinds(tmp_path / "in")
    both = by_both(corpus / ".." / corpus.name, tmp_path, Cluster("local[2]"))
    assert both.differing() == []
    assert len(rows(both.spark / "duplicates")) > 100
    assert len(both.done_spark.faults) == len(both.done_local.faults) == 4
    bytes_apart = {"input_bytes"}  # a table's rows are spelled differently as JSON
    assert {k: n for k, n in both.done_spark.counts.items() if k not in bytes_apart} == {
        k: n for k, n in both.done_local.counts.items() if k not in bytes_apart
    }
    told = json.loads((both.spark / "run.json").read_text("utf-8"))
    assert told["counts"]["pages"] == both.done_local.counts["pages"]
    assert (both.spark / "report.html").stat().st_size > 10_000


@pytest.mark.spark
@on_spark
def test_ways_for_very_large_corpora_give_the_same_rows(tmp_path: Path) -> None:
    """Crowded keys paired where they lie, parts decided on executors, files of furniture sent."""
    corpus = corpus_of_all_kinds(tmp_path / "in")
    furniture = tmp_path / "shared.tsv"
    line = (SEEDS / "000_signing.txt").read_text("utf-8").splitlines()[2]
    furniture.write_text(f"\t3\t3\tnav\t{line}\n", "utf-8")
    cleaning = Cleaning(furniture=(furniture,), to="traditional")
    cluster = Cluster("local[2]", "parquet", crowded=20, driver_pairs=0)
    both = by_both(corpus, tmp_path, cluster, cleaning)
    assert both.differing() == []
    assert any(line in row for row in rows(both.spark / "removed"))
    assert len(rows(both.spark / "duplicates")) > 100


@pytest.mark.spark
@pytest.mark.slow
@on_spark
def test_real_news_and_its_copies_give_the_same_rows(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("news", "neardup_docs", "law_hant"):
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rb") as stream:
            some = [line for line, _ in zip(stream, range(400), strict=False)]
        (tmp_path / "in" / f"{name}.jsonl").write_bytes(b"".join(some))
    both = by_both(tmp_path / "in", tmp_path, Cluster("local[2]"))
    assert both.differing() == []
    assert both.done_spark.counts["stories"] > 1000


@pytest.mark.spark
@on_spark
def test_the_command_writes_tables_and_says_what_it_did(tmp_path: Path) -> None:
    asked = ("--engine", "spark", "--master", "local[2]", "--tables", "parquet")
    done = call("run", f"file:{SEEDS}", "--exclude", "00[2-4]*", "-o", tmp_path / "out", *asked)
    assert done.code == 0, done.err
    assert done.out == ""
    assert "stories" in done.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.name[0] != ".") == [
        "cleaned",
        "duplicates",
        "near_misses",
        "pages",
        "removed",
        "report.html",
        "run.json",
        "set_aside",
        "stories",
    ]
    assert len(rows(tmp_path / "out" / "pages")) == 2
    (pair,) = map(json.loads, rows(tmp_path / "out" / "duplicates"))
    assert (pair["a"], pair["b"]) == ("000_signing.txt#1", "001_signing_traditional.txt#1")
    again = call("run", SEEDS, "-o", tmp_path / "out", *asked)
    assert (again.code, again.err.count("\n")) == (2, 1)
    assert "is not empty" in again.err


class TestFaults:
    """What is missing gets one clear line."""

    def test_no_java(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("pyspark")
        monkeypatch.setenv("PATH", "/nowhere")
        monkeypatch.delenv("JAVA_HOME", raising=False)
        done = call("run", SEEDS, "-o", tmp_path / "out", "--engine", "spark")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert "needs Java 17" in done.err

    def test_no_pyspark(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("pyspark", "pyspark.errors"):
            monkeypatch.setitem(sys.modules, name, None)
        done = call("run", SEEDS, "-o", tmp_path / "out", "--engine", "spark")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert "pip install 'cleaner-zh[spark]'" in done.err

    @pytest.mark.spark
    @on_spark
    def test_executors_that_lack_a_package(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bare = tmp_path / "python"
        bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
        bare.chmod(0o755)
        monkeypatch.setenv("PYSPARK_PYTHON", str(bare))
        asked = ("--engine", "spark", "--master", "local[2]")
        done = call("run", SEEDS, "-o", tmp_path / "out", *asked)
        assert (done.code, done.err.count("\n")) == (2, 1), done.err
        assert "has not all that a run needs (No module named" in done.err
        assert "docs/spark.md" in done.err
        assert not (tmp_path / "out").exists()

    def test_what_only_spark_has(self, tmp_path: Path) -> None:
        done = call("run", SEEDS, "-o", tmp_path / "out", "--master", "local[2]")
        assert done.code == 2
        assert "only with --engine spark" in done.err

    def test_what_spark_does_not_do(self, tmp_path: Path) -> None:
        done = call("run", SEEDS, "-o", tmp_path / "out", "--engine", "spark", "--resume")
        assert done.code == 2
        assert "--resume: not with --engine spark" in done.err
        done = call("run", SEEDS, "-o", tmp_path / "out", "--engine", "spark", "--memory", "1G")
        assert done.code == 2
        assert "--memory, --dry-run: not with --engine spark" in done.err
