"""Postings: a packed list of keys and rows finds exactly what a plain list would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cleaner.duplicates import postings
from cleaner.duplicates.postings import Layout, Postings, build, entries_of, find, rows_at

KEYS = st.one_of(st.integers(0, 7), st.integers(0, 2**32 - 1), st.just(2**32 - 1))
ENTRIES = st.lists(st.tuples(KEYS, st.integers(0, 999)), max_size=200)


def listed(pairs: list[tuple[int, int]], rows: int = 1000) -> Postings:
    keys = np.array([key for key, _ in pairs], dtype=np.uint32)
    return build(entries_of(keys, np.array([row for _, row in pairs], dtype=np.int64)), rows)


def found(one: Postings, key: int) -> list[int]:
    low, high = find(one, np.array([key], dtype=np.uint32))
    return rows_at(one, np.arange(low[0], high[0])).tolist()


def test_a_key_finds_its_rows_in_order() -> None:
    one = listed([(7, 30), (5, 2), (7, 1), (2**32 - 1, 4)])
    assert found(one, 7) == [1, 30]
    assert found(one, 2**32 - 1) == [4]
    assert found(one, 6) == []


@given(ENTRIES, st.lists(KEYS, max_size=20))
def test_finds_what_a_plain_list_finds(pairs: list[tuple[int, int]], asked: list[int]) -> None:
    one = listed(pairs)
    for key in [*asked, *(key for key, _ in pairs)]:
        assert found(one, key) == sorted(row for other, row in pairs if other == key)


@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_merged_parts_are_the_whole(parts: list[list[tuple[int, int]]]) -> None:
    whole = listed(
        [(key, row + 1000 * number) for number, part in enumerate(parts) for key, row in part],
        1000 * len(parts),
    )
    layout = Layout(len(whole), 1000 * len(parts))
    fan = np.zeros((1 << layout.fan_bits) + 1, dtype=np.int64)
    raised = [(listed(part), 1000 * number) for number, part in enumerate(parts)]
    records = np.concatenate(list(postings.merge(raised, layout, fan)))
    assert records.tolist() == whole.records.tolist()
    assert np.cumsum(fan).tolist() == whole.fan.tolist()


def test_merging_goes_by_ranges_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    keys = draw.integers(0, 2**32, 5000, dtype=np.uint32)
    rows = draw.integers(0, 1000, 5000)
    whole = build(entries_of(keys, rows), 1000)
    monkeypatch.setattr(postings, "MERGED_AT_ONCE", 256)
    fan = np.zeros_like(whole.fan)
    blocks = list(postings.merge([(whole, 0)], whole.layout, fan))
    assert len(blocks) == 20
    assert np.concatenate(blocks).tolist() == whole.records.tolist()


def test_an_entry_of_a_large_list_takes_four_bytes_and_a_quarter() -> None:
    draw = np.random.default_rng(1)
    keys = draw.integers(0, 2**32, 1 << 20, dtype=np.uint32)
    one = build(entries_of(keys, np.arange(1 << 20) // 34), 30_841)
    on_disk = one.records.nbytes + one.fan.nbytes // 2  # a file's fan is uint32
    assert on_disk / len(one) < 4.26


def test_a_broken_order_is_noticed() -> None:
    def fault(one: Postings, records: NDArray[np.uint8], rows: int = 1000) -> list[str]:
        return postings.faults(Postings(one.layout, records, one.fan), rows)

    one = listed([(key * 977, key % 1000) for key in range(500)])
    assert postings.faults(one, 1000) == []
    assert fault(one, one.records[::-1].copy()) == ["its records are not in order"]
    assert fault(one, one.records[:-1]) == ["its fan does not fit its records"]
    assert fault(one, one.records, rows=5) == ["its records name rows it does not have"]
