"""``cleaner clean``: the same answer from a file and from a pipe, in every format."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import call
from gold_pages import SEEDS
from small_pages import NOISE, OTHER, STORY

from cleaner import clean, convert
from cleaner.corpus.streams import open_for_reading, open_for_writing

PAGE, CLEAN = STORY + NOISE, STORY
OTHER_PAGE, OTHER_CLEAN = OTHER + NOISE, OTHER
TRADITIONAL = convert(STORY, "traditional")


def records() -> list[dict[str, Any]]:
    return [
        {"id": "a", "text": PAGE, "rank": 1.50, "tags": ["x", "y"]},
        {"id": "b", "text": OTHER, "rank": 2, "tags": []},
    ]


def as_lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_text_comes_clean_from_a_pipe() -> None:
    assert call("clean", stdin=PAGE).out == CLEAN


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_file_and_a_pipe_give_the_same(seed: Path) -> None:
    by_file = call("clean", seed)
    by_pipe = call("clean", stdin=seed.read_bytes())
    assert by_file.code == by_pipe.code == 0
    assert by_file.stdout == by_pipe.stdout
    assert by_file.out == clean(seed.read_text("utf-8")).text + "\n"


def test_several_pages_are_parted_by_a_blank_line_in_the_order_named(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(PAGE)
    (tmp_path / "a.txt").write_text(OTHER_PAGE)
    done = call("clean", tmp_path / "b.txt", tmp_path / "a.txt")
    assert done.out == CLEAN + "\n" + OTHER_CLEAN


def test_records_keep_their_order_and_every_other_byte() -> None:
    lines = as_lines(records()).replace(": ", ":  ").replace("1.5,", "1.50,")
    done = call("clean", "--jsonl", stdin=lines)
    page, cleaned = json.dumps(PAGE, ensure_ascii=False), json.dumps(CLEAN[:-1], ensure_ascii=False)
    other = json.dumps(OTHER, ensure_ascii=False)
    expected = lines.replace(page, cleaned)
    expected = expected.replace(other, json.dumps(OTHER_CLEAN[:-1], ensure_ascii=False))
    assert done.out == expected


@pytest.mark.parametrize("ending", ["", ".gz", ".bz2", ".xz", ".zst"])
def test_the_name_of_a_file_tells_its_format_and_packing(tmp_path: Path, ending: str) -> None:
    packing = {"": "", ".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}[ending]
    pages, out = tmp_path / f"pages.jsonl{ending}", tmp_path / f"out.jsonl{ending}"
    with open_for_writing(pages, packing) as stream:
        stream.write(as_lines(records()).encode())
    by_pipe = call("clean", "--jsonl", stdin=as_lines(records()))
    assert call("clean", pages).stdout == by_pipe.stdout
    assert call("clean", pages, "-o", out).code == 0
    with open_for_reading(out, packing) as stream:
        assert stream.read() == by_pipe.stdout


def test_standard_input_may_go_by_a_name_that_tells_its_format() -> None:
    by_name = call("clean", "-", "--stdin-name", "pages.jsonl", stdin=as_lines(records()))
    assert by_name.stdout == call("clean", "--jsonl", stdin=as_lines(records())).stdout


def test_the_text_may_stand_in_another_field() -> None:
    line = json.dumps({"key": 7, "body": PAGE}, ensure_ascii=False) + "\n"
    done = call("clean", "--jsonl", "--field", "body", "--id", "key", stdin=line)
    assert json.loads(done.out) == {"key": 7, "body": CLEAN[:-1]}


def test_tables_come_back_as_tables(tmp_path: Path) -> None:
    table = tmp_path / "pages.csv"
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "text", "note"])
        writer.writerow(["a", PAGE, 'said "so", twice'])
        writer.writerow(["b", OTHER, ""])
    done = call("clean", table)
    rows = list(csv.reader(io.StringIO(done.out)))
    assert rows == [
        ["id", "text", "note"],
        ["a", CLEAN[:-1], 'said "so", twice'],
        ["b", OTHER_CLEAN[:-1], ""],
    ]
    by_pipe = call("clean", "--stdin-name", "pages.csv", stdin=table.read_bytes())
    assert by_pipe.stdout == done.stdout


@pytest.mark.parametrize(("given", "wanted"), [(".jsonl", ".csv"), (".csv", ".jsonl")])
def test_records_may_go_out_in_another_format(tmp_path: Path, given: str, wanted: str) -> None:
    rows = [{"id": "a", "text": PAGE}, {"id": "b", "text": OTHER_PAGE}]
    source, target = tmp_path / f"in{given}", tmp_path / f"out{wanted}"
    if given == ".csv":
        with source.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, ["id", "text"])
            writer.writeheader()
            writer.writerows(rows)
    else:
        source.write_text(as_lines(rows))
    assert call("clean", source, "-o", target).code == 0
    if wanted == ".csv":
        with target.open(newline="") as stream:
            found = list(csv.DictReader(stream))
    else:
        found = [json.loads(line) for line in target.read_text().splitlines()]
    expected = [{"id": "a", "text": CLEAN[:-1]}, {"id": "b", "text": OTHER_CLEAN[:-1]}]
    assert found == expected


def test_a_record_that_is_none_is_named_and_set_aside(tmp_path: Path) -> None:
    good = as_lines(records()).splitlines()
    bad = ["{broken", '{"no": "text"}', '{"text": 7}', "[1, 2]", '"text"', "{" * 10_000]
    lines = [good[0], *bad, "", good[1]]
    rejects = tmp_path / "rejects.jsonl"
    done = call("clean", "--jsonl", "--rejects", rejects, stdin="\n".join(lines) + "\n")
    assert done.code == 2
    assert [json.loads(line)["id"] for line in done.lines if line] == ["a", "b"]
    assert done.err.splitlines() == [
        "cleaner: stdin:2: not a JSON record (a key is missing at column 2)",
        "cleaner: stdin:3: no field 'text' (fields: no)",
        "cleaner: stdin:4: the field 'text' holds no text",
        "cleaner: stdin:2: 3 more like it, in lines 5, 6, 7",
    ]
    assert rejects.read_text().splitlines() == bad


def test_without_rejects_the_rest_goes_on_all_the_same() -> None:
    lines = as_lines(records()).replace("{", "", 1)
    done = call("clean", "--jsonl", stdin=lines)
    assert done.code == 2
    assert [json.loads(line)["id"] for line in done.lines] == ["b"]


def test_pages_in_a_chinese_encoding_come_out_in_utf_8() -> None:
    page = (SEEDS / "000_signing.txt").read_text("utf-8")
    for encoding in ("gb18030", "utf-16"):
        assert call("clean", stdin=page.encode(encoding)).out == clean(page).text + "\n"
    wrong = call("clean", "--encoding", "big5", "--errors", "strict", stdin=page.encode("gb18030"))
    assert wrong.code == 2
    assert "stdin: " in wrong.err


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--keep", "share_widget"], f"{STORY}\n{NOISE}"),
        (["--to", "traditional"], TRADITIONAL),
        (
            ["--to", "s2t", "--dictionary", "classic"],
            TRADITIONAL,
        ),
        (["--to", "taiwan", "--phrases"], convert(STORY, "taiwan", phrases=True)),
        (["--no-split", "--no-mend"], CLEAN),
        (["--remove", "suspects"], CLEAN),
        (["--profile", "editorial", "--site", "host"], CLEAN),
    ],
)
def test_options_of_cleaning_hold_in_the_pipe(options: list[str], expected: str) -> None:
    assert call("clean", *options, stdin=PAGE).out == expected


def test_rules_of_ones_own_are_used(tmp_path: Path) -> None:
    rules = tmp_path / "own.toml"
    rules.write_text(
        '[[rule]]\nname = "club-song"\nlabel = "promo_qr"\npattern = "请唱我们的歌"\n'
        'scope = "line"\nstrength = "alone"\nwhy = "Our club asks to sing."\n'
        'removes = [["请唱我们的歌", ""]]\nkeeps = ["他唱了一首歌。"]\n'
    )
    page = CLEAN + "请唱我们的歌\n"
    assert call("clean", "--rules", rules, stdin=page).out == CLEAN


def test_verbose_tells_what_was_done_and_quiet_nothing() -> None:
    assert "cleaned 1 page with 1 story, " in call("clean", "-v", stdin=PAGE).err
    assert call("clean", "-q", stdin=PAGE).err == ""


def test_the_output_is_never_an_input(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE)
    done = call("clean", page, "-o", page)
    assert done.code == 2
    assert "--fix" in done.err
    assert page.read_text() == PAGE


def test_formats_are_not_mixed_without_saying_where_to(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE)
    (tmp_path / "b.jsonl").write_text(as_lines(records()))
    assert call("clean", tmp_path / "a.txt", tmp_path / "b.jsonl").code == 2
    out = tmp_path / "out.jsonl"
    assert call("clean", tmp_path / "a.txt", tmp_path / "b.jsonl", "-o", out).code == 0
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["a.txt", "a", "b"]


def test_a_damaged_file_is_named_and_what_came_before_is_written(tmp_path: Path) -> None:
    pages, out = tmp_path / "pages.jsonl.gz", tmp_path / "out.jsonl"
    packed = gzip.compress((as_lines(records()) * 500).encode())
    pages.write_bytes(packed[: len(packed) // 2])
    done = call("clean", pages, "-o", out)
    assert done.code == 2
    assert "pages.jsonl.gz" in done.err
    assert all(json.loads(line)["text"] for line in out.read_text().splitlines())


def test_answers_come_while_the_input_is_still_open() -> None:
    pipe = subprocess.Popen(
        [sys.executable, "-m", "cleaner", "clean", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert pipe.stdin is not None
    assert pipe.stdout is not None
    for row in records():
        pipe.stdin.write(as_lines([row]).encode())
        pipe.stdin.flush()
        assert json.loads(pipe.stdout.readline())["id"] == row["id"]
    half, rest = as_lines(records()[:1]).encode()[:40], as_lines(records()[:1]).encode()[40:]
    pipe.stdin.write(half)
    pipe.stdin.flush()
    pipe.stdin.write(rest)
    pipe.stdin.close()
    assert json.loads(pipe.stdout.readline())["id"] == "a"
    assert pipe.wait() == 0


def test_an_interrupted_file_is_not_left_half_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    pipe = subprocess.Popen(
        [sys.executable, "-m", "cleaner", "clean", "--jsonl", "-o", str(out), "-v"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert pipe.stdin is not None
    assert pipe.stderr is not None
    pipe.stdin.write(as_lines(records()).encode())
    pipe.stdin.flush()
    while not out.with_name("out.jsonl.part").exists():
        os.sched_yield()
    pipe.send_signal(signal.SIGINT)
    assert b"Traceback" not in pipe.stderr.read()
    assert pipe.wait() == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "colour", "shown"),
    [([], None, True), ([], "1", True), (["--quiet"], None, False)],
)
def test_a_bar_tells_how_far_it_is_where_a_terminal_shows_it(
    tmp_path: Path, words: list[str], colour: str | None, shown: bool
) -> None:
    pages = tmp_path / "pages.jsonl"
    pages.write_text(as_lines(records() * 50))
    terminal, end = os.openpty()
    env = {name: told for name, told in os.environ.items() if name not in ("CI", "NO_COLOR")}
    env = {**env, "TERM": "xterm-256color", **({"NO_COLOR": colour} if colour else {})}
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", "clean", pages, "-o", tmp_path / "out.jsonl", *words],
        stderr=end,
        env=env,
        check=False,
    )
    os.close(end)
    told = b""
    while part := _read(terminal):
        told += part
    assert done.returncode == 0
    assert (b"cleaning" in told) == shown
    assert (b"100%" in told) == shown
    assert (re.search(rb"\x1b\[[0-9;]*3\d", told) is not None) == (shown and not colour)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # its other end is closed
        return b""
