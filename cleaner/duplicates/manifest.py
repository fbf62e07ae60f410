"""The manifest of an index: which segments count, and what the story of each row is called.

SQLite with a write-ahead log: what is committed stands after any crash, and who reads sees one
state of it while another writes.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import numpy as np

from cleaner.duplicates import keys, shingles, sketch
from cleaner.duplicates.candidates import BANDS, ROWS
from cleaner.duplicates.segments import sync_folder
from cleaner.duplicates.sketches import sketch_stories
from cleaner.model import CleanerError

FORMAT = 1
"""Raised whenever the files of an index change their form."""

NAME = "index.sqlite"
"""The manifest's file in the folder of an index."""

_SCHEMA = """
CREATE TABLE header (told TEXT NOT NULL);
CREATE TABLE dictionary (content BLOB NOT NULL);
CREATE TABLE segments (
    first INTEGER PRIMARY KEY,
    stories INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE stories (row INTEGER PRIMARY KEY, id NOT NULL, copy_of INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment as the manifest tells it: the rows ``first`` to ``first + stories``, ``copies``
    of them with a fingerprint that an earlier row has, in a file of ``bytes`` bytes with a
    BLAKE2b-128 ``digest`` in hex."""

    first: int
    stories: int
    copies: int
    bytes: int
    digest: str

    @property
    def file(self) -> str:
        """The name of its file. No other segment that ever counts has the same rows."""
        return segment_file(self.first, self.stories)


def segment_file(first: int, stories: int) -> str:
    """The name of the file of the segment with the rows ``first`` to ``first + stories``."""
    return f"{first:012d}-{first + stories:012d}.segment"


@dataclass(frozen=True, slots=True)
class State:
    """What a reader sees: all segments in order of their rows, and the dictionary of the texts."""

    segments: tuple[Entry, ...]
    dictionary: bytes

    @property
    def stories(self) -> int:
        """Number of rows."""
        return sum(entry.stories for entry in self.segments)


@cache
def make_of_this_program() -> dict[str, object]:
    """How this program sketches stories: an index of another make is of no use to it.

    ``answer`` is a digest of the sketches of all Chinese characters in their order, so that also
    a change nobody raised a version for, as of a dictionary, is seen.
    """
    text = "".join(map(chr, range(0x4E00, 0xA000)))
    sketches = sketch_stories([text])
    told = hashlib.blake2b(digest_size=8)
    for array in (sketches.signatures, sketches.samples.values, sketches.digests):
        told.update(np.ascontiguousarray(array).tobytes())
    return {
        "format": FORMAT,
        "shingles": shingles.SCHEME,
        "shingle": shingles.SHINGLE,
        "fold": shingles.FOLD_VERSION,
        "signature": "affine32",
        "permutations": sketch.PERMUTATIONS,
        "seed": sketch.SEED,
        "bands": [BANDS, ROWS],
        "keys": keys.KEYS_VERSION,
        "sample": [sketch.RATE_BITS, sketch.WANTED],
        "answer": told.hexdigest(),
    }


def create_manifest(folder: Path, texts: bool) -> None:
    """A new manifest in ``folder``, with this program's make and whether texts are held."""
    draft = folder / (NAME + ".part")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft, isolation_level=None)) as base:
        base.executescript("PRAGMA journal_mode = WAL; BEGIN;" + _SCHEMA)
        header = {**make_of_this_program(), "texts": texts}
        base.execute("INSERT INTO header VALUES (?)", [json.dumps(header)])
        base.execute("COMMIT")
    # Closing the last connection has moved the log into the file, so that one rename is all.
    draft.replace(folder / NAME)
    sync_folder(folder)


def open_manifest(folder: Path, write: bool = False) -> sqlite3.Connection:
    """A connection to the manifest in ``folder``; raises CleanerError where there is none.

    A reader that may not write in the folder (a medium that cannot be written) takes the file as
    it stands, if there is no log beside it: nobody is writing then.
    """
    path = folder / NAME
    if not path.is_file():
        raise CleanerError(
            f"{folder}: there is no index; make one with `cleaner index create {folder}`"
        )
    place = f"file:{quote(str(path.absolute()))}"
    if write:
        base = _connection(f"{place}?mode=rw")
        base.execute("PRAGMA synchronous = FULL")
        return base
    try:
        return _connection(f"{place}?mode=ro")
    except sqlite3.OperationalError:
        if path.with_name(NAME + "-wal").exists():
            raise
        return _connection(f"{place}?mode=ro&immutable=1")


