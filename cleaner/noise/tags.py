"""What the markup of web pages says for and against lines being noise: clues, as columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.clues import Column, sentence_letters
from cleaner.noise.layout import Layout
from cleaner.text.lines import Lines
from cleaner.text.markup import Markup
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

WORDS = Path(__file__).parent / "element_words.tsv"
"""What ids and classes are called, and what such elements hold."""

TAGS = {
    "nav": ("nav", "menu", "search"),
    "aside": ("aside",),
    "footer": ("footer", "address"),
    "form": ("form", "button", "label", "fieldset", "option"),
    "list": ("li", "dl"),
    "heading": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "cell": ("td", "th"),
    "article": ("article", "main"),
    "paragraph": ("p",),
    "figure": ("figure", "figcaption", "caption"),
}
"""Elements that a clue is about, by its name."""

FURNITURE = frozenset(
    ("nav", "aside", "footer", "form", "share", "comment", "links", "side", "foot", "promotion")
)
"""Kinds of elements that hold no story: what holds half of a page's sentences is none of them,
whatever it is called."""

LEAST_LINES = 3
"""Lines of the element around a line whose links and sentences count as those of its block."""

OTHERS = 1.0
"""What a letter outside sentences costs the element that is taken for the body, in letters of
sentences. The body is the element of the highest score, as with maximum subsequences (Pasternack
and Roth, 2009)."""


@cache
def _kinds() -> tuple[str, ...]:
    """All kinds of elements, in the order of their bits."""
    return tuple(sorted({*TAGS, *_words().values()}))


@cache
def _words() -> dict[str, str]:
    rows = (line.split("\t") for line in WORDS.read_text("utf-8").splitlines())
    return {row[0]: row[1] for row in rows if not row[0].startswith("#")}


_PART = re.compile("[A-Z]?[a-z]+|[A-Z]+")


@lru_cache(1 << 16)
def kinds_of(name: str) -> int:
    """The kinds of the element ``name`` ("div#main.article"), a bit for each of ``_kinds``."""
    tag = re.split("[#.]", name, maxsplit=1)[0]
    found = {kind for kind, tags in TAGS.items() if tag in tags}
    words = _words()
    for part in _PART.findall(name[len(tag) :]):
        word = part.lower()
        kind = words.get(word) or words.get(word.removesuffix("s"))
        if kind:
            found.add(kind)
    return sum(1 << bit for bit, kind in enumerate(_kinds()) if kind in found)


@dataclass(frozen=True)
class Boxes:
    """The elements of all pages of a batch: columns as in ``Markup``, lines counted in the batch.

    ``known`` (bool[L]) marks the lines of pages that have markup, ``titles`` (bool[L]) those that
    are the title which their page declares; ``page`` (int32[m]) is the page
    of each box, ``kinds`` (int64[m]) its kinds.
    """

    known: Flags
    page: NDArray[np.int32]
    parent: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    path: NDArray[np.uint64]
    kinds: NDArray[np.int64]
    box: NDArray[np.int64]
    links: NDArray[np.float64]
    hidden: Flags
    titles: Flags

    @property
    def is_furniture(self) -> Flags:
        """Lines that are hidden, links from end to end, or in an element made for furniture."""
        made_for = sum(1 << _kinds().index(kind) for kind in ("nav", "aside", "footer"))
        named = _covered(self, self.kinds & made_for > 0, len(self.box))
        return self.hidden | (self.links > 0.9) | named


def boxes_of(lines: Lines) -> Boxes | None:
    """The elements of a batch; None where no page has markup."""
    marked = [(n, page.markup) for n, page in enumerate(lines.pages) if page.markup is not None]
    if not marked:
        return None
    count = len(lines)
    known, hidden = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    box, links = np.full(count, -1, dtype=np.int64), np.zeros(count)
    before = 0
    columns: list[tuple[NDArray[np.generic], ...]] = []
    for number, markup in marked:
        first, after = int(lines.first[number]), int(lines.first[number + 1])
        mine = slice(first, after)
        known[mine], links[mine], hidden[mine] = True, markup.links, markup.hidden
        box[mine] = np.where(markup.box < 0, -1, markup.box + before)
        columns.append(_placed(markup, number, first, before))
        before += len(markup.name)
    page, parent, low, high, path, kinds = (
        np.concatenate(parts) for parts in zip(*columns, strict=True)
    )
    titles = _titles(lines, links)
    return Boxes(known, page, parent, low, high, path, kinds, box, links, hidden, titles)


def _placed(markup: Markup, page: int, first: int, before: int) -> tuple[NDArray[np.generic], ...]:
    """The columns of a page's boxes as they stand in the batch."""
    of_name = np.array([kinds_of(name) for name in markup.names], dtype=np.int64)
    return (
        np.full(len(markup.name), page, dtype=np.int32),
        np.where(markup.parent < 0, -1, markup.parent + np.int64(before)),
        markup.low + np.int64(first),
        markup.high + np.int64(first),
        markup.path,
        of_name[markup.name],
    )


