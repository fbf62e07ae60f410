"""Pages become lines: a batch of pages as columns, with the reading form beside the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Page
from cleaner.text.reading import BREAK, class_table, codes_of, reading_table, text_of

Item = TypeVar("Item")

BATCH_CHARS = 250_000
"""Characters in a batch: large enough for numpy, small enough for the cache (performance.md 0)."""


@dataclass(frozen=True)
class Lines:
    """The lines of a batch of pages, as columns.

    ``text`` is the pages' text laid together with one line feed between; ``reading`` its reading
    form, of the same length, ``codes`` the code points of that (uint32[chars]) and ``classes``
    the class bit of every character (uint16[chars]).
    ``start`` and ``end`` are the span of each line in ``text`` without its line break
    (int64[lines]); ``page`` is the index of its page (int32[lines]). The lines of page ``p`` are
    ``first[p]:first[p + 1]`` (int64[pages + 1]); line ``i`` has the number
    ``i - first[page[i]] + 1`` on its page. A text that ends with a line break has no further,
    empty line; an empty page has no lines.
    """

    pages: tuple[Page, ...]
    text: str
    reading: str
    codes: NDArray[np.uint32]
    classes: NDArray[np.uint16]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    page: NDArray[np.int32]
    first: NDArray[np.int64]
    page_start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)

    def text_of(self, line: int) -> str:
        """The text of line ``line`` (an index into the batch), as it stands on the page."""
        return self.text[self.start[line] : self.end[line]]

    def reading_of(self, line: int) -> str:
        """The reading form of line ``line``: as long as its text."""
        return self.reading[self.start[line] : self.end[line]]

    def number(self, line: int) -> int:
        """The 1-based number that line ``line`` has on its page."""
        return int(line - self.first[self.page[line]]) + 1


def split_lines(pages: Sequence[Page]) -> Lines:
    """The lines of ``pages``. Breaks are LF, CR LF, CR, VT, FF, NEL, LS and PS."""
    text = "\n".join(page.text for page in pages)
    codes = codes_of(text)
    classes = class_table()[codes]
    if not pages:
        nothing = np.zeros(0, dtype=np.int64)
        return Lines(
            (),
            "",
            "",
            codes,
            classes,
            nothing,
            nothing,
            nothing.astype(np.int32),
            np.zeros(1, dtype=np.int64),
            nothing,
        )
    lengths = np.array([len(page.text) for page in pages], dtype=np.int64)
    page_end = np.cumsum(lengths + 1) - 1
    page_start = page_end - lengths
    breaks = np.flatnonzero(classes == BREAK)
    within = np.ones(len(breaks), dtype=bool)
    within[np.searchsorted(breaks, page_end[:-1])] = False  # the line feeds that lay pages together
    breaks = breaks[within]
    after = breaks + 1
    # CR LF is one break: the line ends at the CR, the next one starts after the LF.
    is_lf = codes[breaks] == 10
    follows_cr = np.zeros(len(breaks), dtype=bool)
    follows_cr[1:] = (codes[breaks[:-1]] == 13) & (np.diff(breaks) == 1) & is_lf[1:]
    after[:-1] += follows_cr[1:]
    breaks, after = breaks[~follows_cr], after[~follows_cr]
    start = np.sort(np.concatenate([page_start, after]))
    page = np.searchsorted(page_start, start, side="right") - 1
    filled = start < page_end[page]
    start, page = start[filled], page[filled]
    ends = np.sort(np.concatenate([page_end, breaks]))
    end = ends[np.searchsorted(ends, start)]
    first = np.searchsorted(page, np.arange(len(pages) + 1))
    reading = reading_table()[codes]
    return Lines(
        pages=tuple(pages),
        text=text,
        reading=text_of(reading),
        codes=reading,
        classes=classes,
        start=start,
        end=end,
        page=page.astype(np.int32),
        first=first.astype(np.int64),
        page_start=page_start,
    )


def in_batches(
    items: Iterable[Item], size_of: Callable[[Item], int], most: int = BATCH_CHARS
) -> Iterator[list[Item]]:
    """Lists of items, in order: one ends with the item that makes its size ``most`` or more."""
    batch: list[Item] = []
    size = 0
    for item in items:
        batch.append(item)
        size += size_of(item)
        if size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def batches(pages: Iterable[Page], chars: int = BATCH_CHARS) -> Iterator[list[Page]]:
    """Groups of pages, in order, of about ``chars`` characters (a longer page stands alone)."""
    batch: list[Page] = []
    size = 0
    for page in pages:
        if batch and size + len(page.text) > chars:
            yield batch
            batch, size = [], 0
        batch.append(page)
        size += len(page.text)
    if batch:
        yield batch
