"""Which files a run reads: folders walked, patterns matched, every file named and sorted."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from cleaner.model import CleanerError

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "jsonl",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".warc": "warc",
    ".wet": "warc",
}
"""File name endings that are read, and the format each stands for."""

WHOLE_PAGES = frozenset(("text", "html", "mhtml"))
"""The formats of which a file is one page; files of the others hold records."""

COMPRESSIONS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
"""Endings after that one which tell how the file is compressed."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input file.

    ``name`` is its place in the corpus: the path below the folder that was named, "/"-separated
    (bytes of a file name that are not UTF-8 are written as "%XX"); ``format`` is a value of
    ``SUFFIXES``, ``compression`` one of ``COMPRESSIONS``, ``gzip members`` (each record packed
    alone, as in WARC files), ``parquet`` (its rows are read as JSON lines) or ""; ``size`` is in
    bytes.
    """

    path: Path
    name: str
    format: str
    compression: str
    size: int

    @property
    def is_one_page(self) -> bool:
        """Whether the file is one page, not one of records."""
        return self.format in WHOLE_PAGES


def find_sources(
    inputs: Sequence[str], out: Path | None = None, exclude: Sequence[str] = ()
) -> list[Source]:
    """The files that ``inputs`` name, sorted by name.

    Each input is a file, a folder (walked; only known endings, nothing hidden, no symlinked
    folder twice) or a pattern. A file that was named itself is read whatever its ending. What a
    pattern of ``exclude`` fits is left out: the name of a file or folder, its path as it was
    given, or its path below the folder that was named. Raises CleanerError for an input that is
    missing or unreadable, a folder without pages, two files of one name, and an ``out`` that lies
    in an input folder.
    """
    found: list[Source] = []
    for given in _expanded(inputs):
        path = Path(given)
        if _fits(exclude, path):
            continue
        if path.is_dir():
            if out is not None and _is_below(out, path):
                raise CleanerError(f"{out}: lies inside the input {given}; name another folder")
            below = _walk(path, exclude)
            if not below:
                endings = " ".join(sorted(SUFFIXES))
                besides = f", without {' '.join(exclude)}" if exclude else ""
                raise CleanerError(
                    f"{given}: no pages in this folder (looked for {endings}{besides})"
                )
            found += below
        else:
            found.append(_source(path, path.name, named=True))
    found.sort(key=lambda source: source.name)
    return _distinct(found)


def _expanded(inputs: Sequence[str]) -> list[str]:
    paths: list[str] = []
    for given in inputs:
        matches = [given] if os.path.exists(given) else sorted(glob.glob(given, recursive=True))
        if not matches:
            raise CleanerError(f"{given}: no such file or folder; check the path")
        paths += matches
    return paths


def _distinct(found: list[Source]) -> list[Source]:
    kept: list[Source] = []
    for source in found:
        if kept and kept[-1].name == source.name:
            if os.path.samefile(kept[-1].path, source.path):
                continue
            raise CleanerError(
                f"{source.path}: has the same name in the corpus as {kept[-1].path}; "
                "name the folder above both instead"
            )
        kept.append(source)
    return kept


def is_excluded(below: PurePath, exclude: Sequence[str]) -> bool:
    """Whether a pattern fits the path ``below`` a folder that was named, a folder on the way to
    it, or the name of one of them; in a pattern, ``*`` stands for any characters, "/" too."""
    return any(_fits(exclude, part) for part in (below, *below.parents[:-1]))


def _fits(patterns: Sequence[str], path: PurePath) -> bool:
    return any(
        fnmatchcase(told, pattern.rstrip("/"))
        for told in (path.name, path.as_posix())
        for pattern in patterns
    )


def _walk(folder: Path, exclude: Sequence[str]) -> list[Source]:
    found: list[Source] = []
    seen: set[tuple[int, int]] = set()
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            status = here.stat()
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            raise CleanerError(f"{here}: cannot be read ({error.strerror})") from None
        if (status.st_dev, status.st_ino) in seen:
            continue  # a symbolic link that leads back
        seen.add((status.st_dev, status.st_ino))
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = Path(entry.path)
            below = path.relative_to(folder)
            if _fits(exclude, path) or _fits(exclude, below):
                continue
            if path.is_dir():  # and no error for a link that leads to itself
                pending.append(path)
            elif path.is_file() and format_of(path) is not None:
                found.append(_source(path, below.as_posix(), named=False))
    return found


def format_of(path: Path) -> tuple[str, str] | None:
    """The (format, compression) that the name of a file tells, or None for an unknown ending."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compression = COMPRESSIONS.get(suffixes[-1], "") if suffixes else ""
    if compression:
        suffixes.pop()
    if not suffixes or suffixes[-1] not in SUFFIXES:
        return None
    if suffixes[-1] == ".parquet":
        return None if compression else (SUFFIXES[".parquet"], "parquet")
    form = SUFFIXES[suffixes[-1]]
    return form, "gzip members" if (form, compression) == ("warc", "gzip") else compression


def _source(path: Path, name: str, *, named: bool) -> Source:
    kind = format_of(path)
    if kind is None and named:
        kind = ("text", COMPRESSIONS.get(path.suffix.lower(), ""))
    assert kind is not None
    try:
        size = path.stat().st_size
        if path.is_file():  # opening a pipe would take from it
            with path.open("rb"):
                pass
    except OSError as error:
        raise CleanerError(f"{path}: cannot be read ({error.strerror})") from None
    return Source(path, speakable(name), kind[0], kind[1], size)


def speakable(name: str) -> str:
    """The name with the bytes of other encodings (surrogates, to Python) written as "%XX"."""
    if name.isprintable() and not any(0xD800 <= ord(char) < 0xE000 for char in name):
        return name
    return "".join(
        char if char.isprintable() else "".join(f"%{byte:02X}" for byte in os.fsencode(char))
        for char in name
    )


def _is_below(path: Path, folder: Path) -> bool:
    inner, outer = path.resolve(), folder.resolve()
    return inner == outer or outer in inner.parents
