"""The patterns of stories do what their examples say."""

from __future__ import annotations

from typing import Any

import pytest

from cleaner.model import Page
from cleaner.stories.fields import fields_of
from cleaner.stories.patterns import pattern, signs_by_name, table, value_patterns
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

SEARCHED = ("closed", "behind a name")


@pytest.mark.parametrize("row", table()["pattern"], ids=lambda row: str(row["name"]))
def test_a_pattern_finds_its_examples_and_passes_the_others(row: dict[str, Any]) -> None:
    form = pattern(row["name"])
    look = form.search if row["name"] in SEARCHED else form.match

    def read(text: str) -> str:
        return split_lines([Page("page", text)]).reading_of(0)

    assert all(look(read(text)) for text in row["finds"])
    assert not any(look(read(text)) for text in row["passes"])


@pytest.mark.parametrize("row", table()["value"], ids=lambda row: str(row["pattern"])[:40])
def test_a_value_is_read_where_it_stands(row: dict[str, Any]) -> None:
    for text, values in row["finds"].items():
        lines = split_lines([Page("page", text)])
        places = {"note": [], "lede": [], "tail": []} | {row["on"]: [0]}
        fields = fields_of(lines, measure(lines), places["note"], places["lede"], places["tail"])
        found = {name: getattr(fields, name) for name in values}
        assert {name: value and value.value for name, value in found.items()} == values
        assert all(value.line == 0 for value in found.values() if value)


@pytest.mark.parametrize("name", signs_by_name())
def test_a_pattern_is_tried_on_all_its_examples(name: str) -> None:
    examples = next(row["finds"] for row in table()["pattern"] if row["name"] == name)
    lines = split_lines([Page("page", "\n".join(examples))])
    for line in range(len(lines)):
        assert set(lines.reading_of(line)) & set(signs_by_name()[name]), lines.text_of(line)


def test_what_a_lede_tells_is_found_by_the_first_two_characters_of_a_word() -> None:
    for value in value_patterns("lede"):
        assert value.needs
        assert all(len(word) >= 2 for word in value.needs)


def test_every_value_pattern_is_used_somewhere() -> None:
    kinds = [len(value_patterns(on)) for on in ("note", "lede", "tail")]
    assert sum(kinds) == len(table()["value"])
