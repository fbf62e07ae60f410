"""Standard input: read as it arrives, in lines of any length, never waiting for more."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.corpus.arriving import Arriving
from cleaner.corpus.jsonlines import with_fields


@pytest.fixture
def pipe() -> Iterator[tuple[int, BinaryIO]]:
    """The end of a pipe to write to (a file descriptor), and the end to read from."""
    out, into = os.pipe()
    with os.fdopen(out, "rb") as stream:
        yield into, stream


def test_a_line_that_has_not_arrived_must_be_waited_for(pipe: tuple[int, BinaryIO]) -> None:
    into, stream = pipe
    arriving = Arriving(stream)
    assert arriving.must_wait()
    os.write(into, b"one\ntwo")
    assert not arriving.must_wait()
    assert arriving.readline() == b"one\n"
    assert arriving.must_wait()
    os.write(into, b" and a half\n")
    assert not arriving.must_wait()
    assert arriving.readline() == b"two and a half\n"
    os.write(into, b"last, without an end")
    os.close(into)
    assert not arriving.must_wait()
    assert arriving.readline() == b"last, without an end"
    assert arriving.readline() == b""


@given(st.binary(max_size=200), st.integers(-1, 40))
def test_lines_are_those_of_any_stream(data: bytes, limit: int) -> None:
    ours, theirs = Arriving(io.BytesIO(data)), io.BytesIO(data)
    while expected := theirs.readline(limit if limit else 1):
        assert ours.readline(limit if limit else 1) == expected
    assert ours.readline(limit if limit else 1) == b""


@given(st.binary(max_size=200), st.lists(st.integers(-1, 50)))
def test_bytes_are_those_of_any_stream(data: bytes, sizes: list[int]) -> None:
    ours, theirs = Arriving(io.BytesIO(data)), io.BytesIO(data)
    for size in sizes:
        assert ours.read(size) == theirs.read(size)


@pytest.mark.parametrize(
    ("line", "more", "expected"),
    [
        (b'{"a": 1}\n', {"b": "x"}, b'{"a": 1, "b": "x"}\n'),
        (b'{ "a":1.50 } \r\n', {"b": 2}, b'{ "a":1.50 , "b": 2} \r\n'),
        (b"{}", {"b": None}, b'{"b": null}\n'),
        (b'{"b": 1, "a": 2}\n', {"b": 3}, b'{"b": 3, "a": 2}\n'),
    ],
)
def test_fields_are_added_to_a_record(
    line: bytes, more: dict[str, object], expected: bytes
) -> None:
    assert with_fields(line, more) == expected
