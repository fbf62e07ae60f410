"""Decodes a stream while it comes: whole lines go out as soon as their encoding is known."""

from __future__ import annotations

from dataclasses import replace

from cleaner.model import CleanerError
from cleaner.text.decode import assemble, given_encoding
from cleaner.text.detect import (
    BINARY,
    Guess,
    guess_encoding,
    guess_lines,
    guess_plain,
    valid,
)

FIRST = 512
"""Bytes that are waited for before a stream is taken for UTF-16 or for no text at all."""
HELD = 1_500
"""Bytes of lines in no known encoding that are held back to judge them together."""


class StreamDecoder:
    """Bytes in, text out, in whole lines.

    Lines of UTF-8 go out at once. The first lines that are none are held until there are
    ``HELD`` bytes of them, then go out in the encoding they look like; later ones follow it, line
    by line, until they look like another. A byte order mark, UTF-16 and HZ are known, too.
    ``encoding`` is the one met last ("" while all is ASCII), ``bad`` counts undecodable bytes.
    """

    def __init__(self, encoding: str | None = None, errors: str = "replace") -> None:
        self.encoding = ""
        self.bad = 0
        self._given = encoding
        self._errors = errors
        self._left = b""
        self._before = 0
        self._begun = False
        self._fixed: Guess | None = None

    def feed(self, data: bytes) -> str:
        """The text of the lines that are known now, "" where more must come first.

        Raises ``UndecodableError`` under ``strict``, and ``CleanerError`` for what is no text.
        """
        self._left += data
        if not self._begun and not self._begin(ended=False):
            return ""
        end = self._last_line()
        undecided = self._fixed is None and not self.encoding and end < HELD
        if undecided and valid(self._left[:end], "utf-8") is None:
            return ""
        return self._read(end)

    def close(self) -> str:
        """The text of what is left when the stream has ended."""
        if not self._begun:
            self._begin(ended=True)
        return self._read(len(self._left))

    def _begin(self, ended: bool) -> bool:
        """Looks at the first bytes for marks, once there are enough; whether there are."""
        head = self._left[:4096]
        plain = valid(head, "utf-8") is not None and b"\0" not in head
        if not ended and len(head) < (4 if plain and head[:1] < b"\xef" else FIRST):
            return False
        self._begun = True
        guess = given_encoding(head, self._given) if self._given else guess_encoding(head)
        if guess.encoding == BINARY:
            raise CleanerError("is a binary file, not text")
        self._before = len(guess.bom)
        self._left = self._left[self._before :]
        if self._given or guess.encoding.startswith(("utf-16", "utf-32")):
            self._fixed = replace(guess, bom=b"")
        return True

    def _last_line(self) -> int:
        """Where the last whole line of what is left ends."""
        name = self._fixed.encoding if self._fixed is not None else ""
        unit = {"utf-16": 2, "utf-32": 4}.get(name[:6], 1)
        mark = "\n".encode(name) if unit > 1 else b"\n"
        at = self._left.rfind(mark)
        while at >= 0 and at % unit:
            at = self._left.rfind(mark, 0, at + unit - 1)
        return at + unit if at >= 0 else 0

    def _read(self, end: int) -> str:
        """The text of the first ``end`` bytes of what is left."""
        block, self._left = self._left[:end], self._left[end:]
        if not block:
            return ""
        if self._fixed is not None:
            guess = self._fixed
        elif block.isascii():
            guess = guess_plain(block)
        elif valid(block, "utf-8") is not None:
            guess = Guess("utf-8", "strict", 1.0)
        else:
            guess = guess_lines(block, usual=self.encoding)
        decoded = assemble(block, guess, self._errors, self._before)
        self._before += len(block)
        self.bad += sum(len(stuff) for _, stuff in decoded.bad)
        if self._fixed is not None or not block.isascii():
            self.encoding = decoded.runs[-1].encoding
        return decoded.text
