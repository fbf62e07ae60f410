"""The Spark engine on a cluster of three workers on this machine: time, shuffles, a worker killed.

    python -m benchmarks.spark [--data DIR] [--sizes MB,MB] [--kill MB] [--work DIR]

Starts a standalone master and three workers of one core on the loopback address, cleans a
generated corpus of each size (``benchmarks/corpora.py``) through ``cleaner run --engine spark``,
and prints for every stage of the run its tasks, seconds and bytes shuffled, then the seconds of
processor time of all. Then the smallest corpus (or that of ``--kill``) is cleaned again, and one
worker is killed with all it holds while the keys of stories are shuffled: the rows must be the
same. The local engine's rows are compared, too. The tables of docs/scale.md come from here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark

from benchmarks.corpora import articles, write_corpus

HOME = Path(__file__).parents[1]

MASTER = "spark://127.0.0.1:17077"

WORKERS = 3

KILLED_AT = "hashes"
"""The table whose shuffle a worker does not survive: sampled hashes, brought together by key."""

TABLES = ("stories", "removed", "pages", "duplicates", "near_misses")

SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "768m",
    "spark.ui.enabled": "false",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
}

COLUMNS = ("tasks", "wall s", "task s", "read MB", "shuffled MB", "written MB")


@dataclass(frozen=True)
class Node:
    """A process of the cluster, alone in its process group with all that it starts."""

    process: subprocess.Popen[bytes]

    def seconds(self) -> float:
        """Processor time that the node and all that it started and outlived took."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """Ends the node, its executor and its Python processes at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def cluster(work: Path) -> Iterator[list[Node]]:
    """A master and three workers; gives the workers."""
    spark = Path(pyspark.__file__).parent
    environment = {**os.environ, **SPARK, "SPARK_HOME": str(spark)}

    def node(name: str, *arguments: str) -> Node:
        with (work / f"{name}.log").open("wb") as log:
            command = [str(spark / "bin" / "spark-class"), *arguments]
            return Node(
                subprocess.Popen(
                    command, stdout=log, stderr=log, env=environment, start_new_session=True
                )
            )

    package, port = "org.apache.spark.deploy", MASTER.rpartition(":")[2]
    with ExitStack() as stack:
        master = node("master", f"{package}.master.Master", "--host", "127.0.0.1", "--port", port)
        stack.callback(master.kill)
        wait_for(work / "master.log", "I have been elected leader")
        workers = []
        for number in range(WORKERS):
            name = f"worker-{number}"
            one = node(
                name,
                f"{package}.worker.Worker",
                *("--host", "127.0.0.1", "--cores", "1", "--memory", "1g"),
                *("--webui-port", "0", "--work-dir", str(work / name), MASTER),
            )
            stack.callback(end, one)
            workers.append(one)
        for number in range(WORKERS):
            wait_for(work / f"worker-{number}.log", "Successfully registered with master")
        yield workers


SPARK = {
    "PYSPARK_PYTHON": sys.executable,
    "PYTHONPATH": str(HOME),
    "SPARK_LOCAL_IP": "127.0.0.1",
    "SPARK_DAEMON_MEMORY": "256m",
}


def end(node: Node) -> None:
    """Kills a node that still runs."""
    if node.process.poll() is None:
        node.kill()


def wait_for(log: Path, words: str) -> None:
    """Waits until a log says ``words``."""
    for _ in range(1200):
        if words in log.read_text("utf-8", "replace"):
            return
        time.sleep(0.1)
    raise SystemExit(f"{log}: never said {words!r}")


def start_run(corpus: Path, out: Path, events: Path) -> subprocess.Popen[bytes]:
    """Starts ``cleaner run`` on the cluster."""
    events.mkdir(parents=True)
    settings = {**SETTINGS, "spark.eventLog.dir": str(events)}
    told = " ".join(f"--conf {name}={value}" for name, value in settings.items())
    environment = {**os.environ, **SPARK, "PYSPARK_SUBMIT_ARGS": f"{told} pyspark-shell"}
    command = [sys.executable, "-m", "cleaner", "run", str(corpus), "-o", str(out), "--quiet"]
    asked = ["--engine", "spark", "--master", MASTER]
    return subprocess.Popen([*command, *asked], env=environment, cwd=HOME)


def finish(run: subprocess.Popen[bytes]) -> None:
    if run.wait():
        raise SystemExit(f"the run ended with {run.returncode}")


