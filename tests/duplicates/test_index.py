"""The index: what it knows again, what it refuses, and that batches do not change its answers."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_stories import (
    BRIDGE,
    BRIDGE_EDITED,
    BRIDGE_TRADITIONAL,
    add,
    ask,
    index_of,
    nonsense,
    others,
    story,
    told,
)

from cleaner.duplicates.audit import check, weigh
from cleaner.duplicates.growth import MOST_SEGMENTS, Added, merged_from, writing
from cleaner.duplicates.index import SEGMENTS, Index
from cleaner.duplicates.manifest import NAME, make_of_this_program
from cleaner.model import CleanerError

OLD = story("2023/bridge.txt#1", BRIDGE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of 40 stories, the bridge among them."""
    return index_of(tmp_path / "seen", others(20), [OLD], others(19, 20))


def test_a_story_is_known_by_its_old_id(folder: Path) -> None:
    (known,) = ask(folder, story("2024/again.txt#2", BRIDGE))
    assert (known.match.a, known.match.relation, known.match.b) == (
        "2024/again.txt#2",
        "exact",
        OLD.id,
    )
    assert (known.match.jaccard, known.exact, known.error) == (1.0, True, 0.0)


def test_an_edited_story_is_near_with_its_shared_lines(folder: Path) -> None:
    (known,) = ask(folder, story("new", BRIDGE_EDITED))
    assert (known.match.relation, known.exact) == ("near", True)
    assert 0.7 < known.match.jaccard < 1.0
    lines = {n for passage in known.match.shared for n in range(passage.b[0], passage.b[1] + 1)}
    assert lines >= {1, 3, 4}


def test_a_story_in_the_other_script_is_known(folder: Path) -> None:
    (known,) = ask(folder, story("new", BRIDGE_TRADITIONAL, "traditional"))
    assert known.match.jaccard > 0.95
    assert known.match.cross_script


def test_a_story_inside_a_longer_page_is_known(folder: Path) -> None:
    page = nonsense(900, 500) + "\n" + BRIDGE + "\n" + nonsense(901, 500)
    (known,) = ask(folder, story("page", page))
    assert (known.match.relation, known.match.b) == ("contained", OLD.id)
    assert known.match.b_in_a == 1.0
    assert known.match.jaccard < 0.3


def test_the_lines_of_the_old_page_are_told(tmp_path: Path) -> None:
    from cleaner.duplicates.verify import StoryText

    old = StoryText("old", BRIDGE, ((3, 3), (6, 8), (10, 10), (12, 12)), "simplified")
    seen = index_of(tmp_path / "seen", [old])
    (known,) = ask(seen, story("new", BRIDGE_EDITED))
    assert {line for passage in known.match.shared for line in passage.b} <= {3, 6, 8, 10, 12}


def test_a_new_story_is_not_known(folder: Path) -> None:
    assert ask(folder, *others(30, 5000)) == []


def test_short_stories_are_known_only_when_equal(tmp_path: Path) -> None:
    short = "昨夜大雨，东岸停课一天，请家长留意通知。"
    seen = index_of(tmp_path / "seen", [story("short", short)])
    assert told(ask(seen, story("new", short))) == [("new", "exact", "short")]
    assert ask(seen, story("new", short.replace("停课", "复课"))) == []


def test_stories_without_a_letter_are_never_known(tmp_path: Path) -> None:
    seen = index_of(tmp_path / "seen", [story("empty", ""), story("marks", "。。。！")])
    assert ask(seen, story("new", ""), story("other", "！！")) == []


def test_a_copy_is_told_by_the_first_that_had_its_text(folder: Path) -> None:
    added = add(folder, [story("copy", BRIDGE), story("third", BRIDGE_TRADITIONAL)])
    assert added.new + added.copies == 2
    assert told(ask(folder, story("new", BRIDGE)))[0] == ("new", "exact", OLD.id)
    with Index.open(folder) as index:
        assert len(index) == 42


def test_adding_again_adds_nothing(folder: Path) -> None:
    assert add(folder, [OLD, *others(5)]) == Added(new=0, copies=0, known=6)


