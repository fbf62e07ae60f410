"""Numbers in two texts: which of them one has in the place of another."""

from __future__ import annotations

import difflib
import re

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?")


def changed_numbers(a: str, b: str) -> tuple[tuple[str, str], ...]:
    """Pairs of numbers that stand in the same place of a and b and differ."""
    left, right = _NUMBER.findall(a), _NUMBER.findall(b)
    if left == right:
        return ()
    out = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, left, right, False).get_opcodes():
        if tag == "replace":
            out += list(zip(left[i:j], right[k:m], strict=False))
    return tuple(out)
