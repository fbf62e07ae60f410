"""Bytes become text without loss: how they were decoded, what could not be, and the way back."""

from __future__ import annotations

import codecs
import re
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.model import CleanerError
from cleaner.text.detect import BINARY, Guess, guess_encoding

POLICIES = ("keep", "replace", "strict")
"""What becomes of a byte that cannot be decoded: kept as a lone surrogate, U+FFFD, or an error."""

_SAME_CODEC = {
    # The narrow codecs of Python differ from what pages mean: its gb2312 maps A1AA and A1A4 to
    # other signs than GBK does, its big5 lacks what Windows adds (script.md B, traps 3 and 4).
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030-2000": "gb18030",
    "big5": "cp950",
    "big5-tw": "cp950",
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
}


class UndecodableError(CleanerError):
    """Bytes that cannot be decoded, met under the policy ``strict``."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of bytes and the characters it became: byte and character spans, and the codec."""

    first_byte: int
    last_byte: int
    start: int
    end: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Characters whose bytes their codec would not write: ``raw`` is what stood there.

    ``start`` and ``end`` are character offsets in the text. Undecodable bytes are kept so, and the
    few two-byte codes that Big5 and GB 18030 have twice for one character.
    """

    start: int
    end: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """What bytes became, and how.

    ``text`` has neither BOM nor lost bytes: each undecodable byte is one character, U+FFFD under
    ``replace``; under ``keep`` U+DC80..U+DCFF (the byte plus 0xDC00; a byte below 0x80 in a
    broken unit stands as itself). ``encoding`` is the codec of most bytes, ``binary`` for what is
    no text (``text`` is empty then and ``encode`` still gives the bytes). ``how`` is one of

    * ``bom``: the file says so by its byte order mark
    * ``strict``: all of it is valid UTF-8
    * ``hz``: ASCII with the escapes of HZ
    * ``parity``: high bytes of Chinese stand at every second place (UTF-16)
    * ``detector``: chosen by chardet among the Chinese encodings, and all of it decodes
    * ``lines``: it mixes encodings or is damaged, and was decided line by line
    * ``given``: the caller said so
    * ``binary``: no text

    ``confidence`` is 0..1. ``bad`` places every undecodable byte (byte offset, the bytes; next to
    each other they are one entry). ``runs`` are the stretches of one encoding, in order, ``kept``
    what ``encode`` needs beside them.
    """

    text: str
    encoding: str
    how: str
    confidence: float
    bad: tuple[tuple[int, bytes], ...] = ()
    bom: bool = False
    runs: tuple[Run, ...] = ()
    kept: tuple[Kept, ...] = ()

    @property
    def is_binary(self) -> bool:
        """Whether the bytes are no text."""
        return self.how == BINARY


def decode(data: bytes, encoding: str | None = None, errors: str = "replace") -> Decoded:
    """The text of ``data``, in the encoding it is found to be in or in the one given.

    A given ``gb2312`` or ``gbk`` is read as GB 18030 and ``big5`` as code page 950, the supersets
    that pages mean. ``errors`` is one of ``POLICIES``. Raises ``CleanerError`` for an unknown
    encoding or policy, and ``UndecodableError`` for the first undecodable byte under ``strict``.
    """
    if errors not in POLICIES:
        raise CleanerError(f"unknown error policy {errors!r}: use one of {', '.join(POLICIES)}")
    guess = guess_encoding(data) if encoding is None else given_encoding(data, encoding)
    if guess.encoding == BINARY:
        kept = (Kept(0, 0, data),) if data else ()
        return Decoded("", BINARY, BINARY, guess.confidence, kept=kept)
    return assemble(data, guess, errors)


def encode(decoded: Decoded) -> bytes:
    """The bytes that ``decode`` was given: exactly, under every policy."""
    text, parts = decoded.text, [_BOMS[decoded.encoding] if decoded.bom else b""]
    kept = iter((*decoded.kept, None))
    odd = next(kept)
    for run in decoded.runs:
        at = run.start
        while odd is not None and odd.end <= run.end and odd.start >= at:
            parts += (_encode(text[at : odd.start], run.encoding), odd.raw)
            at, odd = odd.end, next(kept)
        parts.append(_encode(text[at : run.end], run.encoding))
    while odd is not None:
        parts.append(odd.raw)
        odd = next(kept)
    return b"".join(parts)


_BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "gb18030": b"\x84\x31\x95\x33",
}


def given_encoding(data: bytes, encoding: str) -> Guess:
    """The caller's encoding, under the name of the codec that reads what pages mean by it."""
    wanted = encoding.strip().lower().replace("_", "-")
    try:
        # Whether a codec is for text can only be asked of the private flag (as io.open does).
        if not codecs.lookup(wanted)._is_text_encoding:
            raise LookupError
    except LookupError:
        raise CleanerError(
            f"unknown encoding {encoding!r}: name one that Python knows, such as gb18030 or big5"
        ) from None
    name = _SAME_CODEC.get(wanted, wanted)
    if wanted in ("utf-16", "utf-32"):
        name = f"{wanted}-be" if data.startswith(_BOMS[f"{wanted}-be"]) else f"{wanted}-le"
    bom = _BOMS.get(name, b"")
    return Guess(name, "given", 1.0, bom if bom and data.startswith(bom) else b"")


