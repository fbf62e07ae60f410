"""What a worker is given: a shard of the input, and the entries that stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaner.corpus.entries import Entry, Reading
from cleaner.corpus.formats import format_named
from cleaner.corpus.shards import Piece, piece_stream
from cleaner.corpus.streams import open_for_reading
from cleaner.pipeline import Cleaning


@dataclass(frozen=True, slots=True)
class Shard:
    """What a worker is given: the pieces, the line each starts at, and where to write."""

    number: int
    pieces: tuple[Piece, ...]
    first_lines: tuple[int, ...]
    folder: Path
    reading: Reading
    cleaning: Cleaning

    @property
    def size(self) -> int:
        """Bytes of input."""
        return sum(
            (piece.source.size if piece.stop < 0 else piece.stop) - piece.start
            for piece in self.pieces
        )


def place_in(folder: Path, number: int, piece: Piece) -> Path:
    """Where a shard's ``folder`` holds the cleaned piece: by its file's name, or its number if
    it is a part of a file."""
    return folder / "cleaned" / piece.source.name if piece.whole else folder / f"part-{number}"


Met = tuple[int, Entry | None]
"""An entry with the number of its piece; None where a piece begins."""


def entries_of(shard: Shard) -> Iterator[Met]:
    """The entries of every piece in order; what cannot be read is an entry set aside."""
    for number, (piece, first_line) in enumerate(zip(shard.pieces, shard.first_lines, strict=True)):
        yield number, None
        source = piece.source
        try:
            with open_for_reading(source.path, source.compression) as stream:
                lines = piece_stream(stream, piece)
                for entry in format_named(source.format).read(
                    lines, source, shard.reading, first_line
                ):
                    yield number, entry
        except OSError as error:
            yield number, Entry(b"", None, 0, f"cannot be read ({error.strerror or error})")