def measure(corpus: Path, out: Path, workers: list[Node]) -> None:
    """Cleans ``corpus`` and prints what every stage took."""
    before, start = sum(node.seconds() for node in workers), time.monotonic()
    finish(start_run(corpus, out, out.with_suffix(".events")))
    wall = time.monotonic() - start
    time.sleep(5)  # executors end after the run, and only then is their time told
    spent = sum(node.seconds() for node in workers) - before
    stages = read_events(out.with_suffix(".events"))
    size = corpus.stat().st_size / 1e6
    stories = json.loads((out / "run.json").read_text("utf-8"))["counts"]["stories"]
    print(f"\n{size:.0f} MB, {stories:,} stories: {wall:.0f} s, of processors {spent:.0f} s")
    print(f"{'':14}" + "".join(f"{name:>12}" for name in COLUMNS))
    total: Counter[str] = Counter()
    for stage, told in stages.items():
        total.update(told)
        print(f"{stage:14}" + "".join(f"{told[name]:12.1f}" for name in COLUMNS))
    print(f"{'all':14}" + "".join(f"{total[name]:12.1f}" for name in COLUMNS), flush=True)


def read_events(folder: Path) -> dict[str, Counter[str]]:
    """What each stage of a run took, by the description of its jobs."""
    (log,) = (path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    told: dict[str, Counter[str]] = defaultdict(Counter)
    jobs: dict[int, tuple[str, int]] = {}
    stage_of: dict[int, str] = {}
    for line in log.open(encoding="utf-8"):
        event = json.loads(line)
        kind = event["Event"]
        if kind == "SparkListenerJobStart":
            name = event.get("Properties", {}).get("spark.job.description", "start")
            jobs[event["Job ID"]] = name, event["Submission Time"]
            for stage in event["Stage IDs"]:
                stage_of.setdefault(stage, name)
        elif kind == "SparkListenerJobEnd":
            name, began = jobs[event["Job ID"]]
            told[name]["wall s"] += (event["Completion Time"] - began) / 1e3
        elif kind == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            add_task(told[stage_of[event["Stage ID"]]], event["Task Metrics"])
    return told


def add_task(told: Counter[str], metrics: dict[str, dict[str, int]]) -> None:
    """Adds the metrics of a task of Spark's event log."""
    told["tasks"] += 1
    told["task s"] += metrics["Executor Run Time"] / 1e3
    told["read MB"] += metrics["Input Metrics"]["Bytes Read"] / 1e6
    told["shuffled MB"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"] / 1e6
    told["written MB"] += metrics["Output Metrics"]["Bytes Written"] / 1e6


def kill_in_shuffle(corpus: Path, out: Path, worker: Node) -> None:
    """Cleans ``corpus``, and kills ``worker`` while the keys of stories are shuffled."""
    run = start_run(corpus, out, out.with_suffix(".events"))
    while run.poll() is None and not list((out / "work").glob(f"*-{KILLED_AT}")):
        time.sleep(0.05)
    time.sleep(1)  # its first tasks have written by then
    worker.kill()
    print(f"\na worker killed while {KILLED_AT!r} was made", flush=True)
    finish(run)


def digests(out: Path) -> dict[str, str]:
    """A digest of the rows of each table, of their order none."""
    told = {}
    for name in TABLES:
        files = sorted((out / name).glob("part-*")) or [out / f"{name}.jsonl"]
        total = count = 0
        for file in files:
            for line in file.open(encoding="utf-8"):
                row = json.dumps(json.loads(line), sort_keys=True).encode()
                total += int.from_bytes(hashlib.blake2b(row, digest_size=16).digest(), "little")
                count += 1
        told[name] = f"{count} rows {total % (1 << 128):032x}"
    return told


def compare(name: str, one: Path, other: Path) -> None:
    """Prints whether two runs have the same rows."""
    ours, theirs = digests(one), digests(other)
    apart = [table for table in TABLES if ours[table] != theirs[table]]
    print(f"{name}: {f'other rows in {apart}' if apart else 'the same rows'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=HOME.parent / "shared" / "data")
    parser.add_argument("--sizes", default="200,1000", help="MB of each corpus")
    parser.add_argument("--kill", type=int, help="MB of the corpus with a worker killed; 0: none")
    parser.add_argument("--work", type=Path, help="a folder for all that is written")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # nodes end with it
    texts = articles(asked.data)
    with tempfile.TemporaryDirectory(dir=asked.work) as name, cluster(Path(name)) as workers:
        work = Path(name)
        sizes = [int(size) for size in asked.sizes.split(",")]
        for size in sizes:
            write_corpus(work / f"{size}.jsonl", texts, size * 1_000_000)
            measure(work / f"{size}.jsonl", work / f"out-{size}", workers)
        killed = min(sizes) if asked.kill is None else asked.kill
        if killed not in sizes:
            return
        corpus, out = work / f"{killed}.jsonl", work / f"out-{killed}"
        command = [sys.executable, "-m", "cleaner", "run", str(corpus), "-o", str(work / "local")]
        subprocess.run([*command, "--quiet"], env={**os.environ, **SPARK}, cwd=HOME, check=True)
        compare("spark and the local engine", out, work / "local")
        kill_in_shuffle(corpus, work / "killed", workers[0])
        compare("with and without the worker", out, work / "killed")


if __name__ == "__main__":
    main()