def assemble(data: bytes, guess: Guess, errors: str, before: int = 0) -> Decoded:
    """The text of ``data`` as ``guess`` has it, piece by piece, with every bad byte in its place.

    ``before`` counts the bytes of the stream that came before, for the message of a fault.
    """
    pieces = guess.pieces or ((len(guess.bom), len(data), guess.encoding),)
    texts: list[str] = []
    runs: list[Run] = []
    bad: list[tuple[int, bytes]] = []
    kept: list[Kept] = []
    chars = 0
    for first, last, name in pieces:
        if first == last:
            continue
        raw = data if (first, last) == (0, len(data)) else data[first:last]
        text, lost, odd = _read(raw, name)
        if lost and errors == "strict":
            raise UndecodableError(
                f"byte {before + first + lost[0][0]} is not {name}: {lost[0][1][:8].hex(' ')} "
                "(--errors keep or replace goes on, --encoding names another encoding)"
            )
        if odd and errors == "replace":
            text = _ESCAPE.sub("\ufffd", text)
        texts.append(text)
        runs.append(Run(first, last, chars, chars + len(text), name))
        bad += ((first + at, stuff) for at, stuff in lost)
        kept += (Kept(chars + k.start, chars + k.end, k.raw) for k in odd)
        chars += len(text)
    return Decoded(
        text="".join(texts),
        encoding=guess.encoding,
        how=guess.how,
        confidence=guess.confidence,
        bad=tuple(bad),
        bom=bool(guess.bom),
        runs=tuple(runs),
        kept=tuple(kept),
    )


_EXACT = frozenset(_BOMS) - {"gb18030"}
"""Codecs that write every text as the bytes it was read from."""
_Places = list[tuple[int, bytes]]
_ESCAPE = re.compile("[\udc80-\udcff]")


class _Notes(threading.local):
    """Where the error handler, which codecs only know by name, leaves what it met."""

    def __init__(self) -> None:
        self.places: _Places = []


_notes = _Notes()


