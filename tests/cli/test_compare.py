"""``cleaner compare``: two pages or stories side by side, across scripts, with the numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import call
from gold_pages import SEEDS

SIMPLIFIED = (
    "旧码头改成了图书馆\n"
    "首日接待读者1200人，馆内保留了原来的吊车和铁轨，阅览区沿着铁轨排开。\n"
    "门票免费。\n"
)
TRADITIONAL = (
    "舊碼頭改成了圖書館\n"
    "首日接待讀者1300人，館內保留了原來的吊車和鐵軌，閱覽區沿著鐵軌排開。\n"
    "歡迎預約。\n"
)


def files(folder: Path) -> tuple[Path, Path]:
    (folder / "a.txt").write_text(SIMPLIFIED)
    (folder / "b.txt").write_text(TRADITIONAL)
    return folder / "a.txt", folder / "b.txt"


def test_shared_passages_are_marked_across_scripts_with_the_numbers(tmp_path: Path) -> None:
    done = call("compare", *files(tmp_path))
    assert done.code == 0
    assert "script     simplified, traditional" in done.out
    assert "1200 / 1300" in done.out
    assert "[旧码头改成了图书馆]" in done.out
    assert "[舊碼頭改成了圖書館]" in done.out
    assert "lines 1-2 ~ lines 1-2" in done.out


def test_the_numbers_come_as_a_row_of_json_too(tmp_path: Path) -> None:
    row = json.loads(call("compare", "--json", *files(tmp_path)).out)
    assert row["cross_script"] is True
    assert row["numbers_changed"] == [["1200", "1300"]]
    assert 0.5 < row["jaccard"] < 1


def test_stories_that_share_nothing_are_shown_as_well(tmp_path: Path) -> None:
    a, b = files(tmp_path)
    b.write_text("气象台说，明天有雨，后天转晴，周末适合出游，请市民注意添衣保暖。\n")
    done = call("compare", a, b)
    assert done.code == 0
    assert "no relation" in done.out


def test_records_are_named_by_their_id(tmp_path: Path) -> None:
    records = tmp_path / "pages.jsonl"
    records.write_text(
        "".join(
            json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n"
            for name, text in (("x", SIMPLIFIED), ("y", TRADITIONAL))
        )
    )
    row = json.loads(call("compare", "--json", f"{records}#x", f"{records}#y").out)
    assert row["jaccard"] > 0.5


def test_stories_of_a_run_are_named_by_their_id(tmp_path: Path) -> None:
    assert call("run", "-q", SEEDS, "-o", tmp_path / "out").code == 0
    stories = (tmp_path / "out" / "stories.jsonl").read_text().splitlines()
    one, two = json.loads(stories[0])["id"], json.loads(stories[-1])["id"]
    row = json.loads(call("compare", "--json", "--run", tmp_path / "out", one, two).out)
    assert {row["a"], row["b"]} == {one, two}


def test_what_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    a, _ = files(tmp_path)
    for name, message in (("none.txt", "no such file"), (f"{a}#7", "none numbered 7")):
        done = call("compare", a, name)
        assert done.code == 2
        assert message in done.err
        assert done.err.count("\n") == 1


def test_a_story_that_there_is_not_is_told_with_those_there_are(tmp_path: Path) -> None:
    first, second = files(tmp_path)
    done = call("compare", f"{first}#9", second)
    assert (done.code, done.err) == (2, f"cleaner: {first}: has 1 story, none numbered 9\n")
    assert call("run", first, second, "-o", tmp_path / "out", "--quiet").code == 0
    done = call("compare", "--run", tmp_path / "out", "a.txt#1", "c.txt#1")
    assert (done.code, "no story 'c.txt#1'" in done.err) == (2, True)


def test_a_record_that_there_is_not_is_told(tmp_path: Path) -> None:
    records = tmp_path / "pages.jsonl"
    records.write_text(json.dumps({"id": "east", "text": SIMPLIFIED}) + "\n")
    done = call("compare", f"{records}#west", f"{records}#east")
    assert (done.code, "no record 'west'" in done.err) == (2, True)


def test_pages_of_several_stories_are_compared_story_by_story_too() -> None:
    done = call("compare", SEEDS / "000_signing.txt", SEEDS / "001_signing_traditional.txt")
    assert "story 000_signing.txt#1 ~ story 001_signing_traditional.txt#1: overlap" in done.out


def test_a_page_that_cannot_be_read_or_has_nothing_left_is_told(tmp_path: Path) -> None:
    a, b = files(tmp_path)
    a.write_bytes(bytes(range(256)) * 20)
    done = call("compare", a, b)
    assert (done.code, done.err) == (2, f"cleaner: {a}: is a binary file, not text; leave it out\n")
    a.write_text("微信\n新浪微博\nQQ空间\n")
    done = call("compare", a, b)
    assert done.code == 2
    assert done.err == f"cleaner: {a}: nothing of it is left as a story; compare it with --raw\n"
    assert call("compare", "--raw", a, b).code == 0


def test_blank_lines_between_records_are_passed_by(tmp_path: Path) -> None:
    records = tmp_path / "pages.jsonl"
    records.write_text("\n" + json.dumps({"id": "x", "text": SIMPLIFIED}) + "\n")
    _, b = files(tmp_path)
    assert call("compare", f"{records}#x", b).code == 0


def test_on_a_terminal_what_differs_has_colours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    done = call("compare", *files(tmp_path))
    assert "\x1b[" in done.out
    assert "another number" in done.lines[-1]


def test_a_name_that_was_replaced_all_through_is_told(tmp_path: Path) -> None:
    a, b = files(tmp_path)
    text = (
        "{0}的旧码头改成了图书馆\n{0}市的旧码头上周改成了图书馆,馆内保留了原来的吊车和铁轨,阅览区沿着铁轨排开。\n"
        "{0}市的读者说,孩子们最喜欢坐在船头看连环画,{0}市还要在对岸再修一座这样的图书馆。\n"
    )
    a.write_text(text.format("临江"))
    b.write_text(text.format("望海"))
    assert "renamed    临江 / 望海" in call("compare", a, b).out
