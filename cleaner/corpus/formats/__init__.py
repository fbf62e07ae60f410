"""One module a file format: how pages are read from it and written back to it."""

from __future__ import annotations

from cleaner.corpus.entries import Format
from cleaner.corpus.formats import csv, jsonl, text

_FORMATS: dict[str, Format] = {"text": text, "jsonl": jsonl, "csv": csv}


def format_named(name: str) -> Format:
    """The module that reads and writes the format ``name`` (a value of ``sources.SUFFIXES``)."""
    return _FORMATS[name]
