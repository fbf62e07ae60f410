"""What differs between two stories in the same words, beside numbers: names, and furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.sketch import RATE_BITS, prefixes

HEAD = range(6, 61)
"""Letters that a headline has."""

BEFORE_HEAD = 4
"""Lines at the start of a text among which its headline is looked for."""

_NO_HEAD = re.compile(
    r"记者|記者|编辑|編輯|责编|作者|来源|來源|通讯员|通訊員|https?:|[0-9]{1,2}:[0-9]{2}"
)
"""Words of lines that name who wrote, not what of."""

REPLACED = 16
"""Letters at the most that are replaced by others in one place of two texts."""

STEADY = 4
"""Letters that must match on both sides of what is replaced."""

ALIKE = 0.3
"""Share of the shorter headline's pairs of letters from which two headlines are alike."""

BORNE_OUT = 0.15
"""Share of its pairs of letters that the rest of a story repeats of its headline at the least.
Of 420 labelled copies none under unlike headlines has less than .17 on either side; of 99
look-alikes, promotion under other headlines, 95 have."""

MOSTLY = 0.3
"""What is left of a story beside common shingles, at the least, to be compared for itself."""


_SAMPLED = np.uint64(1 << (64 - RATE_BITS))
"""Hashes below are in every sample, whatever its density."""


@dataclass(frozen=True)
class Head:
    """The headline of a story: letters ``start`` to ``end`` of its fingerprint ``codes`` (0, 0:
    it has none)."""

    codes: NDArray[np.uint16]
    start: int = 0
    end: int = 0

    @cached_property
    def pairs(self) -> frozenset[int]:
        """Its pairs of letters, as numbers."""
        return frozenset(_pairs(self.codes[self.start : self.end]).tolist())

    @cached_property
    def borne_out(self) -> float | None:
        """The share of its pairs of letters that the other lines of the story have too; None
        where there are no others, or no headline."""
        length = self.end - self.start
        if not length or len(self.codes) < 2 * length:
            return None
        rest = np.concatenate([self.codes[: self.start], self.codes[self.end :]])
        return len(self.pairs.intersection(_pairs(rest).tolist())) / len(self.pairs)

    def unlike(self, other: Head) -> bool:
        """True if both are headlines and say different things."""
        least = min(len(self.pairs), len(other.pairs))
        return least > 0 and len(self.pairs & other.pairs) < ALIKE * least


def head_of(text: str, codes: NDArray[np.uint16], starts: Sequence[int]) -> Head:
    """The headline of ``text``: its first line that is no byline and no more than a headline.

    ``codes`` is its fingerprint, ``starts`` where in it each line starts, and its end.
    """
    for line, words in enumerate(text.split("\n", BEFORE_HEAD)[:BEFORE_HEAD]):
        start, end = starts[line], starts[line + 1]
        if end - start < HEAD.start or _NO_HEAD.search(words):
            continue
        return Head(codes, start, end) if end - start in HEAD else Head(codes)
    return Head(codes)


def is_other_story(a: Head, b: Head) -> bool:
    """True if two stories in the same words stand under headlines that say different things, one
    of which its own text bears out in nothing: the words are the frame of both pages, then."""
    if not a.unlike(b):
        return False
    return any(head.borne_out is not None and head.borne_out < BORNE_OUT for head in (a, b))


def _pairs(codes: NDArray[np.uint16]) -> NDArray[np.uint32]:
    return codes[:-1].astype(np.uint32) << np.uint32(16) | codes[1:]


def renamed_words(
    a: NDArray[np.uint16], b: NDArray[np.uint16], blocks: NDArray[np.int64], head: Head
) -> tuple[tuple[str, str], ...]:
    """Words of the headline of ``a`` that ``b`` has replaced by others, there and further on.

    ``blocks`` are what the two fingerprints have in common. (法文 in every place of 阿拉伯文: the
    same announcement of another book.) Single letters are left out: they are spellings (崴 for 威).
    """
    rows = [[0, 0, 0], *blocks[blocks[:, 2] >= STEADY].tolist()]  # a head may begin with it
    gaps = [
        (start + length, after, other + length, there)
        for (start, other, length), (after, there, _) in pairwise(rows)
        if 0 < after - start - length <= REPLACED and 0 < there - other - length <= REPLACED
    ]
    if not any(head.start <= begin < head.end for begin, *_ in gaps):
        return ()
    replaced: Counter[tuple[str, str]] = Counter()
    in_head: list[tuple[str, str]] = []
    for begin, after, end, there in gaps:
        words = _without_common_end(_text(a[begin:after]), _text(b[end:there]))
        if max(map(len, words)) < 2 or any(map(str.isdecimal, words[0] + words[1])):
            continue
        replaced[words] += 1
        if head.start <= begin < head.end and words not in in_head:
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
    sizes: tuple[int, int, int],
    common: tuple[float, float, float],
    heads: Callable[[], tuple[Head, Head]],
) -> bool:
    """True if what two stories share is what very many stories of the corpus share.

    ``sizes`` counts the shingles of a, of b, and those they share; ``common`` gives the share of
    each that is common (``common_share``). What is left of the stories without it is compared
    again; a story of which nothing is left is a story still (a wire report that everyone
    prints), if its text bears out its headline. ``heads`` gives the headlines, if asked.
    """
    a, b, shared = (size * (1 - share) for size, share in zip(sizes, common, strict=True))
    of_a, of_b, of_shared = common
    if of_shared < MOSTLY:
        return False
    if min(1 - of_a, 1 - of_b) >= MOSTLY:
        return shared < MOSTLY * min(a, b)
    head_a, head_b = heads()
    if bool(head_a.pairs) == bool(head_b.pairs) and not head_a.unlike(head_b):
        return False
    left = [head for head, of in ((head_a, of_a), (head_b, of_b)) if 1 - of < MOSTLY]
    return any((head.borne_out or 0.0) < 2 * BORNE_OUT for head in left)


def common_share(values: NDArray[np.uint64], common: NDArray[np.uint64]) -> float:
    """The share of a sorted set of shingles that is common, by its shingles below 2^60.

    ``common`` are the prefixes of common ones, known for one shingle in 16.
    """
    if not len(common):
        return 0.0
    sampled = prefixes(values[: values.searchsorted(_SAMPLED)])
    if not len(sampled):
        return 0.0
    at = common.searchsorted(sampled)
    at[at == len(common)] = 0  # not equal there: it is beyond the last
    return int(np.count_nonzero(common[at] == sampled)) / len(sampled)
