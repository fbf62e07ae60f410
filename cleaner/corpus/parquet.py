"""Parquet files as JSON lines and back: one line a row, every column kept as it is but its text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from cleaner.corpus.jsonlines import to_line
from cleaner.model import CleanerError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 256
"""Rows that are held at a time: pages are long, so few rows fill a batch."""


def _arrow() -> Any:
    """The package pyarrow, imported only when a Parquet file is met (it takes 0.3 s)."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise CleanerError(
            "Parquet files need pyarrow; install it with: pip install 'cleaner-zh[parquet]'"
        ) from None
    return pyarrow


def rows_as_lines(path: Path) -> BinaryIO:
    """The rows of a Parquet file as a stream of JSON lines, in order.

    What JSON cannot say (times, decimals, bytes) is written as its text. Raises OSError for a
    file that is no Parquet file or is damaged, CleanerError where pyarrow is missing.
    """
    return cast(BinaryIO, io.BufferedReader(_Rows(path), 1 << 17))


def count_rows(path: Path) -> int:
    """The rows of a Parquet file, as its footer tells. Raises as ``rows_as_lines`` does."""
    arrow = _arrow()
    rows: int = arrow.parquet.read_metadata(_checked(arrow, path)).num_rows
    return rows


class _Rows(io.RawIOBase):
    """The lines of a Parquet file's rows, read as bytes are asked for."""

    def __init__(self, path: Path) -> None:
        arrow = _arrow()
        self._lines = _lines(arrow, arrow.parquet.ParquetFile(_checked(arrow, path)))
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._lines, b"")
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _checked(arrow: Any, path: Path) -> Path:
    try:
        arrow.parquet.read_metadata(path)
    except arrow.ArrowInvalid as error:
        raise OSError(f"not a Parquet file: {str(error).splitlines()[0]}") from None
    return path


def _lines(arrow: Any, file: Any) -> Iterator[bytes]:
    """The rows as JSON lines, a batch of them at a time."""
    try:
        for batch in file.iter_batches(ROWS):
            yield b"".join(_line(row) for row in batch.to_pylist())
    except (arrow.ArrowInvalid, OSError) as error:
        raise OSError(f"damaged Parquet data: {str(error).splitlines()[0]}") from None


def _line(row: dict[str, Any]) -> bytes:
    try:
        return to_line(row)
    except (TypeError, ValueError):
        return to_line(json.loads(json.dumps(row, default=str)))


class ParquetLines(io.RawIOBase):
    """A stream that takes JSON lines and writes them as the rows of a Parquet file.

    With ``like``, line n stands for row n of that file: its columns of text come from the line,
    all others from the row, so that every type is what it was; ``skip`` leaves a row out.
    Without, the columns follow from the first rows. Raises CleanerError for a line that does not
    fit the columns.
    """

    def __init__(self, path: Path, like: Path | None) -> None:
        self._arrow = _arrow()
        self._path = path
        self._pending: list[bytes | None] = []
        self._rest = b""
        self._written = 0
        self._writer: Any = None
        self._like: Iterator[pa.RecordBatch] | None = None
        if like is not None:
            file = self._arrow.parquet.ParquetFile(like)
            self._like = file.iter_batches(ROWS)
            self._open(file.schema_arrow, _compression(file))

    def writable(self) -> bool:
        return True

    def write(self, lines: Any) -> int:
        """Takes lines, or parts of lines."""
        whole, _, self._rest = (self._rest + bytes(lines)).rpartition(b"\n")
        if whole:
            self._pending += whole.split(b"\n")
        while len(self._pending) >= ROWS:
            self._write(ROWS)
        return len(lines)

    def skip(self) -> None:
        """Leaves out the next row of the file that this one is like."""
        if self._like is not None:
            self._pending.append(None)

    def close(self) -> None:
        """Writes what is pending and ends the file."""
        if self.closed:
            return
        try:
            if self._rest:
                self._pending.append(self._rest)
                self._rest = b""
            while self._pending:
                self._write(min(ROWS, len(self._pending)))
            if self._writer is None:
                self._open(self._arrow.schema([]), "snappy")
        finally:
            if self._writer is not None:
                self._writer.close()
            super().close()

    def _open(self, schema: Any, compression: str) -> None:
        self._writer = self._arrow.parquet.ParquetWriter(
            self._path, schema, compression=compression
        )

    def _write(self, count: int) -> None:
        lines, self._pending = self._pending[:count], self._pending[count:]
        if self._like is not None:
            batch = next(self._like, None)
            if batch is None:
                raise CleanerError(f"{self._path}: more lines than the file it is like has rows")
            lines, self._pending[:0] = lines[: batch.num_rows], lines[batch.num_rows :]
            table = _with_texts(self._arrow, batch.slice(0, len(lines)), lines)
        else:
            table = self._inferred([json.loads(line) for line in lines if line])
        self._written += len(lines)
        self._writer.write_table(table)

    def _inferred(self, rows: list[dict[str, Any]]) -> Any:
        """The rows as a table of the first rows' columns."""
        arrow = self._arrow
        try:
            if self._writer is None:
                table = arrow.Table.from_pylist(rows)
                schema = arrow.schema(
                    [
                        arrow.field(field.name, arrow.string())
                        if field.type == arrow.null()
                        else field
                        for field in table.schema
                    ]
                )
                self._open(schema, "snappy")
                return table.cast(schema)
            known = self._writer.schema
            extra = next((name for row in rows for name in row if name not in known.names), None)
            if extra is not None:
                raise CleanerError(
                    f"{self._path}: a record after row {self._written} has a field {extra!r} "
                    "that the first records lack; write JSON lines instead"
                )
            return arrow.Table.from_pylist(rows, schema=known)
        except (arrow.ArrowInvalid, arrow.ArrowTypeError) as error:
            raise CleanerError(
                f"{self._path}: the records after row {self._written} do not fit one table "
                f"({str(error).splitlines()[0]}); write JSON lines instead"
            ) from None


def lines_as_rows(path: Path, like: Path | None) -> BinaryIO:
    """A stream that takes JSON lines and writes them as the rows of a Parquet file."""
    return cast(BinaryIO, ParquetLines(path, like))


def _with_texts(arrow: Any, batch: pa.RecordBatch, lines: list[bytes | None]) -> Any:
    """The rows of ``batch`` with their texts from ``lines``, without those whose line is None."""
    kept = [number for number, line in enumerate(lines) if line is not None]
    rows = [json.loads(line) for line in lines if line is not None]
    table = arrow.Table.from_batches([batch])
    if len(kept) < len(lines):
        table = table.take(kept)
    for place, field in enumerate(table.schema):
        if arrow.types.is_string(field.type) or arrow.types.is_large_string(field.type):
            texts = arrow.array([row.get(field.name) for row in rows], type=field.type)
            table = table.set_column(place, field, texts)
    return table


def _compression(file: Any) -> str:
    """The compression of the file's first column."""
    if file.metadata.num_row_groups == 0 or file.metadata.num_columns == 0:
        return "snappy"
    name: str = file.metadata.row_group(0).column(0).compression
    return {"UNCOMPRESSED": "none"}.get(name, name.lower())
