"""Stories from where they stand: the folder of a run, a file of records, an index, or a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cleaner.corpus.faults import Fault
from cleaner.corpus.sources import COMPRESSIONS
from cleaner.corpus.streams import open_for_reading
from cleaner.duplicates.index import Index
from cleaner.duplicates.manifest import NAME
from cleaner.duplicates.verify import StoryText
from cleaner.model import CleanerError
from cleaner.text.script import script_of

STORIES = "stories.jsonl"
"""The file of a run's folder that holds its stories."""

_READ_AT_ONCE = 1000
"""Stories read from an index at a time."""


def read_stories(
    given: str, field: str = "text", id_field: str = "id"
) -> Iterator[StoryText | Fault]:
    """The stories that ``given`` holds, in order, and in the place of each that cannot be read
    why that is so.

    ``given`` is the folder of a run, an index that holds texts, a file of JSON lines (also .gz,
    .bz2, .xz), or ``-`` for such lines on standard input. ``field`` and ``id_field`` name the
    text and the id of a record; without an id, its file and line serve. Raises CleanerError
    where ``given`` is none of these.
    """
    path = Path(given)
    if given == "-":
        yield from _records(sys.stdin.buffer, "-", field, id_field)
    elif (path / NAME).is_file():
        yield from _indexed(path)
    elif path.is_dir():
        if not (path / STORIES).is_file():
            raise CleanerError(
                f"{given}: neither the folder of a run (no {STORIES} in it) nor an index; "
                f"clean pages first, with `cleaner run {given} -o OUT`, and name OUT"
            )
        yield from _from_file(path / STORIES, "text", "id")
    else:
        yield from _from_file(path, field, id_field)


def _from_file(path: Path, field: str, id_field: str) -> Iterator[StoryText | Fault]:
    try:
        with open_for_reading(path, COMPRESSIONS.get(path.suffix, "")) as stream:
            yield from _records(stream, path.name, field, id_field)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CleanerError(f"{path}: cannot be read: {reason}") from error


def _records(stream: BinaryIO, name: str, field: str, id_field: str) -> Iterator[StoryText | Fault]:
    for number, line in enumerate(stream, 1):
        if line.strip():
            try:
                yield _story(json.loads(line), f"{name}:{number}", field, id_field)
            except json.JSONDecodeError as error:
                yield Fault(name, number, f"not a story ({error})")
            except (ValueError, RecursionError) as error:
                yield Fault(name, number, f"not a story: {error}")


def _story(record: Any, place: str, field: str, id_field: str) -> StoryText:
    """The story of a record; raises ValueError where it holds none."""
    if not isinstance(record, dict):
        raise ValueError("the line is no JSON object")
    text, id = record.get(field), record.get(id_field)
    if not isinstance(text, str):
        raise ValueError(f"no text in the field {field!r}")
    lines = text.count("\n") + 1
    paragraphs = record.get("paragraphs")
    if isinstance(paragraphs, list) and len(paragraphs) == lines and field == "text":
        spans = tuple((int(first), int(last)) for first, last in paragraphs)
    else:
        spans = tuple((line, line) for line in range(1, lines + 1))
    named = str(id) if isinstance(id, str | int) and str(id) else place
    script = record.get("script")
    known = ("simplified", "traditional", "mixed", "neutral")
    return StoryText(named, text, spans, script if script in known else script_of(text))


def _indexed(folder: Path) -> Iterator[StoryText]:
    """The stories of an index, of whatever make; copies with the text of their first."""
    with Index.open(folder, any_make=True) as index:
        if not index.holds_texts:
            raise CleanerError(f"{folder}: this index holds no texts to read stories from")
        for begin in range(0, len(index), _READ_AT_ONCE):
            rows = range(begin, min(begin + _READ_AT_ONCE, len(index)))
            yield from index.stories(rows)