def _note(error: UnicodeError) -> tuple[str, int]:
    """Escapes each undecodable byte as U+DC00 plus the byte, and notes its place."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    _notes.places.append((error.start, raw))
    return "".join(chr(0xDC00 + byte) for byte in raw), error.end


codecs.register_error("cleaner.note", _note)


def _read(raw: bytes, name: str) -> tuple[str, _Places, list[Kept]]:
    """The text of bytes in one codec, the bytes that failed, and what ``encode`` must be told."""
    try:
        text = raw.decode(name)
        places: _Places = []
    except UnicodeDecodeError:
        _notes.places = []
        text = raw.decode(name, "cleaner.note")
        places = _notes.places
    odd: list[Kept] = []
    if places:
        text, odd = _escaped(text, name, places)
        places = [p for p in places if not (name == "gb18030" and p[1] == b"\x80")]
    if name not in _EXACT and _written(text, odd, name) != raw:
        odd = _exactly(raw, text, odd, name)
    return text, _joined(places), odd


def _escaped(text: str, name: str, places: _Places) -> tuple[str, list[Kept]]:
    """The text with its escapes settled: 0x80 in GB is the euro of Windows, ASCII is itself."""
    chars = list(text)
    odd: list[Kept] = []
    found = re.finditer("[\udc00-\udcff]", text)
    for _, raw in places:
        start = end = 0
        for number, byte in enumerate(raw):
            end = next(found).end()
            start = start if number else end - 1
            if byte < 0x80:
                chars[end - 1] = chr(byte)
            elif name == "gb18030" and raw == b"\x80":
                chars[end - 1] = "€"
        odd.append(Kept(start, end, raw))
    return "".join(chars), odd


def _joined(places: _Places) -> _Places:
    """Bad bytes that stand next to each other, as one place."""
    joined: _Places = []
    for at, raw in places:
        if joined and joined[-1][0] + len(joined[-1][1]) == at:
            before, stuff = joined.pop()
            joined.append((before, stuff + raw))
        else:
            joined.append((at, raw))
    return joined


def _encode(text: str, name: str) -> bytes:
    return text.encode("utf-8" if name == "ascii" else name)


def _written(text: str, odd: Sequence[Kept], name: str) -> bytes | None:
    """The bytes that ``encode`` would write for one run; None where it cannot."""
    parts: list[bytes] = []
    at = 0
    try:
        for k in odd:
            parts += (_encode(text[at : k.start], name), k.raw)
            at = k.end
        parts.append(_encode(text[at:], name))
    except UnicodeEncodeError:
        return None
    return b"".join(parts)


def _exactly(raw: bytes, text: str, odd: list[Kept], name: str) -> list[Kept]:
    """What ``encode`` must be told where the codec writes other bytes than stood there.

    Line by line (a line feed is one byte in GB and Big5), and character by character in the
    lines that differ; a codec that shifts between states is kept whole.
    """
    lines, texts = raw.split(b"\n"), text.split("\n")
    if len(lines) != len(texts) or name not in ("gb18030", "cp950", "big5hkscs"):
        return [Kept(0, len(text), raw)]
    exact: list[Kept] = []
    left = deque(odd)
    start = 0
    for line, part in zip(lines, texts, strict=True):
        end = start + len(part)
        mine = [left.popleft() for _ in range(len(left)) if left[0].end <= end]
        here = [Kept(k.start - start, k.end - start, k.raw) for k in mine]
        if _written(part, here, name) != line:
            here = _letters(line, part, here, name)
        exact += (Kept(start + k.start, start + k.end, k.raw) for k in here)
        start = end + 1
    return exact


def _letters(line: bytes, text: str, odd: list[Kept], name: str) -> list[Kept]:
    """The characters of a line that its codec would write with other bytes; else all of it."""
    exact: list[Kept] = []
    known = {k.start: k for k in odd}
    at = place = 0
    while place < len(text):
        if place in known:
            exact.append(known[place])
            at, place = at + len(known[place].raw), known[place].end
            continue
        written = text[place].encode(name, "ignore")
        if not written or not line.startswith(written, at):
            # Big5 has two forms of some twenty signs, all of two bytes; GB 18030 has none.
            written = line[at : at + 2]
            if written.decode(name, "ignore") != text[place]:
                return [Kept(0, len(text), line)]
            exact.append(Kept(place, place + 1, written))
        at, place = at + len(written), place + 1
    return exact if at == len(line) else [Kept(0, len(text), line)]