def tag_clues(boxes: Boxes, lines: Lines, shape: Shape, layout: Layout) -> dict[str, Column]:
    """The clues of markup by name: columns of n, bool or 0 to 1; 0 on pages without markup."""
    seen = layout.seen
    count = len(lines)
    letters, sentences = np.zeros(count), np.zeros(count)
    letters[seen] = shape.letters[seen]
    sentences[seen] = sentence_letters(shape, layout) * (1 - boxes.links[seen])
    hidden = _really_hidden(boxes, lines, sentences)
    sentences[hidden] = 0
    kinds = _elements(boxes, lines, sentences)
    furniture = hidden | np.any([kinds[kind] for kind in sorted(FURNITURE)], axis=0)
    sentences[furniture] = 0
    links = letters * boxes.links
    body = _body(boxes, letters, sentences, links, len(lines.pages))
    whole = np.bincount(lines.page, sentences, len(lines.pages)).astype(np.float64)
    columns: dict[str, Column] = {"known": boxes.known, "hidden": hidden}
    columns |= {f"in_{kind}": covered for kind, covered in kinds.items()}
    share = boxes.links
    block = _block(boxes)
    of_block = np.maximum(block, 0)
    size = np.maximum(_within(boxes, letters)[of_block], 1) if len(block) else letters
    columns |= {
        "furniture": furniture,
        "title": boxes.titles,
        "links": (share > 0.05) & (share <= 0.5),
        "links_most": (share > 0.5) & (share <= 0.9),
        "links_all": share > 0.9,
        "block_links": np.where(block < 0, 0.0, _within(boxes, links)[of_block] / size),
        "block_sentences": np.where(block < 0, 0.0, _within(boxes, sentences)[of_block] / size),
        "alike_sentences": _alike(boxes, lines, sentences, whole),
        "outside_body": boxes.known & ~body & (whole > 0)[lines.page],
        "below_body": boxes.known & _below(body, lines),
    }
    return {f"tag_{name}": column[seen] for name, column in columns.items()}


def _elements(boxes: Boxes, lines: Lines, sentences: NDArray[np.float64]) -> dict[str, Flags]:
    """The lines in elements of each kind; what holds half of a page's sentences is no furniture."""
    whole = np.bincount(lines.page, sentences, len(lines.pages))
    most = _within(boxes, sentences) > 0.5 * whole[boxes.page]
    found: dict[str, Flags] = {}
    for bit, kind in enumerate(_kinds()):
        which = (boxes.kinds >> bit & 1).astype(bool)
        if kind in FURNITURE:
            which &= ~most
        found[kind] = _covered(boxes, which, len(lines))
    return found


FEW_LINKS = 0.1
"""Part of the letters of an element that may be links, where it is taken for the body."""

LEAST_TITLE, TITLE_SHARE = 4, 0.4
"""Letters, and part of the declared title, that a line must have to be that title, which often
goes on with the name of the site."""


def is_title(line: str, declared: str) -> bool:
    """Whether a line is the title that a page declares, or opens it; marks and spaces aside.

    >>> is_title("两市签约 三年互派教师", "两市签约　三年互派教师_江边新闻网")
    True
    """
    line, whole = ("".join(filter(str.isalnum, text)) for text in (line, declared))
    return len(line) >= max(LEAST_TITLE, TITLE_SHARE * len(whole)) and whole.startswith(line)


def _titles(lines: Lines, links: NDArray[np.float64]) -> Flags:
    """The lines that are the title which their page declares, links aside (bool[L])."""
    titles = np.zeros(len(lines), dtype=bool)
    for number, page in enumerate(lines.pages):
        declared = page.markup.declared.title if page.markup is not None else None
        if declared is None:
            continue
        for line in range(int(lines.first[number]), int(lines.first[number + 1])):
            short = lines.end[line] - lines.start[line] <= 2 * len(declared)
            if short and links[line] < 0.5:
                titles[line] = is_title(lines.text_of(line), declared)
    return titles


def _really_hidden(boxes: Boxes, lines: Lines, sentences: NDArray[np.float64]) -> Flags:
    """The hidden lines, but of no page that hides half of its sentences: scripts show those."""
    count = len(lines.pages)
    held_back = np.bincount(lines.page, sentences * boxes.hidden, count)
    shown_later = held_back * 2 > np.bincount(lines.page, sentences, count)
    hidden: Flags = boxes.hidden & ~shown_later[lines.page]
    return hidden


