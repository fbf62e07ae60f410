"""Finds the encoding of bytes: marks, strict trials, byte parity, then chardet, then line by line.

The order and the thresholds are those of research on eleven encodings cut to 20 B .. 100 kB; a
detector alone turns UTF-8 with one bad byte into Greek, so every answer is tried on all bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

BINARY = "binary"
CHINESE = ("utf-8", "gb18030", "big5hkscs", "hz-gb-2312", "ascii")
"""What chardet may answer: it tells legacy Chinese apart well, and takes noise for Greek."""
WINDOW = 200_000
"""Bytes that chardet sees; what it says is then tried on the whole file."""
ENOUGH = 0.2
"""Confidence from which chardet is believed (below it, it named Greek for broken Chinese)."""
GROUP = 1_500
"""Bytes of undecided lines that are judged together where a file mixes encodings."""

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MAGIC = (
    b"%PDF-",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"Rar!\x1a",
    b"7z\xbc\xaf",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"PAR1",
    b"SQLite format 3\x00",
    b"ID3",
    b"OggS",
    b"RIFF",
)
_UTF8_RUN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){5}")
_WIDE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_NOT_PLAIN = re.compile(rb"[^\t\n\r\x20-\x7e]")
_HZ = re.compile(rb"~\{(?:[\x21-\x7e]{2}){1,2000}?(?:~\}|\n|\Z|.\Z)")

_CONTROL = np.zeros(256, dtype=bool)
_CONTROL[:32] = True
_CONTROL[[9, 10, 12, 13, 27, 127]] = [False, False, False, False, False, True]
_HIGH_BYTE = np.zeros(256, dtype=bool)
_HIGH_BYTE[0x4E:0xA0] = True
_HIGH_BYTE[[0x00, 0x20, 0x30, 0xFF]] = True


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding with how it was decided and how sure that is (0..1).

    ``bom`` is the mark at the front, if any; ``pieces`` are (first byte, last byte, encoding) in
    order where the file mixes encodings, and empty where it does not.
    """

    encoding: str
    how: str
    confidence: float
    bom: bytes = b""
    pieces: tuple[tuple[int, int, str], ...] = ()


def guess_encoding(data: bytes) -> Guess:
    """The encoding of ``data``: ``binary`` for what is no text."""
    marked = _marked(data)
    if marked is not None:
        return marked
    if any(data.startswith(magic) for magic in _MAGIC):
        return Guess(BINARY, BINARY, 1.0)
    parity = _parity(data)
    if parity is not None:
        return parity
    sample = np.frombuffer(data[:WINDOW], dtype=np.uint8)
    if len(sample) and _CONTROL[sample].mean() > 0.02:
        return Guess(BINARY, BINARY, 0.9)
    if data.isascii():
        if _HZ.search(data) and _decodes(data, "hz"):
            return Guess("hz", "hz", 0.99)
        return Guess("utf-8", "strict", 1.0)
    if _decodes(data, "utf-8") and _WIDE.search(data):
        return Guess("utf-8", "strict", 1.0)
    if not _UTF8_RUN.search(data):
        found, confidence = _detected(data)
        if found and confidence >= ENOUGH:
            return Guess(found, "detector", confidence)
    return guess_lines(data)


def guess_lines(data: bytes, first: int = 0) -> Guess:
    """The encoding of each stretch of lines of ``data`` from byte ``first`` on.

    A line feed is never part of a character in UTF-8, GB or Big5, so that lines can be judged one
    by one: ASCII goes with what is around it; a line of valid UTF-8 with two wide characters is
    UTF-8, as is one where UTF-8 fails on less than a tenth of them; the rest is judged together.
    """
    pieces: list[tuple[int, int, str]] = []
    undecided: list[tuple[int, int]] = []
    at = first
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        kind = _line_kind(data[at:end])
        if kind == "?":
            undecided.append((at, end))
        elif kind == "utf-8":
            pieces += _grouped(data, undecided)
            undecided = []
            pieces.append((at, end, kind))
        elif undecided:
            undecided.append((at, end))
        else:
            pieces.append((at, end, "ascii"))
        at = end
    pieces += _grouped(data, undecided)
    merged = _merged(pieces)
    share: dict[str, int] = {}
    for start, end, name in merged:
        share[name] = share.get(name, 0) + end - start
    main = max(share, key=lambda name: (share[name], name)) if share else "utf-8"
    return Guess(main, "lines", 0.5, pieces=tuple(merged))


