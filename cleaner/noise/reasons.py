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
LEFT_ALONE = Reason(
    "page-left-alone",
    "Most sentences of the page would go with this line, so the page is left as it is.",
)
STRONGEST = 3
"""How many clues a sentence of the page model names."""


class Reasons:
    """The reasons of one batch: those of the rules first, others as they come up."""

    def __init__(self, rules: RuleSet) -> None:
        self.told = [Reason(rule.name, rule.why) for rule in rules.rules]
        self._place: dict[Reason, int] = {}
        self.counted = self.place(COUNTED)
        self.row = self.place(ROW)
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
    columns = np.stack([np.asarray(clues[name])[which] for name in model.clues], axis=1)
    away = columns - model.usual
    weighs = away * model.weights
    high = np.array([bool(phrase) for phrase in model.says_high])
    low = np.array([bool(phrase) for phrase in model.says_low])
    weighs = np.where(np.where(away > 0, high, low), weighs, 0.0)
    order = np.argsort(-weighs, axis=1, kind="stable")[:, :STRONGEST]
    rows = np.arange(len(which))[:, None]
    signed = np.where(
        weighs[rows, order] > 0, np.where(away[rows, order] > 0, order + 1, -order - 1), 0
    )
    places = []
    known: dict[tuple[int, ...], int] = {}
    for row in map(tuple, signed.tolist()):
        if row not in known:
            known[row] = reasons.place(Reason("page-model", _sentence(model, row)))
        places.append(known[row])
    return np.array(places, dtype=np.int32)


def _sentence(model: PageModel, row: tuple[int, ...]) -> str:
    phrases: list[str] = []
    for clue in row:
        if clue:
            says = model.says_high[clue - 1] if clue > 0 else model.says_low[-clue - 1]
            if says not in phrases:
                phrases.append(says)
    return f"By its place and form: {', '.join(phrases) or 'the lines around it are noise'}."
