"""What a cleaned page, its bytes and its matches have to say, as remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cleaner.corpus.entries import Entry
from cleaner.corpus.sources import Source
from cleaner.model import Finding
from cleaner.report.checks.remarks import Remark, excerpt
from cleaner.stories.cut import CleanPage
from cleaner.text.decode import Decoded
from cleaner.text.mojibake import LOST, find_mojibake
from cleaner.text.repair import RULE as BAD_CONVERSION

KIND_OF = {
    "removed": "noise",
    "suspect": "suspect",
    "joined": "paragraph",
    "rewritten": "characters",
}
"""The kind of remark that each action of a finding makes; a split is no fault of a page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its file, and what leads from a line of the page to one of the file.

    For a text the page's lines are the file's. A record of JSON lines or Parquet is one line, a
    row of CSV goes over several. Of markup the parser tells no lines: remarks stand at its top.
    """

    path: str
    page: str
    form: str
    line: int
    column: int

    def remark(
        self, line: int, start: int, end: int, what: tuple[str, str, str, str], text: str
    ) -> Remark:
        """A remark on characters ``start`` to ``end`` of the page's line ``line`` (from 1).

        ``what`` is its kind, label, rule and message.
        """
        kind, label, rule, message = what
        column, last = start + 1, end + 1
        if self.form in ("html", "mhtml", "warc"):
            message = f"{message} (line {line} of the text of {self.page})"
            line, column, last = 1, 1, 1
        elif self.form == "jsonl":
            message = f"{message} (line {line} of {self.page})"
            line, column, last = self.line, self.column, self.column
        elif self.form == "csv":
            column, last = (
                (column + self.column, last + self.column) if line == 1 else (column, last)
            )
            line += self.line - 1
        return Remark(self.path, line, column, last, self.page, kind, label, rule, message, text)


def place_of_page(source: Source, entry: Entry) -> Place:
    """The place of the entry's page."""
    assert entry.page is not None
    start = entry.span[0]
    before = entry.line.count("\n", 0, start)
    column = start - (entry.line.rfind("\n", 0, start) + 1)
    return Place(source.name, entry.page.name, source.format, entry.place + before, column + 1)


def page_remarks(place: Place, page: CleanPage) -> Iterator[Remark]:
    """The remarks on a page's lines and on the script of its stories."""
    for finding in page.findings:
        kind = "script" if finding.rule == BAD_CONVERSION else KIND_OF.get(finding.action)
        if kind is not None:
            label = finding.label if kind in ("noise", "suspect") else kind
            what = (kind, label, finding.rule, _message(finding))
            yield place.remark(finding.line, finding.start, finding.end, what, finding.text)
    for story in page.stories:
        if story.script == "mixed":
            told = "Simplified and Traditional characters in one story"
            what = ("script", "script", "mixed-script", told)
            yield place.remark(story.lines[0], 0, 0, what, story.title or "")


def _message(finding: Finding) -> str:
    what = {
        "removed": finding.label,
        "suspect": f"perhaps {finding.label}",
        "joined": "broken paragraph",
        "rewritten": "odd characters",
    }[finding.action]
    if finding.rule == BAD_CONVERSION:
        what = "badly converted"
    return f"{what} “{excerpt(finding.text)}”: {finding.why.rstrip('.')}"


def decoding_remarks(place: Place, text: str, decoded: Decoded | None) -> Iterator[Remark]:
    """The remarks on the bytes of a page: those that are none of its encoding, and lost ones."""
    ours: set[int] = set()  # signs of loss that decoding wrote just now
    if decoded is not None and place.form == "text":
        yield from _mixed(place, decoded)
        for kept in decoded.kept:
            if any(_is_undecoded(char) for char in text[kept.start : kept.end]):
                ours.update(range(kept.start, kept.end))
                told = f"bytes {kept.raw.hex(' ')} are not {decoded.encoding}"
                yield _at(place, text, kept.start, kept.end, "undecodable-bytes", told)
    elif decoded is not None and decoded.bad:
        ours.update(at for at, char in enumerate(text) if char == "\ufffd")
        told = f"{sum(len(raw) for _, raw in decoded.bad)} bytes are not {decoded.encoding}"
        what = ("decoding", "decoding", "undecodable-bytes", told)
        yield place.remark(1, 0, 0, what, "")
    for sign in LOST:
        at = text.find(sign)
        while at >= 0:
            if at not in ours:
                told = f"“{sign}” stands where text was lost before this page was written"
                yield _at(place, text, at, at + len(sign), "lost-text", told)
            at = text.find(sign, at + len(sign))
    for found in find_mojibake(text):
        told = f"{found.was} that was read as {found.read_as}: “{excerpt(found.text)}”"
        what = ("decoding", "decoding", "mojibake", told)
        yield place.remark(found.line, 0, 0, what, text.split("\n")[found.line - 1])


def _is_undecoded(char: str) -> bool:
    """Whether decoding wrote this for a byte: U+FFFD, or the byte kept as a lone surrogate."""
    return char == "\ufffd" or "\udc80" <= char <= "\udcff"


def _mixed(place: Place, decoded: Decoded) -> Iterator[Remark]:
    """A remark where a stretch of another encoding than the page's begins."""
    for run in decoded.runs:
        if run.encoding != decoded.encoding:
            told = f"this stretch is {run.encoding}, the page is {decoded.encoding}"
            yield _at(place, decoded.text, run.start, run.end, "mixed-encodings", told)


def _at(place: Place, text: str, start: int, end: int, rule: str, message: str) -> Remark:
    """A remark on the bytes of characters ``start`` to ``end`` of the page's text."""
    line_start = text.rfind("\n", 0, start) + 1
    line = text.count("\n", 0, start) + 1
    stop = text.find("\n", start, end)
    end = end if stop < 0 else stop
    what = ("decoding", "decoding", rule, message)
    return place.remark(line, start - line_start, end - line_start, what, text[start:end])


@dataclass(frozen=True, slots=True)
class Twin:
    """That a story says the same as ``other``.

    ``shared`` is the share of it that stands in the other, ``held`` that of the other in it.
    """

    other: str
    relation: str
    shared: float
    held: float
    cross_script: bool
    numbers: Sequence[tuple[str, str]]


_SAID = {
    "exact": "the same story as {other}",
    "near": "nearly the same story as {other} ({share:.0%} of it stands there)",
    "contained": "this story stands in {other}",
    "revision": "the same story as {other} but for its numbers",
    "overlap": "shares {share:.0%} of its text with {other}",
}


def twin_remark(place: Place, line: int, title: str, twin: Twin) -> Remark:
    """The remark on a story that begins at ``line`` of its page."""
    told = _SAID[twin.relation].format(other=twin.other, share=twin.shared)
    if twin.relation == "contained" and twin.held > twin.shared:
        told = f"this story contains {twin.other}"
    if twin.cross_script:
        told += ", in the other script"
    if twin.numbers:
        changed = ", ".join(f"{ours} there {theirs}" for ours, theirs in twin.numbers[:3])
        told += f"; other numbers: {changed}"
    what = ("duplicate", twin.relation, f"duplicate-{twin.relation}", told)
    return place.remark(line, 0, 0, what, f"{title} {twin.other.rpartition('/')[2]}")
