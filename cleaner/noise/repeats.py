"""Lines that many pages of one site share: their keys, counted exactly in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.text.lines import Lines
from cleaner.text.reading import DIGIT, LETTER
from cleaner.text.shape import Shape

Keys = NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15
"""An odd number with a well mixed binary form (2^64 divided by the golden ratio)."""

_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xD6E8FEB86659FD93)
"""The multiplier of rrmxmx (P. Evensen, 2018): it spreads every bit over the word."""

LONGEST = 100
"""Lines of more letters are not counted: what pages share at that length is text, or legal words
that rules name; it keeps the count of a corpus to about half of its lines."""

LEAST_PAGES, LEAST_SHARE = 3, 0.02
"""A line is shared if it stands on 3 pages of its site and on 2 % of them (noise.md 6.5)."""

RUN_ENTRIES = 4_000_000
"""Counts held in memory before they are sorted and written away: 48 MB."""


def line_keys(lines: Lines) -> Keys:
    """A 64-bit key of every line: the letters of its reading form in order, numbers all alike.

    Spaces, marks and signs do not count, so that "阅读 12" and "阅读:3456" share a key; a line
    without a letter has key 0. The key is a polynomial of the letters modulo 2^64 (Karp and
    Rabin, 1987): the same on every machine and in any batch.
    """
    if not len(lines):
        return np.zeros(0, dtype=np.uint64)
    codes = lines.codes.astype(np.uint64)
    digit = lines.classes == DIGIT
    codes[digit] = ord("0")
    codes = _mixed(codes)
    letter = (lines.classes & LETTER) != 0
    letter[1:] &= ~(digit[1:] & digit[:-1])  # a number counts as one letter
    codes *= letter
    place = np.cumsum(letter, dtype=np.int64)
    before = place[lines.start] - letter[lines.start]
    # Each letter is weighed by its place in the text; a line's sum is moved to the line's start.
    codes *= _powers(_BASE, int(place[-1]) + 1)[place]
    keys: Keys = np.add.reduceat(codes, lines.start) * _powers(_INVERSE, int(place[-1]) + 1)[before]
    return keys


def _mixed(codes: Keys) -> Keys:
    codes *= _MIX
    codes ^= codes >> np.uint64(32)
    codes *= _MIX
    return codes


_POWERS: dict[int, Keys] = {}


def _powers(base: int, count: int) -> Keys:
    """``base`` to the powers 0 .. count - 1 (or more), modulo 2^64."""
    known = _POWERS.get(base)
    if known is None or len(known) < count:
        steps = np.full(1 << max(18, count.bit_length()), base, dtype=np.uint64)
        steps[0] = 1
        known = _POWERS[base] = np.cumprod(steps)
    return known


def _of_site(lines: Lines, key: Keys, page: NDArray[np.int32]) -> Keys:
    """Keys of lines together with the sites of their pages."""
    code = {site: _site_code(site) for site in dict.fromkeys(page.site for page in lines.pages)}
    sites = np.array([code[page.site] for page in lines.pages], dtype=np.uint64)
    return _mixed(key ^ sites[page]) if len(page) else key


def _site_code(site: str) -> int:
    name = site.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Counts:
    """On how many pages of its site a line stands: ``keys`` (uint64, rising), ``pages`` (int32).

    A key is that of a line and a site together; the empty line counts the pages of a site.
    """

    keys: Keys
    pages: NDArray[np.int32]


def count_keys(lines: Lines, shape: Shape) -> Counts:
    """The counts of one batch. A page lies in one batch, so counts of batches add up."""
    short = np.flatnonzero((shape.letters > 0) & (shape.letters <= LONGEST))
    page = np.concatenate([lines.page[short], np.arange(len(lines.pages), dtype=np.int32)])
    key = np.concatenate([line_keys(lines)[short], np.zeros(len(lines.pages), dtype=np.uint64)])
    order = np.lexsort((page, key))
    key, page = key[order], page[order]
    once = np.ones(len(key), dtype=bool)
    once[1:] = (key[1:] != key[:-1]) | (page[1:] != page[:-1])
    keys = _of_site(lines, key[once], page[once])
    return merge_counts([Counts(keys, np.ones(len(keys), dtype=np.int32))])


def merge_counts(parts: Sequence[Counts], least: int = 1) -> Counts:
    """The sum of ``parts`` (of any order), without what stands on fewer than ``least`` pages."""
    keys = np.concatenate([part.keys for part in parts])
    pages = np.concatenate([part.pages for part in parts])
    order = np.argsort(keys, kind="stable")
    keys, pages = keys[order], pages[order]
    if not len(keys):
        return Counts(keys, pages)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    total = np.add.reduceat(pages, starts, dtype=np.int64)
    enough = total >= least
    most = np.minimum(total[enough], np.iinfo(np.int32).max)
    return Counts(keys[starts[enough]], most.astype(np.int32))


class RepeatCounter:
    """Adds up counts of any number of batches; what does not fit in memory goes to ``folder``."""

    def __init__(self, folder: Path, entries: int = RUN_ENTRIES) -> None:
        self._folder, self._entries = folder, entries
        self._held: list[Counts] = []
        self._size = 0
        self._runs: list[Path] = []

    def add(self, counts: Counts) -> None:
        """Adds the counts of one batch, or of one shard."""
        self._held.append(counts)
        self._size += len(counts.keys)
        if self._size > self._entries:
            total = merge_counts(self._held)
            if len(total.keys) > self._entries // 2:
                self._write(total)
                total = Counts(total.keys[:0], total.pages[:0])
            self._held, self._size = [total], len(total.keys)

    def _write(self, counts: Counts) -> None:
        path = self._folder / f"counts-{len(self._runs)}.npy"
        rows = np.empty(len(counts.keys), dtype=[("key", "<u8"), ("pages", "<i4")])
        rows["key"], rows["pages"] = counts.keys, counts.pages
        np.save(path, rows)
        self._runs.append(path)

    def total(self) -> Counts:
        """What stands on two pages or more. Runs are merged a range of keys at a time."""
        held = merge_counts(self._held) if self._held else None
        runs = [np.load(path, mmap_mode="r") for path in self._runs]
        parts: list[Counts] = []
        steps = 1 + sum(map(len, runs)) // self._entries
        for low in range(steps):
            first = np.uint64((low << 64) // steps)
            last = np.uint64((((low + 1) << 64) // steps) - 1)
            slices = [] if held is None else [_between(held.keys, held.pages, first, last)]
            slices += [_between(run["key"], run["pages"], first, last) for run in runs]
            if slices:
                parts.append(merge_counts(slices, least=2))
        for path in self._runs:
            path.unlink()
        self._runs = []
        return merge_counts(parts) if parts else NOTHING


_NO_KEYS: Keys = np.zeros(0, dtype=np.uint64)

NOTHING = Counts(_NO_KEYS, np.zeros(0, dtype=np.int32))
"""The counts of no page."""


def _between(keys: Keys, pages: NDArray[np.int32], first: np.uint64, last: np.uint64) -> Counts:
    low, high = np.searchsorted(keys, first), np.searchsorted(keys, last, side="right")
    return Counts(np.array(keys[low:high]), np.array(pages[low:high]))


@dataclass(frozen=True)
class Repeats:
    """What is known of the lines that pages share: counts of a corpus, and reviewed furniture.

    ``furniture`` are the keys (uint64, rising) of lines that a user's furniture file names, and
    ``labels`` their label codes (int32); those count on pages of any site.
    """

    counts: Counts
    furniture: Keys = field(default_factory=lambda: _NO_KEYS)
    labels: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def pages_with(self, lines: Lines, key: Keys) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """On how many pages of its site each line stands, and on what share of them.

        Both are 0 where a line is not shared: where it stands on one page, or on less than
        LEAST_SHARE of the pages of its site.
        """
        of_line = _found(self.counts.keys, self.counts.pages, _of_site(lines, key, lines.page))
        every = np.arange(len(lines.pages), dtype=np.int32)
        none = np.zeros(len(lines.pages), dtype=np.uint64)
        of_site = _found(self.counts.keys, self.counts.pages, _of_site(lines, none, every))
        share = of_line / np.maximum(of_site[lines.page], 1)
        few = (of_line < 2) | (share < LEAST_SHARE) | (key == 0)
        return np.where(few, 0, of_line).astype(np.int32), np.where(few, 0.0, share)

    def furniture_labels(self, key: Keys) -> NDArray[np.int16]:
        """The label code that the furniture file gives each line, -1 where it names it not."""
        return (_found(self.furniture, self.labels + 1, key) - 1).astype(np.int16)


def _found(keys: Keys, values: NDArray[np.int32], wanted: Keys) -> NDArray[np.int32]:
    """The value of each wanted key, 0 where it is not among ``keys``."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int32)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0).astype(np.int32)


def repeats_of(batches: Iterable[tuple[Lines, Shape]], folder: Path) -> Repeats:
    """The repeats of a corpus that comes in batches; ``folder`` takes what memory does not."""
    counter = RepeatCounter(folder)
    for lines, shape in batches:
        counter.add(count_keys(lines, shape))
    return Repeats(counter.total())
