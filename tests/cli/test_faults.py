"""Records that cannot be read: one line for each file and reason, however many they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import call
from small_pages import OTHER

GOOD = json.dumps({"id": "good", "text": OTHER}, ensure_ascii=False) + "\n"
OTHER_FIELD = '{"id": 1, "content": "文字"}\n'

STREAMING = (
    ("clean",),
    ("convert", "--to", "traditional"),
    ("dedup",),
    ("stories",),
    ("explain",),
    ("inspect",),
)
"""Commands that say what they meet as they meet it."""


@pytest.fixture
def dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file ``dump.jsonl`` of which one record in nine has its text where it is looked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    path = tmp_path / "dump.jsonl"
    path.write_text(OTHER_FIELD * 3 + GOOD + OTHER_FIELD * 5)
    return path


@pytest.mark.parametrize("command", STREAMING, ids=[name for name, *_ in STREAMING])
def test_the_first_is_told_at_once_and_the_others_as_a_number(
    dump: Path, command: tuple[str, ...]
) -> None:
    done = call(*command, "dump.jsonl")
    assert done.code == 2
    assert done.out
    assert done.err.splitlines() == [
        "cleaner: dump.jsonl:1: no field 'text' (fields: id, content)",
        "cleaner: dump.jsonl:1: 7 more like it, in lines 2, 3, 5, 6, 7 …",
    ]


def test_check_and_learn_tell_them_in_one_line(dump: Path) -> None:
    told = (
        "cleaner: dump.jsonl:1: no field 'text' (fields: id, content) "
        "(and 7 more like it, in lines 2, 3, 5, 6, 7 …)"
    )
    done = call("check", "dump.jsonl")
    assert done.code == 2
    assert done.err.splitlines() == [told, "1 page, 0 findings, 8 not read, 0.0% noise"]
    learnt = call("learn", "dump.jsonl", "-q")
    assert (learnt.code, learnt.err.splitlines()) == (2, [told])


def test_every_file_and_every_reason_is_told(dump: Path, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text("{bad\n" + OTHER_FIELD + '{"text": 7}\n{ worse\n')
    done = call("clean", "dump.jsonl", "other.jsonl")
    assert [line.partition(" (")[0] for line in done.err.splitlines()] == [
        "cleaner: dump.jsonl:1: no field 'text'",
        "cleaner: other.jsonl:1: not a JSON record",
        "cleaner: other.jsonl:2: no field 'text'",
        "cleaner: other.jsonl:3: the field 'text' holds no text",
        "cleaner: dump.jsonl:1: 7 more like it, in lines 2, 3, 5, 6, 7 …",
        "cleaner: other.jsonl:1: 1 more like it, in line 4",
    ]


def test_all_of_them_are_set_aside_in_the_file_for_rejects(dump: Path, tmp_path: Path) -> None:
    assert call("clean", "dump.jsonl", "--rejects", tmp_path / "rejects.jsonl").code == 2
    assert (tmp_path / "rejects.jsonl").read_text() == OTHER_FIELD * 8


def test_pages_that_cannot_be_read_are_told_each(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(bytes(range(256)) * 20)
    done = call("clean", tmp_path)
    assert done.code == 2
    assert [line.rpartition("/")[2] for line in done.err.splitlines()] == [
        "a.txt: is a binary file, not text; leave it out",
        "b.txt: is a binary file, not text; leave it out",
    ]


def test_stories_for_an_index_are_told_alike(dump: Path, tmp_path: Path) -> None:
    assert call("index", "create", tmp_path / "seen").code == 0
    dump.write_text(OTHER_FIELD * 2 + GOOD + "{bad\n[]\n{worse\n")
    done = call("index", "add", tmp_path / "seen", dump, "--json")
    assert done.code == 2
    assert json.loads(done.out) == {"new": 1, "copies": 0, "known": 0, "faults": 5}
    assert done.err.splitlines() == [
        "cleaner: dump.jsonl:1: not a story: no text in the field 'text'",
        "cleaner: dump.jsonl:4: not a story (Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1))",
        "cleaner: dump.jsonl:5: not a story: the line is no JSON object",
        "cleaner: dump.jsonl:1: 1 more like it, in line 2",
        "cleaner: dump.jsonl:4: 1 more like it, in line 6",
    ]
    assert call("index", "query", tmp_path / "seen", dump).code == 2


def test_a_run_tells_them_in_one_line_too(dump: Path, tmp_path: Path) -> None:
    dump.write_text(GOOD + OTHER_FIELD * 25)
    done = call("run", "dump.jsonl", "-o", tmp_path / "out", "-q")
    assert done.code == 2
    assert done.err.splitlines() == [
        "cleaner: dump.jsonl:2: no field 'text' (fields: id, content) "
        "(and 24 more like it, in lines 3, 4, 5, 6, 7 …)"
    ]


def test_of_many_files_a_run_names_twenty(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text(OTHER)
    for number in range(25):
        (tmp_path / "in" / f"bad{number:02}.txt").touch()
    done = call("run", tmp_path / "in", "-o", tmp_path / "out", "-q")
    assert done.code == 2
    *named, last = done.err.splitlines()
    assert len(named) == 20
    assert named[0].endswith("bad00.txt: is empty; scrape it again or leave it out")
    assert last == "cleaner: 25 were set aside in all; run.json names 25"


def test_of_a_file_without_any_page_nothing_is_learnt(dump: Path) -> None:
    dump.write_text(OTHER_FIELD * 2)
    done = call("learn", "dump.jsonl")
    assert done.code == 2
    assert all(line.startswith("#") for line in done.lines)
    assert done.err.splitlines() == [
        "no line is on enough pages of a site; nothing is proposed",
        "cleaner: dump.jsonl:1: no field 'text' (fields: id, content) "
        "(and 1 more like it, in line 2)",
    ]