def _within(boxes: Boxes, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of ``column`` (one a line) over the lines of each box."""
    total = np.concatenate([[0.0], np.cumsum(column)])
    sums: NDArray[np.float64] = total[boxes.high] - total[boxes.low]
    return sums


def _covered(boxes: Boxes, which: Flags, count: int) -> Flags:
    """The lines that stand in any box of ``which`` (bool[count])."""
    steps = np.bincount(boxes.low[which], minlength=count + 1)
    steps = steps - np.bincount(boxes.high[which], minlength=count + 1)
    covered: Flags = np.cumsum(steps)[:count] > 0
    return covered


def _body(
    boxes: Boxes,
    letters: NDArray[np.float64],
    sentences: NDArray[np.float64],
    links: NDArray[np.float64],
    pages: int,
) -> Flags:
    """The lines in the element that holds most sentences and least else, and those like it."""
    held = _within(boxes, sentences)
    score = held - OTHERS * (_within(boxes, letters) - held)
    chosen = np.zeros(len(score), dtype=bool)
    order = np.lexsort((score, boxes.page))
    last = np.flatnonzero(np.diff(boxes.page[order], append=-1))
    best = order[last]
    best = _around_one_line(boxes, best[held[best] > 0], letters, links)
    chosen[best] = True
    # Several posts of a page stand in elements that are alike.
    of_page = np.zeros(pages, dtype=np.uint64)
    of_page[boxes.page[best]] = boxes.path[best]
    has_one = np.zeros(pages, dtype=bool)
    has_one[boxes.page[best]] = True
    alike = has_one[boxes.page] & (boxes.path == of_page[boxes.page]) & (score > 0)
    return _covered(boxes, chosen | alike, len(letters))


@cache
def _furniture_bits() -> int:
    return sum(1 << bit for bit, kind in enumerate(_kinds()) if kind in FURNITURE)


def _around_one_line(
    boxes: Boxes,
    best: NDArray[np.int64],
    letters: NDArray[np.float64],
    links: NDArray[np.float64],
) -> NDArray[np.int64]:
    """The boxes ``best``, those of a single line made the element around it: the one paragraph of
    a notice is not its body. (Not where more than FEW_LINKS of the letters there are links.)"""
    size, linked = _within(boxes, letters), _within(boxes, links)
    lines, parent = boxes.high - boxes.low, boxes.parent[best]
    wider = (lines[best] == 1) & (parent >= 0)
    wider &= linked[parent] <= FEW_LINKS * size[parent]
    wider &= boxes.kinds[parent] & _furniture_bits() == 0
    around: NDArray[np.int64] = np.where(wider, parent, best)
    return around


def _block(boxes: Boxes) -> NDArray[np.int64]:
    """The innermost box of LEAST_LINES lines around each line (-1: none); int64[L]."""
    if not len(boxes.low):
        return boxes.box
    large = boxes.high - boxes.low >= LEAST_LINES
    up = np.where(large, np.arange(len(large)), boxes.parent)
    for _ in range(4):  # 16 elements around few lines are more than pages have
        up = np.where(up < 0, -1, up[np.maximum(up, 0)])
    block: NDArray[np.int64] = np.where(boxes.box < 0, -1, up[np.maximum(boxes.box, 0)])
    return block


def _alike(
    boxes: Boxes, lines: Lines, sentences: NDArray[np.float64], whole: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The share of the page's sentences on lines whose elements are like those of each line."""
    path = np.where(boxes.box < 0, np.uint64(0), boxes.path[np.maximum(boxes.box, 0)])
    path ^= lines.page.astype(np.uint64) << np.uint64(40)
    order = np.argsort(path, kind="stable")
    starts = np.diff(path[order], prepend=path[order[:1]] + np.uint64(1)) != 0
    number = np.empty(len(path), dtype=np.int64)
    number[order] = np.cumsum(starts) - 1
    sums = np.bincount(number, sentences)[number]
    of_page = np.maximum(whole, 1)[lines.page]
    share: NDArray[np.float64] = np.minimum(sums / of_page, 1.0)
    return share


def _below(body: Flags, lines: Lines) -> Flags:
    """The lines below the last line of ``body`` on their page."""
    at = np.arange(len(body))
    last = np.full(len(lines.pages), -1)
    where = np.flatnonzero(body)
    last[lines.page[where]] = where
    below: Flags = (at > last[lines.page]) & (last[lines.page] >= 0)
    return below
