"""The input of a pipe: standard input and files as entries, in batches of what has arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from cleaner.corpus.arriving import Arriving
from cleaner.corpus.entries import Entry, Reading
from cleaner.corpus.faults import Fault
from cleaner.corpus.formats import format_named
from cleaner.corpus.sources import Source, find_sources, format_of, speakable
from cleaner.corpus.streams import open_for_reading
from cleaner.text.lines import BATCH_CHARS

STDIN = "-"
"""The name that stands for standard input."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry and the source that it came from."""

    source: Source
    entry: Entry

    @property
    def fault(self) -> Fault | None:
        """Why the entry is set aside; None if it is not."""
        if not self.entry.fault:
            return None
        return fault_at(self.source, self.entry.place, self.entry.fault)


def fault_at(source: Source, line: int, why: str) -> Fault:
    """Why line ``line`` of a source is set aside; of one page, all of it."""
    return Fault(_path_of(source), 0 if source.is_one_page else line, why)


def place_of(source: Source, line: int) -> str:
    """Where line ``line`` of a source stands, as editors read it; of one page, its file."""
    path = _path_of(source)
    return f"{path}:{line}" if not source.is_one_page and line else path


def _path_of(source: Source) -> str:
    return source.name if is_stdin(source) else speakable(str(source.path))


def is_stdin(source: Source) -> bool:
    """Whether the source is standard input."""
    return str(source.path) == STDIN


def named_sources(
    inputs: Sequence[str],
    *,
    records: bool = False,
    stdin_name: str = "",
    stdin_format: str = "text",
    exclude: Sequence[str] = (),
) -> list[Source]:
    """The sources that a command names, in its order; nothing named is standard input, as "-" is.

    With ``records`` what would be text is read as JSON lines. ``stdin_name`` is the name that
    standard input goes by; its ending tells the format, which else is ``stdin_format``. What fits
    ``exclude`` is left out. Raises CleanerError for what cannot be read, see ``find_sources``.
    """
    found: list[Source] = []
    for given in inputs or (STDIN,):
        if given == STDIN:
            name = stdin_name or "stdin"
            form = (format_of(Path(name)) or (stdin_format, ""))[0]
            found.append(Source(Path(STDIN), name, form, "", 0))
        else:
            found += find_sources([given], exclude=exclude)
    if records:
        found = [replace(one, format="jsonl") if one.format == "text" else one for one in found]
    return found


def arrivals(
    sources: Sequence[Source], reading_of: Callable[[Source], Reading], stdin: BinaryIO
) -> Iterator[list[Arrival]]:
    """The entries of all sources in order, in batches of about ``BATCH_CHARS`` characters.

    A batch ends early where the next entry of standard input has not arrived yet: what is there
    is worked on at once. What cannot be read is an entry set aside.
    """
    batch: list[Arrival] = []
    size = 0
    for source in sources:
        arriving = Arriving(stdin) if is_stdin(source) else None
        for entry in entries_of(source, reading_of(source), arriving):
            batch.append(Arrival(source, entry))
            size += entry.characters
            if size >= BATCH_CHARS or (arriving is not None and arriving.must_wait()):
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def entries_of(source: Source, reading: Reading, arriving: Arriving | None) -> Iterator[Entry]:
    """The entries of a source; where it cannot be read further, an entry that says so."""
    module = format_named(source.format)
    try:
        if arriving is not None:
            yield from module.read(cast(BinaryIO, arriving), source, reading, 1)
        else:
            with open_for_reading(source.path, source.compression) as stream:
                yield from module.read(stream, source, reading, 1)
    except OSError as error:
        yield Entry(b"", None, 0, f"cannot be read ({error.strerror or error})")
