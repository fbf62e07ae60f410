"""The output of a pipe: cleaned entries to standard output or a file, in the format of its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cleaner.corpus.formats import csv, format_named
from cleaner.corpus.inputs import Arrival, is_stdin
from cleaner.corpus.jsonlines import to_line, with_fields
from cleaner.corpus.parquet import ParquetLines
from cleaner.corpus.sources import Source, format_of
from cleaner.corpus.streams import whole_file
from cleaner.model import CleanerError

NOTHING: Mapping[str, object] = {}


class Sink:
    """Takes entries in their order and writes them in the format ``form``.

    In the format they came in, everything but the text stays byte for byte; else a record is
    written anew from its fields, the text in ``field``.
    """

    def __init__(self, stream: BinaryIO, form: str, field: str = "text") -> None:
        self._stream, self._form, self._field = stream, form, field
        self._header = b""  # that of the tables read
        self._titled = False
        self._last = b""

    def write(self, arrival: Arrival, text: str, more: Mapping[str, object] = NOTHING) -> None:
        """Writes a page with its cleaned ``text``; ``more`` are fields added to its record."""
        entry, form = arrival.entry, arrival.source.format
        assert entry.page is not None
        if form == self._form and (form != "csv" or not more):
            if form == "csv":
                self._put_title(self._header)
            written = _as_it_came(arrival, text)
            self._put(with_fields(written, more) if more else written)
            return
        if self._form == "text":
            self._put((text + "\n").encode("utf-8", "surrogateescape") if text else b"")
            return
        record = {**(entry.record or {"id": entry.page.name}), self._field: text, **more}
        if self._form == "csv":
            self._put_title(csv.header_of(record))
            self._put(csv.row_of(record))
        else:
            self._put(to_line(record))

    def pass_by(self, arrival: Arrival) -> None:
        """Writes what is no page and no fault: a blank line; keeps the header of a table."""
        if arrival.source.format != self._form:
            return
        written = format_named(self._form).write(arrival.entry, "")
        if self._form == "csv" and arrival.entry.line:
            if self._header and self._header.strip() != written.strip():
                raise CleanerError(
                    "the tables have different columns; give them one by one, or write JSON lines"
                )
            self._header = self._header or written
        else:
            self._put(written)

    def leave_out(self) -> None:
        """Goes past an entry that is set aside."""
        if isinstance(self._stream, ParquetLines):
            self._stream.skip()

    def flush(self) -> None:
        """Sends off what is written."""
        self._stream.flush()

    def end(self) -> None:
        """Writes the header of a table that has no rows."""
        self._put_title(self._header)

    def _put(self, written: bytes) -> None:
        if self._form == "text":
            if self._last and written:
                self._stream.write(b"\n")  # a blank line between pages, as between stories
        elif self._last and not self._last.endswith(b"\n"):
            self._stream.write(b"\n")  # the last line of the file before had no end
        self._stream.write(written)
        self._last = written or self._last

    def _put_title(self, header: bytes) -> None:
        """Writes the header, once."""
        if not self._titled and header:
            self._titled = True
            self._put(header)


def _as_it_came(arrival: Arrival, text: str) -> bytes:
    """The entry's bytes in its own format with ``text``; its very bytes if that is its text."""
    entry, form = arrival.entry, arrival.source.format
    if arrival.source.is_one_page:
        text = text.removesuffix("\n").removesuffix("\r")  # it is written with its end
    elif entry.decoded is None and entry.page is not None and text == entry.page.text:
        return entry.raw
    return format_named(form).write(entry, text)


@contextmanager
def open_sink(
    out: Path | None,
    sources: Sequence[Source],
    stdout: BinaryIO,
    field: str = "text",
    *,
    records: bool = False,
) -> Iterator[Sink]:
    """A sink on the file ``out``, which appears when it is whole, or else on ``stdout``.

    With ``records`` it takes more fields than the entries have: texts become records, too.
    Raises CleanerError where ``out`` is one of the inputs or cannot be written, and where pages
    of several formats would go to one place.
    """
    if out is None:
        sink = Sink(stdout, _common_format(sources, records), field)
        yield sink
        sink.end()
        return
    form, compression = format_of(out) or (_common_format(sources, records), "")
    if form == "text" and (records or not all(source.is_one_page for source in sources)):
        raise CleanerError(f"{out}: records need a file .jsonl, .csv or .parquet")
    if form in ("html", "mhtml") and [one.format for one in sources] != [form]:
        raise CleanerError(f"{out}: is for one page of its format; name a file .txt or .jsonl")
    if any(not is_stdin(one) and out.exists() and out.samefile(one.path) for one in sources):
        raise CleanerError(
            f"{out}: is the input, too; name another file, or use `cleaner check --fix`"
        )
    like = None
    if compression == "parquet" and [one.compression for one in sources] == ["parquet"]:
        like = None if records else sources[0].path
    try:
        with whole_file(out, compression, like) as stream:
            sink = Sink(stream, form, field)
            yield sink
            sink.end()
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(str(out)):
            raise
        raise CleanerError(f"{out}: cannot be written ({error.strerror})") from None


_RECORDS = {"jsonl": "jsonl", "csv": "csv", "warc": "jsonl"}
"""What records are written as where no file is named: those of archives as JSON lines."""


def _common_format(sources: Sequence[Source], records: bool) -> str:
    whole = "jsonl" if records else "text"
    forms = sorted({whole if source.is_one_page else _RECORDS[source.format] for source in sources})
    if len(forms) > 1:
        raise CleanerError(
            f"the input is {' and '.join(forms)}; name the output with -o (.jsonl, .csv, .parquet)"
        )
    return forms[0] if forms else "text"
