"""How much the words above and below a place on a page are the same, for a whole batch at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.pairs import PAIR_BITS, load_pairs, place
from cleaner.stories.paragraphs import BODY, HEAD, Rows
from cleaner.text.lines import Lines
from cleaner.text.reading import HAN

NEAR, FAR = 300, 800
"""How far apart, in characters, two occurrences of a pair still tie the text between together."""

COMMON = 11
"""Pairs above this level (counted more than 2,048 times in 7.2 million) tie nothing together."""

RAREST = 18
"""A pair of level n weighs RAREST - n: about its information in bits, rare ones levelled."""


@dataclass(frozen=True)
class Ties:
    """How the text of a batch hangs together (float32, NaN where nothing can be said).

    ``near`` and ``far`` (one a gap) speak of the gaps between paragraphs: the weight of the pairs
    that paragraphs above and below share within NEAR or FAR characters, over the geometric mean
    of the weight of all pairs within that distance above and below. The others (one a row) speak
    of rows: ``up`` and ``down`` are the share of a row's weight that paragraphs above and below
    it have too, within FAR characters; ``up_any`` and ``down_any`` anywhere on the page
    (paragraphs only).
    """

    near: NDArray[np.float32]
    far: NDArray[np.float32]
    up: NDArray[np.float32]
    down: NDArray[np.float32]
    up_any: NDArray[np.float32]
    down_any: NDArray[np.float32]


def ties_of(lines: Lines, rows: Rows, above: NDArray[np.int64]) -> Ties:
    """The ties of every row, and of the gaps below the rows ``above`` (none the last of its page).

    Lexical cohesion by links between neighbouring occurrences of the same two characters
    (the lexical chains of Morris and Hirst 1991, with character pairs for words); all weights are
    whole numbers, so that the sums do not depend on how pages are batched.
    """
    tokens, on_line = _tokens_of(lines, rows)
    count = len(rows)
    told = rows.of_line >= 0
    whole = np.bincount(rows.of_line[told], weights=on_line[told], minlength=count).astype(float)
    order = np.argsort((tokens.key >> np.uint32(_FINE)).astype(np.uint16), kind="stable")
    in_body = tokens.body.take(order, mode="clip")
    of_body = order[in_body]
    links, own = _links_of(rows, tokens, of_body, whole)
    reached = np.flatnonzero(links.apart <= FAR)
    close = np.flatnonzero(links.apart <= NEAR)
    within = _picked(links, reached)
    up, down = _leanings(within, own, count)
    up_any, down_any = _leanings(links, own, count)
    if len(of_body) < len(order):
        _add_heads(rows, tokens, order, in_body, whole, (up, down))
    weights = np.where(rows.kind == BODY, whole, 0.0)
    return Ties(
        _in_gaps(lines, rows, weights, _picked(links, close), above, NEAR),
        _in_gaps(lines, rows, weights, within, above, FAR),
        up,
        down,
        up_any,
        down_any,
    )


_FINE = PAIR_BITS - 16
"""Pairs are sorted by all but this many of the bits of their hash: numpy sorts 16-bit numbers
in one radix pass. Where two pairs that differ in these bits alone alternate on a page (1 in 50),
a tie is missed."""


@dataclass(frozen=True)
class _Tokens:
    """Places where two Chinese characters stand that are no common pair, in reading order.

    ``at`` (int32) is the place, ``key`` (uint32) has the hash of the two in its lower 21 bits and
    the last bits of the page's number above, ``weight`` (uint8) is what they weigh, ``row``
    (int32) their row, ``body`` (bool) tells whether that is a paragraph.
    """

    at: NDArray[np.int32]
    key: NDArray[np.uint32]
    weight: NDArray[np.uint8]
    row: NDArray[np.int32]
    body: NDArray[np.bool_]


def _tokens_of(lines: Lines, rows: Rows) -> tuple[_Tokens, NDArray[np.int32]]:
    """The tokens of the batch, and the weight of those of each line (int32[lines])."""
    codes, han = lines.codes, lines.classes == HAN
    pairs = place(codes[:-1], codes[1:])
    weights = np.zeros(len(codes), dtype=np.uint8)
    weights[:-1] = _weights().take(pairs, mode="clip") * (han[:-1] & han[1:])
    here = weights > 0
    at = np.flatnonzero(here)
    many = np.add.reduceat(here, lines.start, dtype=np.int32)
    key = pairs.take(at, mode="clip")
    key |= np.repeat(lines.page.astype(np.uint32) << np.uint32(PAIR_BITS), many)
    tokens = _Tokens(
        at.astype(np.int32),
        key,
        weights.take(at, mode="clip"),
        np.repeat(rows.of_line.astype(np.int32), many),
        np.repeat(np.append(rows.kind == BODY, False)[rows.of_line], many),
    )
    return tokens, np.add.reduceat(weights, lines.start, dtype=np.int32)


@cache
def _weights() -> NDArray[np.uint8]:
    """What each pair weighs, 0 for a common one, by its place in the table of pairs."""
    level = load_pairs().level
    return np.where(level <= COMMON, RAREST - level, 0).astype(np.uint8)


@dataclass(frozen=True)
class _Links:
    """Neighbouring occurrences of a pair in two paragraphs of a page (one a link).

    ``above`` and ``below`` are the rows, ``apart`` the distance in characters, ``weight`` what
    the pair weighs.
    """

    above: NDArray[np.int32]
    below: NDArray[np.int32]
    apart: NDArray[np.int32]
    weight: NDArray[np.uint8]


def _links_of(
    rows: Rows, tokens: _Tokens, order: NDArray[np.int64], whole: NDArray[np.float64]
) -> tuple[_Links, NDArray[np.float64]]:
    """All links, and the weight of each row's own pairs, those it repeats counted once."""
    key = tokens.key.take(order, mode="clip")
    same = np.flatnonzero(key[1:] == key[:-1])
    upper, lower = order.take(same, mode="clip"), order.take(same + 1, mode="clip")
    above, below = tokens.row.take(upper), tokens.row.take(lower)
    weight, apart = tokens.weight.take(lower), tokens.at.take(lower) - tokens.at.take(upper)
    links = _Links(above, below, apart, weight)
    inside = np.flatnonzero(above == below)
    own = whole - np.bincount(below[inside], weight[inside], minlength=len(rows))
    across = (above != below) & (rows.page[above] == rows.page[below])
    return _picked(links, np.flatnonzero(across)), own


