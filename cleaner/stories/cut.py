"""The one place where characters leave a page: labels, seams and spans become clean stories."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LABELS, SURE, SUSPECT, Finding, Page, Story
from cleaner.noise.label import Labels
from cleaner.stories.fields import Found
from cleaner.stories.mend import Seam
from cleaner.stories.split import StorySpan
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.script import script_of
from cleaner.text.width import Rewrite, needs_tidy, tidy


@dataclass(frozen=True, slots=True)
class Edit:
    """One step back from the cleaned text to the page.

    After ``skip`` characters that stand on both, the next ``length`` characters of the cleaned
    text replaced ``text`` of the page.
    """

    skip: int
    length: int
    text: str


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page after cleaning.

    ``text`` is one paragraph a line with a blank line between stories; ``blocks`` the (start,
    end) span of each story in it; ``edits`` lead back to ``page.text`` (see ``restore_text``).
    """

    page: Page
    text: str
    stories: tuple[Story, ...]
    blocks: tuple[tuple[int, int], ...]
    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]


def restore_text(text: str, edits: Sequence[Edit]) -> str:
    """The page's own text, rebuilt from its cleaned ``text`` and the edits that lead back."""
    parts, at = [], 0
    for edit in edits:
        parts += [text[at : at + edit.skip], edit.text]
        at += edit.skip + edit.length
    return "".join(parts) + text[at:]


def cut_pages(
    lines: Lines,
    labels: Labels,
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
    spans: Sequence[StorySpan],
    convert: Callable[[str], str] | None = None,
) -> list[CleanPage]:
    """The cleaned pages of a batch, in order.

    ``stays`` tells which lines stay (bool[lines]); ``convert`` rewrites what is written into
    another script, and never adds or takes a line break.
    """
    pieces = _pieces_that_stay(lines, labels, stays)
    written, rewrites = _tidied(lines, pieces)
    if convert is not None:
        written = convert("\n".join(written)).split("\n")
    story_of = np.full(len(lines), -1, dtype=np.int32)
    of_page: list[list[int]] = [[] for _ in lines.pages]
    for index, span in enumerate(spans):
        story_of[span.first : span.last + 1] = index
        of_page[span.page].append(index)
    stories, page_of = story_of.tolist(), lines.page.tolist()
    joints = {seam.lower: seam.joint for seam in seams}
    drafts = [_Draft(lines, number) for number in range(len(lines.pages))]
    for piece, text in zip(pieces, written, strict=True):
        draft = drafts[page_of[piece.line]]
        draft.write(piece, text, stories[piece.line], joints.get(piece.line))
    notes = _findings(lines, labels, stays, seams, spans, rewrites)
    cleaned = []
    for number, page in enumerate(lines.pages):
        text, edits = drafts[number].close()
        found: list[Story] = []
        blocks: list[tuple[int, int]] = []
        for index in of_page[number]:
            paragraphs = [p for p in drafts[number].paragraphs if p.story == index]
            if paragraphs:
                place = len(found) + 1
                found.append(_story(lines, spans[index], place, text, paragraphs, convert))
                blocks.append((paragraphs[0].start, paragraphs[-1].end))
        cleaned.append(
            CleanPage(page, text, tuple(found), tuple(blocks), tuple(notes[number]), tuple(edits))
        )
    return cleaned


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a line that stays: its line and its span in the batch's text."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A written paragraph: its story (-1: none), its span in the cleaned text, its page lines."""

    story: int
    start: int
    end: int
    first: int
    last: int


