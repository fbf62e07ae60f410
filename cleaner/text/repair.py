"""Finds Traditional text that a character table made from Simplified, and repairs it.

Such a table leaves 干部 for 幹部, 今后 for 今後, 復制 for 複製. Good Traditional text writes 干 and
后, too, where they are right, and some characters either way (台 and 臺): so a character is only
taken for wrong if a word around it says so, and only on a page that has more of it and does not
write the right form as often.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.text.conversion import plan_of
from cleaner.text.phrases import Phrases, find_phrases, phrases_of
from cleaner.text.reading import codes_of
from cleaner.text.script import convert, script_counts, script_name, script_table
from cleaner.text.width import Rewrite

EVIDENCE = 3
"""Points that make a page badly converted: two for a strong form, one for a weak one, no more
than two occurrences of a form counted."""
KINDS = 2
"""Different weak forms that do so without a strong one."""
PER_10K = 20
"""Wrong forms in 10,000 Chinese characters that a page has at least (0 of 2,976 law texts that
are good reach it together with ``EVIDENCE``; a bad conversion has 50 to 200)."""
RULE = "bad-conversion"


class WrongForm(NamedTuple):
    """Characters that a table converted wrongly: offset, as written, and as Traditional has it."""

    start: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Form:
    strong: bool
    alone: bool
    words: tuple[str, ...]


def bad_conversions(text: str) -> tuple[WrongForm, ...]:
    """The wrong forms of a page that is badly converted Traditional, in order; else none.

    Of a page in both scripts only the lines that are not Simplified are looked at.
    """
    [script] = _scripts_beside(codes_of(text), np.zeros(1, dtype=np.int64))
    if script == "traditional":
        return _judged(text)
    return _judged_lines(text) if script == "mixed" else ()


def _judged_lines(text: str) -> tuple[WrongForm, ...]:
    """The wrong forms in the lines of a text that are not Simplified."""
    lines = text.split("\n")
    starts = np.cumsum([0, *(len(line) + 1 for line in lines[:-1])])
    scripts = _scripts_beside(codes_of(text), starts)
    mine = [row for row, script in enumerate(scripts) if script in ("traditional", "neutral")]
    rest = "\n".join(lines[row] for row in mine)
    if not may_be_bad(codes_of(rest), np.zeros(1, dtype=np.int64))[0]:
        return ()
    offsets = [0, *itertools.accumulate(len(lines[row]) + 1 for row in mine)]
    found: list[WrongForm] = []
    for form in _judged(rest):
        row = bisect.bisect_right(offsets, form.start) - 1
        found.append(form._replace(start=form.start - offsets[row] + int(starts[mine[row]])))
    return tuple(found)


def _scripts_beside(codes: NDArray[np.uint32], starts: NDArray[np.int64]) -> list[str]:
    """The script of each segment (see ``script_counts``) apart from the forms in question."""
    counts = script_counts(codes, starts, _table_beside())
    return [script_name(int(s), int(t)) for s, t in zip(*counts, strict=True)]


@cache
def _table_beside() -> NDArray[np.uint8]:
    """``script_table`` with the forms in question as characters of both scripts."""
    table = script_table().copy()
    table[[ord(pair[0]) for pair in _forms()]] = 0
    return table


def _judged(text: str) -> tuple[WrongForm, ...]:
    """The wrong forms of a text in Traditional, if there are enough of them."""
    wrong = _candidates(text)
    if not wrong:
        return ()
    met = Counter(text[place] + right for place, _, right in wrong)
    # A page that writes 於 is no page that cannot write it.
    met = Counter({pair: n for pair, n in met.items() if n >= text.count(pair[1])})
    forms = _forms()
    strong = sum(2 * min(n, 2) for pair, n in met.items() if forms[pair].strong)
    weak = [min(n, 2) for pair, n in met.items() if not forms[pair].strong]
    enough = (strong and strong + sum(weak) >= EVIDENCE) or len(weak) >= KINDS
    codes = codes_of(text)
    chinese = np.count_nonzero((codes >= 0x4E00) & (codes <= 0x9FFF))
    if not enough or met.total() * 10_000 < PER_10K * chinese:
        return ()
    return _joined(text, [found for found in wrong if text[found[0]] + found[2] in met])


def may_be_bad(codes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which texts ``bad_conversions`` should look at: the others have no wrong form (bool[n]).

    Text ``i`` is ``codes[starts[i]:starts[i + 1]]``, the last one goes to the end. Where there is
    Traditional at all, one search for the listed words and one table for the forms that need
    none, at 10 ns a character.
    """
    simplified, traditional = script_counts(codes, starts)
    suspects: NDArray[np.bool_] = (traditional > 0) & (traditional * 10 > simplified)
    if not suspects.any():
        return suspects
    words, table = _marks()
    marks = table.take(codes)
    marks[find_phrases(words, codes).start] = True
    sums = np.concatenate(([0], np.cumsum(marks)))
    forms = sums[np.append(starts[1:], len(codes))] - sums[starts]
    suspects &= (forms >= 2) & (forms * 10_000 >= PER_10K * traditional)
    return suspects


