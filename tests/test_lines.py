"""A page becomes lines, each with its reading form and its shape."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Page
from cleaner.text.lines import Lines, batches, in_batches, split_lines
from cleaner.text.shape import measure


def lines_of(*texts: str) -> Lines:
    return split_lines([Page(f"page{i}", text) for i, text in enumerate(texts)])


def test_every_kind_of_line_break_ends_a_line() -> None:
    lines = lines_of("一\n二\r\n三\r四\u2028五\f六")
    assert [lines.text_of(i) for i in range(len(lines))] == ["一", "二", "三", "四", "五", "六"]


def test_lines_are_numbered_on_their_own_page() -> None:
    lines = lines_of("一\n二", "", "三\n\n四\n")
    assert [(int(lines.page[i]), lines.number(i)) for i in range(len(lines))] == [
        (0, 1),
        (0, 2),
        (2, 1),
        (2, 2),
        (2, 3),
    ]


def test_a_carriage_return_at_the_end_of_a_page_ends_no_line_of_the_next() -> None:
    lines = lines_of("一\r", "\n二")
    assert [lines.text_of(i) for i in range(len(lines))] == ["一", "", "二"]


def test_the_reading_form_folds_width_script_and_case_but_not_length() -> None:
    lines = lines_of("「責任編輯」：ＷｅＣｈａｔ\u3000１２")
    assert lines.reading_of(0) == "“责任编辑”:wechat 12"


def test_no_pages_have_no_lines() -> None:
    lines = split_lines([])
    assert len(lines) == 0
    assert lines.first.tolist() == [0]
    assert len(measure(lines).visible) == 0


def test_a_line_is_ended_by_its_sentence_mark_closing_quotes_aside() -> None:
    lines = lines_of("他说:“好。”\n他说:\n(完!)\n好。 \n”\n")
    assert measure(lines).ended.tolist() == [True, False, True, True, False]


def test_shape_counts_letters_marks_and_space() -> None:
    shape = measure(lines_of("\n\u3000\u30002023年，GDP 增长；カナ。|"))
    assert shape.indent.tolist() == [0, 4]
    assert shape.gap.tolist() == [0, 1]
    assert [int(c[1]) for c in (shape.han, shape.digits, shape.latin, shape.foreign)] == [
        3,
        4,
        3,
        2,
    ]
    assert [int(c[1]) for c in (shape.ends, shape.clauses, shape.dividers, shape.spaces)] == [
        1,
        2,
        1,
        1,
    ]


@given(
    st.lists(st.text(alphabet="ab。，\n\r\u3000 \u2028\U00020000\ud800", max_size=12), max_size=6)
)
def test_lines_and_breaks_make_up_the_pages(texts: list[str]) -> None:
    lines = lines_of(*texts)
    shape = measure(lines)
    for number, text in enumerate(texts):
        own = range(lines.first[number], lines.first[number + 1])
        rest = text
        for i in own:
            assert rest.startswith(lines.text_of(i))
            rest = rest[len(lines.text_of(i)) :]
            ended = rest[:2] if rest.startswith("\r\n") else rest[:1]
            assert ended in ("\r\n", "\n", "\r", "\u2028", "")
            rest = rest[len(ended) :]
            stripped = lines.text_of(i).strip("\ud800 \u3000")
            assert shape.blank[i] == (not stripped)
            assert shape.visible[i] == len(
                lines.text_of(i).translate(dict.fromkeys(map(ord, "\ud800 \u3000")))
            )
            assert shape.ended[i] == stripped.endswith("。")
        assert rest == ""


def test_batches_keep_order_and_size() -> None:
    pages = [Page(str(i), "字" * 40) for i in range(10)]
    grouped = list(batches(pages, chars=100))
    assert [page for batch in grouped for page in batch] == pages
    assert max(len(batch) for batch in grouped) == 2


def test_a_batch_of_pages_may_be_as_large_as_was_said() -> None:
    pages = [Page(str(i), "字" * 50) for i in range(5)]
    assert [len(batch) for batch in batches(pages, chars=100)] == [2, 2, 1]
    assert [len(batch) for batch in batches([Page("long", "字" * 500), *pages], chars=100)] == [
        1,
        2,
        2,
        1,
    ]
    assert list(batches([], chars=100)) == []


def test_a_batch_of_items_ends_with_the_one_that_fills_it() -> None:
    assert list(in_batches("aabbbc", lambda item: 2, most=4)) == [
        ["a", "a"],
        ["b", "b"],
        ["b", "c"],
    ]
    assert list(in_batches([1, 5, 1, 1, 3], lambda item: item, most=5)) == [[1, 5], [1, 1, 3]]
    assert list(in_batches([2, 3, 1], lambda item: item, most=5)) == [[2, 3], [1]]
    assert list(in_batches("aaaaaa", lambda item: 1, most=3)) == [["a"] * 3, ["a"] * 3]
    assert list(in_batches([], len)) == []


def test_an_indent_counts_double_for_wide_spaces_from_the_first_sign_on() -> None:
    shape = measure(lines_of("\u3000\u3000甲 乙", " \t丙\u3000", "\u3000"))
    assert shape.indent.tolist() == [4, 2, 2]
    assert shape.spaces.tolist() == [1, 0, 0]


def test_what_is_seen_of_a_line_begins_and_ends_with_a_visible_sign() -> None:
    lines = lines_of("  甲乙\u200b \n \n丙")
    shape = measure(lines)
    seen = [
        lines.text[begin:end] for begin, end in zip(shape.first_seen, shape.after_seen, strict=True)
    ]
    assert seen == ["甲乙", "", "丙"]
    assert shape.gap.tolist() == [0, 0, 1]
