"""Bad conversions: Traditional that a character table made is found and put right, no other."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from cleaner.text.reading import codes_of
from cleaner.text.repair import bad_conversions, may_be_bad, repair
from cleaner.text.script import convert

BAD = (
    "今后三年,全縣將選派年輕干部到村里工作,規范村務,完善制度。\n"
    "隨后,他同村干部談了復雜的賬目,要求加強聯系,有利于大家監督。\n"
    "活動標志著兩地關系更近,不得復制他人做法。\n"
)
RIGHT = (
    "今後三年,全縣將選派年輕幹部到村里工作,規範村務,完善制度。\n"
    "隨後,他同村幹部談了複雜的賬目,要求加強聯繫,有利於大家監督。\n"
    "活動標誌著兩地關係更近,不得複製他人做法。\n"
)
GOOD = [
    # what is right in Traditional though Simplified writes it, too
    "皇后在后冠前若干步停下,不受干擾;村里長向里民說明,制定里程表,准許通行,系所主任核准。",
    "台灣公布布告,占地五公頃,周年活動,污水處理,巨額托嬰津貼,回歸家具展,搜集表格。",
    "相關系所、院系與科系,為准駁之決定,不准延期,產制與改制為學校,換發證件,于先生與范小姐。",
    # a page that writes 後 and 於 has a slip of the pen, and no bad conversion
    "會後,關於此事,他對於以後的安排有意見,在這之後關于經費的問題,由於時間關係,留待日後討論。",
]


def test_a_bad_conversion_is_put_right_to_the_letter() -> None:
    got, rewrites = repair(BAD)
    assert got == RIGHT
    assert [rewrite.rule for rewrite in rewrites] == ["bad-conversion"] * len(rewrites)
    assert rewrites[0].why == "a character table left 后; Traditional writes 後"


def test_a_word_is_repaired_as_a_whole() -> None:
    assert ("復制", "複製") in {(found.before, found.after) for found in bad_conversions(BAD)}


@pytest.mark.parametrize("text", GOOD)
def test_good_traditional_text_stays(text: str) -> None:
    assert repair(text) == (text, ())


@pytest.mark.parametrize("text", [RIGHT, convert(RIGHT, "simplified"), "", "plain", "一二三"])
def test_right_and_simplified_text_stays(text: str) -> None:
    assert repair(text) == (text, ())


def test_one_slip_is_no_bad_conversion() -> None:
    text = "縣圖書館今天開放新館,館長說,將請專業干部擔任導覽,歡迎民眾參觀,兒童閱覽室在一樓。"
    assert bad_conversions(text) == ()


def test_on_a_page_in_both_scripts_the_traditional_lines_are_looked_at() -> None:
    page = convert(RIGHT, "simplified") + BAD
    found = bad_conversions(page)
    assert len(found) == len(bad_conversions(BAD))
    assert all(page.startswith(form.before, form.start) for form in found)
    assert repair(page)[0] == convert(RIGHT, "simplified") + RIGHT


def rows() -> list[list[str]]:
    listed = resources.files("cleaner.text").joinpath("wrong_forms.tsv").read_text("utf-8")
    return [line.split("\t") for line in listed.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0] + row[1])
def test_every_listed_form_is_found_in_its_example(row: list[str]) -> None:
    written, right, _, _, words, example = row
    assert written in example
    assert not words or any(word in example or example in word for word in words.split())
    # Beside other wrong forms on one page.
    page = f"他們說{example}。開辟市場,呼吁各界,積极參與,明确責任。"
    assert any(written in form.before and right in form.after for form in bad_conversions(page)), (
        page
    )


def test_no_form_is_listed_twice() -> None:
    pairs = [(row[0], row[1]) for row in rows()]
    assert len(set(pairs)) == len(pairs)


def test_every_error_of_the_real_page_is_repaired(shared: Path) -> None:
    (seed,) = (shared / "seeds").glob("001_*.txt")
    text = seed.read_text("utf-8")
    got, rewrites = repair(text)
    changed = [(a, b) for a, b in zip(text, got, strict=True) if a != b]
    assert len(changed) == 34
    assert not {a for a, _ in changed} & set("煉了布")  # 鍛煉, 了解, 散布 are written either way
    assert len(rewrites) == 32


def test_pages_that_need_no_look_are_told_from_a_batch_at_once() -> None:
    pages = [
        BAD,
        RIGHT,
        convert(RIGHT, "simplified"),
        "",
        *GOOD,
        convert(RIGHT, "simplified") + BAD,
    ]
    starts = np.cumsum([0, *map(len, pages)])[:-1].astype(np.int64)
    may_be = may_be_bad(codes_of("".join(pages)), starts).tolist()
    assert all(flag or not bad_conversions(page) for flag, page in zip(may_be, pages, strict=True))
    assert may_be[0]
    assert not any(may_be[1:4])


@pytest.mark.parametrize(
    ("words", "is_bad"),
    [
        ("村干部", False),  # a strong form once: two points
        ("村干部,干部們", True),  # twice: four
        ("村干部,干部們,干部", True),
        ("村干部,關系", True),  # a strong and a weak one: three
        ("關系", False),
        ("關系,關系", False),  # one weak form, however often
        ("關系,心里", True),  # two weak ones
        ("關系,復制", True),
    ],
)
def test_how_many_forms_make_a_bad_conversion(words: str, is_bad: bool) -> None:
    text = f"縣長說,{words}等議題,請縣民繼續關心學校的發展。"
    assert bool(bad_conversions(text)) == is_bad


def test_few_forms_in_a_long_page_are_slips() -> None:
    good = "縣圖書館今天開放新館,歡迎民眾參觀,兒童閱覽室在一樓。" * 80
    words = "村干部,干部們,關系"
    assert bad_conversions(words + good[:500])
    assert not bad_conversions(words + good)


def test_two_forms_are_enough_to_look_at_a_page() -> None:
    for words, is_looked_at in (("村干部", False), ("村干部,干部們", True)):
        codes = codes_of(f"縣長說,{words}等議題,請縣民繼續關心。")
        assert may_be_bad(codes, np.zeros(1, dtype=np.int64)).tolist() == [is_looked_at]


def test_the_last_line_of_a_page_in_both_scripts_is_looked_at() -> None:
    simplified = "这里说的话都写的是简体字,我们认为这样很好。\n" * 3
    found = bad_conversions(simplified + "縣長說,村干部要學習,干部們請縣民繼續關心。")
    assert [(form.start - len(simplified), form.before) for form in found] == [
        (5, "干"),
        (11, "干"),
    ]
