"""Byte streams of files, compressed or not, and files that appear only when they are whole."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

BOMB_RATIO = 200
"""A file that decompresses to more than this many times its size is refused; text packs 3-20
times, a page repeated over and over 100 times."""

BOMB_FLOOR = 256 << 20
"""Bytes up to which any ratio is borne."""


def open_for_reading(path: Path, compression: str) -> BinaryIO:
    """The decompressed bytes of a file, as a stream; of a Parquet file, its rows as JSON lines.

    Reading raises OSError from a stream that is cut short or broken, and from one that unpacks
    to more than ``BOMB_RATIO`` times its size.
    """
    if not compression:
        return path.open("rb")
    if compression == "parquet":
        from cleaner.corpus.parquet import rows_as_lines

        return rows_as_lines(path)
    limit = max(path.stat().st_size * BOMB_RATIO, BOMB_FLOOR)
    return cast(BinaryIO, io.BufferedReader(_Unpacked(_unpack(path, compression), limit), 1 << 16))


def _unpack(path: Path, compression: str) -> BinaryIO:
    if compression in ("gzip", "gzip members"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if compression == "bzip2":
        return cast(BinaryIO, bz2.open(path, "rb"))
    if compression == "zstd":
        return cast(BinaryIO, zstd().open(path, "rb"))
    return cast(BinaryIO, lzma.open(path, "rb"))


def zstd() -> Any:
    """The module for zstd: the standard library's where it has one (from Python 3.14 on)."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return import_module(name)


def _is_damage(error: Exception) -> bool:
    """Whether a decompressor raises this for bytes that are not as they should be."""
    if isinstance(error, EOFError | lzma.LZMAError | ValueError | zlib.error):
        return True
    return type(error).__name__ == "ZstdError"


class _Unpacked(io.RawIOBase):
    """A decompressing stream that gives up when it has given more than ``limit`` bytes."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._left = stream, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            part = self._stream.read(len(buffer))
        except Exception as error:
            if not _is_damage(error):
                raise
            raise OSError(0, f"the compressed file is broken: {error}") from None
        self._left -= len(part)
        if self._left < 0:
            raise OSError(
                0,
                f"unpacks to more than {BOMB_RATIO} times its size; unpack it first if it is right",
            )
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._stream.close()
        super().close()


def open_for_writing(
    path: Path, compression: str, level: int = 6, like: Path | None = None
) -> BinaryIO:
    """A stream whose bytes go to a file, compressed; the same bytes give the same file.

    ``level`` (1 quick .. 9 small) is gzip's. A Parquet file takes JSON lines, one a row; its
    columns are those of the Parquet file ``like``, or follow from the first rows.
    """
    if compression == "gzip":
        stream = path.open("wb", buffering=0)
        packed = gzip.GzipFile("", "wb", level, stream, mtime=0)
        packed.myfileobj = stream  # so that closing the one closes the other
        return cast(BinaryIO, packed)
    if compression == "gzip members":
        return cast(BinaryIO, _Members(path.open("wb")))
    if compression == "bzip2":
        return cast(BinaryIO, bz2.open(path, "wb"))
    if compression == "xz":
        return cast(BinaryIO, lzma.open(path, "wb"))
    if compression == "zstd":
        return cast(BinaryIO, zstd().open(path, "wb"))
    if compression == "parquet":
        from cleaner.corpus.parquet import lines_as_rows

        return lines_as_rows(path, like)
    return path.open("wb")


class _Members(io.RawIOBase):
    """A stream that packs each record as a gzip member of its own, as readers of WARC want it.

    What is written begins a record if it begins as one, and else goes on with the last.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._member = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._begun = False

    def writable(self) -> bool:
        return True

    def write(self, written: Any) -> int:
        if self._begun and bytes(written[:5]) == b"WARC/":
            self._stream.write(self._member.flush())
            self._member = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._begun = True
        self._stream.write(self._member.compress(written))
        return len(written)

    def close(self) -> None:
        if not self._stream.closed:
            self._stream.write(self._member.flush())
            self._stream.close()
        super().close()


@contextmanager
def whole_file(path: Path, compression: str = "", like: Path | None = None) -> Iterator[BinaryIO]:
    """A new file that appears under its name only when the block ends without an error.

    It has the mode of the file that it replaces.
    """
    draft = path.with_name(path.name + ".part")
    try:
        with open_for_writing(draft, compression, like=like) as stream:
            yield stream
        if path.exists():
            shutil.copymode(path, draft)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
