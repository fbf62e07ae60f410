"""``cleaner index``: made, filled, asked, weighed and checked from the shell."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_line import Done, call
from index_stories import BRIDGE, BRIDGE_EDITED, index_of, nonsense, others, story

from cleaner.duplicates.index import SEGMENTS


def run(*args: str | Path, stdin: str = "") -> Done:
    """What ``cleaner index ARGS...`` does."""
    return call("index", *args, stdin=stdin)


def records(*pairs: tuple[str, str]) -> str:
    return "".join(json.dumps({"id": id, "text": text}) + "\n" for id, text in pairs)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return index_of(tmp_path / "seen", [*others(5), story("old", BRIDGE)])


def test_from_nothing_to_an_answer(tmp_path: Path) -> None:
    seen, file = tmp_path / "seen", tmp_path / "old.jsonl"
    file.write_text(records(("bridge", BRIDGE), ("other", nonsense(1))), "utf-8")
    assert run("create", seen).code == 0
    added = run("add", seen, file)
    assert (added.code, added.out) == (0, "")
    assert "added 2 stories and 0 copies of stories; 0 were there already" in added.err
    asked = run("query", seen, "-", stdin=records(("new", BRIDGE_EDITED)))
    assert asked.code == 1
    assert asked.out.startswith("new\tnear\tbridge\tJ 0.")


def test_nothing_known_is_exit_0_and_silence(folder: Path) -> None:
    asked = run("query", folder, "-", stdin=records(("new", nonsense(99))))
    assert (asked.code, asked.out) == (0, "")


def test_answers_as_json_lines(folder: Path) -> None:
    asked = run("query", folder, "-", "--json", stdin=records(("new", BRIDGE)))
    (row,) = [json.loads(line) for line in asked.out.splitlines()]
    assert (row["a"], row["b"], row["relation"], row["exact"]) == ("new", "old", "exact", True)
    assert row["shared"]


def test_only_the_relations_asked_for(folder: Path) -> None:
    asked = run("query", folder, "-", "--relations", "exact", stdin=records(("new", BRIDGE_EDITED)))
    assert (asked.code, asked.out) == (0, "")
    wrong = run("query", folder, "-", "--relations", "same", stdin="")
    assert wrong.code == 2
    assert "--relations same: no such relation" in wrong.err


def test_thresholds_can_be_moved(folder: Path) -> None:
    new = records(("new", BRIDGE_EDITED))
    moved = run("query", folder, "-", "--near", "0.95", "--contained", "0.95", stdin=new)
    assert moved.out.startswith("new\toverlap\told\t")


def test_without_texts_an_answer_says_that_it_is_an_estimate(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    assert run("create", bare, "--no-texts").code == 0
    long = nonsense(7, 2000)
    run("add", bare, "-", "-q", stdin=records(("old", long)))
    asked = run("query", bare, "-", stdin=records(("new", long[:1500] + nonsense(8, 300))))
    assert asked.code == 1
    assert "(estimated, ±0." in asked.out
    assert "texts not held" in run("info", bare).out


def test_the_folder_of_a_run_is_read(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    row = {"id": "p.txt#1", "text": BRIDGE, "script": "simplified", "paragraphs": [[2, 2]] * 4}
    (out / "stories.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    asked = run("query", folder, out, "--json")
    assert {line for span in json.loads(asked.out)["shared"] for line in span["a"]} == {2}


def test_other_fields_and_compressed_files(folder: Path, tmp_path: Path) -> None:
    import gzip

    file = tmp_path / "more.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps({"url": "u1", "body": nonsense(50)}).encode()))
    assert run("add", folder, file, "--id", "url", "--field", "body").code == 0
    assert "u1" in run("query", folder, file, "--id", "url", "--field", "body").out


def test_an_index_is_made_anew_from_an_old_one(folder: Path, tmp_path: Path) -> None:
    anew = tmp_path / "anew"
    run("create", anew)
    assert "added 6 stories" in run("add", anew, folder).err
    assert run("query", anew, "-", stdin=records(("new", BRIDGE))).code == 1


def test_an_index_without_texts_gives_no_stories(tmp_path: Path, folder: Path) -> None:
    bare = index_of(tmp_path / "bare", others(2), texts=False)
    refused = run("add", folder, bare)
    assert refused.code == 2
    assert refused.err == f"cleaner: {bare}: this index holds no texts to read stories from\n"


def test_bad_records_are_named_and_the_rest_goes_on(folder: Path) -> None:
    stdin = '{"id": 1}\nnot json\n\n[]\n' + records(("new", nonsense(60)))
    added = run("add", folder, "-", stdin=stdin)
    assert added.code == 2
    assert "added 1 story and" in added.err
    for place in ("-:1: not a story: no text in the field 'text'", "-:2: not a story", "-:4: not"):
        assert place in added.err


def test_a_folder_that_is_neither_run_nor_index_is_named(folder: Path, tmp_path: Path) -> None:
    neither, gone = run("add", folder, tmp_path), run("add", folder, tmp_path / "gone.jsonl")
    assert (neither.code, gone.code) == (2, 2)
    assert "neither the folder of a run" in neither.err
    assert "gone.jsonl: cannot be read: No such file" in gone.err


def test_info_tells_what_it_holds(folder: Path) -> None:
    told = json.loads(run("info", folder, "--json").out)
    assert (told["stories"], told["copies"], told["segments"]) == (6, 0, 1)
    assert told["bytes"]["in all"] == sum(
        size for name, size in told["bytes"].items() if name != "in all"
    )
    assert told["made"]["shingle"] == 4
    assert "6 stories, 0 of them copies" in run("info", folder).out


def test_verify_is_exit_1_on_damage(folder: Path) -> None:
    assert run("verify", folder).code == 0
    shutil.rmtree(folder / SEGMENTS)
    (folder / SEGMENTS).mkdir()
    damaged = run("verify", folder)
    assert damaged.code == 1
    assert "No such file" in damaged.out
    assert len(json.loads(run("verify", folder, "--json").out)["faults"]) == 1


@pytest.mark.parametrize("name", ["create", "add", "query", "info", "verify"])
def test_every_command_shows_an_example(name: str) -> None:
    assert f"cleaner index {name} seen" in run(name, "--help").out
