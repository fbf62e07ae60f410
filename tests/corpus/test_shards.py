"""A corpus is cut into shards of about one size, and each line is read in one of them."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.corpus import shards
from cleaner.corpus.shards import Piece, cut_into_shards, piece_stream
from cleaner.corpus.sources import Source


def source(name: str, size: int, form: str = "jsonl", compression: str = "") -> Source:
    return Source(Path(name), name, form, compression, size)


def test_no_files_make_no_shards() -> None:
    assert cut_into_shards([]) == []


@pytest.fixture
def shards_of_10_000(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SMALLEST", 10_000)


@pytest.mark.usefixtures("shards_of_10_000")
def test_small_files_share_a_shard_and_a_large_one_has_several() -> None:
    small = [source(f"{number}.txt", 3000, "text") for number in range(4)]
    found = cut_into_shards([*small, source("z.jsonl", 30_000)])
    assert [[(piece.source.name, piece.start) for piece in shard] for shard in found] == [
        [("0.txt", 0), ("1.txt", 0), ("2.txt", 0)],
        [("3.txt", 0)],
        [("z.jsonl", 0)],
        [("z.jsonl", 10_000)],
        [("z.jsonl", 20_000)],
    ]


@pytest.mark.usefixtures("shards_of_10_000")
@pytest.mark.parametrize("form", [("text", ""), ("csv", ""), ("jsonl", "gzip"), ("html", "")])
def test_what_is_not_lines_is_read_whole(form: tuple[str, str]) -> None:
    (shard,) = cut_into_shards([source("a", 90_000, *form)])
    assert shard == (Piece(source("a", 90_000, *form), 0, -1),)


@given(st.lists(st.integers(0, 60), max_size=12), st.booleans(), st.integers(4, 30))
def test_every_line_is_read_once(lengths: list[int], ended: bool, size: int) -> None:
    lines = [bytes([97 + n % 26]) * length + b"\n" for n, length in enumerate(lengths)]
    raw = b"".join(lines)
    raw = raw if ended else raw.removesuffix(b"\n")
    one = source("a.jsonl", len(raw))
    starts = [*range(0, max(len(raw), 1), size), -1]
    pieces = [Piece(one, start, stop) for start, stop in pairwise(starts)]
    streams = [piece_stream(io.BytesIO(raw), piece) for piece in pieces]
    assert b"".join(line for stream in streams for line in iter(stream.readline, b"")) == raw
