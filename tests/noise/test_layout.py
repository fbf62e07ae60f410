"""What the layout of a page says: running text, zones, runs, counted lists, windows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.model import Page
from cleaner.noise.layout import (
    FAR,
    HEAD,
    INSIDE,
    NOWHERE,
    TAIL,
    Layout,
    lay_out,
    lines_since,
    lines_until,
    window_mean,
    window_sum,
)
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

TEXT = "近日,顺德区卫生监督所的执法骨干来到高明,与同行围坐一桌,逐页讨论今年的检查计划。"


def layout_of(*pages: str) -> Layout:
    lines = split_lines([Page(f"page{i}", text) for i, text in enumerate(pages)])
    return lay_out(lines, measure(lines))


def rows(*texts: str) -> str:
    return "\n".join(texts)


def test_blank_lines_are_not_seen() -> None:
    assert layout_of(rows("一", "", " ", "二")).seen.tolist() == [0, 3]


def test_zones_go_by_the_first_and_last_running_text() -> None:
    page = rows("首页", TEXT, "小标题", TEXT, "关于我们")
    assert layout_of(page, "首页").zone.tolist() == [HEAD, INSIDE, INSIDE, INSIDE, TAIL, NOWHERE]


def test_half_width_and_full_width_text_are_alike() -> None:
    assert layout_of(TEXT, TEXT.replace(",", ",")).body.tolist() == [True, True]


def test_a_run_of_titles_ends_with_its_page() -> None:
    assert layout_of(rows("一", "二", TEXT, "三"), rows("四", "五", "六")).run.tolist() == [
        2,
        2,
        0,
        1,
        3,
        3,
        3,
    ]


def test_items_of_a_list_count_up_without_a_gap() -> None:
    layout = layout_of(rows("1. 一", "2. 二", "3. 三", "5. 五", "7:2 胜", "2、二", "3、三"))
    assert layout.counted.tolist() == [3, 3, 3, 1, 0, 2, 2]


def test_places_of_the_first_and_last_visible_character() -> None:
    page = " \u3000 " * 9 + "字 迹" + " " * 20
    layout = layout_of(page)
    assert (page[layout.opening[0]], page[layout.closing[0]]) == ("字", "迹")


def test_only_the_lines_looked_at_count() -> None:
    lines = split_lines([Page("page", rows("首页", TEXT, "1. 一", "广告", "2. 二"))])
    shape = measure(lines)
    layout = lay_out(lines, shape, np.array([True, False, True, False, True]))
    assert layout.seen.tolist() == [0, 2, 4]
    assert layout.zone.tolist() == [NOWHERE] * 3
    assert layout.counted.tolist() == [0, 2, 2]


COLUMN = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=8), min_size=1, max_size=4)


@settings(deadline=None)
@given(COLUMN, st.integers(-4, 2), st.integers(0, 4))
def test_windows_are_sums_over_the_lines_around(
    pages: list[list[int]], before: int, more: int
) -> None:
    layout = layout_of(*(rows(*("字" for _ in page)) for page in pages))
    column = np.array([value for page in pages for value in page])
    after = before + more
    sums, means = [], []
    for page in pages:
        for i in range(len(page)):
            window = page[max(i + before, 0) : max(i + after + 1, 0)]
            sums.append(sum(window))
            means.append(sum(window) / max(len(window), 1))
    assert window_sum(layout, column, before, after).tolist() == sums
    assert np.allclose(window_mean(layout, column, before, after), means)


@settings(deadline=None)
@given(COLUMN)
def test_distances_are_to_the_nearest_marked_line_of_the_page(pages: list[list[int]]) -> None:
    layout = layout_of(*(rows(*("字" for _ in page)) for page in pages))
    marked = np.array([value == 0 for page in pages for value in page])
    since, until = [], []
    for page in pages:
        for i in range(len(page)):
            ups = [i - k for k in range(i + 1) if page[k] == 0]
            downs = [k - i for k in range(i, len(page)) if page[k] == 0]
            since.append(min(ups, default=FAR))
            until.append(min(downs, default=FAR))
    assert lines_since(layout, marked).tolist() == since
    assert lines_until(layout, marked).tolist() == until


def test_no_pages_have_no_layout() -> None:
    layout = layout_of()
    assert len(layout) == 0
    assert len(lines_since(layout, np.zeros(0, dtype=bool))) == 0
