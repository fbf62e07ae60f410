"""Decoding: every byte becomes text in the right encoding, and goes back to the same byte."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaner.model import CleanerError
from cleaner.text.decode import Kept, UndecodableError, decode, encode

SIMPLIFIED = (
    "河湾县图书馆今天上午开放新馆,第一批读者在门口排队等候。\n"
    "新馆共有四层,儿童阅览室在一楼,报刊阅览室在三楼。\n"
    "馆长说,今年还要买两万册新书,欢迎大家来借阅。\n"
)
TRADITIONAL = (
    "河灣縣圖書館今天上午開放新館，第一批讀者在門口排隊等候。\n"
    "新館共有四層，兒童閱覽室在一樓，報刊閱覽室在三樓。\n"
    "館長說，今年還要買兩萬冊新書，歡迎大家來借閱。\n"
)

OWN_CODEC = [
    ("utf-8", SIMPLIFIED, "utf-8", "strict"),
    ("utf-8-sig", SIMPLIFIED, "utf-8", "bom"),
    ("gb2312", SIMPLIFIED, "gb18030", "detector"),
    ("gbk", SIMPLIFIED, "gb18030", "detector"),
    ("gb18030", TRADITIONAL, "gb18030", "detector"),
    ("big5", TRADITIONAL, "cp950", "detector"),
    ("cp950", TRADITIONAL, "cp950", "detector"),
    ("big5hkscs", TRADITIONAL + "佢哋喺圖書館睇書,嗰啲書好好睇。\n", "big5hkscs", "detector"),
    ("hz", SIMPLIFIED, "hz", "hz"),
    ("utf-16", SIMPLIFIED, "utf-16-le", "bom"),
    ("utf-16-le", SIMPLIFIED, "utf-16-le", "parity"),
    ("utf-16-be", TRADITIONAL, "utf-16-be", "parity"),
    ("utf-32", SIMPLIFIED, "utf-32-le", "bom"),
]


@pytest.mark.parametrize(("written", "text", "found", "how"), OWN_CODEC, ids=lambda x: str(x)[:9])
def test_a_page_is_read_in_the_encoding_it_was_written_in(
    written: str, text: str, found: str, how: str
) -> None:
    decoded = decode(text.encode(written))
    assert (decoded.text, decoded.encoding, decoded.how) == (text, found, how)
    assert decoded.bad == ()
    assert decoded.confidence > 0.85


@pytest.mark.parametrize(("written", "text", "found", "how"), OWN_CODEC, ids=lambda x: str(x)[:9])
def test_twenty_bytes_are_enough(written: str, text: str, found: str, how: str) -> None:
    some = text.encode(written)[:20] if written != "utf-32" else text.encode(written)[:36]
    decoded = decode(some)
    assert text.startswith(decoded.text.rstrip("\ufffd"))
    assert len(decoded.text) > 4


def test_plain_ascii_is_utf8() -> None:
    decoded = decode(b"An English line.\r\n")
    assert (decoded.encoding, decoded.how, decoded.confidence) == ("utf-8", "strict", 1.0)


@pytest.mark.parametrize("written", ["utf-8", "gbk", "cp950"])
def test_a_bad_byte_costs_the_character_it_hit_and_is_told(written: str) -> None:
    text = TRADITIONAL if written == "cp950" else SIMPLIFIED
    raw = bytearray(text.encode(written))
    at = raw.index(b"\n") + 7
    raw[at] = 0xFF
    decoded = decode(bytes(raw))
    right, got = text.split("\n"), decoded.text.split("\n")
    assert [got[0], *got[2:]] == [right[0], *right[2:]]
    assert any(place <= at < place + len(stuff) for place, stuff in decoded.bad)
    assert decoded.how == "lines"


def test_a_character_cut_at_the_end_does_not_change_the_encoding() -> None:
    decoded = decode(SIMPLIFIED.encode("gbk")[:-2])
    assert decoded.encoding == "gb18030"
    assert decoded.how == "detector"
    assert [len(stuff) for _, stuff in decoded.bad] == [1]


MIXED = [("utf-8", "gbk"), ("gbk", "utf-8"), ("cp950", "utf-8"), ("utf-8", "cp950")]


@pytest.mark.parametrize(("outer", "inner"), [*MIXED, ("gbk", "cp950"), ("cp950", "gbk")])
def test_a_file_of_two_encodings_is_read_line_by_line(outer: str, inner: str) -> None:
    texts = [TRADITIONAL if codec == "cp950" else SIMPLIFIED for codec in (outer, inner, outer)]
    codecs = (outer, inner, outer)
    raw = b"".join(text.encode(codec) for text, codec in zip(texts, codecs, strict=True))
    decoded = decode(raw)
    assert decoded.text == "".join(texts)
    assert decoded.how == "lines"
    assert len(decoded.runs) == 3


def test_a_short_headline_in_utf8_above_a_page_in_gbk_is_seen() -> None:
    raw = "新馆开放\n".encode() + SIMPLIFIED.encode("gbk")
    assert decode(raw).text == "新馆开放\n" + SIMPLIFIED


def test_the_euro_of_windows_in_gbk_is_read_and_written_back() -> None:
    raw = "门票二十".encode("gbk") + b"\x80" + "起,学生免费进入新馆参观。".encode("gbk")
    decoded = decode(raw)
    assert "二十€起" in decoded.text
    assert decoded.bad == ()
    assert encode(decoded) == raw


@pytest.mark.parametrize("codec", ["euc_jp", "shift_jis", "euc_kr"])
def test_japanese_and_korean_are_not_taken_for_chinese(codec: str) -> None:
    text = "오늘 오전 새 도서관이 문을 열었다. 많은 시민이 아침부터 줄을 섰다.\n"
    if codec != "euc_kr":
        text = "今日の午前、新しい図書館が開館した。多くの市民が朝から列を作っていた。\n"
    assert decode((text * 4).encode(codec)).text == text * 4


def test_what_is_no_text_is_named_and_comes_back_whole() -> None:
    for raw in (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), bytes(range(32)) * 40, b"%PDF-1.7\nab"):
        decoded = decode(raw)
        assert decoded.is_binary
        assert decoded.text == ""
        assert encode(decoded) == raw


def test_a_given_encoding_wins() -> None:
    raw = SIMPLIFIED.encode("gbk")
    assert decode(raw, "latin-1").text == raw.decode("latin-1")
    assert decode(raw, "gb2312").encoding == "gb18030"
    assert decode(TRADITIONAL.encode("big5"), "big5").encoding == "cp950"
    assert decode(raw, "gbk").how == "given"


def test_a_given_encoding_with_a_mark_is_read_as_the_mark_says() -> None:
    for written in ("utf-16-le", "utf-16-be"):
        raw = ("\ufeff" + SIMPLIFIED).encode(written)
        decoded = decode(raw, "utf-16")
        assert (decoded.text, decoded.encoding) == (SIMPLIFIED, written)
        assert encode(decoded) == raw
    decoded = decode(SIMPLIFIED.encode("utf-8-sig"), "utf-8-sig")
    assert (decoded.text, decoded.encoding, decoded.bom) == (SIMPLIFIED, "utf-8", True)


MAGIC = [
    b"%PDF-1.7",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff\xe0",
    b"GIF87a",
    b"GIF89a",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"Rar!\x1a",
    b"7z\xbc\xaf",
    b"\xfd7zXZ\x00",
    b"(\xb5/\xfd",
    b"BZh91AY",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"PAR1",
    b"SQLite format 3\x00",
    b"ID3\x03",
    b"OggS",
    b"RIFF",
]


@pytest.mark.parametrize("magic", MAGIC, ids=lambda magic: repr(magic)[2:-1])
def test_files_that_say_what_they_are_are_no_text_whatever_follows(magic: bytes) -> None:
    assert decode(magic + SIMPLIFIED.encode()).is_binary
    assert decode(magic + b"plain words\n").is_binary


@pytest.mark.parametrize(
    "text",
    [
        "%PDF 文件怎样打开?\n",
        "GIF 图片\n",
        "GIF87 和 GIF89 是格式\n",
        "7z\n",
        "PKU 新闻\n",
        "(µ)\n",
    ],
)
def test_text_that_begins_nearly_so_is_text(text: str) -> None:
    assert decode(text.encode()).text == text


def test_a_sign_with_two_forms_in_big5_is_kept_as_it_was_written() -> None:
    raw = "他說十月\n".encode("cp950") + "第".encode("cp950") + b"\xa2\xcc" + "天".encode("cp950")
    decoded = decode(raw, "cp950")
    assert decoded.text == "他說十月\n第十天"
    assert decoded.kept == (Kept(6, 7, b"\xa2\xcc"),)  # and nothing else of its line
    assert encode(decoded) == raw


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", ""])
def test_an_encoding_that_is_none_is_told_in_one_line(name: str) -> None:
    with pytest.raises(CleanerError, match="unknown encoding"):
        decode(b"x", name)


def test_the_policies_for_bad_bytes() -> None:
    raw = b"ab\xffcd"
    assert decode(raw, "utf-8").text == "ab\ufffdcd"
    assert decode(raw, "utf-8", "keep").text == "ab\udcffcd"
    with pytest.raises(UndecodableError, match="byte 2 is not utf-8: ff"):
        decode(raw, "utf-8", "strict")
    with pytest.raises(CleanerError, match="unknown error policy"):
        decode(raw, "utf-8", "ignore")


def test_a_replaced_byte_is_not_confused_with_a_sign_of_lost_text() -> None:
    raw = "lost: \ufffd ".encode() + b"\xff"
    decoded = decode(raw)
    assert decoded.text == "lost: \ufffd \ufffd"
    assert encode(decoded) == raw


GIVEN = (
    None,
    "utf-8",
    "gb18030",
    "big5",
    "big5hkscs",
    "hz",
    "utf-16",
    "utf-32-be",
    "euc_jp",
    "utf-7",
)
PIECES = st.one_of(
    st.binary(max_size=40),
    st.text("今天上午a\n€╭十卅", max_size=20).map(lambda s: s.encode("gb18030")),
    st.text("今天上午a\n═╭十卅", max_size=20).map(lambda s: s.encode("cp950", "ignore")),
    st.text("今天b\n", max_size=20).map(lambda s: s.encode("hz")),
    st.text(max_size=20).map(lambda s: s.encode("utf-16", "ignore")),
    st.text(max_size=20).map(lambda s: s.encode("utf-8", "ignore")),
)


@settings(deadline=None, max_examples=400)
@given(
    st.lists(PIECES, max_size=4).map(b"".join),
    st.sampled_from(GIVEN),
    st.sampled_from(["keep", "replace"]),
)
@example(b"\xf9\xf9\xa2\xcc\xa2\xce", "big5", "keep")  # characters that Big5 has twice
@example(b"\xff\xfe\x00\xd8a", None, "keep")  # half a surrogate pair, half a unit
@example(b"~{~}~~\n~{VP~", "hz", "replace")
def test_decode_then_encode_gives_the_bytes_back(
    data: bytes, encoding: str | None, errors: str
) -> None:
    decoded = decode(data, encoding, errors)
    assert encode(decoded) == data


@settings(deadline=None)
@given(st.lists(PIECES, max_size=4).map(b"".join))
def test_keeping_and_replacing_give_texts_of_one_length(data: bytes) -> None:
    kept, replaced = decode(data, errors="keep"), decode(data, errors="replace")
    assert len(kept.text) == len(replaced.text)
    assert kept.bad == replaced.bad


def test_a_nul_in_a_page_does_not_make_it_another_encoding() -> None:
    page = SIMPLIFIED + "\0" + SIMPLIFIED
    decoded = decode(page.encode())
    assert (decoded.text, decoded.encoding, decoded.bad) == (page, "utf-8", ())


@pytest.mark.parametrize("control", ["\t", "\n", "\f", "\r", "\x1b"])
def test_control_characters_of_printers_and_terminals_make_no_binary_file(control: str) -> None:
    page = "".join(f"{word} {control}" for word in ("one", "two", "three") * 9)
    assert decode(page.encode()).text == page


@pytest.mark.parametrize("control", ["\x00", "\x01", "\v", "\x1f", "\x7f"])
def test_other_control_characters_do(control: str) -> None:
    assert decode("".join(f"{word} {control}" for word in ("one", "two") * 9).encode()).is_binary


def test_the_longer_a_page_the_surer_its_encoding() -> None:
    page = SIMPLIFIED.encode("gbk")
    short, long = decode(page[:12]), decode(page)
    assert 0 < short.confidence < long.confidence == 0.99
