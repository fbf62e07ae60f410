"""``cleaner convert``: another script from a pipe, from files and in records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import call

TEXT = "软件里的头发,\r\n后来见http://a.cn/头发。"
TAIWAN = "軟件裡的頭髮,\r\n後來見http://a.cn/头发。"


def test_text_is_converted_and_nothing_else_of_it() -> None:
    done = call("convert", "--to", "taiwan", stdin=TEXT)
    assert (done.code, done.stdout, done.err) == (0, TAIWAN.encode(), "")


def test_words_of_the_region_change_on_request() -> None:
    assert call("convert", "--to", "taiwan", "--phrases", stdin="鼠标").out == "滑鼠"
    assert call("convert", "--to", "s2twp", stdin="鼠标").out == "滑鼠"


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "utf-16", "hz"])
def test_any_encoding_comes_out_as_utf8(codec: str, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes((TEXT * 20).encode(codec))
    assert call("convert", "--to", "taiwan", page).stdout == (TAIWAN * 20).encode()
    assert call("convert", "--to", "taiwan", stdin=page.read_bytes()).out == TAIWAN * 20


def test_files_come_one_after_the_other(tmp_path: Path) -> None:
    for name, text in (("a.txt", "头\n"), ("b.txt", "发现\n")):
        (tmp_path / name).write_text(text)
    assert call("convert", "--to", "taiwan", tmp_path).out == "頭\n發現\n"


def test_of_records_only_the_text_changes() -> None:
    line = '{"id": "一", "text": "头发", "title": "头发", "rank": 1.50}\n'
    done = call("convert", "--to", "taiwan", "--jsonl", stdin=line)
    assert done.out == '{"id": "一", "text": "頭髮", "title": "头发", "rank": 1.50}\n'
    named = call("convert", "--to", "taiwan", "--jsonl", "--field", "title", stdin=line)
    assert json.loads(named.out)["text"] == "头发"
    assert json.loads(named.out)["title"] == "頭髮"


def test_a_file_may_be_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    call("convert", "--to", "taiwan", "--jsonl", "-o", out, stdin='{"text": "头发"}\n')
    assert json.loads(out.read_text("utf-8")) == {"text": "頭髮"}
    text = tmp_path / "out.txt"
    call("convert", "--to", "taiwan", "-o", text, stdin="头发\n")
    assert text.read_text("utf-8") == "頭髮\n"


def test_a_bad_conversion_is_repaired() -> None:
    bad = "今后,村干部將加強聯系,標志著關系更近。\n他們說,隨后開會。\n"
    right = "今後,村幹部將加強聯繫,標誌著關係更近。\n他們說,隨後開會。\n"
    done = call("convert", "--repair", "-v", stdin=bad)
    assert done.out == right
    assert "bad-conversion: 6 rewritten" in done.err


def test_width_and_punctuation_are_put_right_on_request() -> None:
    text = "\u3000第１０届,开幕\u200b了!\n"
    assert call("convert", "--tidy", stdin=text).out == "第10届,开幕了!\n"
    both = call("convert", "--tidy", "--punctuation", "full", "--to", "taiwan", stdin=text)
    assert both.out == "第10屆，開幕了！\n"


def test_bytes_that_cannot_be_decoded_are_kept_replaced_or_refused() -> None:
    raw = "头".encode() + b"\xff" + "发\n".encode()
    to = ("convert", "--to", "taiwan", "--encoding", "utf-8")
    assert (
        call(*to, "--errors", "keep", stdin=raw).stdout == "頭".encode() + b"\xff" + "發\n".encode()
    )
    replaced = call(*to, "-v", stdin=raw)
    assert replaced.out == "頭\ufffd發\n"
    assert "1 bytes could not be decoded" in replaced.err
    refused = call(*to, "--errors", "strict", stdin=raw)
    assert refused.code == 2
    assert refused.err.startswith("cleaner: stdin: byte 3 is not utf-8: ff")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what to do"),
        (("--to", "tw"), "no conversion to 'tw'"),
        (("--to", "traditional", "--phrases"), "no regional phrases for traditional"),
        (("--phrases", "--tidy"), "--phrases needs --to"),
        (("--to", "s2t", "--encoding", "klingon"), "unknown encoding 'klingon'"),
        (("--to", "s2t", "no-such-file"), "no such file"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    done = call("convert", *arguments, stdin="头")
    assert done.code == 2
    assert told in done.err.splitlines()[-1]
    assert done.out == ""


def test_a_binary_file_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(600))
    (tmp_path / "b.txt").write_text("头\n")
    done = call("convert", "--to", "taiwan", tmp_path)
    assert (done.code, done.out) == (2, "頭\n")
    assert done.err == "cleaner: a.txt: is a binary file, not text\n"


def test_lines_go_out_before_the_pipe_is_closed() -> None:
    command = [sys.executable, "-m", "cleaner", "convert", "--to", "taiwan"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write("头发\n".encode())
        running.stdin.flush()
        assert running.stdout.readline() == "頭髮\n".encode()
        running.stdin.close()
        assert running.wait() == 0


def test_the_help_shows_an_example() -> None:
    told = call("convert", "--help").out
    assert "cleaner convert --to simplified < page.txt" in told
