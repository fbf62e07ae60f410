"""What a text is like: its scripts line by line, and signs that tell of trouble."""

from __future__ import annotations

import pytest

from cleaner.text.inspection import inspect_text

SIMPLIFIED, TRADITIONAL, NEUTRAL = "这里说的话", "這裡說的話", "一二三"


def test_lines_of_one_script_make_a_run_with_the_sums_of_its_lines() -> None:
    page = [NEUTRAL, SIMPLIFIED, "", SIMPLIFIED, TRADITIONAL, NEUTRAL, TRADITIONAL, SIMPLIFIED]
    runs = inspect_text("\n".join(page)).runs
    assert [(run.first, run.last, run.script) for run in runs] == [
        (2, 4, "simplified"),
        (5, 7, "traditional"),
        (8, 8, "simplified"),
    ]
    alone = inspect_text(SIMPLIFIED), inspect_text(TRADITIONAL)
    assert alone[0].simplified > 1
    assert alone[1].traditional > 1
    assert [run.simplified for run in runs] == [2 * alone[0].simplified, 0, alone[0].simplified]
    assert [run.traditional for run in runs] == [0, 2 * alone[1].traditional, 0]


def test_the_script_of_a_page_is_that_of_all_its_lines() -> None:
    seen = inspect_text(f"{SIMPLIFIED}\n{TRADITIONAL}")
    assert (seen.script, seen.simplified, seen.traditional) == (
        "mixed",
        seen.runs[0].simplified,
        seen.runs[1].traditional,
    )
    assert inspect_text(NEUTRAL).script == "neutral"
    assert inspect_text("").runs == ()


@pytest.mark.parametrize(
    ("char", "count"),
    [
        ("\udfff", 0),
        ("\ue000", 1),
        ("\uf8ff", 1),
        ("\uf900", 0),
        ("\U000effff", 0),
        ("\U000f0000", 1),
        ("\U0010fffd", 1),
    ],
    ids=lambda one: f"U+{ord(one):04X}" if isinstance(one, str) else str(one),
)
def test_characters_of_private_use_are_counted(char: str, count: int) -> None:
    assert inspect_text(f"这里{char}").private == count


def test_what_would_be_written_otherwise_is_counted_by_its_rule() -> None:
    seen = inspect_text("\u3000\u3000他说,第１２届\u200b大会")
    assert seen.untidy == {"full-width": 2, "invisible": 1, "odd-space": 2}
    assert seen.half_width == 1
