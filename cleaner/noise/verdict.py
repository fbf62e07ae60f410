"""The decision on pages: what rules, lists and page model say of each line, weighed together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, SURE, SUSPECT
from cleaner.noise.body import weigh_pages
from cleaner.noise.clues import Marks
from cleaner.noise.company import has_company, may_be_far
from cleaner.noise.findings import CODE, Findings, in_zone, marks_of, repeated_of
from cleaner.noise.headlines import shared_headlines, sharing_words
from cleaner.noise.layout import NOWHERE, Layout, lay_out, next_to, window_sum
from cleaner.noise.lists import (
    counted_titles,
    items_under_heads,
    keyword_rows,
    rows_of_names,
    shared_lines,
    tables,
)
from cleaner.noise.page_model import PageModel
from cleaner.noise.reasons import Reasons
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

WITNESSES = 3
"""The page model speaks only on pages where rules name as many lines of furniture. A page of
nothing but stories has none, nor has one that was cleaned."""

FEWEST_LINES = 12
"""On a page of fewer lines than this, or without running text, the model says nothing: it learned
from whole web pages with a body."""

MOST_LOST = 0.7
"""A page that would lose a greater share of its sentences is left alone."""


@dataclass(frozen=True)
class Verdict:
    """What the lines of ``layout`` are: label code, strength and reason, columns of n.

    The steps of ``judge`` fill the columns in place, each over what the one before it said.
    """

    layout: Layout
    label: NDArray[np.uint8]
    strength: NDArray[np.uint8]
    reason: NDArray[np.int32]

    def give(self, which: Flags, strength: int, reason: int) -> None:
        """Gives the lines ``which`` a strength and its reason."""
        self.strength[which], self.reason[which] = strength, reason


def judge(
    lines: Lines,
    shape: Shape,
    found: Findings,
    model: PageModel,
    reasons: Reasons,
    looked_at: Flags,
) -> Verdict:
    """The verdict on the lines ``looked_at``, as if no others stood on their pages.

    Rules and lists first; on pages where they find furniture, the page model; last, what speaks
    for a line: a text that repeats its words, a page that would lose its sentences.
    """
    layout = lay_out(lines, shape, looked_at)
    marks = marks_of(layout, found)
    seen = layout.seen
    verdict = Verdict(
        layout,
        found.label[seen].copy(),
        np.zeros(len(layout), dtype=np.uint8),
        found.rule[seen].copy(),
    )
    named = _by_rules(lines, shape, found, reasons, verdict, marks)
    sure_by_rules = verdict.strength == SURE
    doubted = (found.rule[seen] >= 0) & ~(found.alone[seen] & in_zone(layout, found))
    if (modelled := _pages_with_furniture(layout, marks, sure_by_rules, found)).any():
        there = np.zeros(len(lines), dtype=bool)
        there[seen[modelled]] = True
        known = verdict.strength[modelled]
        weighed = weigh_pages(lines, shape, found, model, reasons, there, known)
        may_go = ~doubted | may_be_far(layout, marks, verdict.label)
        said = np.where(may_go[modelled], weighed.strength, KEEP)
        verdict.strength[modelled] = np.maximum(known, said)
        new = modelled & ~named
        verdict.reason[new] = weighed.reason[new[modelled]]
    shared = shared_lines(shape, layout, found) & (verdict.strength == KEEP)
    if found.boxes is not None:
        shared &= ~found.boxes.titles[seen]
    unnamed = (verdict.strength == KEEP) & (found.rule[seen] < 0)
    shared &= ~shared_headlines(lines, shape, layout, shared, unnamed)
    verdict.give(shared, SUSPECT, reasons.shared)
    titles = doubted & (verdict.strength > KEEP) & (verdict.label == CODE["link_list"])
    text = layout.body & (verdict.strength == KEEP)
    heads = titles & next_to(layout, text)[0]
    heads |= sharing_words(lines, shape, layout, titles, layout.body)
    heads |= tables(lines, shape, layout) & (doubted | (found.rule[seen] < 0))
    verdict.strength[heads] = KEEP
    _name_the_rest(lines, shape, found, reasons, verdict, doubted)
    for gone in (~sure_by_rules, sure_by_rules):  # the model is doubted first, then the rules
        left = _left_alone(shape, layout, marks, found, verdict.strength)
        left |= _nothing_left(layout, verdict.strength) & ~sure_by_rules
        verdict.give(left & (verdict.strength == SURE) & gone, SUSPECT, reasons.left_alone)
    stays = verdict.strength == KEEP
    verdict.reason[stays], verdict.label[stays] = -1, CODE["content"]
    return verdict


def _by_rules(
    lines: Lines,
    shape: Shape,
    found: Findings,
    reasons: Reasons,
    verdict: Verdict,
    marks: Marks,
) -> Flags:
    """Says what rules, lists and the furniture file say; tells which lines have a reason now."""
    layout, label, strength = verdict.layout, verdict.label, verdict.strength
    seen = layout.seen
    named = found.rule[seen] >= 0
    alone = found.alone[seen] & in_zone(layout, found)
    strength[named] = SUSPECT
    strength[alone | (named & has_company(shape, layout, marks, label))] = SURE
    counted = counted_titles(shape, layout, marks) & ~alone
    label[counted] = CODE["link_list"]
    verdict.give(counted, SURE, reasons.counted)
    rows = rows_of_names(lines, shape, layout) & ~named & ~counted
    rows &= window_sum(layout, (strength == SURE) & ~marks.meta, -3, 3) > 0
    verdict.give(rows, SURE, reasons.row)
    items = items_under_heads(lines, shape, layout, marks, strength) & (strength < SURE)
    verdict.give(items, SURE, reasons.item)
    listed = found.furniture[seen] >= 0
    label[listed] = found.furniture[seen[listed]]
    verdict.give(listed, SURE, reasons.listed)
    return named | counted | rows | items | listed


def _pages_with_furniture(layout: Layout, marks: Marks, sure: Flags, found: Findings) -> Flags:
    """The lines of pages that the page model may judge (bool[n])."""
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    witness = sure & ~marks.meta
    long = layout.high - layout.low >= FEWEST_LINES
    if found.boxes is not None:
        witness |= found.boxes.is_furniture[layout.seen]
        long |= found.boxes.known[layout.seen]
    witnesses = np.bincount(layout.page, witness, pages)
    enough: Flags = (witnesses >= WITNESSES)[layout.page]
    enough &= long & (layout.zone != NOWHERE)
    return enough


def _name_the_rest(
    lines: Lines,
    shape: Shape,
    found: Findings,
    reasons: Reasons,
    verdict: Verdict,
    doubted: Flags,
) -> None:
    """Labels what no rule names by its neighbours and its form, and rows of keywords."""
    layout, label = verdict.layout, verdict.label
    seen = layout.seen
    noise = verdict.strength > KEEP
    unnamed = noise & (label == CODE["content"])
    hit = (found.rule[seen] >= 0) & ~found.meta[seen]
    latest = np.maximum.accumulate(np.where(hit, np.arange(len(layout)), -1))
    near = (latest >= layout.low) & (np.arange(len(layout)) - latest <= 40)
    comments = near & (found.label[seen[np.maximum(latest, 0)]] == CODE["comment"])
    row = (shape.spaces[seen] >= 3) | (shape.dividers[seen] >= 3)
    form = np.where((shape.letters[seen] < 7) | row, CODE["nav"], CODE["link_list"])
    sentence = (shape.ends[seen] > 0) & (shape.letters[seen] >= 25)
    form = np.where(sentence, CODE["teaser"], form)
    form = np.where(comments, CODE["comment"], form)
    label[unnamed] = form[unnamed]
    undecided = noise & (doubted | (found.rule[seen] < 0))
    keywords = keyword_rows(lines, shape, layout, undecided & (label == CODE["nav"]))
    label[keywords], verdict.reason[keywords] = CODE["seo_links"], reasons.keywords


def _left_alone(
    shape: Shape, layout: Layout, marks: Marks, found: Findings, strength: NDArray[np.uint8]
) -> Flags:
    """Lines of pages that would lose too much of their sentences (bool[n]).

    Left out of account are lines that a rule names alone, and lines that stand on the page twice
    (comments often do).
    """
    seen = layout.seen
    sentence = layout.body | (shape.ended[seen] & (shape.letters[seen] >= 12))
    size = shape.letters[seen] * (sentence & ~marks.alone)
    lost = _mostly_gone(layout, size, strength)
    if lost.any():
        lost &= _mostly_gone(layout, size * ~repeated_of(layout, shape, found).twice, strength)
    return lost


def _nothing_left(layout: Layout, strength: NDArray[np.uint8]) -> Flags:
    """Lines of pages of which no line would stay (bool[n])."""
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    nothing: Flags = (np.bincount(layout.page, strength < SURE, pages) == 0)[layout.page]
    return nothing


def _mostly_gone(layout: Layout, size: NDArray[np.generic], strength: NDArray[np.uint8]) -> Flags:
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    whole = np.bincount(layout.page, size, pages)
    gone = np.bincount(layout.page, size * (strength == SURE), pages)
    lost: Flags = ((gone > MOST_LOST * whole) & (whole > 0))[layout.page]
    return lost
