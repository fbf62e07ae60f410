"""Borders between lines that may be seams in a broken paragraph, and what can be seen there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import BODY_LABELS, META_LABELS, SUSPECT
from cleaner.noise.label import Labels
from cleaner.stories.echoes import echoes
from cleaner.stories.edges import (
    Edges,
    edges_of,
    open_brackets,
    opens_item,
    opens_with_date,
)
from cleaner.stories.pairs import fold, load_pairs, pair_closes, pair_opens, pull
from cleaner.text.lines import Lines
from cleaner.text.reading import (
    CLAUSE,
    CLOSE,
    DIGIT,
    DIVIDER,
    END,
    LETTER,
    OPEN,
    SYMBOL,
)
from cleaner.text.shape import Shape

MIN_WIDTH, MAX_WIDTH = 15, 120
"""A page is taken to wrap its lines at no fewer and no more characters than these."""

MIN_WRAPPED, WRAPPED_SHARE = 4, 0.6
"""So many lines, and such a share of those without sentence end, have to be of one length."""

LONGER_SHARE = 0.25
"""A page with more lines that are longer, in proportion to those of one length, has headlines of
one length rather than wrapped lines (as digests have: 17 or 18 characters each)."""

VERSE_LINE, VERSE_RUN = 22, 4
"""So many neighbouring lines of no more visible characters are verse, a list or a table."""


@dataclass(frozen=True)
class Borders:
    """Places where a paragraph may be broken: a line without sentence end and the one after it.

    ``upper`` and ``lower`` (int64) are the lines, with only blank lines or lines that go between
    them; ``above`` and ``below`` their edges: the ``tail`` of ``above`` and the ``head`` of
    ``below`` meet. ``page`` (int32) is the page. On a page of wrapped lines a full line with a
    sentence end makes a border too. Rows are in reading order.
    """

    upper: NDArray[np.int64]
    lower: NDArray[np.int64]
    above: Edges
    below: Edges
    page: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.upper)


@dataclass(frozen=True)
class Habits:
    """How the pages of a batch set their paragraphs, one row a page.

    ``gapped`` and ``indented`` (float64) are the shares of paragraphs, among those below a line
    with a sentence end, that stand below a blank line, and that are indented. ``width`` (int64)
    is the length in characters at which a page wraps its lines, 0 where it does not; ``opening``
    (int64) the first line that stays, -1 where none does.
    """

    gapped: NDArray[np.float64]
    indented: NDArray[np.float64]
    width: NDArray[np.int64]
    opening: NDArray[np.int64]


def find_borders(
    lines: Lines, shape: Shape, labels: Labels, stays: NDArray[np.bool_]
) -> tuple[Borders, Habits, NDArray[np.bool_]]:
    """The borders of the batch, the habits of its pages, and which lines stand in verse."""
    seen = np.flatnonzero(stays & ~shape.blank)
    habits = _habits(lines, shape, seen)
    upper, lower = seen[:-1], seen[1:]
    plain = (labels.label == 0) | (
        (labels.strength == SUSPECT) & (labels.label >= len(BODY_LABELS) + len(META_LABELS))
    )
    full = _at_width(lines.end - lines.start, habits.width[lines.page])
    may = (
        (lines.page[upper] == lines.page[lower])
        & chinese_pages(lines, shape)[lines.page[upper]]
        & plain[upper]
        & plain[lower]
        & (~shape.ended[upper] | full[upper])
        & ~_opens_article(lines, shape, lower)
    )
    upper, lower = upper[may], lower[may]
    above, below = edges_of(lines, shape, upper), edges_of(lines, shape, lower)
    return (
        Borders(upper, lower, above, below, lines.page[upper]),
        habits,
        _verse(lines, shape, seen),
    )


def _opens_article(lines: Lines, shape: Shape, of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Lines that open with "第 1 條", spaced: the head of an article, never a reference to one."""
    codes, first = lines.codes, shape.first_seen[of]
    after = np.minimum(first + 1, len(codes) - 1)
    digit = lines.classes[np.minimum(first + 2, len(codes) - 1)] == DIGIT
    result: NDArray[np.bool_] = (codes[first] == ord("第")) & (codes[after] == ord(" ")) & digit
    return result


