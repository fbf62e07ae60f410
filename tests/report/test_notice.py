"""What a check says of a story that says the same as another."""

from __future__ import annotations

import pytest

from cleaner.report.checks.notice import Place, Twin, twin_remark

PLACE = Place("pages/a.txt", "a.txt", "text", 1, 1)


def told(relation: str, shared: float, held: float, **more: object) -> str:
    details = {"cross_script": False, "numbers": (), **more}
    twin = Twin("b.txt#1", relation, shared, held, **details)  # type: ignore[arg-type]
    return twin_remark(PLACE, 7, "标题", twin).message


@pytest.mark.parametrize(
    ("relation", "shared", "held", "message"),
    [
        ("exact", 1.0, 1.0, "the same story as b.txt#1"),
        ("near", 0.87, 0.9, "nearly the same story as b.txt#1 (87% of it stands there)"),
        ("contained", 0.95, 0.3, "this story stands in b.txt#1"),
        ("contained", 0.3, 0.95, "this story contains b.txt#1"),
        ("revision", 0.9, 0.9, "the same story as b.txt#1 but for its numbers"),
        ("overlap", 0.45, 0.2, "shares 45% of its text with b.txt#1"),
    ],
)
def test_each_relation_in_words(relation: str, shared: float, held: float, message: str) -> None:
    assert told(relation, shared, held) == message


def test_the_other_script_is_told() -> None:
    assert told("overlap", 0.6, 0.2, cross_script=True) == (
        "shares 60% of its text with b.txt#1, in the other script"
    )


def test_the_first_three_numbers_that_changed_are_told() -> None:
    changed = (("12", "13"), ("7", "8"), ("3.5万", "3.6万"), ("1", "2"))
    assert told("revision", 0.9, 0.9, numbers=changed) == (
        "the same story as b.txt#1 but for its numbers; "
        "other numbers: 12 there 13, 7 there 8, 3.5万 there 3.6万"
    )


def test_the_remark_stands_where_the_story_begins() -> None:
    remark = twin_remark(PLACE, 7, "标题", Twin("d/b.txt#1", "exact", 1, 1, False, ()))
    assert (remark.path, remark.line, remark.column) == ("pages/a.txt", 7, 1)
    assert (remark.kind, remark.label, remark.rule) == ("duplicate", "exact", "duplicate-exact")
    assert remark.text == "标题 b.txt#1"
