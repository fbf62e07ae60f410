"""Where two stories say the same: shared passages as line spans in their pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Passage

SHORTEST = 13
"""Letters that two lines share at the least to be a passage: shorter is a name or a phrase."""

ALONGSIDE = 8
"""Letters that are enough for a line beside a passage to belong to it."""

Lines = Sequence[tuple[int, int]]


def shared_passages(
    blocks: NDArray[np.int64],
    starts_a: Sequence[int],
    starts_b: Sequence[int],
    lines_a: Lines,
    lines_b: Lines,
) -> tuple[Passage, ...]:
    """The passages that two stories share, in the order of ``a``.

    ``blocks`` are what their fingerprints have in common (``align.blocks``); ``starts_a`` gives
    the place in the fingerprint of a where each line of its text starts, and its end;
    ``lines_a`` the page lines (first, last) of each line of its text; the same for b. Letters
    shared by the same two lines count together; passages on neighbouring lines become one.
    """
    shared: dict[tuple[int, int], int] = {}
    for start, other, length in blocks.tolist():
        i = bisect_right(starts_a, start, 0, len(starts_a) - 1) - 1
        j = bisect_right(starts_b, other, 0, len(starts_b) - 1) - 1
        done = 0
        while done < length:
            upto = min(starts_a[i + 1] - start, starts_b[j + 1] - other, length)
            if upto > done:
                shared[i, j] = shared.get((i, j), 0) + upto - done
            done = upto
            i += starts_a[i + 1] <= start + done
            j += starts_b[j + 1] <= other + done
    spans: list[list[int]] = []
    for (i, j), chars in sorted(shared.items()):
        whole = chars >= 0.8 * min(starts_a[i + 1] - starts_a[i], starts_b[j + 1] - starts_b[j])
        if chars < ALONGSIDE and not whole:
            continue
        for span in spans:
            if (span[1], span[3]) == (i - 1, j - 1):
                span[1], span[3], span[4] = i, j, span[4] + chars
                break
        else:
            spans.append([i, i, j, j, chars])
    return tuple(
        Passage(
            a=(lines_a[i][0], lines_a[k][1]),
            b=(lines_b[j][0], lines_b[m][1]),
            chars=chars,
        )
        for i, k, j, m, chars in spans
        if chars >= SHORTEST
    )
