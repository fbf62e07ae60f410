"""The decision on pages: what rules, layout and page model say of each line, weighed together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, LABELS, SURE, SUSPECT
from cleaner.noise.body import before_credit, weigh_pages
from cleaner.noise.clues import Marks
from cleaner.noise.findings import CODE, Findings, in_zone, marks_of, repeated_of
from cleaner.noise.headlines import sharing_words
from cleaner.noise.layout import (
    HEAD,
    INSIDE,
    TAIL,
    Layout,
    lay_out,
    lines_since,
    lines_until,
    window_sum,
)
from cleaner.noise.page_model import PageModel
from cleaner.noise.reasons import Reasons
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

COUNTED_TITLES = 8
"""A list of titles numbered without a gap is one of links from this length on (noise.md 6.4)."""

WITNESSES = 3
"""The page model speaks only on pages where rules name as many lines of furniture. A page of
nothing but stories has none, nor has one that was cleaned."""

SHARED_BY = 0.2
"""A short line at the edge of a page is suspect if this share of its site's pages has it, and
three. Nothing goes for that alone: ``cleaner learn`` proposes such lines for a furniture file."""

FEWEST_LINES = 12
"""On a page of fewer lines than this the model says nothing: it learned from whole web pages."""

MOST_LOST = 0.7
"""A page that would lose a greater share of its sentences is left alone."""


@dataclass(frozen=True)
class Verdict:
    """What the lines of ``layout`` are: label code, strength and reason, columns of n."""

    layout: Layout
    label: NDArray[np.uint8]
    strength: NDArray[np.uint8]
    reason: NDArray[np.int32]


def judge(
    lines: Lines,
    shape: Shape,
    found: Findings,
    model: PageModel,
    reasons: Reasons,
    looked_at: Flags,
) -> Verdict:
    """The verdict on the lines ``looked_at``, as if no others stood on their pages."""
    layout = lay_out(lines, shape, looked_at)
    marks = marks_of(layout, found)
    seen = layout.seen
    label, reason = found.label[seen].copy(), found.rule[seen].copy()
    named = found.rule[seen] >= 0
    alone = found.alone[seen] & in_zone(layout, found)
    company = named & ~alone
    counted = _counted_titles(shape, layout, marks) & ~alone
    label[counted], reason[counted] = CODE["link_list"], reasons.counted
    strength = np.where(named, SUSPECT, KEEP).astype(np.uint8)
    strength[alone | counted | (company & _has_company(layout, marks, label))] = SURE
    rows = _rows_of_names(shape, layout) & ~named & ~counted
    rows &= window_sum(layout, (strength == SURE) & ~marks.meta, -3, 3) > 0
    strength[rows], reason[rows] = SURE, reasons.row
    items = _items_under_heads(shape, layout, marks, strength) & (strength < SURE)
    strength[items], reason[items] = SURE, reasons.item

    listed = found.furniture[seen] >= 0
    label[listed], reason[listed] = found.furniture[seen[listed]], reasons.listed
    strength[listed] = SURE

    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    witnesses = np.bincount(layout.page, (strength == SURE) & ~marks.meta, pages)
    modelled = (witnesses >= WITNESSES)[layout.page] & (layout.high - layout.low >= FEWEST_LINES)
    by_rules = strength == SURE
    if modelled.any():
        there = np.zeros(len(lines), dtype=bool)
        there[seen[modelled]] = True
        weighed = weigh_pages(lines, shape, found, model, reasons, there, strength[modelled])
        far = ~company | _may_be_far(layout, marks, label)
        surer = np.maximum(strength[modelled], np.where(far[modelled], weighed.strength, KEEP))
        strength[modelled] = surer
        new = modelled & ~named & ~counted & ~rows & ~items & ~listed
        reason[new] = weighed.reason[new[modelled]]
    shared = _shared(shape, layout, found) & (strength == KEEP)
    strength[shared], reason[shared] = SUSPECT, reasons.shared
    titles = company & (strength > KEEP) & (label == CODE["link_list"])
    strength[sharing_words(lines, shape, layout, titles, layout.body)] = KEEP
    unnamed = np.flatnonzero((strength > KEEP) & ~named & ~counted & ~listed)
    label[unnamed] = _families(shape, layout, found, unnamed)
    keywords = _keyword_rows(lines, shape, layout, ~alone & (strength > KEEP), label)
    label[keywords], reason[keywords] = CODE["seo_links"], reasons.keywords

    for gone in (~by_rules, by_rules):  # first the model's word is doubted, then the rules'
        left = _left_alone(shape, layout, marks, found, strength) & (strength == SURE) & gone
        reason[left], strength[left] = reasons.left_alone, SUSPECT
    reason[strength == KEEP], label[strength == KEEP] = -1, CODE["content"]
    return Verdict(layout, label, strength, reason)


_BY_NEIGHBOURS = np.array(
    [name in ("share_widget", "nav", "promo_qr", "comment") for name in LABELS]
)
"""Codes of labels whose lines stand in groups: two others within two lines are company enough."""


def _has_company(layout: Layout, marks: Marks, label: NDArray[np.uint8]) -> Flags:
    """Whether a hit that wants company would have it on each line, by other hits (bool[n]).

    Company is a line that a rule for furniture names alone within two lines and, for what comes
    in groups, two other hits as near. For lines about the story (bylines, captions and the like)
    it is a place at the edge of the running text, for an address that it opens the page.
    """
    contact = label == CODE["contact"]
    furniture = (marks.alone | marks.company) & ~contact
    alone = marks.alone & ~contact
    near = window_sum(layout, furniture, -2, 2) - furniture
    near_alone = window_sum(layout, alone, -2, 2) - alone > 0
    groups = _BY_NEIGHBOURS[label]
    enough = near_alone | (groups & (near >= 2))
    top = (layout.zone == HEAD) & (np.arange(len(layout)) == layout.low)
    enough = np.where(contact, (near_alone & _may_be_far(layout, marks, label)) | top, enough)
    below, above = _next_to(layout, layout.body)
    near_meta = window_sum(layout, marks.meta, -1, 1) - marks.meta > 0
    edge = ~(below & above) | near_alone
    edge = np.where(label == CODE["caption"], near_meta | near_alone, edge)
    edge = np.where(label == CODE["publish_meta"], layout.zone == HEAD, edge)
    good: Flags = np.where(marks.meta, edge, enough)
    return good


def _may_be_far(layout: Layout, marks: Marks, label: NDArray[np.uint8]) -> Flags:
    """All lines but those with an address that may be the story's own (bool[n]).

    An address or telephone number belongs to the story unless other furniture stands between
    (rules for them alone were right on 45 of 100 lines, noise.md 6.3).
    """
    contact = label == CODE["contact"]
    furniture = (marks.alone | marks.company) & ~contact
    behind = lines_since(layout, furniture) < lines_since(layout, layout.body)
    far: Flags = ~contact | (behind & (layout.zone != INSIDE)) | (layout.zone == HEAD)
    return far


def _counted_titles(shape: Shape, layout: Layout, marks: Marks) -> Flags:
    """Items of a long numbered list of titles: few commas, hardly a sentence, furniture between
    it and the text (bool[n])."""
    seen = layout.seen
    item = layout.counted >= COUNTED_TITLES
    if not item.any():
        return item
    # A list is a run of items; a new one starts where counting does.
    first = item & ~np.concatenate(
        [[False], item[:-1] & (layout.counted[1:] == layout.counted[:-1])]
    )
    number = np.maximum(np.cumsum(first) - 1, 0)
    size = np.maximum(np.bincount(number, item), 1)
    ended = np.bincount(number, item & (shape.ends[seen] > 0)) / size
    clauses = np.bincount(number, item & (shape.clauses[seen] > 1)) / size
    # The list a story ends with stands right below its text, links stand behind furniture.
    furniture = marks.alone | marks.company
    above = lines_since(layout, furniture) < lines_since(layout, layout.body)
    below = lines_until(layout, furniture) < lines_until(layout, layout.body)
    outside = ((layout.zone == HEAD) & below) | ((layout.zone == TAIL) & above)
    titles: Flags = item & outside & ((ended < 0.2) & (clauses < 0.3))[number]
    return titles


def _rows_of_names(shape: Shape, layout: Layout) -> Flags:
    """Rows of four or more names set apart by spaces, outside the running text (bool[n])."""
    seen = layout.seen
    spaces, letters = shape.spaces[seen], shape.letters[seen]
    plain = (shape.ends[seen] == 0) & (shape.clauses[seen] == 0) & (letters <= 120)
    names = (spaces >= 3) & (letters <= 12 * (spaces + 1)) & (letters >= 2 * spaces)
    names &= shape.han[seen] * 2 > letters
    outside = (layout.zone == HEAD) | (layout.zone == TAIL)
    rows: Flags = plain & names & outside
    return rows


def _items_under_heads(
    shape: Shape, layout: Layout, marks: Marks, strength: NDArray[np.uint8]
) -> Flags:
    """Titles in the run that the head of a list opens, where no story's headline can be among
    them (bool[n]).

    The run is one of lines that look like titles. It is below the last running text, or a rule
    names a line between it and the text that follows. Above the credit line that closes a story,
    a list may be the story's own.
    """
    letters = shape.letters[layout.seen]
    title = layout.short & (letters >= 2) & (letters <= 45)
    head = marks.opener & (strength == SURE)
    since = lines_since(layout, head)
    run = (since > 0) & (since <= 40) & (since < lines_since(layout, ~title & ~marks.hit))
    fenced = lines_until(layout, marks.hit) < lines_until(layout, layout.body)
    outside = (layout.zone == TAIL) | ((layout.zone == INSIDE) & fenced)
    items: Flags = run & outside & ~before_credit(layout, marks)
    return items


def _shared(shape: Shape, layout: Layout, found: Findings) -> Flags:
    """Short lines outside the text that a fifth of the site's pages has (bool[n]).

    The line above must not be an open sentence: its rest is no furniture (noise.md 6.5).
    """
    seen = layout.seen
    often = (found.pages[seen] >= 3) & (found.share[seen] >= SHARED_BY)
    outside = (layout.zone == HEAD) | (layout.zone == TAIL)
    _, under_text = _next_to(layout, layout.body & ~shape.ended[seen])
    lines: Flags = often & outside & (shape.letters[seen] <= 40) & ~under_text
    return lines


def _next_to(layout: Layout, marked: Flags) -> tuple[Flags, Flags]:
    """Whether the line below and the line above, on the same page, are marked."""
    at = np.arange(len(layout))
    below, above = np.zeros(len(layout), dtype=bool), np.zeros(len(layout), dtype=bool)
    below[:-1], above[1:] = marked[1:], marked[:-1]
    return below & (at + 1 < layout.high), above & (at > layout.low)


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


def _mostly_gone(layout: Layout, size: NDArray[np.generic], strength: NDArray[np.uint8]) -> Flags:
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    whole = np.bincount(layout.page, size, pages)
    gone = np.bincount(layout.page, size * (strength == SURE), pages)
    lost: Flags = ((gone > MOST_LOST * whole) & (whole > 0))[layout.page]
    return lost


def _families(
    shape: Shape, layout: Layout, found: Findings, which: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Labels for lines ``which`` that no rule names: by their neighbours and their form."""
    seen = layout.seen
    hit = (found.rule[seen] >= 0) & ~found.meta[seen]
    latest = np.maximum.accumulate(np.where(hit, np.arange(len(layout)), -1))[which]
    known = (latest >= layout.low[which]) & (which - latest <= 40)
    above = np.where(known, found.label[seen[np.maximum(latest, 0)]], 0)
    sentence = (shape.ends[seen] > 0) & (shape.letters[seen] >= 25)
    row = (shape.spaces[seen] >= 3) | (shape.dividers[seen] >= 3)
    plain = np.where((shape.letters[seen] < 7) | row, CODE["nav"], CODE["link_list"])
    plain = np.where(sentence, CODE["teaser"], plain)[which]
    return np.where(above == CODE["comment"], CODE["comment"], plain).astype(np.uint8)


def _keyword_rows(
    lines: Lines, shape: Shape, layout: Layout, doubted: Flags, label: NDArray[np.uint8]
) -> Flags:
    """Doubted rows of names that repeat a word (bool[n])."""
    row: Flags = doubted & (shape.spaces[layout.seen] >= 3) & (label == CODE["nav"])
    for place in np.flatnonzero(row).tolist():
        row[place] = repeats_a_stem(lines.reading_of(layout.seen[place]))
    return row


def repeats_a_stem(row: str) -> bool:
    """Whether most names of a row share a word: keywords for search engines.

    >>> repeats_a_stem("搬家公司 城北搬家公司 搬家服务公司 城北搬家 长途搬家")
    True
    >>> repeats_a_stem("首页 要闻 体育 财经 登录")
    False
    """
    names = [name for name in row.replace("|", " ").split() if len(name) >= 3]
    stems: dict[str, int] = {}
    for name in names:
        for stem in {name[i : i + 2] for i in range(len(name) - 1)}:
            stems[stem] = stems.get(stem, 0) + 1
    return len(names) >= 3 and max(stems.values()) * 5 >= len(names) * 3
