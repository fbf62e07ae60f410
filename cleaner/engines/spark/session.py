"""A Spark session for a run: found or started, and the same versions on every machine of it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner import __version__
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

INSTALL = "pip install 'cleaner-zh[spark]'"

SETTINGS = {
    # Progress is told by the command, and by Spark's own page where there is one.
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # The cuts of files must not depend on how many cores there are: pages are numbered by them.
    "spark.sql.files.minPartitionNum": "1",
    # The output of one pass over the pages is of several kinds, each in a folder of its own.
    "spark.sql.maxConcurrentOutputFileWriters": "16",
    # A table that is small enough goes to every executor, and the large one is not shuffled.
    "spark.sql.autoBroadcastJoinThreshold": str(64 << 20),
    # Pages are long: what is handed to Python at once is bound by bytes as well as by rows.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(16 << 20),
    # What the driver collects is bounded by the run (see `groups`), not by this.
    "spark.driver.maxResultSize": "0",
}
"""What a run needs of a session, whatever the cluster."""

PROBES = 4
"""Tasks for each core that ask for versions, so that every executor is asked."""


CROWDED = 1 << 20
"""Stories from which a key is not shuffled: its rows, 25 bytes each, would hold up one task."""

DRIVER_PAIRS = 2_000_000
"""Pairs up to which the driver decides what hangs together: 2 million take its Python 2.7 GB and
a minute (1.3 KB and 33 us a pair, measured with 300,000 drawn pairs in groups of about 14). Above,
parts are found on the executors, and one task decides each."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a run is done and what it leaves: a Spark ``master`` (None: as the environment says)
    and the ``form`` of the tables, ``jsonl`` or ``parquet``. ``crowded`` and ``driver_pairs`` say
    from where on work is done another way, with the same result: larger machines put it off."""

    master: str | None = None
    form: str = "jsonl"
    crowded: int = CROWDED
    driver_pairs: int = DRIVER_PAIRS


@contextmanager
def spark_session(master: str | None) -> Iterator[SparkSession]:
    """The session that ``spark-submit`` gave, or one of our own, with versions checked.

    ``master`` is a Spark master URL; None takes what the environment says, else ``local[*]``.
    Raises CleanerError where PySpark or Java is missing, where the master cannot be reached, or
    where a machine has another Python or another version of this package.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise CleanerError(
            f"the Spark engine needs PySpark 4; install it with: {INSTALL}"
        ) from None
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted and java() is None:
        raise CleanerError("the Spark engine needs Java 17 or newer; install it or set JAVA_HOME")
    if not submitted:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if master is None and not submitted and "MASTER" not in os.environ:
        master = "local[*]"
    builder = SparkSession.builder.appName("cleaner")
    if master is not None:
        builder = builder.master(master)
        if master.startswith("local"):
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # no network is needed, or asked
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, RuntimeError, OSError) as error:
        raise CleanerError(
            f"Spark could not be started: {first_line(error)}; it needs Java 17 or newer and a "
            "master that can be reached"
        ) from None
    try:
        for name, value in SETTINGS.items():
            if session.conf.isModifiable(name):
                session.conf.set(name, value)
        check_versions(session)
        yield session
    except (PySparkException, Py4JError) as error:
        raise CleanerError(f"Spark gave up: {first_line(error)}") from None
    finally:
        session.stop()


def java() -> str | None:
    """The Java that Spark would start, or None."""
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").exists():
        return str(Path(home) / "bin" / "java")
    return shutil.which("java")


def check_versions(session: SparkSession) -> None:
    """Raises CleanerError where an executor has another Python or package than this process."""
    wanted = versions()
    context = session.sparkContext
    tasks = max(2, context.defaultParallelism) * PROBES

    # Defined here so that it travels by value: where the package is missing it still runs.
    def probe(_: Any) -> list[tuple[str, str]]:
        import platform

        try:
            from cleaner.engines.spark.session import versions as here

            return [(platform.node(), here())]
        except ImportError as error:
            return [(platform.node(), f"not all that a run needs ({error})")]

    try:
        told = set(context.parallelize(range(tasks), tasks).mapPartitions(probe).collect())
    except Exception as error:
        said = str(error)
        if "PYTHON_VERSION_MISMATCH" in said:
            where = "set PYSPARK_PYTHON to the same Python on every machine (docs/spark.md)"
            mine = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise CleanerError(
                f"the executors run another Python than the {mine} of the driver; {where}"
            ) from None
        raise CleanerError(
            f"the executors cannot be asked for their versions: {first_line(error)}"
        ) from None
    for node, theirs in sorted(told):
        if theirs != wanted:
            raise CleanerError(
                f"executor on {node} has {theirs}, the driver has {wanted}; ship one packed "
                "environment to both (docs/spark.md)"
            )


def versions() -> str:
    """What must be the same on the driver and on every executor for the results to be the same."""
    import numpy
    import pyarrow

    python = ".".join(platform.python_version_tuple()[:2])
    return (
        f"cleaner {__version__}, Python {python}, numpy {numpy.__version__}, "
        f"pyarrow {pyarrow.__version__}"
    )


def first_line(error: BaseException) -> str:
    """The line of what an error says that tells most: ours if there is one, else the first."""
    lines = [line.strip(" :") for line in str(error).splitlines() if line.strip(" :")]
    if lines and lines[0].startswith("An error occurred while calling"):
        lines.pop(0)  # by the name of an object inside of Spark
    ours = [line for line in lines if line.startswith("cleaner.model.CleanerError: ")]
    if ours:
        return ours[-1].partition(": ")[2]
    if lines and "Python worker" in lines[0]:  # a traceback follows, whose last line tells
        return next(line for line in reversed(lines) if not line.startswith("at "))
    return lines[0] if lines else type(error).__name__
