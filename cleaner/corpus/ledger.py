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
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cleaner.corpus.entries import Entry, Format, Reading
from cleaner.corpus.formats import format_named
from cleaner.corpus.jsonlines import to_line
from cleaner.corpus.sources import Source
from cleaner.corpus.streams import open_for_reading, open_for_writing
from cleaner.model import CleanerError
from cleaner.stories.cut import Edit, restore_text

LEDGER = "restore.jsonl.gz"

RUN = "run.json"
"""The file of a run that names the pages that were set aside, among other things."""

_ENTRY = re.compile(rb'\{"n": ([0-9]+)(?:, "line": ([0-9]+))?')
"""How the row of an entry begins (see ``entry_row``)."""


def entry_row(entry: Entry, module: Format, written: bytes, edits: Sequence[Edit]) -> bytes:
    """The ledger's row for an entry, proved to lead back to its bytes."""
    told: dict[str, object] = {"n": len(written)}
    if entry.page is not None:
        told["line"] = entry.place
    if entry.raw == written:
        return to_line(told)
    if entry.page is not None:
        trace = module.trace(entry)
        if _leads_back(module, written, trace, edits, entry.raw):
            steps = [[edit.skip, edit.length, edit.text] for edit in edits]
            return to_line({**told, "edits": steps, **trace})
    return to_line({**told, "raw": base64.b64encode(entry.raw).decode("ascii")})


def _leads_back(
    module: Format, written: bytes, trace: dict[str, object], edits: Sequence[Edit], raw: bytes
) -> bool:
    """Whether an entry's bytes ``raw`` follow from what was written.

    Where not, it is a page of bytes that could not be decoded and were kept as they are: laid
    side by side they may be read as another character than they stood for.
    """
    try:
        return module.restore(written, trace, edits) == raw
    except (ValueError, IndexError):
        return False


def opening_row(file: str, form: str, compression: str) -> bytes:
    """The row that opens a piece of a file."""
    return to_line({"file": file, "format": form, "compression": compression})


def closing_row(sha256: str, size: int) -> bytes:
    """The row that closes a piece: the digest and the size of its bytes; no digest where some of
    them were passed over, as more than one page may have."""
    return to_line({"sha256": sha256, "size": size})


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a ledger: ``opens`` names the file that it opens; of an entry, ``size`` is the
    length of what was written for it, and ``line`` its page's line in the file, 0 for no page."""

    row: bytes
    opens: str = ""
    size: int | None = None
    line: int = 0


def steps_in(rows: Iterable[bytes]) -> Iterator[Step]:
    """The rows of a ledger."""
    for row in rows:
        if entry := _ENTRY.match(row):
            yield Step(row, size=int(entry[1]), line=int(entry[2] or 0))
        else:
            yield Step(row, opens=json.loads(row).get("file", ""))


def before(
    row: Mapping[str, Any], text: str, page_of: Callable[[bytes], str]
) -> tuple[str, list[Edit]]:
    """The text of the page that was cleaned to ``text``, and the edits that lead back to it.

    ``row`` is its row; ``page_of`` tells what an entry's own bytes say, where the row has them.
    """
    if "raw" in row:
        page = page_of(base64.b64decode(row["raw"]))
        return page, [Edit(0, len(text), page)]
    edits = [Edit(*step) for step in row.get("edits", ())]
    return restore_text(text, edits), edits


def shorter_row(
    module: Format,
    entry: Entry,
    row: Mapping[str, Any],
    written: bytes,
    edits: Sequence[Edit],
) -> bytes:
    """The row of an entry of which only ``written`` is left, proved to lead back to its bytes.

    ``row`` and ``entry`` are those of what was written before, the bytes of ``entry``; ``edits``
    lead from what is left to the text of the page.
    """
    told: dict[str, object] = {"n": len(written), "line": row["line"]}
    if "raw" in row:
        return to_line({**told, "raw": row["raw"]})
    raw, trace = entry.raw, module.trace(entry)
    if "edits" in row:
        trace = {name: row[name] for name in row if name not in ("n", "line", "edits")}
        raw = module.restore(raw, trace, [Edit(*step) for step in row["edits"]])
    is_there = bool(written) or not module.write(entry, "")
    if is_there and _leads_back(module, written, trace, edits, raw):
        steps = [[edit.skip, edit.length, edit.text] for edit in edits]
        return to_line({**told, "edits": steps, **trace})
    return to_line({**told, "raw": base64.b64encode(raw).decode("ascii")})


