"""One module a file format: how pages are read from it and written back to it."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from cleaner.corpus.entries import Format


def format_named(name: str) -> Format:
    """The module that reads and writes the format ``name`` (a value of ``sources.SUFFIXES``)."""
    # Only now: the formats know how a page is rebuilt, and with it everything that cleans one.
    return cast(Format, import_module(f"cleaner.corpus.formats.{name}"))
