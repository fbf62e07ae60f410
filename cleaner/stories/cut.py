"""The one place where characters leave a page: labels, seams and spans become clean text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import SURE, Finding, Page, Story
from cleaner.noise.label import Labels
from cleaner.stories.compose import Written, compose_stories
from cleaner.stories.mend import Seam
from cleaner.stories.notes import note_findings
from cleaner.stories.rewrites import rewrite_pieces
from cleaner.stories.split import StorySpan
from cleaner.text.lines import Lines
from cleaner.text.reading import codes_of
from cleaner.text.shape import Shape


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

    @property
    def noise(self) -> float:
        """The share of the page's characters that did not stay, 0..1."""
        return max(0.0, 1 - len(self.text) / max(len(self.page.text), 1))


def restore_text(text: str, edits: Sequence[Edit]) -> str:
    """The page's own text, rebuilt from its cleaned ``text`` and the edits that lead back."""
    parts, at = [], 0
    for edit in edits:
        parts += [text[at : at + edit.skip], edit.text]
        at += edit.skip + edit.length
    return "".join(parts) + text[at:]


def cut_pages(
    lines: Lines,
    shape: Shape,
    labels: Labels,
    stays: NDArray[np.bool_],
    seams: Sequence[Seam],
    spans: Sequence[StorySpan],
    convert: Callable[[str], str] | None = None,
    repair: bool = False,
    full_width: bool = False,
) -> list[CleanPage]:
    """The cleaned pages of a batch, in order.

    ``stays`` tells which lines stay (bool[lines]); ``convert`` rewrites what is written into
    another script, and never adds or takes a line break. ``repair`` puts bad conversions right,
    ``full_width`` writes marks between Chinese in full width.
    """
    pieces = _pieces_that_stay(lines, shape, labels, stays)
    codes = codes_of(lines.text)
    columns = (pieces.line.tolist(), pieces.start.tolist(), pieces.end.tolist())
    stretches = list(zip(*columns, strict=True))
    texts, changes = rewrite_pieces(lines, stretches, codes, repair, full_width)
    if convert is not None:
        _convert(lines, pieces, texts, convert)
    layout = _lay_out(lines, pieces, texts, seams, spans, codes)
    written = [_write_page(lines, pieces, texts, layout, n) for n in range(len(lines.pages))]
    pages = [text for text, _ in written]
    stories = compose_stories(lines, pages, layout.written, spans, codes, convert)
    findings = note_findings(lines, labels, stays, seams, spans, changes)
    cleaned = []
    for number, (text, edits) in enumerate(written):
        of_page = stories[number]
        cleaned.append(
            CleanPage(
                page=lines.pages[number],
                text=text,
                stories=tuple(story for story, _ in of_page),
                blocks=tuple(block for _, block in of_page),
                findings=tuple(findings[number]),
                edits=tuple(edits),
            )
        )
    return cleaned


@dataclass(frozen=True)
class _Pieces:
    """The stretches of a batch that stay, in order: their line and their span in the text.

    All int64[k]. A line with inline noise has several pieces.
    """

    line: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def _pieces_that_stay(
    lines: Lines, shape: Shape, labels: Labels, stays: NDArray[np.bool_]
) -> _Pieces:
    """What stays of each line that stays: inline noise cut out, space at both ends stripped."""
    cuts: dict[int, list[tuple[int, int]]] = {}
    for span in labels.spans:
        if span.strength == SURE and stays[span.line]:
            at = int(lines.start[span.line])
            cuts.setdefault(span.line, []).append((at + span.start, at + span.end))
    whole = stays & ~shape.blank
    whole[list(cuts)] = False
    line = np.flatnonzero(whole)
    start, end = shape.first_seen[line], shape.after_seen[line]
    if cuts:
        parts = [part for cut in sorted(cuts) for part in _parts(lines, cut, sorted(cuts[cut]))]
        extra = np.array(parts, dtype=np.int64).reshape(-1, 3)
        line = np.concatenate([line, extra[:, 0]])
        start, end = np.concatenate([start, extra[:, 1]]), np.concatenate([end, extra[:, 2]])
        order = np.argsort(start, kind="stable")
        line, start, end = line[order], start[order], end[order]
    return _Pieces(line, start, end)


