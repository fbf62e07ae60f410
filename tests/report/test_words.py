"""The report says the same in English and Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import cleaner.report
from cleaner.model import ACTIONS, DOUBTS, LABELS
from cleaner.report.pairs import KINDS
from cleaner.report.words import LANGUAGES, fill, words_in

HOLE = re.compile(r"\{([a-z_]+)")


def test_every_language_has_the_same_keys_and_holes() -> None:
    english, chinese = (words_in(language) for language in LANGUAGES)
    assert list(english) == list(chinese)
    for key, text in english.items():
        assert set(HOLE.findall(text)) == set(HOLE.findall(chinese[key])), key


def test_every_label_action_and_relation_has_a_name() -> None:
    for language in LANGUAGES:
        words = words_in(language)
        assert {f"label.{label}" for label in LABELS} <= set(words)
        assert {f"action.{action}" for action in ACTIONS} <= set(words)
        assert {f"relation.{kind}" for kind in KINDS} <= set(words)
        assert {f"why.{doubt}" for doubt in DOUBTS if doubt != "furniture"} <= set(words)


def test_chinese_is_set_in_chinese_punctuation() -> None:
    for key, text in words_in("zh").items():
        assert not re.search(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", text), key


def test_every_word_that_the_page_names_is_there() -> None:
    folder = Path(cleaner.report.__file__).parent / "templates"
    words = words_in("en")
    for file in folder.rglob("*.*"):
        text = file.read_text("utf-8")
        named = re.findall(r"""\b(?:t|say|fact|score|taken)\("([a-z_]+\.[a-z_]+)\"""", text)
        named += re.findall(r"""data-t(?:-[a-z-]+)?="([a-z_]+(?:\.[a-z_]+)?)\"""", text)
        assert [key for key in named if key not in words] == [], file.name


def test_words_follow_numbers() -> None:
    assert fill("{n} {n:page|pages}", {"n": 1}) == "1 page"
    assert fill("{n} {n:page|pages}", {"n": 1200}) == "1,200 pages"
    assert fill("{share} gone", {"share": "3 %"}) == "3 % gone"
