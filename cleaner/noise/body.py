"""Where the body of a page is: the page model's word, and what it may not touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, SURE, SUSPECT
from cleaner.noise.clues import Column, Marks, clues_of
from cleaner.noise.company import signatures
from cleaner.noise.findings import Findings, marks_of, repeated_of
from cleaner.noise.headlines import headlines
from cleaner.noise.layout import (
    FAR,
    Layout,
    lay_out,
    lines_since,
    lines_until,
    next_to,
)
from cleaner.noise.page_model import PageModel, noise_odds, with_tags
from cleaner.noise.prose import running_text
from cleaner.noise.reasons import Reasons, say
from cleaner.noise.tags import tag_clues
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

RUN_TO_WITNESS = 20
"""The page model takes no longer run of lines than this for each of them that a rule names. (On 90
web pages, leaving sites out, good text kept rises from .990 to .996; 4 to 40 measure alike.)"""

LONGEST_ROW = 24
"""Nor does it take more lines than this in a row: that may be a poem. (Of the noise of those pages
.0003 stays for it; at 16 lines it were .009.)"""


FEW_LINES = (30, 12)
"""On pages of fewer lines than each of these, log-odds for noise are one lower: of the 90 web pages
that the model learned from, one is so short. (On those nothing changes for it. On 155 small pages
of many kinds, made up for trial, 4 lines of stories go instead of 11, and .731 of the noise lines
instead of .745. A page of fewer lines than the second is judged only if it has markup.)"""


TEXT_ODDS = 0.5
"""Running text below these log-odds may have a headline: noise above it raises them a little. (At
1 and more, long comments have one on 90 web pages, and names beside them stay.)"""


FURNITURE_ODDS = -5.0
"""Log-odds from which a line goes that stands in an element made for furniture and outside the one
with the text. (On 83 web pages, leaving sites out, 13 lines of stories are there, and 13,818 of
noise.)"""


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
    ``model.sure`` on. Never sure by the model are running text (unless it stands on the page
    twice or is a comment), headlines and the lines beside them, what stands above the credit line
    of its story or signs a notice, long runs without a witness, and what is not Chinese. In
    elements made for furniture (``noise/tags.py``) only what is not Chinese is spared.
    """
    layout = lay_out(lines, shape, looked_at)
    marks, repeated = marks_of(layout, found), repeated_of(layout, shape, found)
    seen = layout.seen
    clues = clues_of(lines, shape, layout, marks, repeated)
    if found.boxes is not None:
        clues |= tag_clues(found.boxes, lines, shape, layout)
        model = with_tags(model)
    odds = noise_odds(model, clues, np.arange(len(layout)) == layout.low)
    for few in FEW_LINES:
        odds[layout.high - layout.low < few] -= 1.0
    named = found.rule[seen] >= 0
    odds[~chinese(shape, layout, named)] = -np.inf
    sentence = (shape.ends[seen] > 0) & (shape.letters[seen] >= 25)
    full_stop = np.asarray(clues["full_stop"], dtype=bool)
    prose = running_text(lines, shape, layout, found, repeated, full_stop)
    goes = odds > np.where(sentence, model.sure_sentence, model.sure)
    goes &= ~named & ~prose & (known < SURE) & ~before_credit(layout, marks)
    goes &= ~signatures(shape, layout, marks, found.label[seen])
    taken = named | (known == SURE)
    text = layout.body & (odds < np.where(prose, TEXT_ODDS, 0.0))
    heads = headlines(lines, shape, layout, goes, taken, prose, text, odds)
    furniture, outside, links, titles = _by_tags(clues, len(layout))
    heads &= ~furniture
    goes &= links | ~_beside(layout, heads)
    heads |= titles & ~taken
    goes &= ~heads
    known_to_go = (named & (odds > 0)) | (known == SURE)
    goes &= _witnessed(layout, goes, known_to_go, known_to_go & ~marks.meta)
    # What an element made for furniture holds needs none of these doubts.
    goes |= furniture & (odds > np.where(outside, FURNITURE_ODDS, 0.0)) & ~taken & ~heads
    strength = np.where((odds > 0) & ~heads, SUSPECT, KEEP).astype(np.uint8)
    strength[goes | (named & (odds > 0))] = SURE
    reason = np.full(len(layout), -1, dtype=np.int32)
    told = np.flatnonzero((strength > KEEP) & ~named & (known < SURE))
    reason[told] = say(model, clues, told, reasons)
    return Weighed(strength, reason)


def _by_tags(clues: Mapping[str, Column], count: int) -> list[Flags]:
    """What markup says of lines: in elements made for furniture, outside the one with the text,
    links from end to end, the title that the page declares."""
    none = np.zeros(count, dtype=bool)
    names = ("tag_furniture", "tag_outside_body", "tag_links_all", "tag_title")
    return [np.asarray(clues.get(name, none), dtype=bool) for name in names]


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


def _witnessed(layout: Layout, goes: Flags, known_to_go: Flags, furniture: Flags) -> Flags:
    """Lines in whose company enough others go for reasons of their own (bool[n]).

    Where lines that go stand together, one in RUN_TO_WITNESS is ``furniture`` by a rule, and
    LONGEST_ROW at most stand between two that are ``known_to_go``: a programme, a poem or a roll
    of names looks like a menu to the model, but has no buttons in it.
    """
    if not len(layout):
        return goes
    run, row = _runs(layout, goes | known_to_go), _runs(layout, goes)
    witnesses, size = np.bincount(run, furniture), np.bincount(run)
    enough: Flags = (witnesses * RUN_TO_WITNESS >= size)[run]
    few: Flags = (np.bincount(row) <= LONGEST_ROW)[row]
    return enough & few


def _runs(layout: Layout, member: Flags) -> NDArray[np.int64]:
    """The number of the run of lines, all members or all none, that each line is in (int64[n])."""
    opens = np.arange(len(layout)) == layout.low
    opens[1:] |= member[1:] != member[:-1]
    return np.cumsum(opens) - 1


def _beside(layout: Layout, marked: Flags) -> Flags:
    below, above = next_to(layout, marked)
    return below | above
