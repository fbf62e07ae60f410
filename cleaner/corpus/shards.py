"""The input cut into shards: runs of whole files, and byte ranges of large line files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from cleaner.corpus.sources import Source

SMALLEST, LARGEST = 1 << 20, 16 << 20
"""Bytes of input in a shard: enough to pay for its files, few enough to hold its stories."""

LINES = frozenset(("jsonl", "csv"))
"""The formats that are read by the line."""

SHARDS_WANTED = 16
"""A small corpus is cut into about this many shards, so that every worker has some."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A source, or the lines of it that start at bytes ``start`` to ``stop`` (-1: to its end)."""

    source: Source
    start: int
    stop: int

    @property
    def whole(self) -> bool:
        """Whether the piece is all of its source."""
        return self.start == 0 and self.stop < 0


def cut_into_shards(sources: Sequence[Source]) -> list[tuple[Piece, ...]]:
    """The shards of a corpus, in its order. They depend on the files alone, not on the workers."""
    total = sum(source.size for source in sources)
    size = min(max(total // SHARDS_WANTED, SMALLEST), LARGEST)
    shards: list[tuple[Piece, ...]] = []
    pending: list[Piece] = []
    filled = 0
    for source in sources:
        for piece in _pieces(source, size):
            length = (source.size if piece.stop < 0 else piece.stop) - piece.start
            if pending and filled + length > size:
                shards.append(tuple(pending))
                pending, filled = [], 0
            pending.append(piece)
            filled += max(length, 1 << 10)  # a file costs something even when it is short
    if pending:
        shards.append(tuple(pending))
    return shards


def _pieces(source: Source, size: int) -> list[Piece]:
    """A large file of lines in ranges of about ``size`` bytes; any other file whole."""
    if source.format != "jsonl" or source.compression or source.size <= 2 * size:
        return [Piece(source, 0, -1)]
    starts = list(range(0, source.size - size // 2, size))
    stops = [*starts[1:], -1]
    return [Piece(source, start, stop) for start, stop in zip(starts, stops, strict=True)]


def piece_stream(stream: BinaryIO, piece: Piece) -> BinaryIO:
    """The bytes of a piece: of a range, the lines that start in it, and nothing else.

    Of a file of lines, those that started in it when it was found: what is added while it is read
    is left for another run, whose passes all see it.
    """
    if piece.start > 0:
        stream.seek(piece.start - 1)
        while (part := stream.readline(1 << 20)) and not part.endswith(b"\n"):
            if 0 <= piece.stop <= stream.tell():
                break  # a line so long that none starts in this range
    source, stop = piece.source, piece.stop
    if stop < 0:
        if source.is_one_page or source.format not in LINES or source.compression:
            return stream
        stop = source.size
    return cast(BinaryIO, _LinesBefore(stream, stop))


class _LinesBefore:
    """A stream of the lines that start before byte ``stop``."""

    def __init__(self, stream: BinaryIO, stop: int) -> None:
        self._stream, self._stop = stream, stop
        self._in_line = False

    def readline(self, limit: int = -1) -> bytes:
        """The next line (or ``limit`` bytes of it), empty after the last one."""
        if not self._in_line and self._stream.tell() >= self._stop:
            return b""
        line = self._stream.readline(limit)
        self._in_line = bool(line) and not line.endswith(b"\n")
        return line
