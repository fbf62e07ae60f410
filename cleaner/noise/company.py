"""Which hits of rules that want company have it: other hits, a place at the edge of the text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS
from cleaner.noise.clues import Marks
from cleaner.noise.findings import CODE
from cleaner.noise.layout import (
    HEAD,
    INSIDE,
    NOWHERE,
    TAIL,
    Layout,
    lines_since,
    next_to,
    window_sum,
)
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

_BY_NEIGHBOURS = np.array(
    [name in ("share_widget", "nav", "promo_qr", "comment") for name in LABELS]
)
"""Codes of labels whose lines stand in groups: two others within two lines are company enough."""


def has_company(shape: Shape, layout: Layout, marks: Marks, label: NDArray[np.uint8]) -> Flags:
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
    enough = np.where(contact, (near_alone & may_be_far(layout, marks, label)) | top, enough)
    below, above = next_to(layout, layout.body)
    near_meta = window_sum(layout, marks.meta, -1, 1) - marks.meta > 0
    edge = ~(below & above) | near_alone
    # A role and a name among lines that are no sentences either are part of a list of such.
    _, closes = next_to(layout, shape.ended[layout.seen])
    edge &= (layout.zone == HEAD) | below | above | closes | near_meta | near_alone
    edge = np.where(label == CODE["caption"], near_meta | near_alone, edge)
    edge = np.where(label == CODE["publish_meta"], layout.zone == HEAD, edge)
    good: Flags = np.where(marks.meta, edge, enough)
    return good


def may_be_far(layout: Layout, marks: Marks, label: NDArray[np.uint8]) -> Flags:
    """All lines but those with an address or a date that may be the story's own (bool[n]).

    An address or telephone number belongs to the story unless other furniture stands between
    (rules for them alone were right on 45 of 100 lines, noise.md 6.3); so does the date that a
    notice closes with. Furniture is a line that a rule names alone, or two that are doubted.
    """
    contact = label == CODE["contact"]
    behind = _furniture_since_text(layout, marks, contact) >= 2
    date = (label == CODE["publish_meta"]) & (layout.zone == TAIL)
    far: Flags = ~contact | (behind & (layout.zone != INSIDE)) | (layout.zone == HEAD)
    far &= ~date | behind
    return far


def signatures(shape: Shape, layout: Layout, marks: Marks, label: NDArray[np.uint8]) -> Flags:
    """Names right above the date that a notice closes with: whose notice it is (bool[n])."""
    own = ~may_be_far(layout, marks, label) & (label == CODE["publish_meta"])
    signed, _ = next_to(layout, own)
    name: Flags = signed & layout.short & ~shape.ended[layout.seen]
    return name


def _furniture_since_text(layout: Layout, marks: Marks, contact: Flags) -> NDArray[np.int64]:
    """How much furniture stands between each line and the text above it: two for a line that a
    rule names alone, one for a doubted one (int64[n]).

    On a page without running text, whatever no rule hits is text: a list, a form.
    """
    text = layout.body | ((layout.zone == NOWHERE) & ~marks.hit & ~marks.meta & ~contact)
    much = np.cumsum(np.where(contact, 0, 2 * marks.alone + marks.company))
    at = np.arange(len(layout))
    above = np.maximum(at - lines_since(layout, text), layout.low - 1)
    since: NDArray[np.int64] = much - np.where(above >= 0, much[above], 0)
    return since