def _connection(place: str) -> sqlite3.Connection:
    """A connection that has read the file once, so that what is wrong with it is known."""
    base = sqlite3.connect(place, uri=True, isolation_level=None, timeout=60)
    try:
        base.execute("PRAGMA schema_version").fetchone()
    except BaseException:
        base.close()
        raise
    return base


@contextmanager
def telling_trouble(folder: Path) -> Iterator[None]:
    """Turns what the system or SQLite has against an index into one line for the user."""
    try:
        yield
    except OSError as error:
        raise CleanerError(
            f"{error.filename or folder}: {error.strerror}; the index is as it was before,"
            " repeat the command when that is put right"
        ) from error
    except sqlite3.OperationalError as error:
        raise CleanerError(
            f"{folder / NAME}: {error}; see that the folder may be written and its disk has space"
        ) from error
    except sqlite3.DatabaseError as error:
        raise CleanerError(
            f"{folder / NAME}: the index cannot be read ({error}); bring it back from a copy,"
            " or create a new one and add the stories again"
        ) from error


def header_of(base: sqlite3.Connection) -> dict[str, object]:
    """What the manifest tells of its make; raises sqlite3.DatabaseError where it tells nothing."""
    row = base.execute("SELECT told FROM header").fetchone()
    if row is None:
        raise sqlite3.DatabaseError("it has no header")
    told: dict[str, object] = json.loads(row[0])
    return told


def check_make(header: dict[str, object], folder: Path, any_make: bool = False) -> None:
    """Raises CleanerError where an index was not made the way this program makes them; with
    ``any_make`` only where its files are of another form."""
    for name, mine in make_of_this_program().items():
        if header.get(name) == mine:
            continue
        wrong = (
            f"{folder}: the index was made with {name} {header.get(name)}, this program has {mine}"
        )
        if name == "format":
            raise CleanerError(f"{wrong}; create a new index and add the stories again")
        if not any_make:
            raise CleanerError(
                f"{wrong}; `cleaner index create NEW` and `cleaner index add NEW {folder}`"
                " make one of its stories that fits"
            )


@contextmanager
def one_moment(base: sqlite3.Connection) -> Iterator[None]:
    """All that is read in the block is as of one moment, whoever writes meanwhile."""
    base.execute("BEGIN")
    try:
        yield
    finally:
        base.execute("ROLLBACK")


def state_of(base: sqlite3.Connection) -> State:
    """The segments and the dictionary; to be read in ``one_moment``."""
    rows = base.execute("SELECT * FROM segments ORDER BY first")
    segments = tuple(Entry(*row) for row in rows)
    dictionary = base.execute("SELECT content FROM dictionary").fetchone()
    return State(segments, dictionary[0] if dictionary else b"")


@contextmanager
def committing(base: sqlite3.Connection) -> Iterator[None]:
    """All that is written in the block becomes true at its end, at once, or not at all."""
    base.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        base.execute("ROLLBACK")
        raise
    base.execute("COMMIT")


def names_of(base: sqlite3.Connection, rows: Sequence[int]) -> dict[int, tuple[str, int]]:
    """For each of these rows the id of its story, and the first row with its fingerprint."""
    found: dict[int, tuple[str, int]] = {}
    for begin in range(0, len(rows), 500):
        some = rows[begin : begin + 500]
        marks = ",".join("?" * len(some))
        for row, id, copy_of in base.execute(
            f"SELECT row, id, copy_of FROM stories WHERE row IN ({marks})", some
        ):
            found[row] = (from_column(id), row if copy_of is None else copy_of)
    return found


def count_rows(base: sqlite3.Connection) -> tuple[int, int, int]:
    """How many stories have a name, the last row of one, and how many are copies."""
    told: tuple[int, int, int] = base.execute(
        "SELECT count(*), coalesce(max(row), -1), count(copy_of) FROM stories"
    ).fetchone()
    return told


def to_column(id: str) -> str | bytes:
    """An id as SQLite takes it: text, or bytes where it has lone surrogates."""
    try:
        id.encode()
    except UnicodeEncodeError:
        return id.encode("utf-8", "surrogatepass")
    return id


def from_column(value: str | bytes) -> str:
    """The inverse of ``to_column``."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")
