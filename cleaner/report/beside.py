"""Two stories laid side by side: shared passages, what differs in them, paragraph by paragraph.

The marks come from the fingerprints that the pair was judged by, so that they are the same across
scripts: a passage in Simplified is marked where it stands in Traditional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.align import blocks, placed_shingles
from cleaner.duplicates.shingles import fingerprint, shingle
from cleaner.text.reading import codes_of

OWN, SHARED, CHANGED, NUMBER = range(4)
"""What a stretch of a story is: its own; in a passage that the other has too; different inside
such a passage; a number that differs there."""

BRIDGE = 12
"""Letters that may differ, on either side, before a passage counts as ended."""

SHORTEST = 13
"""Letters that a passage has at the least (as in ``duplicates.passages``)."""

LINKED = 0.3
"""Share of the shorter of two paragraphs that both must have for them to stand side by side."""


CRUMB = 4
"""Characters of a passage in a paragraph below which it is chance: 今 at the start of both."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of one kind (``OWN`` ...) and, but for own text, the number of its passage (from 0)."""

    kind: int
    passage: int
    text: str


Paragraph = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that stand side by side; ``matched`` if they share text, or else each its own."""

    matched: bool
    left: tuple[Paragraph, ...]
    right: tuple[Paragraph, ...]


@dataclass(frozen=True)
class _Side:
    """One text made ready: its letters folded, where each stands, its line, its placed shingles."""

    text: str
    codes: NDArray[np.uint16]
    place: NDArray[np.int64]
    placed: NDArray[np.uint64]
    starts: NDArray[np.int64]
    line: NDArray[np.int64]


def lay_beside(left: str, right: str, numbers: Iterable[tuple[str, str]] = ()) -> tuple[Row, ...]:
    """``left`` and ``right`` (paragraphs one a line) as rows, each text whole and in its order.

    ``numbers`` are the numbers of left and right that differ, as the match of the pair has them.
    """
    a, b = _side(left), _side(right)
    found = blocks(a.codes, b.codes, a.placed, b.placed)
    passages = _passages(found)
    found, passages = _filled(found[passages >= 0], passages[passages >= 0], a.codes, b.codes)
    marks_a = _marks(len(a.codes), found[:, 0], found[:, 2], passages)
    marks_b = _marks(len(b.codes), found[:, 1], found[:, 2], passages)
    pairs = list(numbers)
    _mark_numbers(a, *marks_a, {x for x, _ in pairs})
    _mark_numbers(b, *marks_b, {y for _, y in pairs})
    paragraphs_a, paragraphs_b = _paragraphs(a, *marks_a), _paragraphs(b, *marks_b)
    rows: list[Row] = []
    at_a = at_b = 0
    for i, k, j, m in _anchors(a, b, found):
        _lay(rows, False, paragraphs_a[at_a:i], paragraphs_b[at_b:j])
        _lay(rows, True, paragraphs_a[i : k + 1], paragraphs_b[j : m + 1])
        at_a, at_b = k + 1, m + 1
    _lay(rows, False, paragraphs_a[at_a:], paragraphs_b[at_b:])
    return tuple(rows)


def _side(text: str) -> _Side:
    prints = fingerprint([text])
    breaks = np.flatnonzero(codes_of(text) == ord("\n"))
    starts = np.concatenate([np.zeros(1, dtype=np.int64), breaks + 1])
    return _Side(
        text=text,
        codes=prints.codes,
        place=prints.place,
        placed=placed_shingles(shingle(prints).values),
        starts=starts,
        line=np.searchsorted(breaks, prints.place),
    )


def _lay(rows: list[Row], matched: bool, left: list[Paragraph], right: list[Paragraph]) -> None:
    if left or right:
        rows.append(Row(matched, tuple(left), tuple(right)))


def _passages(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """The passage that each block belongs to, int64[k]; -1 for blocks of too short a one."""
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    end_a, end_b = found[:-1, 0] + found[:-1, 2], found[:-1, 1] + found[:-1, 2]
    gap_a, gap_b = found[1:, 0] - end_a, found[1:, 1] - end_b
    goes_on = (gap_a <= BRIDGE) & (gap_b >= 0) & (gap_b <= BRIDGE)
    passage = np.concatenate([[0], np.cumsum(~goes_on)])
    letters = np.bincount(passage, weights=found[:, 2])
    number = np.cumsum(letters >= SHORTEST) - 1
    number[letters < SHORTEST] = -1
    told: NDArray[np.int64] = number[passage]
    return told


def _filled(
    found: NDArray[np.int64],
    passages: NDArray[np.int64],
    a: NDArray[np.uint16],
    b: NDArray[np.uint16],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Blocks and their passages, with the equal letters between two blocks of one passage.

    What differs there may be a single number with words around it, too few for a block: the two
    gaps are laid on each other at their start or at their end, whichever fits better.
    """
    rows = [(*row, number) for row, number in zip(found.tolist(), passages.tolist(), strict=True)]
    for (start, other, length, number), (after, there, _, next_number) in pairwise(rows[:]):
        left, right = a[start + length : after], b[other + length : there]
        size = min(len(left), len(right))
        if number != next_number or not size:
            continue
        front, back = left[:size] == right[:size], left[-size:] == right[-size:]
        if back.sum() > front.sum():
            equal, at, to = back, after - size, there - size
        else:
            equal, at, to = front, start + length, other + length
        edges = np.flatnonzero(np.diff(np.concatenate([[False], equal, [False]])))
        for begin, end in edges.reshape(-1, 2).tolist():
            if end - begin > 1 or len(left) == len(right):
                rows.append((at + begin, to + begin, end - begin, number))
    told = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4)
    return told[:, :3], told[:, 3]