def _pieces_that_stay(lines: Lines, labels: Labels, stays: NDArray[np.bool_]) -> list[_Piece]:
    """What stays of each line that stays: inline noise cut out, space at both ends stripped."""
    cuts: dict[int, list[tuple[int, int]]] = {}
    for span in labels.spans:
        if span.strength == SURE and stays[span.line]:
            cuts.setdefault(span.line, []).append((span.start, span.end))
    pieces: list[_Piece] = []
    kept = np.flatnonzero(stays)
    for line, start, end in zip(
        kept.tolist(), lines.start[kept].tolist(), lines.end[kept].tolist(), strict=True
    ):
        at = start
        for cut_start, cut_end in sorted(cuts.get(line, ())):
            _append_stripped(pieces, lines.text, _Piece(line, at, start + cut_start))
            at = max(at, start + cut_end)
        _append_stripped(pieces, lines.text, _Piece(line, at, end))
    return pieces


def _append_stripped(pieces: list[_Piece], text: str, piece: _Piece) -> None:
    stretch = text[piece.start : piece.end]
    lead = len(stretch) - len(stretch.lstrip())
    body = stretch.strip()
    if body:
        start = piece.start + lead
        pieces.append(_Piece(piece.line, start, start + len(body)))


def _tidied(
    lines: Lines, pieces: Sequence[_Piece]
) -> tuple[list[str], list[tuple[_Piece, Rewrite]]]:
    """The text of each piece as it is written, and the rewrites that made it so."""
    texts = [lines.text[piece.start : piece.end] for piece in pieces]
    rewrites: list[tuple[_Piece, Rewrite]] = []
    untidy = np.flatnonzero(needs_tidy(codes_of(lines.text)))
    if len(untidy):
        starts = np.array([piece.start for piece in pieces], dtype=np.int64)
        ends = np.array([piece.end for piece in pieces], dtype=np.int64)
        touched = np.searchsorted(untidy, ends) > np.searchsorted(untidy, starts)
        for index in np.flatnonzero(touched).tolist():
            texts[index], changes = tidy(texts[index])
            rewrites += [(pieces[index], change) for change in changes]
    return texts, rewrites


class _Draft:
    """A cleaned page while it is written: its text, its paragraphs, and the way back."""

    def __init__(self, lines: Lines, number: int) -> None:
        self._text = lines.text
        self._at = int(lines.page_start[number])
        self._end = self._at + len(lines.pages[number].text)
        self._break = line_break_of(lines.pages[number].text)
        self._out: list[str] = []
        self._size = 0
        self._edits: list[Edit] = []
        self._same = 0
        self._line = -1
        self.paragraphs: list[_Paragraph] = []

    def write(self, piece: _Piece, text: str, story: int, joint: str | None) -> None:
        """Writes ``text`` for ``piece``; ``joint`` is None where a new paragraph begins."""
        last = self.paragraphs[-1] if self.paragraphs else None
        if last is None:
            self._replace(self._text[self._at : piece.start], "")
        elif piece.line == self._line or (joint is not None and last.story == story):
            between = joint if piece.line != self._line and joint is not None else ""
            self._replace(self._text[self._at : piece.start], between)
        else:
            breaks = self._break * (1 if last.story == story else 2)
            self._replace(self._text[self._at : piece.start], breaks)
            last = None
        start = self._size
        self._replace(self._text[piece.start : piece.end], text)
        self._at, self._line = piece.end, piece.line
        if last is None:
            self.paragraphs.append(_Paragraph(story, start, self._size, piece.line, piece.line))
        else:
            self.paragraphs[-1] = _Paragraph(story, last.start, self._size, last.first, piece.line)

    def close(self) -> tuple[str, list[Edit]]:
        """The cleaned text, and the edits that lead back to the page."""
        self._replace(self._text[self._at : self._end], "")
        return "".join(self._out), self._edits

    def _replace(self, old: str, new: str) -> None:
        """Writes ``new`` where ``old`` stood, and notes the way back where they differ."""
        self._out.append(new)
        self._size += len(new)
        if old == new:
            self._same += len(new)
        else:
            self._note(len(new), old)

    def _note(self, length: int, old: str) -> None:
        if self._same or not self._edits:
            self._edits.append(Edit(self._same, length, old))
        else:
            last = self._edits[-1]
            self._edits[-1] = Edit(last.skip, last.length + length, last.text + old)
        self._same = 0