def test_a_page_that_changed_is_another_story(folder: Path) -> None:
    assert add(folder, [story(OLD.id, BRIDGE_EDITED)]) == Added(new=1)
    assert told(ask(folder, story("new", BRIDGE_EDITED))) == [("new", "exact", OLD.id)]


def test_an_equal_story_of_another_page_is_all_the_answer(folder: Path) -> None:
    add(folder, [story("edited", BRIDGE_EDITED)])
    assert told(ask(folder, story("new", BRIDGE))) == [("new", "exact", OLD.id)]
    assert told(ask(folder, OLD)) == [(OLD.id, "exact", OLD.id), (OLD.id, "near", "edited")]
    again = story("new", BRIDGE.replace("昨日上午", "昨天清早"))
    assert {one.match.b for one in ask(folder, again)} == {OLD.id, "edited"}


def test_the_same_story_twice_in_one_batch_is_added_once(tmp_path: Path) -> None:
    seen = index_of(tmp_path / "seen")
    assert add(seen, [OLD, OLD, story("copy", BRIDGE)]) == Added(new=1, copies=1, known=1)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=14))
def test_answers_do_not_depend_on_batches(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    page = story("long", nonsense(3, 700) + BRIDGE + nonsense(4, 900))
    edits = [story(f"edit/{i}", BRIDGE_EDITED + nonsense(i, 20)) for i in range(10)]
    stories = [*others(15), OLD, *edits, story("copy", BRIDGE), page, *others(32, 15)]
    asked = [story("new", BRIDGE_EDITED), story("page", page.text), *others(3, 8)]
    whole = index_of(tmp_path_factory.mktemp("one") / "seen", stories)
    bounds = [0, *sorted(cuts), len(stories)]
    batches = [stories[begin:end] for begin, end in pairwise(bounds)]
    parted = index_of(tmp_path_factory.mktemp("many") / "seen", *batches)
    assert ask(parted, *asked) == ask(whole, *asked)
    assert check(parted) == check(whole) == []


def test_segments_are_merged_and_nothing_is_lost(tmp_path: Path) -> None:
    seen = index_of(tmp_path / "seen", *([one] for one in others(40)))
    with Index.open(seen) as index:
        assert len(index.segments) <= MOST_SEGMENTS
        assert [one.id for one in index.stories(range(40))] == [one.id for one in others(40)]
        files = {entry.file for entry in index.state.segments}
    assert {path.name for path in (seen / SEGMENTS).iterdir()} == files
    assert told(ask(seen, *others(40))) == [(one.id, "exact", one.id) for one in others(40)]


@given(st.lists(st.integers(1, 10**6), max_size=40))
def test_a_merge_leaves_at_most_eight_and_takes_no_large_one_for_a_small(sizes: list[int]) -> None:
    begin = merged_from(sizes)
    if len(sizes) <= MOST_SEGMENTS:
        assert begin == len(sizes)
    else:
        assert begin < MOST_SEGMENTS
        assert begin == 0 or sizes[begin - 1] > sum(sizes[begin:])


def test_stories_are_rewritten_about_log_n_times() -> None:
    sizes: list[int] = []
    written = 0
    for _ in range(4096):
        sizes.append(1)
        begin = merged_from(sizes)
        if begin < len(sizes):
            sizes[begin:] = [sum(sizes[begin:])]
            written += sizes[-1]
    assert written <= 12 * 4096


def test_boilerplate_in_thousands_of_stories_does_not_hide_a_copy(tmp_path: Path) -> None:
    footer = nonsense(77, 120)
    crowd = [story(f"crowd/{i}", nonsense(i, 150) + footer) for i in range(300)]
    seen = index_of(tmp_path / "seen", crowd)
    (known, *others_with_it) = ask(seen, story("new", nonsense(250, 150) + footer + "另有消息"))
    assert (known.match.relation, known.match.b) == ("near", "crowd/250")
    assert {one.match.relation for one in others_with_it} == {"overlap"}


# Without texts


def test_without_texts_answers_are_estimates_with_their_error(tmp_path: Path) -> None:
    long = story("long", nonsense(500, 3000))
    seen = index_of(tmp_path / "seen", [*others(20), long], texts=False)
    (known,) = ask(seen, story("new", long.text[:2000] + nonsense(501, 500)))
    assert not known.exact
    assert 0.0 < known.error < 0.2
    assert abs(known.match.a_in_b - 0.8) < 2 * known.error
    assert known.match.shared == ()


def test_an_estimate_is_never_certain(tmp_path: Path) -> None:
    seen = index_of(tmp_path / "seen", [OLD], texts=False)
    (known,) = ask(seen, story("page", BRIDGE + nonsense(9, 900)))
    assert known.match.b_in_a == 1.0
    assert known.error > 0.02


def test_without_texts_equal_fingerprints_are_certain(tmp_path: Path) -> None:
    seen = index_of(tmp_path / "seen", [OLD], texts=False)
    (known,) = ask(seen, story("new", BRIDGE))
    assert (known.match.relation, known.exact, known.error) == ("exact", True, 0.0)


def test_without_texts_no_text_is_on_disk(tmp_path: Path) -> None:
    seen = index_of(tmp_path / "seen", others(100), texts=False)
    with Index.open(seen) as index:
        assert weigh(index).bytes["texts"] == 0


# What is refused


@pytest.mark.parametrize("name", make_of_this_program())
def test_an_index_of_another_make_is_refused(folder: Path, name: str) -> None:
    with closing(sqlite3.connect(folder / NAME)) as base, base:
        (header,) = base.execute("SELECT told FROM header").fetchone()
        base.execute("UPDATE header SET told = ?", [json.dumps({**json.loads(header), name: "x"})])
    with pytest.raises(CleanerError, match=rf"seen: the index was made with {name} x, this") as got:
        Index.open(folder)
    assert "\n" not in str(got.value)
    assert "create" in str(got.value)
    with pytest.raises(CleanerError, match=name), writing(folder):
        pass


def test_a_folder_that_is_no_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(CleanerError, match="there is no index; make one with"):
        Index.open(tmp_path)


def test_a_damaged_manifest_is_named(folder: Path) -> None:
    (folder / NAME).write_bytes(b"no database at all" * 500)
    with pytest.raises(CleanerError, match=r"index\.sqlite: the index cannot be read"):
        Index.open(folder)


def test_create_refuses_a_folder_with_something_in_it(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CleanerError, match="an index is there already"):
        Index.create(folder)
    with pytest.raises(CleanerError, match="is not empty"):
        Index.create(tmp_path)


def test_create_goes_on_where_it_was_cut_short(tmp_path: Path) -> None:
    (tmp_path / "seen" / SEGMENTS).mkdir(parents=True)
    (tmp_path / "seen" / f"{NAME}.part").write_bytes(b"half")
    assert ask(index_of(tmp_path / "seen", [OLD]), OLD) != []


def test_an_index_without_a_header_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / NAME)) as base, base:
        base.execute("DELETE FROM header")
    with pytest.raises(CleanerError, match="it has no header"):
        Index.open(folder)