def _picked(links: _Links, which: NDArray[np.int64]) -> _Links:
    return _Links(
        links.above.take(which),
        links.below.take(which),
        links.apart.take(which),
        links.weight.take(which),
    )


def _leanings(
    links: _Links, own: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The share of each row's own weight that is linked upwards, and downwards."""
    up = np.bincount(links.below, links.weight, minlength=count)
    down = np.bincount(links.above, links.weight, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (up / own).astype(np.float32), (down / own).astype(np.float32)


def _in_gaps(
    lines: Lines,
    rows: Rows,
    weights: NDArray[np.float64],
    links: _Links,
    above: NDArray[np.int64],
    reach: int,
) -> NDArray[np.float32]:
    """The share of linked weight in the gap below each row ``above``; links reach ``reach``."""
    count = len(rows)
    opened = np.bincount(links.above, links.weight, minlength=count)
    shared = np.cumsum(opened - np.bincount(links.below, links.weight, minlength=count))[above]

    # The weight of the text within reach above and below each gap, as if every row's weight were
    # spread evenly over it.
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    start, end = lines.start[rows.first], lines.end[rows.last]
    page = rows.page[above]
    top = start[np.searchsorted(rows.page, page)]
    bottom = end[np.searchsorted(rows.page, page, side="right") - 1]

    def upto(place: NDArray[np.int64]) -> NDArray[np.float64]:
        row = np.searchsorted(start, place, side="right") - 1
        inside = np.clip((place - start[row]) / np.maximum(end[row] - start[row], 1), 0, 1)
        weight: NDArray[np.float64] = sums[row] + np.floor(weights[row] * inside)
        return weight

    middle = sums[above + 1]
    over = middle - upto(np.maximum(end[above] - reach, top))
    under = upto(np.minimum(start[above + 1] + reach, bottom)) - middle
    with np.errstate(invalid="ignore", divide="ignore"):
        cohesion = shared / np.sqrt(over * under)
    return np.where((over > 0) & (under > 0), cohesion, np.nan).astype(np.float32)


def _add_heads(
    rows: Rows,
    tokens: _Tokens,
    order: NDArray[np.int64],
    in_body: NDArray[np.bool_],
    whole: NDArray[np.float64],
    shares: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> None:
    """Writes into ``shares`` (up, down) what paragraphs above and below heads have of them.

    ``in_body`` tells which tokens, in ``order``, stand in paragraphs.
    """
    place_of = np.flatnonzero(~in_body)
    head = order.take(place_of)
    key, at, page = tokens.key.take(head), tokens.at.take(head), rows.page[tokens.row.take(head)]
    filled = (rows.kind == HEAD) & (whole > 0)
    last = len(order) - 1
    for share, step in zip(shares, (-1, 1), strict=True):
        # Over neighbouring heads on to the next paragraph, two at the most.
        other = np.clip(place_of + step, 0, last)
        for _ in range(2):
            in_head = np.flatnonzero(~in_body.take(other))
            other[in_head] = np.clip(other[in_head] + step, 0, last)
        token = order.take(other)
        same = np.flatnonzero(tokens.key.take(token) == key)
        token, own = token[same], head[same]
        repeated = (
            tokens.body[token]
            & (np.abs(tokens.at[token] - at[same]) <= FAR)
            & (rows.page[tokens.row[token]] == page[same])
        )
        row, weight = tokens.row[own[repeated]], tokens.weight[own[repeated]]
        found = np.bincount(row, weights=weight, minlength=len(rows))
        share[filled] = found[filled] / whole[filled]
