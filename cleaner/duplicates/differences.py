"""What differs between two stories in the same words, beside numbers: names, and furniture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.sketch import RATE_BITS

HEAD = 60
"""Letters of the first line that are looked at: what a story is about stands in its head."""

REPLACED = 16
"""Letters at the most that are replaced by others in one place of two texts."""

STEADY = 4
"""Letters that must match on both sides of what is replaced."""

BORNE_OUT = 0.25
"""Share of the head's pairs of letters that the rest of a story repeats at the least. Of 450
labelled copies one has less on both sides; a page of promotion under a headline has .04."""

MOSTLY = 0.3
"""What is left of a story beside common shingles, at the least, to be compared for itself."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a story: how many pairs of letters it has (``pairs``, as numbers), and
    the share of them that the rest of the story has too (1.0 if there is no rest)."""

    pairs: frozenset[int]
    borne_out: float


def head_of(codes: NDArray[np.uint16], end: int) -> Head:
    """The head of the story with fingerprint ``codes``, whose first line has ``end`` letters."""
    head, rest = codes[: min(end, HEAD)], codes[end:]
    pairs = frozenset(_pairs(head).tolist())
    if not pairs or len(rest) < len(head):
        return Head(pairs, 1.0)
    return Head(pairs, len(pairs.intersection(_pairs(rest).tolist())) / len(pairs))


def _pairs(codes: NDArray[np.uint16]) -> NDArray[np.uint32]:
    return codes[:-1].astype(np.uint32) << np.uint32(16) | codes[1:]


def renamed_words(
    a: NDArray[np.uint16], b: NDArray[np.uint16], blocks: NDArray[np.int64], head: int
) -> tuple[tuple[str, str], ...]:
    """Words of the head of ``a`` that ``b`` has replaced by others, there and again further on.

    ``blocks`` are what the two fingerprints have in common, ``head`` the letters of the first
    line. (法文 in every place of 阿拉伯文: the same announcement of another book.) Single letters
    are left out: they are spellings (崴 for 威).
    """
    rows = [[0, 0, 0], *blocks[blocks[:, 2] >= STEADY].tolist()]  # a head may begin with it
    replaced: Counter[tuple[str, str]] = Counter()
    in_head: list[tuple[str, str]] = []
    for (start, other, length), (after, there, _) in pairwise(rows):
        begin, end = start + length, other + length
        if not (0 < after - begin <= REPLACED and 0 < there - end <= REPLACED):
            continue
        words = _without_common_end(_text(a[begin:after]), _text(b[end:there]))
        if max(map(len, words)) < 2 or any(map(str.isdecimal, words[0] + words[1])):
            continue
        replaced[words] += 1
        if begin < min(head, HEAD) and words not in in_head:
            in_head.append(words)
    return tuple(words for words in in_head if replaced[words] > 1)


def _without_common_end(a: str, b: str) -> tuple[str, str]:
    """Two words without the letters that both end with."""
    same = 0
    while same < min(len(a), len(b)) - 1 and a[-1 - same] == b[-1 - same]:
        same += 1
    return a[: len(a) - same], b[: len(b) - same]


def _text(codes: NDArray[np.uint16]) -> str:
    return codes.astype("<u2").tobytes().decode("utf-16-le", "replace")


def is_furniture(
    a: NDArray[np.uint64],
    b: NDArray[np.uint64],
    shared: NDArray[np.uint64],
    common: NDArray[np.uint64],
    head_a: Head,
    head_b: Head,
) -> bool:
    """True if what two stories share is what very many stories of the corpus share.

    ``a``, ``b`` and ``shared`` are sorted sets of shingles, ``common`` the prefixes of common
    ones, known for one shingle in 16. What is left of the stories without them is compared
    again; a story of which nothing is left is a story still (a wire report that everyone
    prints), if its text bears out its head.
    """
    if not len(common):
        return False
    of_a, of_b, of_shared = (_common_share(values, common) for values in (a, b, shared))
    if of_shared < MOSTLY:
        return False
    rest_a, rest_b = len(a) * (1 - of_a), len(b) * (1 - of_b)
    rest_shared = len(shared) * (1 - of_shared)
    if min(1 - of_a, 1 - of_b) >= MOSTLY:
        return rest_shared < MOSTLY * min(rest_a, rest_b)
    heads = [head for head, of in ((head_a, of_a), (head_b, of_b)) if 1 - of < MOSTLY]
    alike = len(head_a.pairs & head_b.pairs) >= MOSTLY * min(len(head_a.pairs), len(head_b.pairs))
    return not alike and any(head.borne_out < BORNE_OUT for head in heads)


def _common_share(values: NDArray[np.uint64], common: NDArray[np.uint64]) -> float:
    """The share of a sorted set of shingles that is common, by its shingles below 2^60."""
    sampled = values[: np.searchsorted(values, np.uint64(1 << (64 - RATE_BITS)))] >> np.uint64(24)
    if not len(sampled):
        return 0.0
    at = np.minimum(np.searchsorted(common, sampled), len(common) - 1)
    return float(np.count_nonzero(common[at] == sampled)) / len(sampled)