# What verify finds


def segment_files(folder: Path) -> list[Path]:
    return sorted((folder / SEGMENTS).iterdir())


def test_verify_finds_nothing_on_a_whole_index(folder: Path) -> None:
    assert check(folder) == []


@pytest.mark.parametrize("place", [10, 300, -5])
def test_verify_finds_a_changed_byte(folder: Path, place: int) -> None:
    path = segment_files(folder)[1]
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert check(folder) == [
        f"{path.name}: its bytes are not those that were written (another digest)"
    ]


def test_verify_finds_a_short_file_and_a_missing_one(folder: Path) -> None:
    first, second, _ = segment_files(folder)
    first.write_bytes(first.read_bytes()[:-64])
    second.unlink()
    short, missing = check(folder)
    assert "bytes instead of" in short
    assert missing == f"{second.name}: No such file or directory"
    with pytest.raises(CleanerError, match=r"has \d+ bytes instead of"):
        Index.open(folder)
    first.unlink()
    with pytest.raises(CleanerError, match="a file of the index is gone"):
        Index.open(folder)


def test_verify_finds_rows_without_a_name(folder: Path) -> None:
    with closing(sqlite3.connect(folder / NAME)) as base, base:
        base.execute("DELETE FROM stories WHERE row = 39")
    assert check(folder) == [f"{NAME}: it names 39 stories up to row 38, the segments have 40"]
