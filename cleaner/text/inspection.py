"""Looks a text over: its script, odd characters, and signs of wrong conversion or encoding."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cleaner.model import Page
from cleaner.text.lines import split_lines
from cleaner.text.mojibake import Mojibake, count_lost, find_mojibake
from cleaner.text.reading import codes_of
from cleaner.text.repair import WrongForm, bad_conversions
from cleaner.text.script import script_counts, script_name
from cleaner.text.width import full_punctuation, tidy


class ScriptRun(NamedTuple):
    """Lines of one script next to each other: first and last number, and what they count.

    ``simplified`` and ``traditional`` count characters that only that script has.
    """

    first: int
    last: int
    script: str
    simplified: int
    traditional: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a text is like.

    ``script`` and the two counts are those of the whole text, ``runs`` those of its lines,
    blank and neutral ones left to what is around them. ``untidy`` counts characters by the rule
    of ``tidy`` that would rewrite them; ``half_width`` the marks that belong in full width;
    ``private`` characters of private use; ``lost`` signs of lost text.
    """

    script: str
    simplified: int
    traditional: int
    runs: tuple[ScriptRun, ...]
    untidy: dict[str, int]
    half_width: int
    private: int
    lost: int
    wrong_forms: tuple[WrongForm, ...]
    mojibake: tuple[Mojibake, ...]


def inspect_text(text: str) -> Inspection:
    """What ``text``, one page, is like."""
    runs = _script_runs(text)
    simplified = sum(run.simplified for run in runs)
    traditional = sum(run.traditional for run in runs)
    untidy: Counter[str] = Counter()
    for rewrite in tidy(text)[1]:
        untidy[rewrite.rule] += len(rewrite.before)
    codes = codes_of(text)
    private = ((codes >= 0xE000) & (codes < 0xF900)) | (codes >= 0xF0000)
    return Inspection(
        script=script_name(simplified, traditional),
        simplified=simplified,
        traditional=traditional,
        runs=runs,
        untidy=dict(sorted(untidy.items())),
        half_width=len(full_punctuation(text)[1]),
        private=int(np.count_nonzero(private)),
        lost=count_lost(text),
        wrong_forms=bad_conversions(text),
        mojibake=find_mojibake(text),
    )


def _script_runs(text: str) -> tuple[ScriptRun, ...]:
    lines = split_lines([Page("", text)])
    counts = script_counts(codes_of(text), lines.start)
    runs: list[ScriptRun] = []
    for line, (simplified, traditional) in enumerate(
        zip(*(c.tolist() for c in counts), strict=True)
    ):
        name = script_name(simplified, traditional)
        if name == "neutral":
            continue
        number = line + 1
        if runs and runs[-1].script == name:
            last = runs.pop()
            simplified, traditional = simplified + last.simplified, traditional + last.traditional
            runs.append(ScriptRun(last.first, number, name, simplified, traditional))
        else:
            runs.append(ScriptRun(number, number, name, simplified, traditional))
    return tuple(runs)
