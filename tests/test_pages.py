"""Holds the form of the small pages in tests/pages/ and of their gold labels."""

from __future__ import annotations

import pytest
from gold_pages import EDITORIAL_LABELS, PAGES, GoldLine, gold_lines, kind_of, stories

from cleaner.model import BODY_LABELS, LABELS

NAMES = sorted(path.stem for path in PAGES.glob("*.txt"))


def gold(name: str) -> list[GoldLine]:
    return gold_lines(PAGES / f"{name}.jsonl")


def test_every_page_has_gold_and_a_word_of_explanation() -> None:
    guide = (PAGES / "README.md").read_text("utf-8")
    assert sorted(path.stem for path in PAGES.glob("*.jsonl")) == NAMES
    assert [name for name in NAMES if f"`{name}`" not in guide] == []


@pytest.mark.parametrize("name", NAMES)
def test_gold_agrees_with_its_page(name: str) -> None:
    lines = gold(name)
    page = (PAGES / f"{name}.txt").read_text("utf-8")
    assert page == "".join(f"{line.text}\n" for line in lines)
    assert [line.line for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        assert line.label in (*LABELS, "blank")
        assert (line.label == "blank") == (not line.text.strip())
        assert line.kind == kind_of(line.label)
        assert line.keep == (line.label in BODY_LABELS)
        assert line.keep_editorial == (line.label in EDITORIAL_LABELS)
        assert (line.story is not None) == (line.kind in ("body", "meta"))
        for span in line.spans:
            assert line.text[span.start : span.end] == span.text


@pytest.mark.parametrize("name", NAMES)
def test_stories_follow_each_other(name: str) -> None:
    told = stories(gold(name))
    assert list(told) == list(range(1, len(told) + 1))
    ends = [(lines[0].line, lines[-1].line) for lines in told.values()]
    assert ends == sorted(ends)
    assert all(any(line.label == "title" for line in lines) for lines in told.values())


@pytest.mark.parametrize("name", ["06_story_about_noise", "10_japanese_news", "20_programme"])
def test_some_pages_are_all_story(name: str) -> None:
    assert all(line.keep for line in gold(name))


def test_joins_are_where_lines_were_broken() -> None:
    joins = {name: sum(line.continues_previous for line in gold(name)) for name in NAMES}
    assert {name: n for name, n in joins.items() if n} == {
        "21_link_fragments": 7,
        "22_hard_wrapped": 7,
    }
