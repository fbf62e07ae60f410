"""Byte streams of files, compressed or not, and files that appear only when they are whole."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


def open_for_reading(path: Path, compression: str) -> BinaryIO:
    """The decompressed bytes of a file, as a stream."""
    if compression == "gzip":
        return cast(BinaryIO, gzip.open(path, "rb"))
    if compression == "bzip2":
        return cast(BinaryIO, bz2.open(path, "rb"))
    if compression == "xz":
        return cast(BinaryIO, lzma.open(path, "rb"))
    return path.open("rb")


def open_for_writing(path: Path, compression: str) -> BinaryIO:
    """A stream whose bytes go to a file, compressed; the same bytes give the same file."""
    if compression == "gzip":
        return cast(BinaryIO, gzip.GzipFile("", "wb", 6, path.open("wb"), mtime=0))
    if compression == "bzip2":
        return cast(BinaryIO, bz2.open(path, "wb"))
    if compression == "xz":
        return cast(BinaryIO, lzma.open(path, "wb"))
    return path.open("wb")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that appears under its name only when the block ends without an error."""
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("wb") as stream:
            yield stream
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
