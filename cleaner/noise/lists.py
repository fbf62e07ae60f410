"""Lists and rows: furniture that is known by the form of several lines, or by many pages."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from operator import add

import numpy as np
from numpy.typing import NDArray

from cleaner.model import SURE
from cleaner.noise.body import before_credit
from cleaner.noise.clues import Marks
from cleaner.noise.findings import Findings
from cleaner.noise.layout import (
    FAR,
    HEAD,
    INSIDE,
    TAIL,
    Layout,
    lines_since,
    lines_until,
    next_to,
)
from cleaner.noise.repeats import LEAST_PAGES
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

COUNTED_TITLES = 8
"""A list of titles numbered without a gap is one of links from this length on (noise.md 6.4)."""

LONGEST_NAME = 14
"""Letters that a name in a row may have."""

_COUNTED = re.compile(r"\d")
"""What no name in a row has and most cells of a table have."""

SHARED_BY = 0.2
"""A short line outside the text is suspect if this share of its site's pages has it, and three.
Nothing goes for that alone: ``cleaner learn`` proposes such lines for a furniture file."""

CLOSING_LINES, LONGEST_SLOGAN = 3, 60
"""So many shared lines, of so many letters, may close a page: a site's slogan, a motto."""


def counted_titles(shape: Shape, layout: Layout, marks: Marks) -> Flags:
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


def rows_of_names(lines: Lines, shape: Shape, layout: Layout) -> Flags:
    """Rows of four or more names set apart by spaces, outside the running text (bool[n])."""
    seen = layout.seen
    spaces, letters = shape.spaces[seen], shape.letters[seen]
    plain = (shape.ends[seen] == 0) & (shape.clauses[seen] == 0) & (letters <= 120)
    names = (spaces >= 3) & (letters <= 12 * (spaces + 1)) & (letters >= 2 * spaces)
    names &= shape.han[seen] * 2 > letters
    outside = (layout.zone == HEAD) | (layout.zone == TAIL)
    rows: Flags = plain & names & outside
    for place in np.flatnonzero(rows).tolist():
        words = lines.reading_of(seen[place]).split()
        long = max(map(len, words)) > LONGEST_NAME
        names_only = [word for word in words if len(word) > 1 and not _COUNTED.search(word)]
        rows[place] = not long and len(names_only) >= 4
    return rows


def tables(lines: Lines, shape: Shape, layout: Layout) -> Flags:
    """The lines of tables: a head of three or more words, and below it two rows or more of as
    many, most of them with figures (bool[n]). A strip of shares or a menu has no such head."""
    spaces = shape.spaces[layout.seen]
    alike = np.zeros(len(layout), dtype=bool)
    alike[1:] = (spaces[1:] >= 2) & (spaces[1:] == spaces[:-1]) & (np.diff(layout.page) == 0)
    found = np.zeros(len(layout), dtype=bool)
    starts = np.flatnonzero(alike & ~np.roll(alike, 1))
    ends = np.flatnonzero(~alike & np.roll(alike, 1))
    ends = np.append(ends, len(layout))
    for second in starts.tolist():
        end = int(ends[np.searchsorted(ends, second)])
        head, *rows = [lines.reading_of(line).split() for line in layout.seen[second - 1 : end]]
        figures = sum(bool(_COUNTED.search(cell)) for row in rows for cell in row[1:])
        if len(rows) >= 2 and not any(map(_COUNTED.search, head)):
            found[second - 1 : end] = figures * 2 > sum(len(row) - 1 for row in rows)
    return found


def items_under_heads(
    lines: Lines, shape: Shape, layout: Layout, marks: Marks, strength: NDArray[np.uint8]
) -> Flags:
    """Titles in the run that the head of a list opens, where no story's headline can be among
    them (bool[n]).

    The run is one of lines that look like titles. It is below the last running text, or a rule
    names a line between it and the text that follows. Above the credit line that closes a story,
    a list may be the story's own.
    """
    head = marks.opener & (strength == SURE)
    since = lines_since(layout, head)
    title = _titles(lines, shape, layout, (since > 0) & (since <= 40))
    run = (since > 0) & (since <= 40) & (since < lines_since(layout, ~title & ~marks.hit))
    fenced = lines_until(layout, marks.alone) < lines_until(layout, layout.body)
    outside = (layout.zone == TAIL) | ((layout.zone == INSIDE) & fenced)
    items: Flags = run & outside & ~before_credit(layout, marks)
    return items


def _titles(lines: Lines, shape: Shape, layout: Layout, asked: Flags) -> Flags:
    """Which of the lines ``asked`` look like titles: of 2 to 45 letters, and a question or a cry
    rather than a sentence (bool[n])."""
    letters, clauses = shape.letters[layout.seen], shape.clauses[layout.seen]
    title: Flags = asked & (letters >= 2) & (letters <= 45) & (clauses <= 2)
    for place in np.flatnonzero(title & ~layout.short).tolist():
        title[place] = "。" not in lines.reading_of(layout.seen[place])
    return title


def shared_lines(shape: Shape, layout: Layout, found: Findings) -> Flags:
    """Short lines outside the text that a fifth of the site's pages has, and the few that close
    the page and stand on LEAST_PAGES (bool[n]).

    The line above must not be an open sentence: its rest is no furniture (noise.md 6.5).
    """
    seen = layout.seen
    letters = shape.letters[seen]
    known = found.pages[seen] >= LEAST_PAGES
    often = known & (found.share[seen] >= SHARED_BY) & (letters <= 40)
    outside = (layout.zone == HEAD) | (layout.zone == TAIL)
    _, under_text = next_to(layout, layout.body & ~shape.ended[seen])
    closing = _closing_few(layout, known & (letters <= LONGEST_SLOGAN))
    lines: Flags = ((often & outside) | closing) & ~under_text
    return lines


def _closing_few(layout: Layout, known: Flags) -> Flags:
    """The ``known`` lines up to the last one of a page, where they are CLOSING_LINES at most:
    more are a text that other pages have too."""
    if not len(layout):
        return known
    above = lines_since(layout, ~known)
    closing: Flags = lines_until(layout, ~known) == FAR
    return closing & (above[layout.high - 1] <= CLOSING_LINES)


def keyword_rows(lines: Lines, shape: Shape, layout: Layout, doubted: Flags) -> Flags:
    """Rows of names among the ``doubted`` lines that repeat a word (bool[n])."""
    row: Flags = doubted & (shape.spaces[layout.seen] >= 3)
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
    if len(names) < 3:
        return False
    stems = Counter(chain.from_iterable(set(map(add, name, name[1:])) for name in names))
    return max(stems.values()) * 5 >= len(names) * 3
