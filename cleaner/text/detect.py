"""Finds the encoding of bytes: marks, strict UTF-8, byte parity, how Chinese they look, chardet.

A detector alone turns UTF-8 with one bad byte into Greek (script.md B). Here every answer is
tried on all bytes, and where none holds, each line is judged among its neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.text.plausible import score, strange_lines

BINARY = "binary"
WINDOW = 200_000
"""Bytes that are judged; what is found is then tried on the whole file."""
SAMPLE = 6_000
"""Bytes of it, plain lines aside, in which encodings are compared."""
CLEAR = 0.4
"""Points a wide character from which text is Chinese beyond doubt (true text has 0.7, text in
the wrong encoding has -0.1 to -0.8)."""
ENOUGH = 0.5
"""Confidence from which chardet is believed where the text does not look Chinese: it gave 0.03
to Greek for broken Chinese, 0.9 to what it was made for."""
SWITCH = 4.0
"""Points that a change of encoding between two lines must gain."""

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
_WIDE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_NOT_PLAIN = re.compile(rb"[^\t\n\r\x20-\x7e]")
_HZ = re.compile(rb"~\{(?:[\x21-\x7e]{2}){1,2000}?(?:~\}|\n|\Z|.\Z)")

_CONTROL = np.zeros(256, dtype=bool)
_CONTROL[:32] = True
_CONTROL[[9, 10, 12, 13, 27, 127]] = [False, False, False, False, False, True]
_HIGH_BYTE = np.zeros(256, dtype=bool)
_HIGH_BYTE[0x4E:0xA0] = True
_HIGH_BYTE[[0x00, 0x20, 0x25, 0x30, 0xFF]] = True
_BIG5 = ("cp950", "big5hkscs")
_LEGACY = ("gb18030", *_BIG5)
_OURS = frozenset({"ascii", "utf-8", "hz", "gb2312", "gbk", "big5", *_LEGACY})


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
    plain = data.isascii()
    if not plain and valid(data, "utf-8") is not None and _WIDE.search(data) and b"\0" not in data:
        return Guess("utf-8", "strict", 1.0)
    ascii_guess = guess_plain(data) if plain else None
    if ascii_guess is not None and ascii_guess.encoding == "hz":
        return ascii_guess
    parity = _parity(data)
    if parity is not None:
        return parity
    if _controls(data) > 0.02:
        return Guess(BINARY, BINARY, 0.9)
    if ascii_guess is not None:
        return ascii_guess
    if valid(data, "utf-8") is not None and _WIDE.search(data):
        return Guess("utf-8", "strict", 1.0)
    return _judged(data)


def guess_plain(data: bytes) -> Guess:
    """The encoding of bytes that are all ASCII: HZ where its escapes hold Chinese, else UTF-8."""
    if b"~{" in data and _HZ.search(data) and valid(data, "hz") is not None:
        return Guess("hz", "hz", 0.99)
    return Guess("utf-8", "strict", 1.0)


def _judged(data: bytes) -> Guess:
    """Bytes that are no UTF-8, by how Chinese they look."""
    sample = _sample(data)
    points = {name: _points(sample, name) for name in ("utf-8", *_LEGACY)}
    best = max(points, key=lambda name: points[name])
    gained, wide = points[best]
    if gained < CLEAR * wide:
        foreign = _foreign(data)
        if foreign is not None:
            return foreign
    elif best != "utf-8":
        same = _BIG5 if best in _BIG5 else (best,)
        texts = {name: text for name in same if (text := _fitting(data, name)) is not None}
        if len(set(texts.values())) > 1:  # they differ in some signs and rare characters
            texts = {max(texts, key=lambda name: score(texts[name])[0]): ""}
        if texts:
            margin = gained - max(points[name][0] for name in points if name not in same)
            return Guess(next(iter(texts)), "detector", min(0.99, 1 - 0.5 ** max(margin, 1.0)))
    return guess_lines(data)


def _sample(data: bytes) -> bytes:
    """The first lines that are not plain ASCII, some ``SAMPLE`` bytes."""
    lines: list[bytes] = []
    size = 0
    for line in data[:WINDOW].splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > SAMPLE:
                break
    return b"".join(lines)[: 2 * SAMPLE]


def guess_lines(data: bytes, first: int = 0, usual: str = "") -> Guess:
    """The encoding of each stretch of lines of ``data`` from byte ``first`` on.

    A line feed is never part of a character in UTF-8, GB or Big5. Each line gets points in each
    encoding, each change from one line to the next costs ``SWITCH``, and the dearest path
    through the file wins (Viterbi): a short line goes with its neighbours, a long one stands by
    itself. ``usual`` is the encoding of the lines before.
    """
    names = ("utf-8", *_LEGACY)
    lines: list[tuple[int, int]] = []
    chosen: list[list[int]] = []
    total = [0.0 if usual in ("", name) else -SWITCH for name in names]
    total[-1] -= 0.5  # of the two for Big5 the plain one
    at = first
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        line = data[at:end]
        lines.append((at, end))
        at = end
        if line.isascii():
            chosen.append([0, 1, 2, 3])
            continue
        before = max(range(len(names)), key=lambda i: total[i])
        choice = [i if total[i] >= total[before] - SWITCH else before for i in range(len(names))]
        points = _line_points(line, names, before)
        total = [
            (total[i] if c == i else total[c] - SWITCH) + points[i] for i, c in enumerate(choice)
        ]
        chosen.append(choice)
    state = max(range(len(names)), key=lambda i: total[i])
    pieces: list[tuple[int, int, str]] = []
    for (start, end), choice in zip(reversed(lines), reversed(chosen), strict=True):
        if pieces and pieces[-1][2] == names[state]:
            end = pieces.pop()[1]
        pieces.append((start, end, names[state]))
        state = choice[state]
    pieces.reverse()
    share = {name: sum(e - s for s, e, n in pieces if n == name) for name in names}
    main = max(names, key=lambda name: share[name])
    return Guess(main, "lines", 0.5, pieces=tuple(pieces))


def _line_points(line: bytes, names: tuple[str, ...], usual: int) -> list[float]:
    """The points of a line in each encoding.

    A long line that is clear in the encoding ``usual`` is not tried in the others: there it
    would lose what it gains here.
    """
    gained, wide = _points(line, names[usual])
    if wide >= 10 and gained >= CLEAR * wide and valid(line, names[usual]) is not None:
        return [gained if i == usual else -gained for i in range(len(names))]
    return [gained if i == usual else _points(line, n)[0] for i, n in enumerate(names)]


def _fitting(data: bytes, name: str) -> str | None:
    """The text of ``data`` if all is valid and no line of it is clear in another encoding."""
    text = valid(data, name)
    if text is None:
        return None
    strange = strange_lines(text)
    lines = data.split(b"\n") if strange else []
    for line in (lines[number] for number in strange):
        for other in ("utf-8", *_LEGACY):
            gained, wide = _points(line, other)
            if gained >= CLEAR * max(wide, 1):
                return None
    return text


def _points(data: bytes, name: str) -> tuple[float, int]:
    """The ``score`` of bytes in an encoding, a character cut at the end aside."""
    try:
        return score(data.decode(name))
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
    lost = text.count("\ufffd") - text.endswith("\ufffd")
    return score(text.replace("\ufffd", ""), lost)


def _marked(data: bytes) -> Guess | None:
    for bom, name in _BOMS:
        if data.startswith(bom):
            if name == "utf-8" and valid(data, "utf-8") is None:
                lines = guess_lines(data, len(bom))
                return Guess("utf-8", "bom", 0.9, bom, lines.pieces)
            return Guess(name, "bom", 1.0, bom)
    return None


def _controls(data: bytes) -> float:
    """The share of control characters, which text has not (NUL once in a while)."""
    return _share(_CONTROL.take(np.frombuffer(data[:WINDOW], dtype=np.uint8)))


def _parity(data: bytes) -> Guess | None:
    """UTF-16 without a mark: the high bytes of Chinese and Latin stand at one parity.

    At least 93 % of the bytes there are 4E-9F, 00, 20, 25, 30 or FF (thresholds set once by hand,
    script.md B), and it looks better so than otherwise; or 80 % are, and it looks Chinese.
    """
    units = np.frombuffer(data, dtype=np.uint8, count=min(len(data), WINDOW) // 2 * 2)
    if len(units) < 4:
        return None
    sides = (units[0::2], units[1::2])
    zeros = [_share(side == 0) for side in sides]
    shares = [_share(_HIGH_BYTE.take(side)) for side in sides]
    high = int(shares[1] + zeros[1] >= shares[0] + zeros[0])  # on a tie, where the NULs are
    name = "utf-16-le" if high else "utf-16-be"
    if shares[high] < 0.8 or valid(data, name) is None:
        return None
    head = data[:2000]
    gained, wide = _points(head, name)
    if gained >= CLEAR * max(wide, 1):
        return Guess(name, "parity", 0.95)
    if shares[high] < 0.93 or ((sides[high] == 0) & _CONTROL.take(sides[1 - high])).any():
        return None
    if zeros[high] >= 0.9 and not zeros[1 - high]:
        return Guess(name, "parity", 0.95)  # nothing but Latin
    if zeros[high] > 0.1:  # Latin, or a table ruled by signs that end in 00 themselves
        rivals: tuple[str, ...] = ("utf-16-be" if high else "utf-16-le",)
    else:
        rivals = _LEGACY
    likely = gained > max(_points(head, rival)[0] for rival in rivals)
    return Guess(name, "parity", 0.9) if likely else None


def _share(marks: NDArray[np.bool_]) -> float:
    return np.count_nonzero(marks) / len(marks) if len(marks) else 0.0


def valid(data: bytes, name: str) -> str | None:
    """The text of ``data`` if all of it is valid, a last character cut in the middle aside."""
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        cut = error.end == len(data) and error.reason != "invalid start byte"
        if cut and len(data) - error.start < 4:
            return data[: error.start].decode(name)
    return None


def _foreign(data: bytes) -> Guess | None:
    """What chardet says of a text that is not Chinese, if it is sure and all of it decodes."""
    import chardet  # here: with its models it takes 130 ms, and most files are UTF-8

    found = chardet.detect(data[:WINDOW], no_match_encoding="ascii", compat_names=False)
    name, confidence = str(found["encoding"] or "").lower(), float(found["confidence"] or 0.0)
    if not name or name in _OURS or confidence < ENOUGH or valid(data, name) is None:
        return None
    return Guess(name, "detector", confidence)