def _marked(data: bytes) -> Guess | None:
    for bom, name in _BOMS:
        if data.startswith(bom) and (not name.startswith("utf-32") or len(data) % 4 == 0):
            if name == "utf-8" and not _decodes(data, "utf-8"):
                lines = guess_lines(data, len(bom))
                return Guess("utf-8", "bom", 0.9, bom, lines.pieces)
            return Guess(name, "bom", 1.0, bom)
    return None


def _parity(data: bytes) -> Guess | None:
    """UTF-16 without a mark: the high bytes of Chinese and Latin stand at one parity.

    At least 93 % of the bytes there are 4E-9F, 00, 20, 30 or FF, the other parity is mixed, and
    no unit is a control character (thresholds set once by hand, script.md B).
    """
    units = len(data[:WINDOW]) // 2
    if units < 2:
        return None
    pairs = np.frombuffer(data, dtype=np.uint8, count=units * 2).reshape(-1, 2)
    if (pairs >= 0x80).mean() < 0.1 and not (pairs == 0).any():
        return None  # plain ASCII, whose letters are high bytes too
    shares = _HIGH_BYTE[pairs].mean(axis=0)
    high = int(shares[1] >= shares[0])
    if shares[high] < 0.93 or shares[1 - high] > 0.85:
        return None
    low = pairs[:, 1 - high]
    zero = pairs[:, high] == 0
    if (zero & _CONTROL[low]).any() or (low[zero] == 0).any():
        return None
    name = "utf-16-le" if high else "utf-16-be"
    if not _decodes(data, name):
        return None
    return Guess(name, "parity", 0.95)


def _decodes(data: bytes, name: str) -> bool:
    """Whether all of ``data`` is valid, a last character cut in the middle aside."""
    try:
        data.decode(name)
    except UnicodeDecodeError as error:
        return len(data) - error.start < 4 and (
            error.end == len(data) and error.reason != "invalid start byte"
        )
    return True


def _detected(data: bytes) -> tuple[str, float]:
    """The Chinese encoding that chardet names and in which all of ``data`` decodes, or ''."""
    import chardet  # here: it takes 40 ms, and most files are UTF-8

    found = chardet.detect(
        data[:WINDOW], include_encodings=CHINESE, no_match_encoding="ascii", compat_names=False
    )
    name, confidence = str(found["encoding"] or "").lower(), float(found["confidence"] or 0.0)
    for codec in {"gb18030": ("gb18030",), "big5hkscs": ("cp950", "big5hkscs")}.get(name, ()):
        if _decodes(data, codec):
            return codec, confidence
    return "", 0.0


def _line_kind(line: bytes) -> str:
    """``ascii``, ``utf-8`` or ``?`` (to be judged with its neighbours)."""
    if line.isascii():
        return "ascii"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        good, lost = len(_WIDE.findall(line)), line.decode("utf-8", "replace").count("\ufffd")
        return "utf-8" if good >= 2 and lost * 10 <= good else "?"
    return "utf-8" if len(_WIDE.findall(line)) >= 2 else "?"


def _grouped(data: bytes, lines: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """Undecided lines, judged in groups of about ``GROUP`` bytes."""
    pieces = []
    at = 0
    while at < len(lines):
        first = lines[at][0]
        upto = at
        while upto + 1 < len(lines) and lines[upto][1] - first < GROUP:
            upto += 1
        last = lines[upto][1]
        pieces.append((first, last, _best(data[first:last])))
        at = upto + 1
    return pieces


def _best(data: bytes) -> str:
    """The Chinese encoding that fits best: chardet's, else the one that loses fewest bytes."""
    found, confidence = _detected(data)
    if found and confidence >= ENOUGH:
        return found
    lost = {
        name: data.decode(name, "replace").count("\ufffd")
        for name in ("gb18030", "cp950", "big5hkscs", "utf-8")
    }
    return min(lost, key=lambda name: lost[name])


def _merged(pieces: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Neighbours of one encoding as one; ASCII takes the encoding before it, or the one after."""
    merged: list[tuple[int, int, str]] = []
    for start, end, name in pieces:
        if merged and (merged[-1][2] in (name, "ascii") or name == "ascii"):
            before = merged.pop()
            merged.append((before[0], end, name if before[2] == "ascii" else before[2]))
        else:
            merged.append((start, end, name))
    return [(start, end, "utf-8" if name == "ascii" else name) for start, end, name in merged]
