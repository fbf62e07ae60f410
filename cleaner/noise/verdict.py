"""The decision on a page: what rules, layout and page model say of each line, weighed together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, SURE, SUSPECT
from cleaner.noise.clues import Marks, clues_of
from cleaner.noise.findings import CODE, Findings, in_zone, marks_of
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
from cleaner.noise.page_model import PageModel, noise_odds
from cleaner.noise.reasons import Reasons, say
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

COUNTED_TITLES = 8
"""A list of titles numbered without a gap is one of links from this length on (noise.md 6.4)."""

WITNESSES = 3
"""The page model speaks only on pages where rules name as many lines of furniture. A page of
nothing but stories has none, nor has one that was cleaned."""

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
    marks = marks_of(layout, shape, found)
    seen = layout.seen
    label = found.label[seen].copy()
    reason = found.rule[seen].copy()
    named = found.rule[seen] >= 0
    alone = found.alone[seen] & in_zone(layout, found)
    counted = _counted_titles(shape, layout) & ~alone
    label[counted], reason[counted] = CODE["link_list"], reasons.counted
    in_company = named & ~alone & _has_company(layout, marks, label)
    strength = np.where(named, SUSPECT, KEEP).astype(np.uint8)
    strength[alone | counted | in_company] = SURE
    rows = _rows_of_names(shape, layout) & ~named & ~counted
    rows &= window_sum(layout, (strength == SURE) & ~marks.meta, -3, 3) > 0
    strength[rows], reason[rows] = SURE, reasons.row

    witnesses = window_sum(layout, (strength == SURE) & ~marks.meta, -len(layout), len(layout))
    modelled = (witnesses >= WITNESSES) & chinese(shape, layout, named)
    if modelled.any():
        clues = clues_of(lines, shape, layout, marks)
        opens = np.arange(len(layout)) == layout.low
        odds = np.where(modelled, noise_odds(model, clues, opens), -np.inf)
        named_sure = named & (odds > 0) & _may_be_far(layout, marks, label)
        strength[named_sure] = SURE
        prose = layout.body & np.asarray(clues["full_stop"]) & ~marks.twice
        sentence = (shape.ends[seen] > 0) & (shape.letters[seen] >= 25)
        bar = np.where(sentence, model.sure_sentence, model.sure)
        by_model = (strength < SURE) & ~prose & (odds > bar)
        titles = by_model | (~alone & (label == CODE["link_list"]))
        heads = headlines(lines, shape, layout, marks, titles)
        by_model &= ~_beside(layout, heads)
        maybe = (strength == KEEP) & (odds > 0)
        strength[by_model], strength[maybe & ~by_model] = SURE, SUSPECT
        strength[heads], label[heads] = KEEP, CODE["title"]
        unnamed = np.flatnonzero((strength > KEEP) & ~named & ~counted & ~rows)
        reason[unnamed] = say(model, clues, unnamed, reasons)
    unnamed = np.flatnonzero((strength > KEEP) & ~named & ~counted)
    label[unnamed] = _families(lines, shape, layout, found, unnamed)

    left = _left_alone(shape, layout, marks, strength)
    reason[left & (strength == SURE)] = reasons.left_alone
    strength[left & (strength == SURE)] = SUSPECT
    reason[strength == KEEP] = -1
    label[strength == KEEP] = CODE["content"]
    return Verdict(layout, label, strength, reason)


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


_BY_NEIGHBOURS = ("share_widget", "link_list", "nav", "promo_qr", "comment")
"""Labels whose lines stand in groups: two others within two lines are company enough."""


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
    groups = np.isin(label, [CODE[name] for name in _BY_NEIGHBOURS])
    enough = near_alone | (groups & (near >= 2))
    top = (layout.zone == HEAD) & (np.arange(len(layout)) == layout.low)
    enough = np.where(contact, (near_alone & _may_be_far(layout, marks, label)) | top, enough)
    below, above = _next_to(layout, layout.body)
    stamp = label == CODE["publish_meta"]
    edge = np.where(stamp, near_alone | (layout.zone == HEAD), ~(below & above))
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


def _counted_titles(shape: Shape, layout: Layout) -> Flags:
    """Items of a long numbered list of titles: few commas, hardly a sentence, text elsewhere."""
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
    outside = (layout.zone == HEAD) | (layout.zone == TAIL)
    titles: Flags = item & outside & ((ended < 0.2) & (clauses < 0.3))[number]
    return titles


def _rows_of_names(shape: Shape, layout: Layout) -> Flags:
    """Rows of four or more names set apart by spaces, outside the running text (bool[n])."""
    seen = layout.seen
    spaces, letters = shape.spaces[seen], shape.letters[seen]
    plain = (shape.ends[seen] == 0) & (shape.clauses[seen] == 0) & (letters <= 120)
    names = (spaces >= 3) & (letters <= 12 * (spaces + 1)) & (letters >= 2 * spaces)
    outside = (layout.zone == HEAD) | (layout.zone == TAIL)
    rows: Flags = plain & names & outside
    return rows


def _next_to(layout: Layout, marked: Flags) -> tuple[Flags, Flags]:
    """Whether the line below and the line above, on the same page, are marked."""
    at = np.arange(len(layout))
    below, above = np.zeros(len(layout), dtype=bool), np.zeros(len(layout), dtype=bool)
    below[:-1], above[1:] = marked[1:], marked[:-1]
    return below & (at + 1 < layout.high), above & (at > layout.low)


def _beside(layout: Layout, marked: Flags) -> Flags:
    below, above = _next_to(layout, marked)
    return below | above


def headlines(lines: Lines, shape: Shape, layout: Layout, marks: Marks, doomed: Flags) -> Flags:
    """Doomed lines that are a headline: the running text below repeats their words (bool[n]).

    A headline has 6 to 60 letters, stands at most 12 lines above running text, and a quarter of
    its pairs of letters stand in the 600 characters from there. (On 90 pages that holds for 77
    of 86 headlines, and for 54 of 365 other lines at such places.)
    """
    seen = layout.seen
    letters = shape.letters[seen]
    down = lines_until(layout, layout.body)
    wanted = doomed & ~marks.alone & ~marks.meta & (letters >= 6) & (letters <= 60)
    wanted &= (down > 0) & (down <= 12) & (shape.digits[seen] * 3 < letters)
    result = np.zeros(len(layout), dtype=bool)
    for i in np.flatnonzero(wanted).tolist():
        title = [c for c in lines.reading_of(seen[i]) if c.isalnum()]
        start = int(lines.start[seen[i + down[i]]])
        text = lines.reading[start : min(start + 600, int(lines.end[seen[layout.high[i] - 1]]))]
        pairs = {a + b for a, b in pairwise(title)}
        result[i] = sum(pair in text for pair in pairs) * 4 >= len(pairs)
    return result


def _left_alone(shape: Shape, layout: Layout, marks: Marks, strength: NDArray[np.uint8]) -> Flags:
    """Lines of pages that would lose too much of their sentences (bool[n]).

    Lines that a rule names alone and lines that stand on the page twice are left out of account.
    """
    seen = layout.seen
    pages = int(layout.page[-1]) + 1 if len(layout) else 0
    sentence = layout.body | (shape.ended[seen] & (shape.letters[seen] >= 12))
    size = shape.letters[seen] * (sentence & ~marks.alone & ~marks.twice)
    whole = np.bincount(layout.page, size, pages)
    gone = np.bincount(layout.page, size * (strength == SURE), pages)
    lost: Flags = ((gone > MOST_LOST * whole) & (whole > 0))[layout.page]
    return lost


def _families(
    lines: Lines, shape: Shape, layout: Layout, found: Findings, which: NDArray[np.int64]
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
    for place in np.flatnonzero(row[which]).tolist():
        if repeats_a_stem(lines.reading_of(seen[which[place]])):
            plain[place] = CODE["seo_links"]
    return np.where(above == CODE["comment"], CODE["comment"], plain).astype(np.uint8)


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
