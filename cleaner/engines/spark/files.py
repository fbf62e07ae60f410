"""Files wherever Spark reads and writes: local paths and URLs, through Hadoop's file systems."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""How a URL begins (``s3a:``, ``hdfs:``, ``gs:``, ``file:``); one letter would be a drive."""


def is_url(path: str) -> bool:
    """Whether ``path`` names a file system; a path without one is on this machine."""
    return _SCHEME.match(path) is not None


def as_url(path: str | Path) -> str:
    """The path as Hadoop names it: URLs pass through, the rest is absolute on this machine, and
    without the ".." that Hadoop would take away."""
    return str(path) if is_url(str(path)) else f"file://{Path(path).resolve()}"


def exactly(url: str) -> str:
    """``url`` for Spark's readers, so that no character in it is taken for a pattern."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", url)


def same_name(url: str) -> str:
    """One spelling for the ways in which Hadoop writes a file's URL."""
    return re.sub(r"^file:/*", "file:///", url)


def read_name(path: str) -> str:
    """That spelling for ``_metadata.file_path``, in which Spark escapes signs and Chinese."""
    return same_name(unquote(path))


def in_full(spark: SparkSession, url: str) -> str:
    """The URL with the host and port that Hadoop fills in, as it names the files below it."""
    system, path = _named(spark, url)
    return same_name(system.makeQualified(path).toString())


def below(spark: SparkSession, url: str) -> list[tuple[str, int]]:
    """Every file below ``url`` (see ``in_full``), or that file itself, with its size, sorted.

    Hidden files and folders are left out.
    """
    system, path = _named(spark, url)
    found = []
    listed = system.listFiles(path, True)
    while listed.hasNext():
        status = listed.next()
        name = same_name(status.getPath().toString())
        if not re.search(r"/[._]", name.removeprefix(url)):
            found.append((name, int(status.getLen())))
    return sorted(found)


def kind(spark: SparkSession, url: str) -> str:
    """What stands at ``url``: "file", "folder" or "" for nothing."""
    system, path = _named(spark, url)
    if not system.exists(path):
        return ""
    return "folder" if system.getFileStatus(path).isDirectory() else "file"


def names_in(spark: SparkSession, url: str) -> list[str]:
    """The names of what stands in the folder ``url``, sorted."""
    system, path = _named(spark, url)
    return sorted(str(status.getPath().getName()) for status in system.listStatus(path))


def remove(spark: SparkSession, url: str) -> None:
    """Removes what stands at ``url``, if anything does."""
    system, path = _named(spark, url)
    system.delete(path, True)


def put(spark: SparkSession, file: Path, url: str) -> None:
    """Copies a file of this machine to ``url``."""
    system, path = _named(spark, url)
    system.copyFromLocalFile(False, True, _path(spark, as_url(file)), path)


def _named(spark: SparkSession, url: str) -> tuple[Any, Any]:
    """The file system of ``url`` and its path there."""
    path = _path(spark, url)
    return path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()), path


def _path(spark: SparkSession, url: str) -> Any:
    jvm: Any = spark.sparkContext._jvm
    return jvm.org.apache.hadoop.fs.Path(url)
