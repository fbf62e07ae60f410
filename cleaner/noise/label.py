"""Weighs the evidence of rules and layout and decides, line by line, what is noise and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, LABELS, SURE, SUSPECT
from cleaner.noise.layout import INSIDE, lay_out
from cleaner.noise.repeats import Repeats
from cleaner.noise.hits import Hits, RuleSet, find_hits
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

CODE = {label: code for code, label in enumerate(LABELS)}
"""The code of every label."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line has its label: the name of the rule, and one sentence for the user."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Span:
    """Noise inside a line that stays: offsets ``start`` and ``end`` in line ``line`` of the batch.

    ``strength`` is SURE (it is cut) or SUSPECT (it is reported).
    """

    line: int
    start: int
    end: int
    label: str
    rule: str
    why: str
    strength: int


@dataclass(frozen=True)
class Labels:
    """What every line of a batch is.

    ``label`` (uint8[lines]) indexes ``model.LABELS``; ``strength`` (uint8[lines]) is KEEP,
    SUSPECT or SURE; ``reason`` (int32[lines]) indexes ``reasons`` (-1: nothing speaks against
    the line). ``spans`` is the noise inside lines that stay, in order.
    """

    label: NDArray[np.uint8]
    strength: NDArray[np.uint8]
    reason: NDArray[np.int32]
    reasons: tuple[Reason, ...]
    spans: tuple[Span, ...]


COUNTED = Reason(
    "numbered-titles",
    "one of a long list of numbered titles without a sentence: links to other pages",
)


def label_lines(
    lines: Lines, shape: Shape, rules: RuleSet, furniture: Repeats | None = None
) -> Labels:
    """The label of every line of the batch, how sure it is, and why."""
    hits = find_hits(rules, lines, shape)
    layout = lay_out(lines, shape)
    label = np.zeros(len(lines), dtype=np.uint8)
    strength = np.full(len(lines), KEEP, dtype=np.uint8)
    reason = np.full(len(lines), -1, dtype=np.int32)
    reasons = (*(Reason(rule.name, rule.why) for rule in rules.rules), COUNTED)

    counted = layout.seen[(layout.counted >= 8) & layout.short]
    label[counted], strength[counted] = CODE["link_list"], SURE
    reason[counted] = len(rules.rules)

    zone = np.full(len(lines), INSIDE, dtype=np.uint8)
    zone[layout.seen] = layout.zone
    whole = np.array([rule.scope != "span" for rule in rules.rules], dtype=bool)
    alone = np.array([rule.strength == "alone" for rule in rules.rules], dtype=bool)
    code = np.array([CODE[rule.label] for rule in rules.rules], dtype=np.uint8)
    on_line = whole[hits.rule]
    at, rule = hits.line[on_line], hits.rule[on_line]
    certain = np.where(alone[rule] | (zone[at] != INSIDE), SURE, SUSPECT).astype(np.uint8)
    order = np.argsort(certain, kind="stable")  # the strongest is written last
    at, rule, certain = at[order], rule[order], certain[order]
    label[at], strength[at], reason[at] = code[rule], certain, rule
    return Labels(label, strength, reason, reasons, _spans(lines, rules, hits, strength))


def _spans(
    lines: Lines, rules: RuleSet, hits: Hits, strength: NDArray[np.uint8]
) -> tuple[Span, ...]:
    spans = []
    for line, rule, start, end in zip(
        hits.line.tolist(), hits.rule.tolist(), hits.start.tolist(), hits.end.tolist(), strict=True
    ):
        found = rules.rules[rule]
        if found.scope == "span" and strength[line] != SURE:
            sure = SURE if found.strength == "alone" else SUSPECT
            spans.append(Span(line, start, end, found.label, found.name, found.why, sure))
    return tuple(spans)


def staying(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    keep: frozenset[str] = frozenset(),
    remove_suspects: bool = False,
) -> NDArray[np.bool_]:
    """The visible lines that stay in the cleaned text (bool[lines]).

    ``keep`` names labels whose lines stay though they are sure; with ``remove_suspects`` the
    suspect lines go too.
    """
    kept = np.array([name in keep for name in LABELS], dtype=bool)
    goes = labels.strength >= (SUSPECT if remove_suspects else SURE)
    stays: NDArray[np.bool_] = ~shape.blank & (~goes | kept[labels.label])
    return stays
