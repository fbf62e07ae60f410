"""Postings: which rows have which 32-bit key, in four or five bytes each, searched as they lie.

An entry is a key and a row. Entries stand sorted by key, then row, as records of ``width`` bytes
(little-endian). The upper bits of a key say in which of 2^fan_bits buckets its record lies (a
table of where each bucket starts, the fan); the record holds the lower bits, and below them the
row. A million stories with 34 keys each take 4.1 bytes an entry so, where key and row side by
side take 8; a search reads one place of the fan and about five records.

Keys are equal by chance, once in 2^32: whoever searches has to confirm what is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEY_BITS = 32
"""Bits of a key. A search among 100 million entries meets a chance hit in 2 of 100 keys."""

BUCKET_BITS = 5
"""A bucket has 2^4 to 2^5 records, so that the fan costs a quarter of a byte an entry at most."""

Fan = NDArray[np.int64] | NDArray[np.uint32]

MERGED_AT_ONCE = 1 << 22
"""Entries sorted at a time when postings are merged: 32 MB, whatever their number in all."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How ``count`` entries of rows below ``rows`` are laid out; both determine all of it."""

    count: int
    rows: int

    @property
    def fan_bits(self) -> int:
        """Upper bits of a key that number its bucket."""
        return min(max(self.count.bit_length() - BUCKET_BITS, 0), KEY_BITS)

    @property
    def row_bits(self) -> int:
        """Bits of a row."""
        return max(self.rows - 1, 1).bit_length()

    @property
    def low_bits(self) -> int:
        """Lower bits of a key, those that stand in the record."""
        return KEY_BITS - self.fan_bits

    @property
    def width(self) -> int:
        """Bytes of a record; never less than the four that are read at once."""
        return max((self.low_bits + self.row_bits + 7) // 8, 4)


@dataclass(frozen=True)
class Postings:
    """Entries in their layout: ``records`` uint8[count, width], ``fan`` [2^fan_bits + 1].

    Bucket ``b`` is ``records[fan[b]:fan[b + 1]]``. Both may be views of a file, where a fan of
    less than 2^32 entries is uint32, else int64.
    """

    layout: Layout
    records: NDArray[np.uint8]
    fan: Fan

    def __len__(self) -> int:
        return len(self.records)


def entries_of(keys: NDArray[np.uint32], rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Entries ``key << 32 | row`` (uint64), sorted: the form they have outside of a file."""
    return np.sort(keys.astype(np.uint64) << np.uint64(32) | rows.astype(np.uint64))


def pack(entries: NDArray[np.uint64], layout: Layout) -> NDArray[np.uint8]:
    """The records (uint8[n, width]) of sorted entries."""
    key, row = entries >> np.uint64(32), entries & np.uint64(0xFFFFFFFF)
    low = key & np.uint64((1 << layout.low_bits) - 1)
    record = (low << np.uint64(layout.row_bits) | row).astype("<u8")
    return np.ascontiguousarray(record.view(np.uint8).reshape(-1, 8)[:, : layout.width])


def add_to_fan(fan: NDArray[np.int64], entries: NDArray[np.uint64], layout: Layout) -> None:
    """Counts sorted entries into ``fan[1:]``; its running sum is the fan once all are counted."""
    if len(entries):
        bucket = (entries >> np.uint64(32 + layout.low_bits)).astype(np.int64)
        counts = np.bincount(bucket - bucket[0])
        fan[bucket[0] + 1 : bucket[0] + 1 + len(counts)] += counts


def build(entries: NDArray[np.uint64], rows: int) -> Postings:
    """The postings of sorted entries whose rows are below ``rows``."""
    layout = Layout(len(entries), rows)
    fan = np.zeros((1 << layout.fan_bits) + 1, dtype=np.int64)
    add_to_fan(fan, entries, layout)
    return Postings(layout, pack(entries, layout), np.cumsum(fan))


def find(
    postings: Postings, keys: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each key the span [low, high) of its records (int64[k] each); empty if it has none."""
    wanted = keys.astype(np.uint64)
    low = _lower_bound(postings, wanted)
    hit = np.flatnonzero(_is_of(postings, low, wanted))
    high = low.copy()
    high[hit] += 1
    # Most keys have one record: the end is searched only where the next one is of the key, too.
    several = hit[_is_of(postings, high[hit], wanted[hit])]
    high[several] = _lower_bound(postings, wanted[several] + np.uint64(1))
    return low, high


def _is_of(
    postings: Postings, at: NDArray[np.int64], keys: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Whether the record at each place, none before the bucket of its key, is of that key."""
    layout = postings.layout
    bucket = (keys >> np.uint64(layout.low_bits)).astype(np.int64)
    inside = at < postings.fan[bucket + 1].astype(np.int64)
    mask = np.uint64((1 << layout.low_bits) - 1)
    record = _load(postings.records, at[inside])
    inside[inside] = record >> np.uint64(layout.row_bits) == keys[inside] & mask
    return inside


def rows_at(postings: Postings, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows of the records at places ``at``."""
    mask = np.uint64((1 << postings.layout.row_bits) - 1)
    return (_load(postings.records, at) & mask).astype(np.int64)


def merge(
    parts: Sequence[tuple[Postings, int]], layout: Layout, fan: NDArray[np.int64]
) -> Iterator[NDArray[np.uint8]]:
    """The records of several postings laid together, a range of keys at a time.

    Each part comes with the number its rows are raised by. ``fan`` (zeros, int64[2^fan_bits +
    1]) has counted every entry once all blocks are taken: see ``add_to_fan``.
    """
    blocks = -(-layout.count // MERGED_AT_ONCE) or 1
    bounds = np.array([(i << KEY_BITS) // blocks for i in range(blocks + 1)], dtype=np.uint64)
    places = [_lower_bound(part, bounds) for part, _ in parts]
    for block in range(blocks):
        ranges = [
            entries_between(part, int(place[block]), int(place[block + 1])) + np.uint64(raised)
            for (part, raised), place in zip(parts, places, strict=True)
        ]
        entries = np.sort(np.concatenate(ranges))
        add_to_fan(fan, entries, layout)
        yield pack(entries, layout)


def entries_between(postings: Postings, begin: int, end: int) -> NDArray[np.uint64]:
    """The entries of ``records[begin:end]``, sorted."""
    layout, fan = postings.layout, postings.fan
    record = _load(postings.records, np.arange(begin, end, dtype=np.int64))
    first = int(np.searchsorted(fan, begin, side="right")) - 1
    last = int(np.searchsorted(fan, end))
    starts = np.clip(fan[first : last + 1].astype(np.int64), begin, end)
    counts = starts[1:] - starts[:-1]
    bucket = np.repeat(np.arange(first, first + len(counts), dtype=np.uint64), counts)
    low = record >> np.uint64(layout.row_bits)
    key = bucket << np.uint64(layout.low_bits) | low
    row = record & np.uint64((1 << layout.row_bits) - 1)
    return key << np.uint64(32) | row


def faults(postings: Postings, rows: int) -> list[str]:
    """What is wrong inside postings that a search relies on; empty where all is right."""
    fan = postings.fan
    if fan[0] != 0 or fan[-1] != len(postings) or (fan[1:] < fan[:-1]).any():
        return ["its fan does not fit its records"]
    for begin in range(0, len(postings), MERGED_AT_ONCE):
        end = min(begin + MERGED_AT_ONCE + 1, len(postings))  # one more: blocks hang together
        entries = entries_between(postings, begin, end)
        if (entries[1:] < entries[:-1]).any():
            return ["its records are not in order"]
        if (entries & np.uint64(0xFFFFFFFF) >= np.uint64(rows)).any():
            return ["its records name rows it does not have"]
    return []


def _load(records: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The records at places ``at`` as numbers: four bytes at once (13 ns a record, where rows of
    bytes take 85), then the fifth and those after it."""
    count, width = records.shape
    four: NDArray[np.uint32] = np.ndarray(count, "<u4", records, strides=(width,))
    value = four[at].astype(np.uint64)
    for byte in range(4, width):
        value |= records[:, byte][at].astype(np.uint64) << np.uint64(8 * byte)
    return value


def _lower_bound(postings: Postings, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each key (up to and with 2^32) the place of the first record not below it."""
    layout = postings.layout
    bucket = keys >> np.uint64(layout.low_bits)
    within = bucket < np.uint64(1 << layout.fan_bits)
    at = np.where(within, bucket, 0).astype(np.int64)
    low = np.where(within, postings.fan[at].astype(np.int64), len(postings))
    high = np.where(within, postings.fan[at + 1].astype(np.int64), len(postings))
    mask = np.uint64((1 << layout.low_bits) - 1)
    wanted = (keys & mask) << np.uint64(layout.row_bits)
    while True:
        open_ = np.flatnonzero(low < high)
        if not len(open_):
            return low
        middle = (low[open_] + high[open_]) >> 1
        below = _load(postings.records, middle) < wanted[open_]
        low[open_[below]] = middle[below] + 1
        high[open_[~below]] = middle[~below]
