"""What the rules found on each line of a batch, gathered: which rule counts, and its strength."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS, META_LABELS, Page
from cleaner.noise.clues import Marks, Repeated
from cleaner.noise.hits import Hits, RuleSet, find_hits
from cleaner.noise.layout import HEAD, NOWHERE, TAIL, Layout
from cleaner.noise.repeats import Keys, Repeats, line_keys
from cleaner.noise.tags import Boxes, boxes_of
from cleaner.text.lines import Lines, split_lines
from cleaner.text.shape import Shape, measure

CODE = {label: code for code, label in enumerate(LABELS)}
"""The code of every label."""

ANY_ZONE = 255
"""The zone of a rule that counts anywhere."""

SHARED_PAGES = 16
"""A line on as many pages of its site counts as shared by all (clue ``shared`` is 1)."""


@dataclass(frozen=True)
class Findings:
    """What rules say of every line of a batch (columns of L, the number of lines).

    ``rule`` (int32) is the line or opener rule that counts, -1 where none hit: one that may
    remove alone before one that may not, then the first by the order of the rules. ``alone``,
    ``opener`` and ``meta`` (bool) tell of what kind that rule is, ``credit`` (bool) whether any
    rule finds an editor's or a source's line, ``label`` (uint8) its label,
    ``zone`` (uint8) its zone or ANY_ZONE. ``pages`` (int32) tells on how many pages of its site
    the line stands, and ``share`` (float64) what share of them that is (0: not known).
    ``furniture`` (int16) is the label code that a furniture file gives the line, -1 for none.
    ``boxes`` are the elements of pages that came as HTML, None where none did.
    """

    rule: NDArray[np.int32]
    alone: NDArray[np.bool_]
    opener: NDArray[np.bool_]
    meta: NDArray[np.bool_]
    credit: NDArray[np.bool_]
    label: NDArray[np.uint8]
    zone: NDArray[np.uint8]
    pages: NDArray[np.int32]
    share: NDArray[np.float64]
    furniture: NDArray[np.int16]
    lines: Lines
    boxes: Boxes | None

    @cached_property
    def key(self) -> Keys:
        """The key of every line (uint64), made when it is first asked for."""
        return line_keys(self.lines)


def gather(lines: Lines, rules: RuleSet, hits: Hits, repeats: Repeats | None = None) -> Findings:
    """The rule that counts on every line, its kind, and the line's repeats."""
    count = len(lines)
    pages, share = np.zeros(count, dtype=np.int32), np.zeros(count)
    furniture = np.full(count, -1, dtype=np.int16)
    if repeats is not None:
        key = line_keys(lines)
        pages, share = repeats.pages_with(lines, key)
        furniture = repeats.furniture_labels(key)
    whole = np.array([rule.scope != "span" for rule in rules.rules], dtype=bool)
    alone = np.array([rule.strength == "alone" for rule in rules.rules], dtype=bool)
    opener = np.array([rule.scope == "opener" for rule in rules.rules], dtype=bool)
    meta = np.array([rule.label in META_LABELS for rule in rules.rules], dtype=bool)
    label = np.array([CODE[rule.label] for rule in rules.rules], dtype=np.uint8)
    zones = {"any": ANY_ZONE, "head": HEAD, "tail": TAIL}
    zone = np.array([zones[rule.zone] for rule in rules.rules], dtype=np.uint8)
    on_line = whole[hits.rule] if len(hits) else np.zeros(0, dtype=bool)
    rest_at, rest_rule = _rests(lines, rules, hits, ~on_line)
    at = np.concatenate([hits.line[on_line], rest_at])
    rule = np.concatenate([hits.rule[on_line], rest_rule])
    told = _of_events(lines, at, label[rule] == CODE["publish_meta"])
    at, rule = at[~told], rule[~told]
    # The rule that counts is written last.
    order = np.lexsort((-rule, alone[rule], at)) if len(at) else at
    at, rule = at[order], rule[order]
    credits = np.array([rule.label in ("credit", "source_credit") for rule in rules.rules], bool)
    credit = np.zeros(count, dtype=bool)
    credit[at[credits[rule]]] = True
    best = np.full(count, -1, dtype=np.int32)
    best[at] = rule
    hit = best >= 0
    if not len(rules.rules):
        alone = opener = meta = np.zeros(1, dtype=bool)
        label = zone = np.zeros(1, dtype=np.uint8)
    return Findings(
        rule=best,
        alone=hit & alone[best],
        opener=hit & opener[best],
        meta=hit & meta[best],
        credit=credit,
        label=np.where(hit, label[best], 0).astype(np.uint8),
        zone=np.where(hit, zone[best], ANY_ZONE).astype(np.uint8),
        pages=pages,
        share=share,
        furniture=furniture,
        lines=lines,
        boxes=boxes_of(lines),
    )


