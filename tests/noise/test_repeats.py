"""Lines that pages share: keys, exact counts in bounded memory, and files of furniture."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from command_line import call
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner import clean
from cleaner.model import SURE, SUSPECT, CleanerError, Page
from cleaner.noise.furniture import read_furniture
from cleaner.noise.hits import load_rules
from cleaner.noise.label import label_lines
from cleaner.noise.repeats import (
    Counts,
    RepeatCounter,
    Repeats,
    count_keys,
    line_keys,
    merge_counts,
)
from cleaner.pipeline import Cleaning
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

LINE = st.sampled_from(
    ("首页", "要闻", "阅读 12 次", "阅读:345次", "聯繫我們", "联系我们", "", "——")
)
PAGES = st.lists(
    st.builds(
        lambda number, site, rows: Page(f"{number}", "\n".join(rows), site),
        st.integers(),
        st.sampled_from(("a", "b")),
        st.lists(LINE, max_size=5),
    ),
    max_size=12,
)


def counts_of(pages: list[Page]) -> Counts:
    lines = split_lines(pages)
    return count_keys(lines, measure(lines))


def keys_of(*rows: str) -> list[int]:
    return line_keys(split_lines([Page("page", "\n".join(rows))])).tolist()


class TestKeys:
    def test_numbers_spaces_marks_and_script_do_not_count(self) -> None:
        keys = keys_of("阅读 123 次", "閱讀:45678次", " 阅读７８９次 ", "阅读次")
        assert keys[0] == keys[1] == keys[2] != keys[3]

    def test_order_and_length_of_letters_do(self) -> None:
        assert len(set(keys_of("上海日报", "海上日报", "上海日", "上海日报社"))) == 4

    def test_a_line_without_a_letter_has_no_key(self) -> None:
        assert keys_of("——", "首页", "") == [0, keys_of("首页")[0]]

    @settings(deadline=None)
    @given(st.lists(st.text(max_size=20), min_size=1, max_size=10))
    def test_a_key_does_not_depend_on_the_batch(self, texts: list[str]) -> None:
        lines = split_lines([Page(str(i), text) for i, text in enumerate(texts)])
        alone = [key for text in texts for key in line_keys(split_lines([Page("", text)])).tolist()]
        assert line_keys(lines).tolist() == alone


class TestCounts:
    @settings(deadline=None)
    @given(PAGES)
    def test_they_are_the_number_of_pages_of_a_site_that_have_the_line(
        self, pages: list[Page]
    ) -> None:
        expected: Counter[tuple[str, int]] = Counter()
        for page in pages:
            expected.update(
                (page.site, key) for key in {*keys_of(page.text), 0} if page.text or not key
            )
        counted = counts_of(pages)
        assert sorted(counted.pages.tolist()) == sorted(expected.values())
        lines = split_lines(pages)
        told, share = Repeats(counted).pages_with(lines, line_keys(lines))
        sites = Counter(page.site for page in pages)
        for line, key in enumerate(line_keys(lines).tolist()):
            site = lines.pages[lines.page[line]].site
            number = expected[site, key] if key else 0
            assert told[line] == (number if number >= 2 else 0)
            assert share[line] == pytest.approx(told[line] / sites[site])

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(PAGES, st.integers(1, 4), st.randoms())
    def test_they_are_the_same_in_parts_of_any_order_and_with_little_memory(
        self, tmp_path: Path, pages: list[Page], parts: int, chance: random.Random
    ) -> None:
        chosen = [counts_of(pages[part::parts]) for part in range(parts)]
        chance.shuffle(chosen)
        counter = RepeatCounter(tmp_path, entries=4)
        for part in chosen:
            counter.add(part)
        total, whole = counter.total(), merge_counts([counts_of(pages)], least=2)
        assert np.array_equal(total.keys, whole.keys)
        assert np.array_equal(total.pages, whole.pages)
        assert list(tmp_path.iterdir()) == []


SLOGAN = "我们在南渡,用镜头和文字,陪你走过每一个平凡的清晨与黄昏。"


def suspects(pages: list[list[str]]) -> list[str]:
    """The lines that are suspect on the pages of one site, each told once."""
    given = [Page(str(i), "\n".join(rows), "site") for i, rows in enumerate(pages)]
    lines = split_lines(given)
    shape = measure(lines)
    labels = label_lines(lines, shape, load_rules(), Repeats(count_keys(lines, shape)))
    assert not (labels.strength == SURE).any()
    told = [lines.text_of(i) for i in np.flatnonzero(labels.strength == SUSPECT).tolist()]
    return list(dict.fromkeys(told))


def story(number: int) -> list[str]:
    """A story of its own for every number: lines that differ in letters."""
    who = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"[number]
    return [
        f"{who}村的桥修好了",
        f"昨天清晨,{who}村的桥修好了,第一辆过桥的是{who}家送菜的三轮车,车上坐着两个孩子。",
        f"{who}家的老人说,桥修好以后,去镇上看病再也不用绕那么远的路了。",
    ]


class TestSharedLines:
    def test_a_slogan_that_closes_some_pages_of_a_site_is_suspect(self) -> None:
        pages = [[*story(i), SLOGAN] if i < 3 else story(i) for i in range(30)]
        assert suspects(pages) == [SLOGAN]

    def test_on_two_pages_it_is_not(self) -> None:
        pages = [[*story(i), SLOGAN] if i < 2 else story(i) for i in range(30)]
        assert suspects(pages) == []

    def test_nor_is_a_story_that_several_pages_have(self) -> None:
        assert suspects([story(i // 3) for i in range(30)]) == []

    def test_the_headline_of_a_story_that_a_site_carries_again_stays(self) -> None:
        assert suspects([story(0)] * 10 + [story(i) for i in range(1, 20)]) == []

    def test_a_banner_above_the_headlines_is_suspect_though_texts_speak_of_it(self) -> None:
        banner = "各村的桥修好了没有"
        assert suspects([[banner, *story(i)] for i in range(30)]) == [banner]


def scrape(folder: Path, pages: int) -> Path:
    """Pages of one site: each its own sentence, the same odd lines around."""
    folder.mkdir()
    for i in range(pages):
        own = "".join(random.Random(i).sample("江河湖海山川草木风云雨雪星辰日月春夏秋冬", 12))
        story = f"{own},这是今天的故事,明天还有。\n{own}的人都说好。"
        text = f"青渡镇上那些事\n第{i}期\n{story}\n我们明天再见啦\n"
        (folder / f"{i:03}.txt").write_text(text, "utf-8")
    return folder


class TestFurniture:
    def test_learned_lines_are_proposed_reviewed_and_applied(self, tmp_path: Path) -> None:
        pages = scrape(tmp_path / "scrape", 12)
        done = call("learn", pages, "-o", tmp_path / "furniture.tsv")
        assert done.code == 0
        assert "review" in done.err
        rows = [
            row.split("\t")
            for row in (tmp_path / "furniture.tsv").read_text("utf-8").splitlines()
            if not row.startswith("#")
        ]
        assert {row[4] for row in rows} == {"青渡镇上那些事", "我们明天再见啦", "第0期"}
        assert {(row[1], row[2]) for row in rows} == {("12", "12")}
        page = pages / "000.txt"
        text = page.read_text("utf-8")
        assert "青渡镇上那些事" in clean(text).text
        applied = clean(text, Cleaning(furniture=(tmp_path / "furniture.tsv",)))
        assert "青渡镇上那些事" not in applied.text
        assert "故事" in applied.text
        assert {f.rule for f in applied.findings if f.action == "removed"} == {"site-furniture"}
        by_command = call("clean", page, "--furniture", tmp_path / "furniture.tsv")
        assert by_command.out.rstrip("\n") == applied.text

    def test_the_file_is_the_same_whatever_the_order_of_pages(self, tmp_path: Path) -> None:
        pages = sorted(scrape(tmp_path / "scrape", 8).iterdir())
        shuffled = random.Random(2).sample(pages, len(pages))
        assert call("learn", *pages).out == call("learn", *shuffled).out

    def test_a_row_that_is_none_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "furniture.tsv"
        file.write_text("# mine\nsite\t3\t9\tnavy\t首页\n", "utf-8")
        with pytest.raises(CleanerError, match=r"furniture.tsv:2: not a row of a furniture file"):
            read_furniture((file,))
        done = call("clean", "--furniture", file, stdin="首页")
        assert done.code == 2
        assert "furniture.tsv:2" in done.err

    def test_an_empty_file_names_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "furniture.tsv"
        file.write_text("", "utf-8")
        assert len(read_furniture((file,)).furniture) == 0
