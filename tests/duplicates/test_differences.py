"""What differs between stories in the same words: numbers, renamed words, furniture."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.duplicates.align import blocks
from cleaner.duplicates.differences import (
    Head,
    common_share,
    is_furniture,
    is_other_story,
    renamed_words,
)
from cleaner.duplicates.numbers import compare_numbers, told_by, value_of
from cleaner.duplicates.shingles import fingerprint
from cleaner.duplicates.sketch import prefixes
from cleaner.duplicates.verify import StoryText, compared


def numbers_between(a: str, b: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    one, two = compared([StoryText("a", a, ()), StoryText("b", b, ())])
    rows = blocks(one.codes, two.codes, one.placed, two.placed)
    return compare_numbers(one.told, two.told, rows)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("降雨120毫米", ["120"]),
        ("花了4,000元", ["4000"]),
        ("涨了3.5%", ["3.5"]),
        ("二十三人报名", ["23"]),
        ("二〇二三年", ["2023"]),
        ("两千四百米", ["2400"]),
        ("兩萬人到場", ["20000"]),
        ("１２月", ["12"]),
        ("3.5万人", ["35000"]),
        ("没有数字", []),
        ("2021\n7月", ["2021", "7"]),
        ("开馆9:30 - 17:00", ["9:30", "17:00"]),
        ("新社北岛4月3日电 渡轮今起停航", []),
        ("【早报2021年6月9日讯】渡轮停航3天", ["3"]),
    ],
)
def test_numbers_are_read_as_what_they_say(text: str, values: list[str]) -> None:
    prints = fingerprint([text])
    told = told_by(text, prints.codes, prints.place)
    assert [value_of(number.text) for number in told.listed()] == values


def test_a_bulletin_of_another_day_has_other_numbers_in_the_same_places() -> None:
    monday = "气象台今早发布：今天白天最高气温31度，夜间最低气温24度，南风3级，紫外线指数8。"
    friday = "气象台今早发布：今天白天最高气温27度，夜间最低气温19度，南风3级，紫外线指数5。"
    agreeing, changed = numbers_between(monday, friday)
    assert changed == (("31", "27"), ("24", "19"), ("8", "5"))
    assert agreeing == 1


def test_a_copy_has_the_numbers_of_the_original_however_they_are_written() -> None:
    original = "图书馆去年添书四千册，接待读者两万人次，开放时间延长到晚上9点。"
    copy = "图书馆去年添书4,000册，接待读者20000人次，开放时间延长到晚上九点。"
    assert numbers_between(original, copy) == (3, ())


def test_a_number_that_only_one_has_is_no_change() -> None:
    assert numbers_between(
        "码头共有泊位12个，去年扩建。", "码头共有泊位12个，造价3亿元，去年扩建。"
    ) == (1, ())


def renamed(a: str, b: str) -> tuple[tuple[str, str], ...]:
    one, two = compared([StoryText("a", a, ()), StoryText("b", b, ())])
    rows = blocks(one.codes, two.codes, one.placed, two.placed)
    return renamed_words(one.codes, two.codes, rows, one.head)


def test_the_same_notice_of_another_place_is_noticed() -> None:
    notice = "{0}渡口下周起停航检修\n海事部门通知，{0}渡口下周起停航检修，请乘客改走陆路前往机场。"
    assert renamed(notice.format("北岛"), notice.format("南湾")) == (("北岛", "南湾"),)


def test_a_word_replaced_once_or_by_another_spelling_is_not() -> None:
    text = "北岛渡口下周起停航检修\n海事部门通知，这个渡口下周起停航检修，请乘客改走陆路。"
    assert renamed(text, text.replace("北岛", "南湾")) == ()
    named = "威威渡口下周停航检修\n海事部门说威威渡口下周停航检修三天"
    assert renamed(named, named.replace("威", "崴").replace("崴崴", "崴威")) == ()


def story(headline: str, text: str) -> Head:
    """The headline of a story."""
    (one,) = compared([StoryText("a", f"{headline}\n{text}", ())])
    return one.head


PROMISE = "支持独立报道，从今天开始订阅本报电子版，每月只需一杯咖啡的价钱，随时可以取消订阅。"
OUT = story("旧码头改成图书馆", "海边的旧码头改成图书馆，首日接待读者一千二百人，馆内保留了吊车。")
TOLD = story("北岛渡口停航三天", "北岛渡口因大雾停航三天，请乘客改走陆路前往机场，恢复时间待通知。")
UNTOLD = story("议会昨夜再起争执", PROMISE)
NONE = story(PROMISE * 2, PROMISE)


def head(text: str) -> tuple[str, float | None]:
    """The headline of a text, and how much of it the other lines bear out."""
    (one,) = compared([StoryText("a", text, ())])
    codes = one.codes[one.head.start : one.head.end]
    return "".join(map(chr, codes)), one.head.borne_out


def test_a_headline_is_the_first_line_that_names_no_one() -> None:
    body = "旧码头改成的图书馆昨天开放，" * 6
    assert head(f"旧码头变图书馆\n{body}")[0] == "旧码头变图书馆"
    assert head(f"本报记者 陈小舟\n旧码头变图书馆\n{body}")[0] == "旧码头变图书馆"
    assert head(f"{body}\n第二段")[0] == ""
    assert head("短\n也短") == ("", None)
    assert head("只有一行的快讯标题") == ("只有一行的快讯标题", None)


def test_a_story_bears_out_its_headline_and_promotion_does_not() -> None:
    headline = "旧码头改成图书馆 首日人气旺"
    _, told = head(f"{headline}\n海边的旧码头改成图书馆，首日接待读者一千二百人。")
    _, untold = head(f"{headline}\n支持独立报道，从今天开始订阅本报电子版，随时可以取消。")
    assert told is not None
    assert untold is not None
    assert told > 0.4
    assert untold < 0.1


def test_the_same_frame_under_other_headlines_is_another_story() -> None:
    assert is_other_story(OUT, UNTOLD)
    assert not is_other_story(OUT, OUT)
    assert not is_other_story(UNTOLD, UNTOLD)
    assert not is_other_story(OUT, TOLD)
    assert not is_other_story(NONE, UNTOLD)


HASHES = np.random.default_rng(1).integers(0, 1 << 64, 3000, dtype=np.uint64)
PROMOTION, BODY_A, BODY_B = HASHES[:1000], HASHES[1000:2000], HASHES[2000:]
COMMON = np.sort(prefixes(PROMOTION[PROMOTION < 1 << 60]))


def furniture(a: np.ndarray, b: np.ndarray, heads: tuple[Head, Head]) -> bool:  # type: ignore[type-arg]
    shared = np.array(sorted(set(a.tolist()) & set(b.tolist())), dtype=np.uint64)
    a_share, b_share, shared_share = (common_share(np.sort(s), COMMON) for s in (a, b, shared))
    return is_furniture(
        (len(a), len(b), len(shared)), (a_share, b_share, shared_share), lambda: heads
    )


def test_different_stories_under_one_promotion_share_furniture() -> None:
    a, b = np.concatenate([PROMOTION, BODY_A]), np.concatenate([PROMOTION, BODY_B])
    assert furniture(a, b, (OUT, OUT))


def test_the_same_story_under_one_promotion_is_a_story() -> None:
    a = np.concatenate([PROMOTION, BODY_A])
    assert not furniture(a, a[:-30], (OUT, OUT))


def test_promotion_alone_under_two_headlines_is_furniture() -> None:
    assert furniture(PROMOTION, PROMOTION[:-30], (UNTOLD, OUT))


def test_promotion_alone_is_furniture_of_a_page_with_a_headline() -> None:
    assert furniture(PROMOTION, np.concatenate([PROMOTION, BODY_A]), (NONE, OUT))


def test_a_report_that_everyone_prints_is_a_story() -> None:
    assert not furniture(PROMOTION, PROMOTION[:-30], (OUT, OUT))
    assert not furniture(PROMOTION, PROMOTION[:-30], (NONE, NONE))
