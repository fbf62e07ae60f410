"""What happened on each page, as findings: every cut, join, split and rewrite with its reason."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS, SURE, SUSPECT, Finding
from cleaner.noise.label import Labels
from cleaner.stories.mend import Seam
from cleaner.stories.split import StorySpan
from cleaner.text.lines import Lines
from cleaner.text.width import Rewrite

SHOWN = 12
"""Characters of a line that a join or a split shows, to recognise it by."""


@dataclass(frozen=True, slots=True)
class Change:
    """A rewrite in line ``line`` of the batch, at character ``start`` of that line.

    ``action`` is ``rewritten``, or ``suspect`` where the line stays as it stands.
    """

    line: int
    start: int
    rewrite: Rewrite
    action: str = "rewritten"


def note_findings(
    lines: Lines,
    labels: Labels,
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
    spans: Sequence[StorySpan],
    changes: Sequence[Change],
) -> list[list[Finding]]:
    """The findings of every page, in the order of its lines.

    A line that noise rules are sure of but that stays by request (``--keep``) is no finding.
    """
    notes = _lines_found(lines, labels, stays)
    more: set[int] = set()

    def note(line: int, start: int, text: str, label: str, reason: tuple[str, str, str]) -> None:
        rule, why, action = reason
        number, end = lines.number(line), start + len(text)
        finding = Finding(number, start, end, text, label, rule, why, action)
        page = int(lines.page[line])
        notes[page].append(finding)
        more.add(page)

    for span in labels.spans:
        if stays[span.line]:
            action = "removed" if span.strength == SURE else "suspect"
            text = lines.text_of(span.line)[span.start : span.end]
            note(span.line, span.start, text, span.label, (span.rule, span.why, action))
    for seam in seams:
        head = lines.text_of(seam.lower)[:SHOWN]
        note(seam.lower, 0, head, "content", (seam.rule, seam.why, "joined"))
    for above, story in itertools.pairwise(spans):
        if above.page == story.page:
            head = lines.text_of(story.first)[:SHOWN]
            note(story.first, 0, head, "content", (story.rule, story.why, "split"))
    for change in changes:
        rewrite = change.rewrite
        reason = (rewrite.rule, rewrite.why, change.action)
        note(change.line, change.start, rewrite.before, "content", reason)
    for page in more:
        notes[page].sort(key=lambda found: (found.line, found.start, found.action, found.rule))
    for place, one in enumerate(lines.pages):
        if one.markup is not None:
            notes[place] = [
                replace(found, element=one.markup.element(found.line - 1)) for found in notes[place]
            ]
    return notes


def _lines_found(lines: Lines, labels: Labels, stays: NDArray[np.bool_]) -> list[list[Finding]]:
    """The findings of every page that are whole lines, in the order of its lines."""
    notes: list[list[Finding]] = [[] for _ in lines.pages]
    line = np.flatnonzero((labels.strength == SUSPECT) | ((labels.strength == SURE) & ~stays))
    page = lines.page[line]
    columns = (
        page.tolist(),
        (line - lines.first[page] + 1).tolist(),
        lines.start[line].tolist(),
        lines.end[line].tolist(),
        labels.label[line].tolist(),
        labels.reason[line].tolist(),
        stays[line].tolist(),
    )
    for of, number, start, end, label, reason, stayed in zip(*columns, strict=True):
        text, because = lines.text[start:end], labels.reasons[reason]
        action = "suspect" if stayed else "removed"
        told = (LABELS[label], because.rule, because.why, action)
        notes[of].append(Finding(number, 0, end - start, text, *told))
    return notes