def restore(out: Path, destination: Path) -> list[str]:
    """Rebuilds every input of the run in ``out`` below ``destination``, and checks its digest.

    Returns the names of the files, in order. A compressed file is compressed anew: its content
    is what it was. Raises CleanerError for a folder that is no run's, a destination that is not
    empty, cleaned files that were changed since, and a digest that does not match; and at the
    end, where the run could not read a file, or a record in it, that it set aside.
    """
    ledger = _ledger_of(out)
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise CleanerError(f"{destination}: is not empty; name a new folder")
    restored: list[str] = []
    with gzip.open(ledger, "rb") as stream:
        for opening, rows in _by_file(stream):
            if _restore_file(out, destination, opening, map(json.loads, rows)):
                restored.append(opening["file"])
    run = json.loads((out / RUN).read_bytes()) if (out / RUN).is_file() else {"set_aside": []}
    lost = sorted({row["page"] for row in run["set_aside"]} - set(restored))
    if lost:
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        raise CleanerError(
            f"{len(restored)} files are restored, every digest right, but not {lost[0]}{more}: "
            "the run set it aside, or a record in it; run.json says why"
        )
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
    with gzip.open(_ledger_of(out), "rb") as ledger:
        for opening, rows in _by_file(ledger):
            name = opening["file"]
            if name in wanted:
                path = _below(out / "cleaned", name)
                source = Source(path, name, opening["format"], opening["compression"], 0)
                for line, text in _texts_of(source, rows, wanted[name], reading):
                    yield name, line, text


def _texts_of(
    source: Source, rows: Iterable[bytes], lines: frozenset[int], reading: Reading
) -> Iterator[tuple[int, str]]:
    """The pages on ``lines`` of one file, from its ledger ``rows`` and its cleaned form."""
    module = format_named(source.format)
    head = b""
    with _open_cleaned(source.path, source.compression) as cleaned:
        for number, entry in enumerate(filter(None, map(_ENTRY.match, rows))):
            written = cleaned.read(int(entry[1]))
            line = int(entry[2] or 0)
            if line not in lines and (line or number):
                continue
            raw = entry_bytes(module, written, json.loads(entry.string), source.path)
            if not line:
                # What opens a table and is no page names its columns.
                head = raw if source.format == "csv" else b""
                continue
            met = list(module.read(io.BytesIO(head + raw), source, reading, 1))
            if met and met[-1].page is not None:
                yield line, met[-1].page.text


def _below(folder: Path, name: str) -> Path:
    """The file ``name`` in ``folder``; raises CleanerError where the name leads out of it."""
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise CleanerError(f"{name}: leads out of {folder}; the ledger was changed")
    return folder / name


def _ledger_of(out: Path) -> Path:
    ledger = out / LEDGER
    if not ledger.is_file():
        raise CleanerError(f"{out}: no {LEDGER} in it; name the folder that `cleaner run -o` wrote")
    return ledger


def _by_file(ledger: Iterable[bytes]) -> Iterator[tuple[dict[str, str], Iterator[bytes]]]:
    """Each file's opening row, and all its rows, read before those of the next file."""
    opening: dict[str, str] = {}

    def file_of(row: bytes) -> str:
        if row.startswith(b'{"file": '):
            opening.update(json.loads(row))
        return opening["file"]

    for _, rows in itertools.groupby(ledger, file_of):
        yield dict(opening), rows


def _restore_file(
    out: Path, destination: Path, opening: Mapping[str, str], rows: Iterable[dict[str, Any]]
) -> bool:
    """Rebuilds one file; leaves none, and says so, where the run did not have all of it."""
    name = opening["file"]
    target = _below(destination, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".part")
    source = out / "cleaned" / name
    module, compression = format_named(opening["format"]), opening["compression"]
    with (
        _open_cleaned(source, compression) as cleaned,
        open_for_writing(draft, compression, like=source) as rebuilt,
    ):
        digest, size = hashlib.sha256(), 0
        is_whole = True
        for row in rows:
            if "n" in row:
                written = cleaned.read(row["n"])
                raw = entry_bytes(module, written, row, source)
                digest.update(raw)
                size += len(raw)
                rebuilt.write(raw)
            elif "sha256" in row:
                is_whole &= bool(row["sha256"])
                if row["sha256"] not in ("", digest.hexdigest()):
                    raise CleanerError(
                        f"{source}: was changed after the run; {name} cannot be rebuilt from it"
                    )
                digest, size = hashlib.sha256(), 0
    if is_whole:
        os.replace(draft, target)
    else:
        draft.unlink()
    return is_whole


def _open_cleaned(path: Path, compression: str) -> BinaryIO:
    try:
        return open_for_reading(path, compression)
    except OSError as error:
        raise CleanerError(f"{path}: cannot be read ({error.strerror})") from None


def entry_bytes(module: Format, written: bytes, row: dict[str, Any], source: Path) -> bytes:
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