def line_break_of(text: str) -> str:
    """The line break that the page uses first; LF where it has none."""
    at = text.find("\n")
    if at < 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if text[at - 1 : at] == "\r" else "\n"


def _findings(
    lines: Lines,
    labels: Labels,
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
    spans: Sequence[StorySpan],
    rewrites: Sequence[tuple[_Piece, Rewrite]],
) -> list[list[Finding]]:
    """What happened on each page and why, in the order of its lines."""
    notes: list[list[Finding]] = [[] for _ in lines.pages]

    def note(line: int, start: int, text: str, what: tuple[str, str, str, str]) -> None:
        label, rule, why, action = what
        notes[lines.page[line]].append(
            Finding(lines.number(line), start, start + len(text), text, label, rule, why, action)
        )

    for line in np.flatnonzero(labels.strength).tolist():
        if stays[line] and labels.strength[line] != SUSPECT:
            continue  # kept by request
        reason = labels.reasons[labels.reason[line]]
        action = "suspect" if stays[line] else "removed"
        label = LABELS[labels.label[line]]
        note(line, 0, lines.text_of(line), (label, reason.rule, reason.why, action))
    for inline in labels.spans:
        if stays[inline.line]:
            action = "removed" if inline.strength == SURE else "suspect"
            text = lines.text_of(inline.line)[inline.start : inline.end]
            note(inline.line, inline.start, text, (inline.label, inline.rule, inline.why, action))
    for seam in seams:
        head = lines.text_of(seam.lower)[:12]
        note(seam.lower, 0, head, ("content", seam.rule, seam.why, "joined"))
    for above, span in itertools.pairwise(spans):
        if above.page == span.page:
            head = lines.text_of(span.first)
            note(span.first, 0, head, ("content", span.rule, span.why, "split"))
    for piece, change in rewrites:
        at = piece.start - int(lines.start[piece.line]) + change.start
        note(piece.line, at, change.before, ("content", change.rule, change.why, "rewritten"))
    for page in notes:
        page.sort(key=lambda finding: (finding.line, finding.start, finding.action, finding.rule))
    return notes


def _story(
    lines: Lines,
    span: StorySpan,
    number: int,
    text: str,
    paragraphs: Sequence[_Paragraph],
    convert: Callable[[str], str] | None,
) -> Story:
    """The story that ``span`` marks, from the paragraphs of it that were written."""
    heads = set(span.title)
    subheads = set(span.subtitle)
    written = [text[p.start : p.end] for p in paragraphs]
    title = " ".join(t for t, p in zip(written, paragraphs, strict=True) if p.first in heads)
    subtitle = " ".join(t for t, p in zip(written, paragraphs, strict=True) if p.first in subheads)

    def told(found: Found | None) -> str | None:
        if found is None:
            return None
        return convert(found.value) if convert else found.value

    page = lines.pages[span.page]
    fields = span.fields
    return Story(
        id=f"{page.name}#{number}",
        page=page.name,
        number=number,
        lines=(lines.number(span.first), lines.number(span.last)),
        title=title or None,
        text="\n".join(written),
        script=_script(lines, paragraphs),
        paragraphs=tuple((lines.number(p.first), lines.number(p.last)) for p in paragraphs),
        subtitle=subtitle or None,
        byline=told(fields.byline),
        editor=told(fields.editor),
        source=told(fields.source),
        place=told(fields.place),
        published=fields.published.value if fields.published else None,
    )


def _script(lines: Lines, paragraphs: Sequence[_Paragraph]) -> str:
    """The script that the paragraphs have on the page, before any conversion."""
    text = "\n".join(lines.text[lines.start[p.first] : lines.end[p.last]] for p in paragraphs)
    return script_of(text)
