"""``cleaner inspect``: what a page was written in, what it is like, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import call

PAGE = "河湾县图书馆今天上午开放新馆,第一批读者在门口排队等候。\n馆长说,今年还要买两万册新书。\n"


def test_a_good_page_is_described_and_nothing_found(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(PAGE.encode("gbk"))
    done = call("inspect", page)
    assert done.code == 0
    assert done.lines == [
        str(page),
        "  encoding   gb18030 (it looks most like this), 99% sure",
        "  script     simplified (18 simplified, 0 traditional characters)",
        "  odd        2 half-width marks in Chinese",
    ]


def test_everything_is_told_as_json() -> None:
    raw = (
        PAGE.encode()
        + b"\xff\xfe\n"
        + "他們說這裡的書很貴，說得沒錯。\n\u3000ＡＢ\u200b\ue000\n".encode()
    )
    done = call("inspect", "--json", stdin=raw)
    told = json.loads(done.out)
    at = len(PAGE.encode())
    assert done.code == 1
    assert told["page"] == "stdin"
    assert (told["encoding"], told["how"], told["bom"]) == ("utf-8", "lines", False)
    assert told["bad"] == [{"offset": at, "bytes": "fffe"}]
    assert told["parts"] == [{"first": 0, "last": len(raw), "encoding": "utf-8"}]
    assert told["script"] == "mixed"
    assert [(run["first"], run["last"], run["script"]) for run in told["lines"]] == [
        (1, 2, "simplified"),
        (4, 4, "traditional"),
    ]
    assert told["untidy"] == {"full-width": 2, "invisible": 1, "odd-space": 1}
    assert (told["half_width"], told["private"], told["lost"]) == (2, 1, 2)


def test_bad_bytes_are_placed(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(PAGE.encode() + b"\xff\n")
    done = call("inspect", page)
    assert done.code == 1
    assert f"  bad bytes  1: ff at {len(PAGE.encode())}" in done.lines


def test_a_file_of_two_encodings_is_taken_apart(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(PAGE.encode() + PAGE.encode("gbk"))
    told = call("inspect", page).out
    assert "decided line by line" in told
    assert f"utf-8 from byte 0, gb18030 from byte {len(PAGE.encode())}" in told


def test_a_bad_conversion_and_a_misread_line_are_told() -> None:
    bad = "今后,村干部將加強聯系,標志著關系更近。他們說,隨后開會。\n"
    done = call("inspect", stdin=bad)
    assert done.code == 1
    assert "  converted  badly, 6 places: 后 for 後 ×2" in done.out
    misread = "第一行没有问题。\n" + PAGE.encode().decode("latin-1").replace("\x85", "")
    done = call("inspect", stdin=misread)
    assert done.code == 1
    assert "utf-8 read as latin-1" in done.out


def test_records_are_looked_at_one_by_one(tmp_path: Path) -> None:
    page = tmp_path / "pages.jsonl"
    page.write_text('{"id": "a", "text": "这里"}\n{"id": "b", "text": "這裡"}\n', "utf-8")
    told = [json.loads(line) for line in call("inspect", "--json", page).lines]
    assert [one["script"] for one in told] == ["simplified", "traditional"]
    assert [one["page"] for one in told] == [f"{page}:1", f"{page}:2"]


def test_a_binary_file_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(600))
    (tmp_path / "b.txt").write_text(PAGE, "utf-8")
    done = call("inspect", tmp_path)
    assert done.code == 2
    assert "is a binary file" in done.err
    assert done.lines[0] == str(tmp_path / "b.txt")


def test_the_help_shows_an_example() -> None:
    assert "cleaner inspect pages/*.txt" in call("inspect", "--help").out


def test_signs_of_private_use_and_records_of_bytes_are_described(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_bytes(b'{"text": "\xd6\xd0\xb9\xfa\xe8\xbf\x99"}\n{"text": "\\ue000\xe8\xbf\x99"}\n')
    told = call("inspect", path).lines
    assert told[0] == f"{path}:1"
    assert any(line.startswith("  encoding") for line in told[1:4])
    second = told[told.index(f"{path}:2") :]
    assert not any(line.startswith("  encoding") for line in second)  # JSON is UTF-8
    assert "  odd        1 of private use" in second


def test_lines_in_two_scripts_are_told_by_their_numbers() -> None:
    told = call("inspect", stdin="这里说的话\n这里说的话\n這裡說的話\n").out
    assert "  script     mixed (" in told
    assert "lines 1-2 simplified, line 3 traditional" in told
