"""What a mistyped name was meant to be: the nearest name that there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message on an unknown name: "; did you mean 'x'?", or nothing.

    >>> nearest("chekc", ["check", "clean"])
    "; did you mean 'check'?"
    >>> nearest("zzz", ["check", "clean"])
    ''
    """
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
