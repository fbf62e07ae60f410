"""The reasons that a line has its label, each with a sentence for the user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.clues import Column
from cleaner.noise.hits import RuleSet
from cleaner.noise.page_model import PageModel


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line has its label: the name of the rule, and one sentence for the user."""

    rule: str
    why: str


COUNTED = Reason(
    "numbered-titles",
    "One of a list of titles that is numbered through, without a sentence: links to other pages.",
)
ROW = Reason(
    "row-of-names",
    "A row of names set apart by spaces, outside the text and next to other furniture.",
)
KEYWORDS = Reason("repeated-stem", "Names that repeat a word, as search engines are fed with.")
ITEM = Reason("under-a-head", "One of the titles that the head of a list of links opens.")
LISTED = Reason("site-furniture", "The furniture file names this line.")
SHARED = Reason(
    "shared-line", "Many pages of the site have this line, outside the text as it is here."
)
LEFT_ALONE = Reason(
    "page-left-alone",
    "Most sentences of the page would go with this line, so the page is left as it is.",
)
BY_MODEL = Reason(
    "page-model",
    "What the line and those around it look like, weighed together, speaks against it; each line "
    "is told what weighed most.",
)
BY_PLACE = (COUNTED, ROW, KEYWORDS, ITEM, LISTED, SHARED, LEFT_ALONE, BY_MODEL)
"""Reasons that no pattern gives: where a line stands, and among which."""

STRONGEST = 3
"""How many clues a sentence of the page model names."""


class Reasons:
    """The reasons of one batch: those of the rules first, others as they come up."""

    def __init__(self, rules: RuleSet) -> None:
        self.told = [Reason(rule.name, rule.why) for rule in rules.rules]
        self._place: dict[Reason, int] = {}
        self.counted = self.place(COUNTED)
        self.row = self.place(ROW)
        self.keywords = self.place(KEYWORDS)
        self.item = self.place(ITEM)
        self.listed = self.place(LISTED)
        self.shared = self.place(SHARED)
        self.left_alone = self.place(LEFT_ALONE)

    def place(self, reason: Reason) -> int:
        """The number of ``reason``, which is new or known."""
        if reason not in self._place:
            self._place[reason] = len(self.told)
            self.told.append(reason)
        return self._place[reason]


def say(
    model: PageModel,
    clues: Mapping[str, Column],
    which: NDArray[np.int64],
    reasons: Reasons,
) -> NDArray[np.int32]:
    """Reasons for lines ``which`` by the page model: the clues that weigh most against each.

    A clue weighs by how far it is from its usual value on lines of a body; those without a
    phrase are not named.
    """
    if not len(which):
        return np.zeros(0, dtype=np.int32)
    # A row a line: the strongest clues are looked for along rows, which lie together.
    away = np.empty((len(which), len(model.clues)), dtype=np.float32)
    for column, name in enumerate(model.clues):
        away[:, column] = clues[name][which]
    away -= model.usual.astype(np.float32)
    high = np.array([bool(phrase) for phrase in model.says_high])
    low = np.array([bool(phrase) for phrase in model.says_low])
    weights = model.weights.astype(np.float32)
    weighs = np.maximum(away, 0) * (weights * high) + np.minimum(away, 0) * (weights * low)
    # Each clue is told by its number, from 1, with a minus where it is below its usual value.
    told = np.zeros(len(which), dtype=np.int64)
    lines = np.arange(len(which))
    for _ in range(STRONGEST):
        strongest = np.argmax(weighs, axis=1)
        signed = np.where(away[lines, strongest] > 0, strongest + 1, -strongest - 1)
        told = told * _STEP + np.where(weighs[lines, strongest] > 0, signed, 0)
        weighs[lines, strongest] = 0.0
    order = np.argsort(told, kind="stable")
    starts = np.flatnonzero(np.diff(told[order], prepend=told[order[0]] - 1))
    places = [
        reasons.place(Reason(BY_MODEL.rule, _sentence(model, int(code))))
        for code in told[order[starts]]
    ]
    given = np.empty(len(which), dtype=np.int32)
    given[order] = np.repeat(places, np.diff(np.append(starts, len(which))))
    return given


_STEP = 1 << 10
"""Room for the number of a clue in the code of a sentence."""


def _sentence(model: PageModel, code: int) -> str:
    phrases: list[str] = []
    while code:
        clue = (code + _STEP // 2) % _STEP - _STEP // 2
        code = (code - clue) // _STEP
        if clue:
            says = model.says_high[clue - 1] if clue > 0 else model.says_low[-clue - 1]
            phrases = [says, *(phrase for phrase in phrases if phrase != says)]
    return f"By its place and form: {', '.join(phrases) or 'the lines around it are noise'}."
