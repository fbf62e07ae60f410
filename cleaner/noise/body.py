"""Where the body of a page is: the page model's word, and what it may not touch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, SURE, SUSPECT
from cleaner.noise.clues import Marks, clues_of
from cleaner.noise.findings import CODE, Findings, marks_of, repeated_of
from cleaner.noise.headlines import headlines
from cleaner.noise.layout import (
    FAR,
    Layout,
    lay_out,
    lines_since,
    lines_until,
    next_to,
    window_sum,
)
from cleaner.noise.page_model import PageModel, noise_odds
from cleaner.noise.reasons import Reasons, say
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Weighed:
    """What the page model says of lines: strength (uint8[n]) and reason (int32[n], -1: none)."""

    strength: NDArray[np.uint8]
    reason: NDArray[np.int32]


def weigh_pages(
    lines: Lines,
    shape: Shape,
    found: Findings,
    model: PageModel,
    reasons: Reasons,
    looked_at: Flags,
    known: NDArray[np.uint8],
) -> Weighed:
    """The page model's word on the lines ``looked_at``, whose strengths so far are ``known``.

    A line that a rule names is sure as soon as the odds speak against it, another from
    ``model.sure`` on. Never sure by the model are running text with a full stop (unless it
    stands on the page twice or among comments), headlines and the lines beside them, what stands
    above the credit line of its story, and what is not Chinese.
    """
    layout = lay_out(lines, shape, looked_at)
    marks, repeated = marks_of(layout, found), repeated_of(layout, shape, found)
    seen = layout.seen
    clues = clues_of(lines, shape, layout, marks, repeated)
    odds = noise_odds(model, clues, np.arange(len(layout)) == layout.low)
    named = found.rule[seen] >= 0
    odds[~chinese(shape, layout, named)] = -np.inf
    sentence = (shape.ends[seen] > 0) & (shape.letters[seen] >= 25)
    comment = (found.label[seen] == CODE["comment"]) & named
    prose = layout.body & np.asarray(clues["full_stop"]) & ~repeated.twice
    prose &= window_sum(layout, comment, -2, 2) == 0
    goes = odds > np.where(sentence, model.sure_sentence, model.sure)
    goes &= ~named & ~prose & (known < SURE) & ~before_credit(layout, marks)
    taken = named | (known == SURE)
    heads = headlines(lines, shape, layout, goes, taken, layout.body & (odds < 0), odds)
    goes &= ~heads & ~_beside(layout, heads)
    strength = np.where((odds > 0) & ~heads, SUSPECT, KEEP).astype(np.uint8)
    strength[goes | (named & (odds > 0))] = SURE
    reason = np.full(len(layout), -1, dtype=np.int32)
    told = np.flatnonzero((strength > KEEP) & ~named & (known < SURE))
    reason[told] = say(model, clues, told, reasons)
    return Weighed(strength, reason)


def before_credit(layout: Layout, marks: Marks) -> Flags:
    """Lines from a text to the credit line that closes it, at most 30 below (bool[n]).

    What short lines stand there are the story's more often than not: on 90 web pages 169 lines
    that belong to it, 22 that do not. A credit line right above a text opens that one.
    """
    to_text = lines_until(layout, layout.body)
    to_credit = lines_until(layout, marks.credit & (to_text > 2))
    under_text = lines_since(layout, layout.body) < FAR
    own: Flags = under_text & (to_credit < to_text) & (to_credit <= 30)
    return own


def chinese(shape: Shape, layout: Layout, named: Flags) -> Flags:
    """Lines that may be judged without a rule: Chinese ones, on a Chinese page (bool[n]).

    A page is Chinese if half of its letters are, lines that a rule names left out (addresses of
    other sites). A line is not if a fifth of it is of another script than Chinese and Latin, or
    if it is a passage of Latin letters.
    """
    seen = layout.seen
    letters = shape.letters[seen] - shape.digits[seen]
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    han = np.bincount(layout.page, shape.han[seen] * ~named, pages)
    whole = np.bincount(layout.page, letters * ~named, pages)
    of_page = (han >= 0.5 * whole)[layout.page]
    foreign = shape.foreign[seen] * 5 > letters
    passage = (shape.latin[seen] >= 40) & (shape.latin[seen] * 10 > letters * 7)
    good: Flags = of_page & ~foreign & ~passage
    return good


def _beside(layout: Layout, marked: Flags) -> Flags:
    below, above = next_to(layout, marked)
    return below | above
