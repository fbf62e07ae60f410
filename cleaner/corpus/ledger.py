"""The ledger that leads back: what a run changed in each file, and the files rebuilt from it.

``OUT/restore.jsonl.gz`` holds, for each piece of a file, an opening row (``file``, ``format``,
``compression``), one row an entry, and a closing row (``sha256`` and ``size`` of the piece's own
bytes, decompressed). An entry's row has ``n``, the length of what was written for it in
``cleaned/``, and either ``raw``, its own bytes in base64, or ``edits`` and what its format needs.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from cleaner.corpus.entries import Entry, Format, Reading
from cleaner.corpus.formats import format_named
from cleaner.corpus.jsonlines import to_line
from cleaner.corpus.sources import Source
from cleaner.corpus.streams import open_for_reading, open_for_writing
from cleaner.model import CleanerError
from cleaner.stories.cut import Edit

LEDGER = "restore.jsonl.gz"

_ENTRY = re.compile(rb'\{"n": ([0-9]+)')
"""How the row of an entry begins (see ``entry_row``)."""


def entry_row(entry: Entry, module: Format, written: bytes, edits: Sequence[Edit]) -> bytes:
    """The ledger's row for an entry, proved to lead back to its bytes."""
    if entry.raw == written:
        return b'{"n": %d}\n' % len(written)
    if entry.page is not None:
        trace = module.trace(entry)
        if module.restore(written, trace, edits) == entry.raw:
            steps = [[edit.skip, edit.length, edit.text] for edit in edits]
            return to_line({"n": len(written), "edits": steps, **trace})
    raw = base64.b64encode(entry.raw).decode("ascii")
    return to_line({"n": len(written), "raw": raw})


def opening_row(file: str, form: str, compression: str) -> bytes:
    """The row that opens a piece of a file."""
    return to_line({"file": file, "format": form, "compression": compression})


def closing_row(sha256: str, size: int) -> bytes:
    """The row that closes a piece: the digest and the size of its bytes."""
    return to_line({"sha256": sha256, "size": size})


def restore(out: Path, destination: Path) -> list[str]:
    """Rebuilds every input of the run in ``out`` below ``destination``, and checks its digest.

    Returns the names of the files, in order. A compressed file is compressed anew: its content
    is what it was. Raises CleanerError for a folder that is no run's, a destination that is not
    empty, cleaned files that were changed since, and a digest that does not match.
    """
    ledger = _ledger_of(out)
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise CleanerError(f"{destination}: is not empty; name a new folder")
    restored: list[str] = []
    for name, rows in _files(ledger):
        _restore_file(out, destination, name, rows)
        restored.append(name)
    return restored


def pages_as_scraped(
    out: Path, wanted: Mapping[str, frozenset[int]], reading: Reading
) -> Iterator[tuple[str, int, str]]:
    """The text that pages had before the run in ``out``, decoded as the run decoded it.

    ``wanted`` names lines of files (``file`` and ``line`` of ``pages.jsonl``), ``reading`` is
    how the run read them. Gives (file, line, text) in the order of the ledger. Other pages cost
    little: nothing of them is decoded. Raises CleanerError for a folder that is no run's, and
    for cleaned files that were changed since.
    """
    with gzip.open(_ledger_of(out), "rb") as rows, ExitStack() as files:
        name, form, line = "", "", 0
        cleaned: BinaryIO | None = None
        for row in rows:
            if row.startswith(b'{"file": '):
                opening = json.loads(row)
                if opening["file"] == name:
                    continue  # another piece of the same file
                name, form, line, cleaned = opening["file"], opening["format"], 0, None
                files.close()
                if name in wanted:
                    path = out / "cleaned" / name
                    cleaned = files.enter_context(_open_cleaned(path, opening["compression"]))
            elif cleaned is not None and (entry := _ENTRY.match(row)):
                line += 1
                written = cleaned.read(int(entry[1]))
                if line in wanted[name]:
                    path = out / "cleaned" / name
                    raw = _entry_bytes(format_named(form), written, json.loads(row), path)
                    source = Source(path, name, form, "", len(raw))
                    for met in format_named(form).read(io.BytesIO(raw), source, reading, line):
                        if met.page is not None:
                            yield name, line, met.page.text


def _ledger_of(out: Path) -> Path:
    ledger = out / LEDGER
    if not ledger.is_file():
        raise CleanerError(f"{out}: no {LEDGER} in it; name the folder that `cleaner run -o` wrote")
    return ledger


def _files(ledger: Path) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """Each file's name with its rows; the rows of one file are read before the next is asked."""
    with gzip.open(ledger, "rb") as stream:
        rows = (json.loads(line) for line in stream)
        first = next(rows, None)
        while first is not None:
            current: dict[str, Any] = first
            following: list[dict[str, Any] | None] = [None]

            def own(
                opening: dict[str, Any] = current,
                following: list[dict[str, Any] | None] = following,
            ) -> Iterator[dict[str, Any]]:
                yield opening
                for row in rows:
                    if "file" in row and row["file"] != opening["file"]:
                        following[0] = row
                        return
                    yield row

            yield current["file"], own()
            first = following[0]


def _restore_file(out: Path, destination: Path, name: str, rows: Iterator[dict[str, Any]]) -> None:
    target = destination / name
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise CleanerError(f"{name}: leads out of {destination}; the ledger was changed")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".part")
    source = out / "cleaned" / name
    opening = next(rows)
    module, compression = format_named(opening["format"]), opening["compression"]
    with (
        _open_cleaned(source, compression) as cleaned,
        open_for_writing(draft, compression, like=source) as rebuilt,
    ):
        digest, size = hashlib.sha256(), 0
        for row in rows:
            if "n" in row:
                written = cleaned.read(row["n"])
                raw = _entry_bytes(module, written, row, source)
                digest.update(raw)
                size += len(raw)
                rebuilt.write(raw)
            elif "sha256" in row:
                if row["sha256"] != digest.hexdigest():
                    raise CleanerError(
                        f"{source}: was changed after the run; {name} cannot be rebuilt from it"
                    )
                digest, size = hashlib.sha256(), 0
    os.replace(draft, target)


def _open_cleaned(path: Path, compression: str) -> BinaryIO:
    try:
        return open_for_reading(path, compression)
    except OSError as error:
        raise CleanerError(f"{path}: cannot be read ({error.strerror})") from None


def _entry_bytes(module: Format, written: bytes, row: dict[str, Any], source: Path) -> bytes:
    if "raw" in row:
        return base64.b64decode(row["raw"])
    if "edits" not in row:
        return written
    edits = [Edit(*step) for step in row["edits"]]
    try:
        return module.restore(written, row, edits)
    except (ValueError, IndexError):
        raise CleanerError(
            f"{source}: was changed after the run; restore needs it as it was"
        ) from None
