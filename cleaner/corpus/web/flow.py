"""The text of a page in reading order: elements that break lines do, others run on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cleaner.corpus.web.columns import MOST_PIECES, Box, Columns, TooManyPiecesError
from cleaner.corpus.web.head import HEAD_TAGS, Head
from cleaner.text.markup import Markup

_BLOCKS_TAGS = """
    address article aside blockquote body button caption center dd details dialog dir div dl
    dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html
    label legend li listing main menu nav noframes ol optgroup option p plaintext pre search
    section summary table tbody td tfoot th thead tr ul xmp
"""
BLOCKS = frozenset(_BLOCKS_TAGS.split())
"""Elements that begin and end a line (HTML Standard 15.3, with label and button: form controls
that hold no part of a sentence)."""

_SILENT_TAGS = """
    applet audio canvas datalist embed iframe math noembed noscript object rp rt script select
    style svg template textarea video
"""
SILENT = frozenset(_SILENT_TAGS.split())
"""Elements whose text no reader sees as text of the page. Of ruby the base stays, the reading
above it (rt) goes; noscript holds the twins of lazy images and pleas for JavaScript."""

KEPT_SPACE = frozenset(("pre", "listing", "plaintext", "xmp"))
"""Elements whose line breaks are shown."""

LONGEST = 200
"""Characters of an id and of a list of classes that are looked at."""

_NOT_SHOWN = re.compile(r"display\s*:\s*none")

_WIDE = "\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
_WRAPPED = re.compile(f"(?<=[{_WIDE}])[ \t]*\n[ \t\n]*(?=[{_WIDE}])")
"""A line break of the source between two characters that are as wide as high: it is not shown
(CSS Text 3, 4.1.2)."""

_SPACE = re.compile("[ \t\n]+")
_OTHER_BREAKS = str.maketrans(
    dict.fromkeys("\r\f", "\n") | dict.fromkeys("\v\x85\u2028\u2029", " ")
)


@dataclass(slots=True)
class _Written:
    """A line that is being written: its stretches, and how many of its characters are links."""

    parts: list[str] = field(default_factory=list)
    linked: int = 0
    ends_in_link: bool = False


class Flow:
    """Hears a page and writes its lines; see ``text`` and ``markup`` when it is closed."""

    def __init__(self) -> None:
        self.head = Head()
        self.text = ""
        self.markup: Markup | None = None
        self.frames = 0
        self._open: list[tuple[str, Box | None, bool]] = []  # tag, its box, is hidden
        self._pieces = 0
        self._silent = 0
        self._links = 0
        self._hidden = 0  # open elements that are not displayed
        self._hidden_inside = 0  # those within the innermost box
        self._kept_space = 0
        self._box: Box | None = None
        self._line = _Written()
        self._unseen = _Written()  # what is hidden inside the line: it follows on its own
        self._columns = Columns()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """See ``Listener``."""
        self._count()
        if self._silent:
            self._silent += 1
            return
        if tag in HEAD_TAGS:
            self.head.start(tag, attributes)
        if tag in SILENT or tag == "title":
            self._silent = 1
            return
        is_box = tag in BLOCKS
        hidden = "hidden" in attributes or bool(
            "style" in attributes and _NOT_SHOWN.search(attributes["style"].lower())
        )
        if is_box or tag == "br":
            self._break()
        box = None
        if is_box:
            if tag == "article" and self._columns.lines and self._columns.lines[-1]:
                self._columns.add("", self._box)  # as between the stories of a text
            own = attributes.get("id", "")[:LONGEST]
            classes = attributes.get("class", "")[:LONGEST]
            box = Box(tag, own, classes, self._box, hidden_before=self._hidden_inside)
            self._box, self._hidden_inside = box, 0
            self._kept_space += tag in KEPT_SPACE
        elif tag == "a":
            self._links += 1
            if self._line.ends_in_link:
                self._line.parts.append(" ")
        elif tag == "frame":
            self.frames += 1
        self._hidden += hidden
        self._hidden_inside += hidden and not is_box
        self._open.append((tag, box, hidden))

    def end(self, tag: str) -> None:
        """See ``Listener``."""
        if self._silent:
            self._silent -= 1
            if not self._silent:
                self.head.end(tag)
            return
        if not self._open:
            return
        tag, box, hidden = self._open.pop()
        if box is not None:
            self._break()
            self._kept_space -= tag in KEPT_SPACE
            self._columns.end(box)
            self._box, self._hidden_inside = box.around, box.hidden_before
        elif tag == "a":
            self._links -= 1
            self._line.ends_in_link = not self._links
        self._hidden -= hidden
        self._hidden_inside -= hidden and box is None

    def data(self, text: str) -> None:
        """See ``Listener``."""
        self._count()
        if self._silent:
            if self._silent == 1:
                self.head.data(text)
            return
        if not text.isprintable():
            text = text.translate(_OTHER_BREAKS)
            if not text.strip(" \t\n") and not self._kept_space:
                if not self._line.parts:
                    return  # the source's own indent
                text = "\n" if "\n" in text else " "
        if self._kept_space and "\n" in text:
            first, *others = text.split("\n")
            self._write(first)
            for other in others:
                self._break()
                self._write(other)
        else:
            self._write(text)

    def close(self) -> None:
        """See ``Listener``."""
        self._break()
        self.markup = self._columns.finish(self.head.declared())
        self.text = "\n".join(self._columns.lines)

    def _count(self) -> None:
        self._pieces += 1
        if self._pieces > MOST_PIECES:
            raise TooManyPiecesError(
                f"has more than {MOST_PIECES:,} tags and stretches of text; it is not one page"
            )

    def _write(self, text: str) -> None:
        line = self._unseen if self._hidden_inside else self._line
        line.parts.append(text)
        if self._links:
            line.linked += len(text) - text.count(" ")
        line.ends_in_link = line.ends_in_link and not text

    def _break(self) -> None:
        """Ends the line, if anything stands on it."""
        if not self._line.parts and not self._unseen.parts:
            return
        around = self._hidden > self._hidden_inside
        for line, hidden in ((self._line, around), (self._unseen, True)):
            if line.parts:
                text = _shown("".join(line.parts))
                if text and not text.isspace():
                    visible = len(text) - text.count(" ")
                    links = min(line.linked / visible, 1.0)
                    self._columns.add(text, self._box, links, hidden)
        self._line, self._unseen = _Written(), _Written()


def _shown(text: str) -> str:
    """The text as a browser shows it: space collapsed, none at the ends, none within Chinese."""
    if "\n" in text:
        text = _WRAPPED.sub("", text)
    return _SPACE.sub(" ", text).strip(" ")
