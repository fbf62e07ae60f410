"""``cleaner explain``: every line of a page with its label, its certainty and its reason."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import call
from gold_pages import SEEDS

PAGE = """\
两地签约
甲乙两地昨日签约,双方将共享资源,并在年底前建成联合实验室。(来源:本地日报)
微信
新浪微博
QQ空间
"""


def test_lines_that_go_are_marked_and_their_reason_is_told_once() -> None:
    lines = call("explain", stdin=PAGE).lines
    assert lines[0] == "stdin"
    assert lines[1].startswith("1 ")
    assert "- share_widget" in next(line for line in lines if line.endswith("微信"))
    assert sum("share-name:" in line for line in lines) == 1


def test_noise_inside_a_line_stands_in_brackets() -> None:
    out = call("explain", stdin=PAGE).out
    assert "联合实验室。[(来源:本地日报)]" in out
    assert "[source_credit]" in out


def test_json_tells_everything_of_every_line() -> None:
    rows = [json.loads(line) for line in call("explain", "--json", stdin=PAGE).lines]
    assert [row["line"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["strength"] for row in rows] == ["keep", "keep", "sure", "sure", "sure"]
    assert rows[0]["rule"] is None
    assert rows[2]["label"] == "share_widget"
    assert rows[2]["why"].endswith(".")
    span = rows[1]["spans"][0]
    assert rows[1]["text"][span["start"] : span["end"]] == "(来源:本地日报)"


def test_joins_and_stories_are_told_with_their_reasons() -> None:
    page = SEEDS / "002_newspaper_page.txt"
    lines = call("explain", page).lines
    told = [line.strip() for line in lines]
    rows = [json.loads(line) for line in call("explain", "--json", page).lines]
    joined = [row for row in rows if row["joined"]]
    assert joined
    for row in joined:
        place = next(i for i, line in enumerate(lines) if line.startswith(f"{row['line']:>3} + "))
        assert told[place + 1].startswith(f"joined onto {row['joined']['onto']}, ")
    numbers = sorted({row["story"] for row in rows if row["story"]})
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 1
    for number in numbers:
        first = next(row["line"] for row in rows if row["story"] == number)
        place = next(i for i, line in enumerate(lines) if line.startswith(f"{first:>3} "))
        assert told[place - 1].startswith(f"story {number}")


def test_a_page_of_one_story_announces_none() -> None:
    assert "story 1" not in call("explain", stdin=PAGE).out


def test_a_file_and_a_pipe_are_explained_alike() -> None:
    page = SEEDS / "002_newspaper_page.txt"
    piped = call("explain", "--stdin-name", page.name, stdin=page.read_bytes())
    assert call("explain", page).out == piped.out


def test_a_page_that_cannot_be_read_is_named_and_the_rest_is_explained(tmp_path: Path) -> None:
    records = tmp_path / "pages.jsonl"
    records.write_text('{"id": "a", "text": "微信"}\n{"id": "b", "text"\n', "utf-8")
    done = call("explain", records)
    assert done.code == 2
    assert "pages.jsonl:2" in done.err
    assert "微信" in done.out
