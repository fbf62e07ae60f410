"""What `index verify` tells of an index whose files are as written but do not fit each other."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from index_stories import add, index_of, others, story

from cleaner.duplicates import audit, manifest
from cleaner.duplicates.audit import check
from cleaner.duplicates.index import SEGMENTS, Index
from cleaner.duplicates.manifest import NAME, from_column, to_column
from cleaner.duplicates.segments import digest_of
from cleaner.model import CleanerError

Change = Callable[[bytearray, dict[str, dict[str, int]]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of 30 stories in two segments, one story a copy of another."""
    copy = story("copy.txt#1", others(1)[0].text)
    return index_of(tmp_path / "seen", others(20), [*others(9, 20), copy])


def execute(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / NAME)) as base, base:
        base.execute(statement, values)


def change_segment(folder: Path, change: Change) -> str:
    """Changes the first segment, whose digest the manifest then has; the name of its file.

    ``change`` is given the bytes of the file after its head, and the places of the columns.
    """
    path = sorted((folder / SEGMENTS).iterdir())[0]
    head, _, body = path.read_bytes().partition(b"\n")
    changed = bytearray(body)
    change(changed, json.loads(head)["columns"])
    path.write_bytes(head + b"\n" + changed)
    seal(folder, path)
    return path.name


def seal(folder: Path, path: Path) -> None:
    execute(
        folder,
        "UPDATE segments SET bytes = ?, digest = ? WHERE first = 0",
        path.stat().st_size,
        digest_of(path),
    )


def test_a_gap_between_the_rows_of_segments(folder: Path) -> None:
    execute(folder, "UPDATE segments SET first = 25 WHERE first = 20")
    first, second, *_ = sorted((folder / SEGMENTS).iterdir())
    moved = "000000000025-000000000035.segment"
    second.rename(second.with_name(moved))
    told = check(folder)
    assert f"{NAME}: segment {moved} should begin with row 20" in told
    assert f"{NAME}: it names 30 stories up to row 29, the segments have 35" in told
    assert not any(first.name in line for line in told)


def test_copies_that_are_counted_otherwise(folder: Path) -> None:
    execute(folder, "UPDATE stories SET copy_of = NULL")
    assert check(folder) == [f"{NAME}: it names 0 copies, the segments count others"]


def test_a_manifest_that_sqlite_itself_finds_broken(folder: Path) -> None:
    execute(folder, "CREATE UNIQUE INDEX by_id ON stories (id)")
    with closing(sqlite3.connect(folder / NAME)) as base, base:
        base.execute("PRAGMA writable_schema = ON")
        base.execute("DELETE FROM sqlite_schema WHERE name = 'by_id'")
    told = check(folder)
    assert told
    assert all(line.startswith(f"{NAME}: ") for line in told)


def test_a_file_that_is_no_segment(folder: Path) -> None:
    path = sorted((folder / SEGMENTS).iterdir())[0]
    path.write_bytes(b"something else altogether\n")
    seal(folder, path)
    (told,) = check(folder)
    assert told.startswith(f"{path.name}: {path.name} is no whole segment: ")


def test_a_segment_of_other_stories_than_the_manifest_says(folder: Path) -> None:
    paths = sorted((folder / SEGMENTS).iterdir())
    paths[0].write_bytes(paths[1].read_bytes())
    seal(folder, paths[0])
    assert f"{paths[0].name}: it has 10 stories instead of 20" in check(folder)


def test_postings_that_are_not_in_order(folder: Path) -> None:
    def backwards(body: bytearray, places: dict[str, dict[str, int]]) -> None:
        begin = places["keys"]["offset"]
        width = places["keys"]["shape"][1]  # type: ignore[index]
        body[begin : begin + width] = b"\xff" * width

    name = change_segment(folder, backwards)
    (told,) = check(folder)
    assert told.startswith(f"{name}: keys: its records ")


def test_places_of_texts_that_lead_nowhere(folder: Path) -> None:
    def swap(body: bytearray, places: dict[str, dict[str, int]]) -> None:
        begin = places["text_start"]["offset"]
        starts = np.frombuffer(body, "<u8", 21, begin).copy()
        starts[[3, 4]] = starts[[4, 3]]
        body[begin : begin + starts.nbytes] = starts.tobytes()

    name = change_segment(folder, swap)
    assert check(folder) == [f"{name}: the places of its texts do not fit its texts"]


def test_texts_that_cannot_be_unpacked_are_told_with_what_to_do(folder: Path) -> None:
    def garble(body: bytearray, places: dict[str, dict[str, int]]) -> None:
        begin = places["text"]["offset"]
        body[begin : begin + 40] = bytes(40)

    change_segment(folder, garble)
    with (
        Index.open(folder) as index,
        pytest.raises(CleanerError, match=r"see `cleaner index verify .*seen`"),
    ):
        index.stories([0])


def test_an_index_that_is_merged_meanwhile_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = index_of(tmp_path / "seen", *([one] for one in others(8)))
    faults_of = audit._segment_faults
    times = 0

    def merging(path: Path, entry: manifest.Entry) -> object:
        nonlocal times
        times += 1
        if times == 1:
            add(folder, others(4, 8))  # the ninth segment is merged with those before it
        return faults_of(path, entry)

    monkeypatch.setattr(audit, "_segment_faults", merging)
    assert check(folder) == []
    assert times == 9  # the eight that were there, and the one that they became


def test_ids_of_any_characters_are_held(tmp_path: Path) -> None:
    for id in ("a.txt#1", "页面/一.txt#2", "broken \udcff name", ""):
        assert from_column(to_column(id)) == id
    seen = index_of(tmp_path / "seen", [story("broken \udcff name", others(1)[0].text)])
    with Index.open(seen) as index:
        assert index.ids([0]) == {0: "broken \udcff name"}


def test_a_manifest_that_cannot_be_written_is_told(folder: Path) -> None:
    told = r"disk is full; see that the folder may be written"
    with pytest.raises(CleanerError, match=told), manifest.telling_trouble(folder):
        raise sqlite3.OperationalError("database or disk is full")
