"""A stream: lines go out as they come, and say what the whole file would."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.model import CleanerError
from cleaner.text.decode import UndecodableError, decode
from cleaner.text.stream import HELD, StreamDecoder

LINE = "河湾县图书馆今天上午开放新馆,第一批读者在门口排队等候。\n"


def read(chunks: list[bytes], encoding: str | None = None, errors: str = "replace") -> str:
    decoder = StreamDecoder(encoding, errors)
    return "".join([decoder.feed(chunk) for chunk in chunks] + [decoder.close()])


def test_a_line_of_utf8_goes_out_when_it_is_whole() -> None:
    decoder = StreamDecoder()
    raw = LINE.encode()
    assert decoder.feed(raw[:20]) == ""
    assert decoder.feed(raw[20:]) == LINE
    assert decoder.feed(raw + raw[:10]) == LINE
    assert decoder.close() == "河湾县\ufffd"
    assert decoder.bad == 1


def test_lines_of_gbk_are_held_until_they_can_be_judged() -> None:
    decoder = StreamDecoder()
    raw = LINE.encode("gbk")
    count = HELD // len(raw)
    assert all(decoder.feed(raw) == "" for _ in range(count))
    assert decoder.feed(raw) == LINE * (count + 1)
    assert decoder.feed(raw) == LINE
    assert decoder.encoding == "gb18030"


def test_a_short_stream_is_judged_at_its_end() -> None:
    assert read([LINE.encode("gbk")]) == LINE


def test_the_encoding_may_change_on_the_way() -> None:
    parts = [LINE.encode("gbk") * 30, LINE.encode() * 30, LINE.encode("gbk") * 30]
    assert read(parts) == LINE * 90


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["utf-8", "utf-8-sig", "gbk", "hz", "utf-16", "utf-16-be", "utf-32"]),
    st.lists(st.integers(1, 400), min_size=1, max_size=30),
)
def test_however_it_is_cut_the_text_is_the_same(codec: str, sizes: list[int]) -> None:
    text = LINE * 40
    raw = text.encode(codec)
    chunks, at = [], 0
    for size in sizes:
        chunks.append(raw[at : at + size])
        at += size
    assert read([*chunks, raw[at:]]) == text == decode(raw).text


def test_a_binary_stream_is_refused() -> None:
    with pytest.raises(CleanerError, match="is a binary file"):
        read([b"\x89PNG\r\n\x1a\n" + bytes(1000)])


def test_strict_names_the_byte_in_the_whole_stream() -> None:
    with pytest.raises(UndecodableError, match="byte 7 is not utf-8"):
        read([b"abcdef\n", b"\xffgh\n"], "utf-8", "strict")


def test_a_given_encoding_in_wide_units_is_cut_at_whole_lines() -> None:
    raw = (LINE * 3).encode("utf-16-be")
    assert read([raw[i : i + 7] for i in range(0, len(raw), 7)], "utf-16-be") == LINE * 3


def test_nothing_is_nothing() -> None:
    assert read([]) == ""


@pytest.mark.parametrize("codec", ["utf-16-be", "utf-16-le", "utf-32-be"])
def test_a_line_ends_at_a_line_feed_and_not_at_its_bytes_in_two_characters(codec: str) -> None:
    odd = "一ਅ਀"  # 4E 00 0A 05 0A 00: the bytes of a line feed, across two characters
    decoder = StreamDecoder(codec)
    assert decoder.feed((LINE * 20 + odd).encode(codec)) == LINE * 20
    assert decoder.feed(odd.encode(codec)) == ""
    assert decoder.feed("\n".encode(codec)) == f"{odd}{odd}\n"
    assert decoder.close() == ""


def test_the_encoding_is_the_one_met_last() -> None:
    decoder = StreamDecoder()
    decoder.feed(LINE.encode() * 60 + LINE.encode("gbk") * 60)
    assert decoder.encoding == "gb18030"
    decoder.feed(b"plain\n")
    assert decoder.encoding == "gb18030"
    decoder.feed(LINE.encode())
    assert decoder.encoding == "utf-8"
