"""Fingerprints: what counts as the same text, and shingles that are equal only if the text is."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.duplicates.shingles import as_sets, digests, fingerprint, shingle
from cleaner.text.script import convert

TEXTS = st.lists(st.text(max_size=60), max_size=6)


def same(a: str, b: str) -> bool:
    prints = fingerprint([a, b])
    return bool((digests(prints)[0] == digests(prints)[1]).all())


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("渡口今起停航三天。", "渡口，今起停航：三天"),
        ("渡口今起停航三天", "渡口今起　停航\n三天"),
        ("ＡＢＣ１２３频道", "abc123频道"),
        ("面积120㎡", "面积120m2"),
        ("編輯：開往湖邊的車", "编辑：开往湖边的车"),
        ("裡面隻有幾隻貓", "里面只有几只猫"),
        ("標誌著合作", "标志着合作"),
        ("ｶﾞｽ", "ガス"),
        ("cafe\u0301一家", "CAFÉ一家"),
        ("Straße", "STRASSE"),
        ("①号楼", "1号楼"),
    ],
)
def test_setting_width_case_and_script_make_no_difference(a: str, b: str) -> None:
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("气温升到31度", "气温升到32度"),
        ("第三次会议", "第四次会议"),
        ("东岸停电", "西岸停电"),
        ("😀开幕", "开幕式"),
    ],
)
def test_other_words_and_other_figures_make_a_difference(a: str, b: str) -> None:
    assert not same(a, b)


@pytest.mark.parametrize("target", ["traditional", "taiwan", "hongkong"])
def test_a_converted_copy_has_the_same_fingerprint(target: str) -> None:
    text = "市民晚上沿着河边跑步，里程都记在墙上。范先生说，只要不下雨他就来。"
    assert same(text, convert(text, target))


def test_place_leads_back_to_the_character() -> None:
    texts = ["渡口：今起 停航", "", "！？", "面积120㎡，约合", "𠮷野家"]
    prints = fingerprint(texts)
    joined = "".join(texts)
    kept = [
        "".join(joined[i] for i in prints.place[a:b])
        for a, b in zip(prints.first[:-1], prints.first[1:], strict=True)
    ]
    assert kept == ["渡口今起停航", "", "", "面积120㎡㎡约合", "𠮷野家"]


@given(TEXTS)
def test_a_text_has_one_fingerprint_whatever_stands_beside_it(texts: list[str]) -> None:
    together = fingerprint(texts)
    for i, text in enumerate(texts):
        alone = fingerprint([text])
        assert np.array_equal(
            alone.codes, together.codes[together.first[i] : together.first[i + 1]]
        )


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=40))
def test_normal_forms_have_the_fingerprint_of_the_text(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        assert same(text, unicodedata.normalize(form, text)) or not text


def test_shingles_are_the_same_exactly_where_four_letters_are() -> None:
    text = "渔船渔船渔船回港渔船渔船"
    hashes = shingle(fingerprint([text])).values.tolist()
    grams = [text[i : i + 4] for i in range(len(text) - 3)]
    assert [hashes.index(value) for value in hashes] == [grams.index(gram) for gram in grams]


@given(TEXTS)
def test_no_shingle_reaches_into_the_next_text(texts: list[str]) -> None:
    together = shingle(fingerprint(texts))
    for i, text in enumerate(texts):
        assert together.of(i).tolist() == shingle(fingerprint([text])).values.tolist()


@given(TEXTS)
def test_sets_are_sorted_and_without_repeats(texts: list[str]) -> None:
    ordered = shingle(fingerprint(texts))
    sets = as_sets(ordered)
    for i in range(len(texts)):
        assert sets.of(i).tolist() == sorted(set(ordered.of(i).tolist()))


def test_fewer_than_four_letters_have_no_shingle() -> None:
    assert [
        len(shingle(fingerprint([text])).values) for text in ("", "停航", "停航了", "停航三天")
    ] == [
        0,
        0,
        0,
        1,
    ]


def test_an_empty_fingerprint_has_no_digest() -> None:
    assert digests(fingerprint(["", "。。。", "渡口"])).any(axis=1).tolist() == [False, False, True]
