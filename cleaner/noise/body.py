"""Where the body of a page is: the page model's word, and what it may not touch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.model import KEEP, SURE, SUSPECT
from cleaner.noise.clues import clues_of
from cleaner.noise.findings import Findings, marks_of, repeated_of
from cleaner.noise.layout import Layout, lay_out, lines_until
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
    ``model.sure`` on. Never sure by the model are running text with a full stop that stands on
    the page once, headlines and the lines beside them, and what is not Chinese.
    """
    layout = lay_out(lines, shape, looked_at)
    marks, repeated = marks_of(layout, found), repeated_of(layout, shape, found)
    seen = layout.seen
    clues = clues_of(lines, shape, layout, marks, repeated)
    odds = noise_odds(model, clues, np.arange(len(layout)) == layout.low)
    named = found.rule[seen] >= 0
    odds[~chinese(shape, layout, named)] = -np.inf
    sentence = (shape.ends[seen] > 0) & (shape.letters[seen] >= 25)
    prose = layout.body & np.asarray(clues["full_stop"]) & ~repeated.twice
    goes = odds > np.where(sentence, model.sure_sentence, model.sure)
    goes &= ~named & ~prose & (known < SURE)
    heads = headlines(lines, shape, layout, goes)
    goes &= ~heads & ~_beside(layout, heads)
    strength = np.where((odds > 0) & ~heads, SUSPECT, KEEP).astype(np.uint8)
    strength[goes | (named & (odds > 0))] = SURE
    reason = np.full(len(layout), -1, dtype=np.int32)
    told = np.flatnonzero((strength > KEEP) & ~named & (known < SURE))
    reason[told] = say(model, clues, told, reasons)
    return Weighed(strength, reason)


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


def headlines(lines: Lines, shape: Shape, layout: Layout, doomed: Flags) -> Flags:
    """Doomed lines that are a headline: the running text below repeats their words (bool[n]).

    A headline has 6 to 60 letters, stands at most 12 lines above running text, and a quarter of
    its pairs of letters stand in the 600 characters from there. (On 90 pages that holds for 77
    of 86 headlines, and for 54 of 365 other lines at such places.)
    """
    seen = layout.seen
    letters = shape.letters[seen]
    down = lines_until(layout, layout.body)
    wanted = doomed & (letters >= 6) & (letters <= 60)
    wanted &= (down > 0) & (down <= 12) & (shape.digits[seen] * 3 < letters)
    result = np.zeros(len(layout), dtype=bool)
    for i in np.flatnonzero(wanted).tolist():
        title = [c for c in lines.reading_of(seen[i]) if c.isalnum()]
        start = int(lines.start[seen[i + down[i]]])
        text = lines.reading[start : min(start + 600, int(lines.end[seen[layout.high[i] - 1]]))]
        pairs = {a + b for a, b in pairwise(title)}
        result[i] = sum(pair in text for pair in pairs) * 4 >= len(pairs)
    return result


def _beside(layout: Layout, marked: Flags) -> Flags:
    beside = np.zeros(len(layout), dtype=bool)
    same = np.diff(layout.page) == 0
    beside[:-1] |= marked[1:] & same
    beside[1:] |= marked[:-1] & same
    return beside