@cache
def _marks() -> tuple[Phrases, NDArray[np.bool_]]:
    """The words that wrong forms are listed with, and the forms that are listed without any."""
    forms = _forms()
    words = sorted({word for form in forms.values() for word in form.words})
    table = np.zeros(0x110000, dtype=bool)
    table[[ord(pair[0]) for pair, form in forms.items() if form.alone or not form.words]] = True
    return phrases_of(words), table


def repair(text: str) -> tuple[str, tuple[Rewrite, ...]]:
    """``text`` with the wrong forms of a bad conversion put right, and every rewrite.

    >>> repair("他說,今后將加強干部培訓。")[0]
    '他說,今後將加強幹部培訓。'
    """
    parts: list[str] = []
    rewrites: list[Rewrite] = []
    at = 0
    for form in bad_conversions(text):
        parts += (text[at : form.start], form.after)
        at = form.start + len(form.before)
        rewrites.append(rewrite_of(form))
    return "".join((*parts, text[at:])), tuple(rewrites)


def rewrite_of(form: WrongForm) -> Rewrite:
    """The rewrite that puts a wrong form right."""
    why = f"a character table left {form.before}; Traditional writes {form.after}"
    return Rewrite(form.start, form.before, form.after, RULE, why)


def _candidates(text: str) -> list[tuple[int, int, str]]:
    """Characters that may be wrong: place, number of the word around it (or -1), right form.

    What Simplified would write is converted again by phrases; what comes out otherwise and is
    listed as a wrong form is a candidate.
    """
    simplified = convert(text, "t2s")
    right = convert(simplified, "s2tw")
    if not len(text) == len(simplified) == len(right):
        return []
    segments = plan_of("s2tw").segments
    assert segments is not None
    words = find_phrases(segments, codes_of(simplified))
    ends = words.start + words.length
    forms = _forms()
    wrong = []
    for place in np.flatnonzero(codes_of(text) != codes_of(right)).tolist():
        form = forms.get(text[place] + right[place])
        if form is None:
            continue
        word = int(np.searchsorted(words.start, place, side="right")) - 1
        inside = word >= 0 and place < ends[word]
        fits = _has_word(text, place, form.words) if form.words else inside
        if fits or (form.alone and _amid_text(text, place)):
            wrong.append((place, word if inside else -1, right[place]))
    return wrong


def _has_word(text: str, place: int, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` stands over ``place``."""
    return any(
        text.startswith(word, place - offset)
        for word in words
        for offset in range(min(len(word), place + 1))
        if word[offset] == text[place]
    )


def _amid_text(text: str, place: int) -> bool:
    """Whether Chinese stands before ``place``: at the head of a phrase 于 or 万 may be a name."""
    return place > 0 and "\u4e00" <= text[place - 1] <= "\u9fff"


def _joined(text: str, wrong: list[tuple[int, int, str]]) -> tuple[WrongForm, ...]:
    """Wrong characters of one word as one: 復制 and not 復, 制."""
    joined: list[WrongForm] = []
    last = -1
    for place, word, right in wrong:
        if joined and word >= 0 and word == last:
            start, _, after = joined.pop()
            between = text[start + len(after) : place]
            joined.append(WrongForm(start, text[start : place + 1], after + between + right))
        else:
            joined.append(WrongForm(place, text[place], right))
        last = word
    return tuple(joined)


@cache
def _forms() -> dict[str, _Form]:
    """The listed wrong forms: written and right character together as the key."""
    listed = resources.files("cleaner.text").joinpath("wrong_forms.tsv").read_text("utf-8")
    forms = {}
    for line in listed.splitlines():
        if line and not line.startswith("#"):
            written, right, weight, alone, words, _ = line.split("\t")
            forms[written + right] = _Form(weight == "strong", bool(alone), tuple(words.split()))
    return forms
