"""Stories taken out of a page that is cleaned already, and the way back kept whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.stories.cut import Edit, line_break_of

Block = tuple[int, int]
"""Where something stands in a cleaned text: its start and its end."""


def blocks_of(text: str, stories: Sequence[str]) -> list[Block | None]:
    """Where each of ``stories`` stands in a cleaned text, in which they follow each other.

    Each is the text of a ``Story``, whose paragraphs are parted by line feeds; None for one that
    does not stand there.
    """
    blocks: list[Block | None] = []
    at = 0
    for story in stories:
        block = story.replace("\n", line_break_of(text))
        start = text.find(block, at)
        if start < 0:
            blocks.append(None)
            continue
        at = start + len(block)
        blocks.append((start, at))
    return blocks


def leave_out(
    text: str, edits: Sequence[Edit], blocks: Sequence[Block]
) -> tuple[str, tuple[Edit, ...]]:
    """The cleaned ``text`` without some of its ``blocks``, and the edits back to the page.

    ``edits`` lead back from ``text``. The blank line after a block goes with it, or the one
    before it where it is the last.
    """
    cuts = _with_breaks(text, blocks)
    kept: list[str] = []
    steps: list[Edit] = []
    skip = 0
    for start, end, page in _stretches(text, edits, cuts):
        if page is None:
            kept.append(text[start:end])
            skip += end - start
            continue
        stays = "".join(text[a:b] for a, b, cut in _parts(start, end, cuts) if not cut)
        kept.append(stays)
        if steps and not skip:
            last = steps[-1]
            steps[-1] = Edit(last.skip, last.length + len(stays), last.text + page)
        else:
            steps.append(Edit(skip, len(stays), page))
            skip = 0
    return "".join(kept), tuple(steps)


def _with_breaks(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks with the line breaks that part them from the rest, in order, none touching."""
    cuts: list[Block] = []
    for start, end in sorted(blocks):
        while text[end : end + 1] in ("\r", "\n"):
            end += 1
        if cuts and cuts[-1][1] == start:
            start = cuts.pop()[0]
        cuts.append((start, end))
    if cuts and cuts[-1][1] == len(text):
        start = cuts.pop()[0]
        cuts.append((len(text[:start].rstrip("\r\n")), len(text)))
    return cuts


def _stretches(
    text: str, edits: Sequence[Edit], cuts: Sequence[Block]
) -> Iterator[tuple[int, int, str | None]]:
    """The text in stretches (start, end, what stands on the page, None where it is the same)."""
    at = 0
    for edit in (*edits, None):
        same = at + edit.skip if edit is not None else len(text)
        for start, end, cut in _parts(at, same, cuts):
            yield start, end, text[start:end] if cut else None
        if edit is not None:
            at = same + edit.length
            yield same, at, edit.text


def _parts(start: int, end: int, cuts: Sequence[Block]) -> Iterator[tuple[int, int, bool]]:
    """The stretch from ``start`` to ``end`` in parts that are cut, and parts that are not."""
    for first, last in cuts:
        first, last = max(first, start), min(last, end)
        if first < last:
            if start < first:
                yield start, first, False
            yield first, last, True
            start = last
    if start < end:
        yield start, end, False
