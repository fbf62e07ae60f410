"""Whatever bytes come in, no page raises, and all of it comes back byte for byte."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import WAYS, Given, draw, wrong_with
from cleaner.corpus.entries import Reading
from cleaner.pipeline import Cleaning


@settings(max_examples=150)
@given(st.randoms(use_true_random=False), st.sampled_from(WAYS))
def test_a_mutated_page_comes_through(dice: random.Random, how: Cleaning) -> None:
    assert wrong_with([draw(dice)], how) == []


@settings(max_examples=100)
@given(st.binary(max_size=300), st.sampled_from(["text", "jsonl", "csv", "html"]))
def test_any_bytes_come_through(raw: bytes, form: str) -> None:
    assert wrong_with([Given(raw, form, Reading(errors="keep"))], Cleaning()) == []


FOUND = {
    "kept bytes that side by side read as another character": Given(
        "南屏区承办：".encode()[:-2] + "承办：南屏".encode() + b"\xae\xa4" + "主办".encode(),
        "text",
        Reading(encoding="big5", errors="keep"),
    ),
}
"""What went wrong once: bytes drawn by ``benchmarks/fuzz.py``, cut down."""


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND.keys())
def test_what_went_wrong_once(found: Given) -> None:
    for how in WAYS:
        assert wrong_with([found], how) == []