def chinese_pages(lines: Lines, shape: Shape) -> NDArray[np.bool_]:
    """Pages that are Chinese (bool[pages]): half of their letters, and hardly any other script."""
    pages = len(lines.pages)
    han = np.bincount(lines.page, shape.han, minlength=pages)
    foreign = np.bincount(lines.page, shape.foreign, minlength=pages)
    letters = np.bincount(lines.page, shape.letters - shape.digits, minlength=pages)
    result: NDArray[np.bool_] = (han * 2 >= letters) & (foreign * 5 <= letters)
    return result


def _at_width(length: NDArray[np.int64], width: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Lines as long as their page is wide, give or take a mark that may not open a line."""
    result: NDArray[np.bool_] = (width > 0) & (np.abs(length - width) <= 1)
    return result


def _habits(lines: Lines, shape: Shape, seen: NDArray[np.int64]) -> Habits:
    pages = len(lines.pages)
    page = lines.page[seen]
    follows = np.zeros(len(seen), dtype=bool)
    follows[1:] = (page[1:] == page[:-1]) & shape.ended[seen[:-1]]
    at = page[follows]
    count = np.maximum(np.bincount(at, minlength=pages), 1)
    gapped = np.bincount(at, weights=shape.gap[seen[follows]] > 0, minlength=pages) / count
    indented = np.bincount(at, weights=shape.indent[seen[follows]] >= 2, minlength=pages) / count

    # A page is wrapped where most of its lines without sentence end have one length.
    length = (lines.end - lines.start)[seen]
    unended = ~shape.ended[seen] & (length >= MIN_WIDTH)
    broken = unended & (length <= MAX_WIDTH)
    row = MAX_WIDTH + 2
    table = np.bincount(page[broken] * row + length[broken], minlength=pages * row)
    table = table.reshape(pages, row)
    width = table.argmax(axis=1)
    every = np.arange(pages)
    near = table[every, width] + table[every, width - 1] + table[every, width + 1]
    enough = np.maximum(MIN_WRAPPED, WRAPPED_SHARE * np.bincount(page[unended], minlength=pages))
    longer = np.bincount(page[length > width[page] + 1], minlength=pages)
    wrapped = (near >= enough) & (longer <= LONGER_SHARE * near)
    opening = np.append(seen, -1)[np.searchsorted(page, every)]
    opening[np.bincount(page, minlength=pages) == 0] = -1
    return Habits(gapped, indented, np.where(wrapped, width, 0), opening)


def _verse(lines: Lines, shape: Shape, seen: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Lines that stand among short lines (bool[lines]): verse, lists, tables."""
    short = shape.visible[seen] <= VERSE_LINE
    page = lines.page[seen]
    new = np.ones(len(seen), dtype=bool)
    new[1:] = (page[1:] != page[:-1]) | (short[1:] != short[:-1])
    run = np.cumsum(new) - 1
    among = np.zeros(len(lines), dtype=bool)
    among[seen] = short & (np.bincount(run)[run] >= VERSE_RUN)
    return among


def flags_of(
    lines: Lines, shape: Shape, borders: Borders, habits: Habits, verse: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """The cues of ``seams.toml`` that hold at each border (bool[borders] each)."""
    upper, lower, page = borders.upper, borders.lower, borders.page
    last = borders.above.tail[:, 1]
    left, right = lines.classes[borders.above.last], lines.classes[borders.below.first]
    balance = open_brackets(lines)
    indented, gap = habits.indented[page] > 0.5, shape.gap[lower] > 0
    length, width = (lines.end - lines.start)[upper], habits.width[page]
    marked = opens_with_mark(lines, borders.below)
    upper_marked = opens_with_mark(lines, borders.above)
    closes_next = _closes_next(lines, borders, balance)
    closed_since = np.zeros(len(borders), dtype=bool)
    closed_since[1:] = closes_next[:-1]
    full = _at_width(length, width)
    after_sentence, credit = _closings(lines, shape, borders, (left & CLOSE) != 0)
    return {
        "upper ends with a comma": (last == ord(",")) | (last == ord("、")),
        "upper ends with a semicolon": last == ord(";"),
        "upper ends with a colon": last == ord(":"),
        "upper ends with an opening bracket": (left & OPEN) != 0,
        "upper ends with a closing bracket": (left & CLOSE) != 0,
        "upper ends with a bracket after a sentence": after_sentence,
        "upper ends with a credit": credit,
        "upper ends with a sign": (left & (DIVIDER | SYMBOL)) != 0,
        "upper ends with a digit": left == DIGIT,
        "upper ends with a sentence": shape.ended[upper],
        "upper opens an item": opens_item(borders.above),
        "upper opens with a date": opens_with_date(borders.above),
        "upper has sentences": shape.ends[upper] > 0,
        "upper has a gap inside": (shape.spaces[upper] > 0) & (shape.visible[upper] < 45),
        "upper fills the width": full,
        "upper opens the page": (upper == habits.opening[page]) & ~full,
        "upper leaves the width": (width > 0) & (length < width - 1),
        "lower opens with a mark": marked,
        "lower opens with a bracket": (right & OPEN) != 0,
        "lower opens with a sign": (right & (DIVIDER | SYMBOL)) != 0,
        "lower opens with a digit": right == DIGIT,
        "lower opens an item": opens_item(borders.below),
        "lower opens with a date": opens_with_date(borders.below),
        "lower ends with a sentence": shape.ended[lower],
        "lower has sentences": shape.ends[lower] > 0,
        "lower has clauses": shape.clauses[lower] > 0,
        "bracket stays open": (balance[upper] > 0) & (balance[lower] >= 0) & ~closes_next,
        "bracket closes below": ((balance[upper] > 0) & (balance[lower] < 0))
        | closes_next
        | closed_since,
        "bracket closes above": balance[upper] < 0,
        "lower indented": indented & (shape.indent[lower] >= 2),
        "lower not indented": indented & (shape.indent[lower] < 2),
        "gap missing": (habits.gapped[page] > 0.5) & ~gap,
        "gap added": (habits.gapped[page] < 0.5) & gap,
        "rows of a table": _like_row(lines, shape, upper) & _like_row(lines, shape, lower),
        "among short lines": verse[upper] & verse[lower] & ~marked & ~upper_marked,
    }


def _like_row(lines: Lines, shape: Shape, of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Lines of three items and more, of which the last is a figure: rows of a table."""
    figure = lines.classes[shape.after_seen[of] - 1] == DIGIT
    result: NDArray[np.bool_] = figure & (shape.spaces[of] >= 2) & (shape.ends[of] == 0)
    return result


def opens_with_mark(lines: Lines, edges: Edges) -> NDArray[np.bool_]:
    """Lines that open with a mark no sentence opens with (bool[n]): , 。 ) and the like, no …."""
    marks = (lines.classes[edges.first] & (END | CLAUSE | CLOSE)) != 0
    result: NDArray[np.bool_] = marks & (edges.head[:, 0] != ord("…"))
    return result


def _closes_next(lines: Lines, borders: Borders, balance: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Borders whose upper line leaves a bracket open that the line after the lower one closes."""
    found = np.zeros(len(borders), dtype=bool)
    linked = borders.upper[1:] == borders.lower[:-1]
    closes = (lines.classes[borders.below.first[1:]] & CLOSE) != 0
    open_over = (balance[borders.upper[:-1]] > 0) & (balance[borders.lower[:-1]] == 0)
    found[:-1] = linked & closes & open_over
    return found


def measures_of(lines: Lines, shape: Shape, borders: Borders) -> dict[str, NDArray[np.float32]]:
    """The measures of ``seams.toml`` at each border (float32[borders] each)."""
    upper, lower = borders.upper, borders.lower
    tail, head = borders.above.tail, borders.below.head
    last, first = tail[:, 1], head[:, 0]
    closes = (lines.classes[borders.above.last] & LETTER) != 0
    opens = (lines.classes[borders.below.first] & LETTER) != 0
    table, none = load_pairs(), np.float32(np.nan)
    return {
        "pull": np.where(closes & opens, pull(last, first), none),
        "lower opens": np.where(opens, table.opens[fold(first)], none),
        "upper closes": np.where(closes, table.closes[fold(last)], none),
        "lower pair opens": pair_opens(first, head[:, 1]),
        "upper pair opens": pair_opens(borders.above.head[:, 0], borders.above.head[:, 1]),
        "upper pair closes": pair_closes(tail[:, 0], last),
        "upper clauses": shape.clauses[upper].astype(np.float32),
        "upper length": shape.visible[upper].astype(np.float32),
        "lower length": shape.visible[lower].astype(np.float32),
    }


OWN_PAGE = 20_000
"""Characters above and below a border in which its page's own words are looked for: more than
pages have; what a file of millions of lines says farther off is another page's word."""

SHORT, LEDE = 50, 150
"""Of a line with fewer visible characters it is asked how many of its pairs the first characters
of the line below repeat."""

_AFTER_SENTENCE = re.compile(r"[。!?…][”’]?(?:[(\[【《][^()\[\]【】]{0,60}[)\]】》]){1,3}$")
_CREDIT = re.compile(
    r"[(\[【](?:完|责?任?编辑|记者|作者|来源|文|图|转|据|供稿|通讯员|总台|更新)[^()\[\]【】]{0,60}[)\]】]$"
    r"|[。!?”)](?:本报|新华社|.{0,6})?(?:记者|来源|作者|通讯员|编辑)[^。!?]{0,24}$"
)


def _closings(
    lines: Lines, shape: Shape, borders: Borders, closing: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which upper lines close with a bracket after a sentence, and which with a credit."""
    after, credit = np.zeros((2, len(borders)), dtype=bool)
    text = lines.reading
    for row in np.flatnonzero(closing | (shape.ends[borders.upper] > 0)).tolist():
        end = int(borders.above.last[row]) + 1
        start = max(int(lines.start[borders.upper[row]]), end - 80)
        after[row] = _AFTER_SENTENCE.search(text, start, end) is not None
        credit[row] = _CREDIT.search(text, start, end) is not None
    return after, credit


def own_words(
    lines: Lines, shape: Shape, borders: Borders, rows: NDArray[np.int64]
) -> tuple[dict[str, NDArray[np.bool_]], dict[str, NDArray[np.float32]]]:
    """What the page's own text says of the borders ``rows``; nothing of all others.

    Whether the characters that meet at the border stand together elsewhere on the page, within
    ``OWN_PAGE`` characters ("own pair", with a third one "own three", with one from either side
    "own four"), and the share of a short upper line's character pairs that the lower line
    repeats, as it does under a headline ("own words").
    """
    pair, three, four = np.zeros((3, len(borders)), dtype=bool)
    share = np.full(len(borders), np.nan, dtype=np.float32)
    last, first = borders.above.last[rows], borders.below.first[rows]
    letters = ((lines.classes[last] & LETTER) != 0) & ((lines.classes[first] & LETTER) != 0)
    met, last, first = rows[letters], last[letters], first[letters]
    page_end = np.append(lines.page_start[1:], len(lines.reading))
    start = np.maximum(lines.page_start[borders.page[met]], last - OWN_PAGE)
    end = np.minimum(page_end[borders.page[met]], first + OWN_PAGE)
    pair[met], left, right = echoes(lines.codes, last, first, start, end)
    three[met], four[met] = left | right, left & right
    short = rows[shape.visible[borders.upper[rows]] < SHORT]
    lede = borders.below.first[short]
    upto = np.minimum(lines.end[borders.lower[short]], lede + LEDE)
    edges = (borders.above.first[short], borders.above.last[short] + 1, lede, upto)
    share[short] = [
        _repeated(lines.reading[top:end], lines.reading[below:stop])
        for top, end, below, stop in zip(*(edge.tolist() for edge in edges), strict=True)
    ]
    return {"own pair": pair, "own three": three, "own four": four}, {"own words": share}


def _repeated(title: str, lede: str) -> float:
    """The share of the title's character pairs, each counted once, that stand in the lede."""
    pairs = {title[place : place + 2] for place in range(len(title) - 1)}
    return sum(pair in lede for pair in pairs) / max(len(pairs), 1)
