"""The patterns of stories do what their examples say."""

from __future__ import annotations

from typing import Any

import pytest

from cleaner.model import Page
from cleaner.stories.fields import fields_of
from cleaner.stories.patterns import pattern, table, value_patterns
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

SEARCHED = ("closed", "note sign", "behind a name")


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


def test_every_value_pattern_is_used_somewhere() -> None:
    kinds = [len(value_patterns(on)) for on in ("note", "lede", "tail")]
    assert sum(kinds) == len(table()["value"])
