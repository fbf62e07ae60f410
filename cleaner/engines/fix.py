"""Files cleaned in place, or what that would change, as a diff."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cleaner.corpus.entries import Entry, Reading
from cleaner.corpus.formats import format_named
from cleaner.corpus.inputs import entries_of
from cleaner.corpus.sources import Source
from cleaner.corpus.streams import whole_file
from cleaner.model import CleanerError
from cleaner.pipeline import Cleaning, clean_batch
from cleaner.report.checks.notice import place_of_page
from cleaner.stories.cut import CleanPage
from cleaner.text.lines import in_batches


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file that was cleaned: its source, and the encoding that it had (empty: UTF-8)."""

    source: Source
    was: str


def cleaned_entries(
    source: Source, reading: Reading, how: Cleaning
) -> Iterator[tuple[Entry, CleanPage | None]]:
    """Every entry of a file with its page cleaned; bytes that cannot be decoded are kept."""
    entries = entries_of(source, replace(reading, errors="keep"), None)
    for some in in_batches(entries, lambda entry: entry.characters):
        yield from _cleaned(some, how)


def _cleaned(pending: list[Entry], how: Cleaning) -> Iterator[tuple[Entry, CleanPage | None]]:
    pages = iter(clean_batch([entry.page for entry in pending if entry.page is not None], how))
    for entry in pending:
        yield entry, next(pages) if entry.page is not None else None


def fix_file(source: Source, reading: Reading, how: Cleaning) -> Fixed | None:
    """Cleans a file in place, and says what it was; None where nothing is to be changed.

    The file appears whole or not at all, in UTF-8 with the line ends and the mode it had; what is
    no page stays as it is. A page of which nothing would be left is left alone. Raises
    CleanerError where the file cannot be read to its end or not be written.
    """
    if source.format in ("html", "mhtml", "warc"):
        raise CleanerError(
            f"{source.path}: a web page is not cleaned in place; "
            f"use `cleaner clean {source.path} -o FILE`"
        )
    module = format_named(source.format)
    changed, was = False, ""
    target = Path(os.path.realpath(source.path))
    like = target if source.compression == "parquet" else None
    try:
        with whole_file(target, source.compression, like) as out:
            for entry, page in cleaned_entries(source, reading, how):
                if entry.fault and (not entry.raw or source.is_one_page):
                    raise CleanerError(f"{source.path}: {entry.fault}; it is left as it is")
                written = entry.raw
                if page is not None and _is_worth_it(page, how):
                    written, changed = module.write(entry, page.text), True
                    decoded = entry.decoded
                    if decoded is not None and (decoded.encoding != "utf-8" or decoded.bom):
                        was = was or decoded.encoding
                elif page is None and not entry.fault:
                    written = module.write(entry, "")
                out.write(written)
            if not changed:
                raise _UnchangedError
    except _UnchangedError:
        return None
    except OSError as error:
        raise CleanerError(f"{source.path}: cannot be written ({error.strerror})") from None
    return Fixed(source, was)


def _is_worth_it(page: CleanPage, how: Cleaning) -> bool:
    """Whether a page has what cleaning takes away, and something would be left of it."""
    actions = {finding.action for finding in page.findings}
    return bool(page.text and page.edits) and (
        how.to is not None or not actions.isdisjoint({"removed", "joined", "rewritten"})
    )


class _UnchangedError(Exception):
    """Nothing of a file was to be changed."""


def diff_file(source: Source, reading: Reading, how: Cleaning) -> Iterator[str]:
    """The lines of a unified diff of what ``fix_file`` would do, page by page."""
    for entry, page in cleaned_entries(source, reading, how):
        if page is not None and _is_worth_it(page, how):
            place = place_of_page(source, entry)
            name = place.path if source.is_one_page else f"{place.path}:{place.line}"
            before = page.page.text.splitlines()
            yield from difflib.unified_diff(
                before, page.text.splitlines(), name, name, lineterm="", n=2
            )
