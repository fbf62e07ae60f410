"""Every command that reads pages: the same answer by file and by pipe, whatever the format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import call
from small_pages import NOISE, OTHER, STORY

from cleaner import convert

PIPES = {
    "check": [],
    "clean": [],
    "convert": ["--to", "traditional"],
    "dedup": [],
    "explain": [],
    "inspect": ["--json"],
    "stories": [],
}
"""The commands that take pages from a pipe, each with what it needs beside them."""

RECORDS = "".join(
    json.dumps({"id": name, "text": text, "n": 1.50}, ensure_ascii=False) + "\n"
    for name, text in (("a", STORY + NOISE), ("b", OTHER), ("c", STORY + NOISE))
)


@pytest.mark.parametrize("name", sorted(PIPES))
@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("page.txt", STORY + NOISE),
        ("pages.jsonl", RECORDS),
        ("pages.csv", f'id,text\na,"{STORY}{NOISE}"\nb,"{OTHER}"\n'),
    ],
)
def test_a_file_and_a_pipe_give_the_same_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, file: str, content: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(file).write_text(content)
    by_file = call(name, file, *PIPES[name])
    by_pipe = call(name, "-", "--stdin-name", file, *PIPES[name], stdin=content)
    assert by_file.code == by_pipe.code
    assert by_file.code in (0, 1), by_file.err
    assert by_pipe.out == by_file.out
    assert by_file.out


@pytest.mark.parametrize("name", sorted(PIPES))
def test_json_lines_may_be_told_by_a_flag(name: str) -> None:
    by_name = call(name, "-", "--stdin-name", "stdin.jsonl", *PIPES[name], stdin=RECORDS)
    by_flag = call(name, "-", "--jsonl", *PIPES[name], stdin=RECORDS)
    assert by_flag.out.replace("stdin:", "stdin.jsonl:") == by_name.out


@pytest.mark.parametrize("name", sorted(PIPES))
def test_a_record_that_is_none_is_named_and_the_rest_goes_on(name: str) -> None:
    first, rest = RECORDS.split("\n", 1)
    done = call(name, "-", "--jsonl", *PIPES[name], stdin=f"{first}\n{{broken\n{rest}")
    assert done.code == 2
    assert "stdin:2: not a JSON record" in done.err
    assert done.out


@pytest.mark.parametrize("name", sorted(PIPES))
@pytest.mark.parametrize("given", [["no/such/file.txt"], ["-", "--encoding", "klingon"]])
def test_a_fault_ends_with_2_and_one_line(name: str, given: list[str]) -> None:
    done = call(name, *given, *PIPES[name], stdin=STORY)
    assert done.code == 2
    assert len(done.err.splitlines()) <= 2


def test_the_dictionaries_of_a_conversion_may_be_the_classic_ones() -> None:
    classic = call("convert", "--to", "s2t", "--dictionary", "classic", stdin=STORY)
    assert classic.out == convert(STORY, "s2t", dictionary="classic")


def test_pages_may_be_compared_as_they_stand_and_by_other_thresholds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(STORY + NOISE)
    Path("b.txt").write_text(STORY + OTHER)
    raw, usual = (call("compare", "a.txt", "b.txt", "--json", *o) for o in (["--raw"], []))
    assert json.loads(raw.out)["a_in_b"] < json.loads(usual.out)["a_in_b"]
    done = call("compare", "a.txt", "b.txt", "--json", "--overlap", "0.9", "--contained", "1")
    assert json.loads(done.out)["a_in_b"] == json.loads(usual.out)["a_in_b"]
