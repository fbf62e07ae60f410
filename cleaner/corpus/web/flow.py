"""The text of a page in reading order: elements that break lines do, others run on."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cleaner.corpus.web.elements import MOST_PIECES, TooManyPiecesError
from cleaner.corpus.web.head import Head
from cleaner.text.markup import Markup

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "label",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "noframes",
        "ol",
        "optgroup",
        "option",
        "p",
        "plaintext",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "xmp",
    ]
)
"""Elements that begin and end a line (HTML Standard 15.3, with label and button: form controls
that hold no part of a sentence)."""

SILENT = frozenset(
    [
        "applet",
        "audio",
        "canvas",
        "datalist",
        "embed",
        "iframe",
        "math",
        "noembed",
        "noscript",
        "object",
        "rp",
        "rt",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "video",
    ]
)
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
class _Box:
    """An open element that breaks lines; ``number`` is -1 as long as no line stands in it.

    ``hidden_before`` counts the elements not displayed between it and the box around it.
    """

    tag: str
    own: str
    classes: str
    around: _Box | None
    number: int = -1
    hidden_before: int = 0


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
        self._open: list[tuple[str, _Box | None, bool]] = []  # tag, its box, is hidden
        self._silent = 0
        self._links = 0
        self._hidden = 0  # open elements that are not displayed
        self._hidden_inside = 0  # those within the innermost box
        self._kept_space = 0
        self._box: _Box | None = None
        self._line = _Written()
        self._unseen = _Written()  # what is hidden inside the line: it follows on its own
        self._lines: list[str] = []
        self._line_columns: list[tuple[int, float, bool]] = []
        self._names: dict[str, int] = {}
        self._box_columns: list[tuple[int, int, int, int]] = []
        self._box_ends: dict[int, int] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """See ``Listener``."""
        if self._silent:
            self._silent += 1
            return
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
            if tag == "article" and self._lines and self._lines[-1]:
                self._add("", 0.0, False)
            own, classes = (attributes.get(name, "")[:LONGEST] for name in ("id", "class"))
            box = _Box(tag, own, classes, self._box, hidden_before=self._hidden_inside)
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
            if box.number >= 0:
                self._box_ends[box.number] = len(self._lines)
            self._box, self._hidden_inside = box.around, box.hidden_before
        elif tag == "a":
            self._links -= 1
            self._line.ends_in_link = not self._links
        self._hidden -= hidden
        self._hidden_inside -= hidden and box is None

    def data(self, text: str) -> None:
        """See ``Listener``."""
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
        while self._lines and not self._lines[-1]:
            self._lines.pop()
            self._line_columns.pop()
        self.text = "\n".join(self._lines)
        self.markup = self._marked()

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
                    self._add(text, min(line.linked / visible, 1.0), hidden)
        self._line, self._unseen = _Written(), _Written()

    def _add(self, text: str, links: float, hidden: bool) -> None:
        if len(self._lines) == MOST_PIECES:
            raise TooManyPiecesError(f"has more than {MOST_PIECES:,} lines; it is not one page")
        number = -1 if self._box is None else self._number(self._box)
        self._lines.append(text)
        self._line_columns.append((number, links, hidden))

    def _number(self, box: _Box) -> int:
        """The number of an open box: it and those around it have one from their first line on."""
        new: list[_Box] = []
        around: _Box | None = box
        while around is not None and around.number < 0:
            new.append(around)
            around = around.around
        parent = -1 if around is None else around.number
        for one in reversed(new):
            name = _name(one)
            path = self._box_columns[parent][3] if parent >= 0 else 0
            kind = f"{one.tag}.{one.classes}".encode("utf-8", "replace")
            path = (path * 0x9E3779B97F4A7C15 + zlib.crc32(kind) + 1) & (1 << 64) - 1
            number = self._names.setdefault(name, len(self._names))
            one.number = len(self._box_columns)
            self._box_columns.append((number, parent, len(self._lines), path))
            parent = one.number
        return box.number

    def _marked(self) -> Markup:
        lines = len(self._lines)
        high = [self._box_ends.get(number, lines) for number in range(len(self._box_columns))]
        names, parents, lows, paths = _columns(self._box_columns, 4)
        boxes, links, hidden = _columns(self._line_columns, 3)
        return Markup(
            names=tuple(self._names),
            name=np.array(names, dtype=np.int32),
            parent=np.array(parents, dtype=np.int32),
            low=np.array(lows, dtype=np.int32),
            high=np.minimum(np.array(high, dtype=np.int32), lines),
            path=np.array(paths, dtype=np.uint64),
            box=np.array(boxes, dtype=np.int32),
            links=np.array(links, dtype=np.float32),
            hidden=np.array(hidden, dtype=bool),
            declared=self.head.declared(),
        )


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[tuple[Any, ...]]:
    """The columns of rows, ``width`` of them."""
    return list(zip(*rows, strict=True)) or [()] * width


def _shown(text: str) -> str:
    """The text as a browser shows it: space collapsed, none at the ends, none within Chinese."""
    if "\n" in text:
        text = _WRAPPED.sub("", text)
    return _SPACE.sub(" ", text).strip(" ")


LONGEST_NAME = 60
"""Characters that id and classes of an element may have in its name."""


def _name(box: _Box) -> str:
    """The element as style sheets name it: "div#main.article"."""
    own = f"#{box.own.strip()}" if box.own.strip() else ""
    classes = "".join(f".{word}" for word in box.classes.split())
    return box.tag + "".join((own + classes).split())[:LONGEST_NAME]
