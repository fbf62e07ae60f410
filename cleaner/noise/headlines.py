"""Headlines among the short lines above a text: what no model may take for a link."""

from __future__ import annotations

from operator import add

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.layout import FAR, Layout, lines_since, lines_until, next_to
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

ABOVE = 20
"""So many lines may stand between a headline and its text: dates, tools, the names of pages."""

WORDS_BELOW = 600
"""So many characters of the text are looked at for the words of a headline."""

FEW_LONG, LONG_LETTERS = 2, 8
"""So many lines of at least so many letters stay above the first text of a page: where there are
more, they are links."""

SHARED_PAIRS, FEWEST_PAIRS = 0.2, 2
"""A headline shares this part of its pairs of letters with them, and at least so many. (On 90 web
pages 79 of 86 headlines at such places do, and 79 of 365 other lines, of which rules name the
most.)"""

NEAREST, LIKELY_ODDS = 6, 3.0
"""Where no line shares words, the line that speaks least for noise within six lines above the
first text of a page is its headline, if its odds are below these: 20 to 1."""


def headlines(
    lines: Lines,
    shape: Shape,
    layout: Layout,
    doomed: Flags,
    taken: Flags,
    prose: Flags,
    body: Flags,
    odds: NDArray[np.float64],
) -> Flags:
    """Lines of ``doomed`` that are a headline of the ``body`` below them (bool[n]).

    A line right above a text is one. (On 90 web pages 7 links and 2 headlines stand there, all
    else that goes goes by rules; where a story follows noise, its headline stands there.)
    ``taken`` are lines that go for other reasons, ``prose`` are sentences, which no headline is,
    ``odds`` the log-odds of each line being noise.
    """
    found = sharing_words(lines, shape, layout, doomed, body)
    down = lines_until(layout, body)
    below, _ = next_to(layout, layout.body & ~doomed & ~taken)
    found |= doomed & _title_like(shape, layout, 2, 60) & below
    text = np.minimum(np.arange(len(layout)) + down, len(layout) - 1)
    first = lines_since(layout, body) == FAR
    able = _title_like(shape, layout, 6, 50) & (down > 0) & (down <= NEAREST) & first
    served = np.zeros(len(layout), dtype=bool)
    served[text[(found | (able & ~doomed & ~taken & ~prose)) & first]] = True
    wanted = np.flatnonzero(able & doomed & ~served[text] & (odds < LIKELY_ODDS))
    order = wanted[np.lexsort((odds[wanted], text[wanted]))]
    best = np.ones(len(order), dtype=bool)
    best[1:] = np.diff(text[order]) != 0
    found[order[best]] = True
    # A page has few lines as long as a headline above its text, or they are links.
    long = first & (down < FAR) & _title_like(shape, layout, LONG_LETTERS, 60) & ~taken & ~prose
    many = np.bincount(text, long, len(layout))[text]
    found |= long & doomed & (many <= FEW_LONG)
    return found


def shared_headlines(
    lines: Lines, shape: Shape, layout: Layout, shared: Flags, stays: Flags
) -> Flags:
    """Lines of ``shared`` that are a headline though other pages have them, too (bool[n]).

    A story that a site carries again, or a column that has the same headline each week: the text
    below repeats its words, and has no other headline among the lines that ``stays`` names.
    """
    found = sharing_words(lines, shape, layout, shared, layout.body)
    if not found.any():
        return found
    down = lines_until(layout, layout.body)
    text = np.minimum(np.arange(len(layout)) + down, len(layout) - 1)
    other = stays & ~shared & (down > 0) & (down <= ABOVE) & _title_like(shape, layout, 4, 60)
    served = np.zeros(len(layout), dtype=bool)
    served[text[other]] = True
    headline: Flags = found & ~served[text]
    return headline


def _title_like(shape: Shape, layout: Layout, least: int, most: int) -> Flags:
    letters, digits = shape.letters[layout.seen], shape.digits[layout.seen]
    like: Flags = (letters >= least) & (letters <= most) & (digits * 2 < letters)
    return like


def sharing_words(lines: Lines, shape: Shape, layout: Layout, doomed: Flags, body: Flags) -> Flags:
    """Lines of ``doomed`` above the ``body`` that repeats their words (bool[n]).

    Of two or three letters, those that the body opens with: the head of an entry.
    """
    down = lines_until(layout, body)
    wanted = doomed & _title_like(shape, layout, 2, 60) & (down > 0) & (down <= ABOVE)
    found = np.zeros(len(layout), dtype=bool)
    place, text = -1, ""
    for i in np.flatnonzero(wanted).tolist():
        if i + int(down[i]) != place:  # headlines of one text stand together
            place = i + int(down[i])
            text = _text_from(lines, layout, place)
        title = "".join(filter(str.isalnum, lines.reading_of(layout.seen[i])))
        if len(title) < 4:
            found[i] = text.lstrip().startswith(title)
            continue
        pairs = set(map(add, title, title[1:]))
        shared = sum(map(text.__contains__, pairs))
        found[i] = shared >= max(FEWEST_PAIRS, SHARED_PAIRS * len(pairs))
    return found


def _text_from(lines: Lines, layout: Layout, place: int) -> str:
    """The first WORDS_BELOW characters from line ``place`` of the layout, in the reading form."""
    parts: list[str] = []
    size = 0
    for line in layout.seen[place : layout.high[place]].tolist():
        parts.append(lines.reading_of(line))
        size += len(parts[-1])
        if size >= WORDS_BELOW:
            break
    return "".join(parts)[:WORDS_BELOW]