def _marks(
    letters: int, start: NDArray[np.int64], length: NDArray[np.int64], passage: NDArray[np.int64]
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """The kind and the passage of each letter of a fingerprint (int8, int64; both [letters]).

    ``start``, ``length`` and ``passage`` tell of the blocks in it. What stands between two blocks
    of one passage differs; where it is nothing at all, the letter before it does not.
    """
    kind = np.full(letters, OWN, dtype=np.int8)
    number = np.full(letters, -1, dtype=np.int64)
    for one in range(int(passage.max()) + 1 if len(passage) else 0):
        mine = passage == one
        first, last = start[mine].min(), (start[mine] + length[mine]).max()
        kind[first:last], number[first:last] = CHANGED, one
        for begin, size in zip(start[mine].tolist(), length[mine].tolist(), strict=True):
            kind[begin : begin + size] = SHARED
    return kind, number


def _mark_numbers(
    side: _Side, kind: NDArray[np.int8], passage: NDArray[np.int64], numbers: Set[str]
) -> None:
    """Marks ``numbers`` where they differ in a passage or at its end, and marks them whole.

    2023 against 2024, not a 3 against a 4.
    """
    if not numbers:
        return
    longest_first = sorted(numbers, key=lambda number: (-len(number), number))
    pattern = "|".join(map(re.escape, longest_first))
    for found in re.finditer(rf"(?<![0-9])(?:{pattern})(?![0-9])", side.text):
        first, end = np.searchsorted(side.place, found.span()).tolist()
        letters = kind[first:end]
        reach = passage[max(first - 1, 0) : end + 1]
        if (letters != SHARED).any() and (reach >= 0).any():
            letters[:] = NUMBER
            passage[first:end] = reach.max()


def _paragraphs(side: _Side, kind: NDArray[np.int8], passage: NDArray[np.int64]) -> list[Paragraph]:
    """The paragraphs of a text, cut where the kind or the passage of its characters changes.

    Marks and spaces have no letter in the fingerprint: between two letters of one passage they
    belong to it, as the lesser of the two kinds.
    """
    if not len(side.place):
        return [(Stretch(OWN, -1, line),) if line else () for line in side.text.split("\n")]
    at = np.arange(len(side.text))
    before = np.searchsorted(side.place, at, side="right") - 1
    is_letter = (before >= 0) & (side.place[np.maximum(before, 0)] == at)
    after = np.minimum(np.where(is_letter, before, before + 1), len(side.place) - 1)
    before = np.maximum(before, 0)
    inside = passage[before] == passage[after]
    kinds = np.where(inside, np.minimum(kind[before], kind[after]), OWN)
    numbers = np.where(inside & (kinds != OWN), passage[before], -1)
    cuts = np.flatnonzero((np.diff(kinds) != 0) | (np.diff(numbers) != 0)) + 1
    edges = sorted({*cuts.tolist(), *side.starts.tolist(), len(side.text)})
    paragraphs: list[list[Stretch]] = [[] for _ in side.starts]
    line = 0
    begin = 0
    for end in edges:
        text = side.text[begin:end].removesuffix("\n")
        if text:
            paragraphs[line].append(Stretch(int(kinds[begin]), int(numbers[begin]), text))
        if line + 1 < len(side.starts) and end == side.starts[line + 1]:
            line += 1
        begin = end
    return [_without_crumbs(paragraph) for paragraph in paragraphs]


def _without_crumbs(paragraph: list[Stretch]) -> Paragraph:
    """The paragraph with passages that only graze it (under ``CRUMB`` letters) as its own text."""
    whole = sum(len(stretch.text) for stretch in paragraph)
    size: dict[int, int] = {}
    for stretch in paragraph:
        size[stretch.passage] = size.get(stretch.passage, 0) + len(stretch.text)
    own = ""
    out: list[Stretch] = []
    for stretch in [*paragraph, Stretch(SHARED, -2, "")]:
        crumb = size.get(stretch.passage, CRUMB) < min(CRUMB, whole)
        if stretch.kind == OWN or crumb:
            own += stretch.text
            continue
        if own:
            out.append(Stretch(OWN, -1, own))
        out.append(stretch)
        own = ""
    return tuple(out[:-1])


def _anchors(a: _Side, b: _Side, found: NDArray[np.int64]) -> list[tuple[int, int, int, int]]:
    """Paragraphs that stand side by side: (first, last of a, first, last of b), in order.

    Two paragraphs are linked by the letters they share; the anchors are the heaviest chain of
    links in which neither text goes back. A passage that stands elsewhere stays where it is, and
    is marked there.
    """
    shared: dict[tuple[int, int], int] = {}
    for start, other, length in found.tolist():
        pairs = zip(
            a.line[start : start + length].tolist(),
            b.line[other : other + length].tolist(),
            strict=True,
        )
        for pair in pairs:
            shared[pair] = shared.get(pair, 0) + 1
    size_a, size_b = np.bincount(a.line), np.bincount(b.line)
    links = [
        (i, j, letters)
        for (i, j), letters in sorted(shared.items())
        if letters >= LINKED * min(size_a[i], size_b[j])
    ]
    anchors: list[tuple[int, int, int, int]] = []
    for i, j in _heaviest_chain(links):
        if anchors and (i <= anchors[-1][1] or j <= anchors[-1][3]):
            first, _, there, _ = anchors[-1]
            anchors[-1] = (first, i, there, j)
        else:
            anchors.append((i, i, j, j))
    return anchors


def _heaviest_chain(links: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """The chain of (i, j, weight) of most weight in which neither i nor j goes back."""
    best: list[tuple[int, int]] = []  # weight of the best chain that ends here, link before it
    for here, (_, j, weight) in enumerate(links):
        options = [(best[k][0], k) for k in range(here) if links[k][1] <= j]
        total, before = max(options, default=(0, -1), key=lambda option: option[0])
        best.append((total + weight, before))
    chain = []
    at = max(range(len(best)), key=lambda k: best[k][0], default=-1)
    while at >= 0:
        chain.append(links[at][:2])
        at = best[at][1]
    return chain[::-1]
