"""Decides what every line of a batch is, with its strength and reason, until nothing changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, LABELS, SURE, SUSPECT
from cleaner.noise.findings import Findings, gather
from cleaner.noise.hits import Hits, RuleSet, find_hits
from cleaner.noise.page_model import PageModel, shipped_model
from cleaner.noise.reasons import Reason, Reasons
from cleaner.noise.repeats import Repeats
from cleaner.noise.verdict import judge
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

__all__ = ["Labels", "Reason", "Span", "label_lines", "staying"]


MOST_ROUNDS = 16
"""A page is judged so many times at most, so that no page takes long. Real pages take 2 or 3."""


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


def label_lines(
    lines: Lines, shape: Shape, rules: RuleSet, furniture: Repeats | None = None
) -> Labels:
    """The label of every line of the batch, how sure it is, and why.

    What is sure is taken away and the rest is judged again as a page of its own, until nothing
    more is sure: so a page that was cleaned has nothing left to clean. ``furniture`` tells on
    how many pages of its site a line stands.
    """
    hits = find_hits(rules, lines, shape)
    found = gather(lines, rules, hits, furniture)
    reasons = Reasons(rules)
    settled = settle(lines, shape, found, shipped_model(), reasons)
    return Labels(
        settled.label,
        settled.strength,
        settled.reason,
        tuple(reasons.told),
        _spans(rules, hits, settled.strength),
    )


@dataclass(frozen=True)
class Settled:
    """The columns of ``Labels`` that tell of whole lines."""

    label: NDArray[np.uint8]
    strength: NDArray[np.uint8]
    reason: NDArray[np.int32]


def settle(
    lines: Lines, shape: Shape, found: Findings, model: PageModel, reasons: Reasons
) -> Settled:
    """Judges all pages, and those that lost lines again, until none loses any."""
    label = np.zeros(len(lines), dtype=np.uint8)
    strength = np.full(len(lines), KEEP, dtype=np.uint8)
    reason = np.full(len(lines), -1, dtype=np.int32)
    looked_at = ~shape.blank
    for _ in range(MOST_ROUNDS):
        if not looked_at.any():
            break
        verdict = judge(lines, shape, found, model, reasons, looked_at)
        seen = verdict.layout.seen
        label[seen], strength[seen], reason[seen] = verdict.label, verdict.strength, verdict.reason
        gone = verdict.strength == SURE
        changed = np.zeros(len(lines.pages), dtype=bool)
        changed[lines.page[seen[gone]]] = True
        looked_at[seen[gone]] = False
        looked_at &= changed[lines.page]
    return Settled(label, strength, reason)


def _spans(rules: RuleSet, hits: Hits, strength: NDArray[np.uint8]) -> tuple[Span, ...]:
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
