"""The search for phrases: the longest from the left, whatever the dictionary."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.text.phrases import find_phrases, phrases_of
from cleaner.text.reading import codes_of

WORDS = st.lists(st.text("ab字句", min_size=2, max_size=6), unique=True, max_size=40)


def walk(words: list[str], text: str) -> list[tuple[int, str]]:
    """Forward maximum matching as one would write it down."""
    found, at = [], 0
    while at < len(text):
        longest = max((w for w in words if text.startswith(w, at)), key=len, default="")
        if longest:
            found.append((at, longest))
        at += len(longest) or 1
    return found


def search(words: list[str], text: str) -> list[tuple[int, str]]:
    found = find_phrases(phrases_of(words), codes_of(text))
    lengths = [len(words[i]) for i in found.phrase.tolist()]
    assert lengths == found.length.tolist()
    return [(s, words[i]) for s, i in zip(found.start.tolist(), found.phrase.tolist(), strict=True)]


@settings(deadline=None, max_examples=150)
@given(WORDS, st.text("ab字句 ", max_size=60))
def test_the_longest_phrase_from_the_left_is_found(words: list[str], text: str) -> None:
    assert search(words, text) == walk(words, text)


def test_frozen_codes_and_surrogates_are_in_no_phrase() -> None:
    codes = codes_of("ab\udc80abab").copy()
    codes[4] |= np.uint32(1 << 21)
    found = find_phrases(phrases_of(["ab"]), codes)
    assert found.start.tolist() == [0, 5]


def test_a_large_dictionary_has_a_place_for_every_phrase() -> None:
    words = [
        chr(0x4E00 + i % 4000) + chr(0x4E00 + i // 9) + chr(0x5000 + i % 7) for i in range(30_000)
    ]
    words = list(dict.fromkeys(words))
    text = "，".join(words)
    assert search(words, text) == [(i * 4, word) for i, word in enumerate(words)]


def test_behind_a_phrase_that_is_passed_over_the_search_goes_on_within_it() -> None:
    words = ["ab", "bcdef", "cd", "ef"]
    assert search(words, "abcdef") == [(0, "ab"), (2, "cd"), (4, "ef")]
    assert search(words, "bcdef") == [(0, "bcdef")]