_EVENT_TIME = re.compile("(?:时间|日期|开始时间) ?:")
_EVENT_REST = re.compile("(?:地点|地址|会场|场地|票价|主讲人?|嘉宾|主持人?|对象|报名) ?:")
"""How the time of an event opens its line, and what opens the line below it (reading form)."""


def _of_events(lines: Lines, at: NDArray[np.int64], dates: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which hits on lines ``at`` take the time of an event for the date of the page (bool).

    ``dates`` marks the hits of rules for dates. Right below the time stands the place.
    """
    told = np.zeros(len(at), dtype=bool)
    for hit in np.flatnonzero(dates).tolist():
        line = int(at[hit])
        if line + 1 < len(lines) and lines.page[line] == lines.page[line + 1]:
            below = lines.reading_of(line + 1).strip()
            opens = _EVENT_TIME.match(lines.reading_of(line).strip())
            told[hit] = bool(opens and _EVENT_REST.match(below))
    return told


def _rests(
    lines: Lines, rules: RuleSet, hits: Hits, in_line: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Lines that are nothing but noise once the noise ``in_line`` is cut, and the rule for that.

    What is left of such a line has no letter, or a rule names it alone: were it only cut, the
    rest would be removed when the page is cleaned again.
    """
    cuts: dict[int, list[tuple[int, int]]] = {}
    by: dict[int, int] = {}
    for place in np.flatnonzero(in_line).tolist():
        line, rule = int(hits.line[place]), int(hits.rule[place])
        if rules.rules[rule].strength == "alone":
            cuts.setdefault(line, []).append((int(hits.start[place]), int(hits.end[place])))
            by[line] = rule
    if not cuts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    rests = [Page("", _without(lines.text_of(line), spans) or " ") for line, spans in cuts.items()]
    rest = split_lines(rests)
    shape = measure(rest)
    names = np.array(list(cuts), dtype=np.int64)
    empty = np.flatnonzero(shape.letters == 0)
    found = find_hits(rules, rest, shape)
    named = [
        i
        for i, rule in enumerate(found.rule.tolist())
        if rules.rules[rule].scope != "span" and rules.rules[rule].strength == "alone"
    ]
    at = np.concatenate([names[rest.page[empty]], names[rest.page[found.line[named]]]])
    of_span = [by[line] for line in names[rest.page[empty]].tolist()]
    return at, np.concatenate([np.array(of_span, dtype=np.int32), found.rule[named]])


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def marks_of(layout: Layout, found: Findings) -> Marks:
    """The hits as the clues take them: on the lines of ``layout``."""
    seen = layout.seen
    hit, meta, alone = found.rule[seen] >= 0, found.meta[seen], found.alone[seen]
    return Marks(
        alone=hit & alone & ~meta,
        company=hit & ~alone & ~meta,
        opener=found.opener[seen],
        meta=meta,
        credit=found.credit[seen],
    )


def repeated_of(layout: Layout, shape: Shape, found: Findings) -> Repeated:
    """The repeats as the clues take them: on the lines of ``layout``."""
    seen = layout.seen
    pages = found.pages[seen]
    shared = np.where(pages >= 3, np.log2(np.maximum(pages, 1)) / np.log2(SHARED_PAGES), 0.0)
    return Repeated(
        twice=_twice(found.key[seen], layout.page) & (shape.letters[seen] >= 4),
        shared=np.where(pages == 2, 0.1, np.minimum(shared, 1.0)),
    )


def _twice(key: Keys, page: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the key of a line stands on another line of its page."""
    mixed = key ^ (page.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    order = np.argsort(mixed)
    same = np.zeros(len(key), dtype=bool)
    sorted_keys = mixed[order]
    equal = sorted_keys[1:] == sorted_keys[:-1]
    same[1:] |= equal
    same[:-1] |= equal
    twice = np.zeros(len(key), dtype=bool)
    twice[order] = same
    return twice


def in_zone(layout: Layout, found: Findings) -> NDArray[np.bool_]:
    """Whether each line stands where its rule counts (bool[n]; all do on a page without body)."""
    wanted = found.zone[layout.seen]
    right: NDArray[np.bool_] = (
        (wanted == ANY_ZONE) | (wanted == layout.zone) | (layout.zone == NOWHERE)
    )
    return right