def _parts(lines: Lines, line: int, cuts: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """The (line, start, end) of what is left of a line around the spans cut out of it."""
    at, parts = int(lines.start[line]), []
    for start, end in [*cuts, (int(lines.end[line]), int(lines.end[line]))]:
        stretch = lines.text[at:start]
        body = stretch.strip()
        if body:
            first = at + len(stretch) - len(stretch.lstrip())
            parts.append((line, first, first + len(body)))
        at = max(at, end)
    return parts


def _convert(
    lines: Lines, pieces: _Pieces, texts: dict[int, str], convert: Callable[[str], str]
) -> None:
    """Puts into ``texts`` every piece that ``convert`` changes."""
    spans = zip(pieces.start.tolist(), pieces.end.tolist(), strict=True)
    own = [lines.text[start:end] for start, end in spans]
    for piece, text in texts.items():
        own[piece] = text
    for piece, text in enumerate(convert("\n".join(own)).split("\n") if own else []):
        if text != own[piece]:
            texts[piece] = text


@dataclass(frozen=True)
class _Layout:
    """How pieces stand in the cleaned pages.

    ``between`` (one a piece) is written before it; ``touched`` (int64, sorted) are the pieces
    that are not, with what is before them, written as they stand on the page; ``bounds``
    (pages + 1) where the pieces of each page begin; ``written`` the paragraphs.
    """

    between: list[str]
    touched: NDArray[np.int64]
    bounds: NDArray[np.int64]
    written: Written


def _lay_out(
    lines: Lines,
    pieces: _Pieces,
    texts: dict[int, str],
    seams: Sequence[Seam],
    spans: Sequence[StorySpan],
    codes: NDArray[np.uint32],
) -> _Layout:
    """Decides what is written between the pieces, and where their paragraphs stand."""
    line, start, end = pieces.line, pieces.start, pieces.end
    page = lines.page[line]
    story = np.full(len(lines), -1, dtype=np.int64)
    for index, span in enumerate(spans):
        story[span.first : span.last + 1] = index
    mine = story[line]
    bounds = np.searchsorted(page, np.arange(len(lines.pages) + 1))
    opens = np.zeros(len(line), dtype=bool)
    opens[bounds[:-1][bounds[:-1] < len(line)]] = True
    same_line = ~opens & (line == np.roll(line, 1))
    same_story = ~opens & (mine == np.roll(mine, 1))
    joints = {seam.lower: seam.joint for seam in seams}
    joined = np.zeros(len(lines), dtype=bool)
    joined[list(joints)] = True
    goes_on = same_line | (joined[line] & same_story)
    breaks = [line_break_of(one.text) for one in lines.pages]
    between = [
        ""
        if first
        else (("" if same else joints[at]) if on else breaks[number] * (1 if alike else 2))
        for first, same, on, alike, at, number in zip(
            opens.tolist(),
            same_line.tolist(),
            goes_on.tolist(),
            same_story.tolist(),
            line.tolist(),
            page.tolist(),
            strict=True,
        )
    ]
    page_start = lines.page_start[page]
    before = np.where(opens, page_start, np.roll(end, 1))
    width = np.array([len(one) for one in between], dtype=np.int64)
    # Between two paragraphs of one story a page usually has just the line feed we write.
    as_it_stands = (start - before == width) & (
        (width == 0) | ((width == 1) & ~goes_on & (codes[np.minimum(before, len(codes) - 1)] == 10))
    )
    as_it_stands[list(texts)] = False
    size = end - start
    for piece, text in texts.items():
        size[piece] = len(text)
    after = np.cumsum(width + size)
    base = np.where(opens, after - width - size, 0)
    after -= np.maximum.accumulate(base)  # the cleaned text of each page starts at 0
    heads = np.flatnonzero(opens | ~goes_on)
    tails = np.append(heads[1:], len(line)) - 1
    written = Written(
        story=mine[heads],
        page=page[heads].astype(np.int64),
        start=(after - size)[heads],
        end=after[tails] if len(heads) else after,
        first=line[heads],
        last=line[tails] if len(heads) else line,
    )
    return _Layout(between, np.flatnonzero(~as_it_stands), bounds, written)


def _write_page(
    lines: Lines, pieces: _Pieces, texts: dict[int, str], layout: _Layout, number: int
) -> tuple[str, list[Edit]]:
    """The cleaned text of a page, and the edits that lead back to it."""
    text = lines.text
    at = int(lines.page_start[number])
    page_end = at + len(lines.pages[number].text)
    first, stop = int(layout.bounds[number]), int(layout.bounds[number + 1])
    low, high = np.searchsorted(layout.touched, [first, stop]).tolist()
    parts: list[str] = []
    edits: list[Edit] = []
    same = 0

    def replace(old: str, new: str) -> None:
        nonlocal same
        parts.append(new)
        if old == new:
            same += len(new)
        elif same or not edits:
            edits.append(Edit(same, len(new), old))
            same = 0
        else:
            last = edits[-1]
            edits[-1] = Edit(last.skip, last.length + len(new), last.text + old)

    for piece in layout.touched[low:high].tolist():
        start, end = int(pieces.start[piece]), int(pieces.end[piece])
        before = int(pieces.end[piece - 1]) if piece > first else at
        parts.append(text[at:before])
        same += before - at
        replace(text[before:start], layout.between[piece])
        at = start
        if piece in texts:
            replace(text[start:end], texts[piece])
            at = end
    last_end = int(pieces.end[stop - 1]) if stop > first else at
    parts.append(text[at:last_end])
    same += last_end - at
    replace(text[last_end:page_end], "")
    return "".join(parts), edits


def line_break_of(text: str) -> str:
    """The line break that the page uses first; LF where it has none."""
    at = text.find("\n")
    if at < 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if text[at - 1 : at] == "\r" else "\n"
