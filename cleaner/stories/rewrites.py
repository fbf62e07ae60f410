"""What is written otherwise than it stands: width, marks, and words that were converted badly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.notes import Change
from cleaner.text.lines import Lines
from cleaner.text.repair import WrongForm, bad_conversions, may_be_bad, rewrite_of
from cleaner.text.width import Rewrite, full_punctuation, needs_tidy, rewritten, tidy

_HALF_WIDTH = np.zeros(128, dtype=bool)
_HALF_WIDTH[[ord(mark) for mark in ",;:?!("]] = True


def rewrite_pieces(
    lines: Lines,
    spans: Sequence[tuple[int, int, int]],
    codes: NDArray[np.uint32],
    repair: bool,
    full_width: bool,
) -> tuple[dict[int, str], list[Change]]:
    """The pieces that are written otherwise than they stand, and what happened to them.

    ``spans`` are (line, start, end) of each piece in the batch's text, in order. Bad conversions
    are put right where ``repair`` says so and else reported as suspect; ``full_width`` writes
    marks between Chinese in full width.
    """
    wrong = _wrong_forms(lines, codes)
    touched = needs_tidy(codes)
    if full_width:
        touched |= _HALF_WIDTH.take(codes, mode="clip")
    places = np.flatnonzero(touched)
    forms = np.array([place for place, _ in wrong], dtype=np.int64)
    bounds = np.array([span[1:] for span in spans], dtype=np.int64).reshape(-1, 2)
    first, last = np.searchsorted(forms, bounds[:, 0]), np.searchsorted(forms, bounds[:, 1])
    some = np.searchsorted(places, bounds[:, 1]) > np.searchsorted(places, bounds[:, 0])
    texts: dict[int, str] = {}
    changes: list[Change] = []
    for piece in np.flatnonzero(some | (last > first)).tolist():
        line, start, end = spans[piece]
        text = lines.text[start:end]
        inside = wrong[first[piece] : last[piece]]
        repairs = [rewrite_of(form._replace(start=place - start)) for place, form in inside]
        offset = start - int(lines.start[line])
        rewrites = [*(repairs if repair else ()), *tidy(text)[1]]
        if full_width:
            rewrites += full_punctuation(text)[1]
        if not repair:
            changes += (_change(line, offset, rewrite, "suspect") for rewrite in repairs)
        if rewrites:
            texts[piece], taken = rewritten(text, rewrites)
            changes += (_change(line, offset, rewrite, "rewritten") for rewrite in taken)
    return texts, changes


def _change(line: int, offset: int, rewrite: Rewrite, action: str) -> Change:
    return Change(line, offset + rewrite.start, rewrite, action)


def _wrong_forms(lines: Lines, codes: NDArray[np.uint32]) -> list[tuple[int, WrongForm]]:
    """The wrong forms of every badly converted page, with their places in the batch's text."""
    if not lines.pages:
        return []
    found = []
    for page in np.flatnonzero(may_be_bad(codes, lines.page_start)).tolist():
        base = int(lines.page_start[page])
        found += [(base + form.start, form) for form in bad_conversions(lines.pages[page].text)]
    return found
