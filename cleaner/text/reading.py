"""The reading form of characters: what a rule's pattern means by them, one for one.

Width is folded to ASCII, Traditional to Simplified, capitals to small letters and corner quotes
to curly ones, each character to exactly one: the reading form of a text has the length of the
text, so that an offset in one is an offset in the other and one pattern serves both scripts.
The same module says which class each character belongs to.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.text.dictionaries import simplified_characters

HAN, DIGIT, LATIN, OTHER_LETTER = 1, 2, 4, 8
"""Classes of letters: Chinese characters; 0-9; letters of Latin script; any other script."""
SPACE, BREAK, INVISIBLE = 16, 32, 64
"""Classes of what is not seen: spaces; line breaks; controls, marks of direction and width."""
END, CLAUSE, OPEN, CLOSE = 128, 256, 512, 1024
"""Classes of marks: sentence ends 。！？!?…; ，、；：,;: inside one; opening and closing pairs."""
DIVIDER, SYMBOL = 2048, 4096
"""Classes of signs: ``| / > · - _`` and bullets that divide items; every other visible sign."""

LETTER = HAN | DIGIT | LATIN | OTHER_LETTER
VISIBLE = LETTER | END | CLAUSE | OPEN | CLOSE | DIVIDER | SYMBOL

_BREAKS = "\n\r\v\f\x85\u2028\u2029"
_ENDS = "。!?…！？｡"
_CLAUSES = ",、;:，；：､"
_OPENS = "“‘「『《〈(（[［【〔{｛〖"
_CLOSES = "”’」』》〉)）]］】〕}｝〗"
_DIVIDERS = "|｜/／\\＼>＞<＜»«›‹·•・‧●○◆◇■□▪▫▶▷►★☆※-－–—_＿~～*＊=＝+＋^→←↑↓√"
_SPACES = (
    "\t \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u202f\u205f\u3000"
)
_SAME = {
    "「": "“",
    "」": "”",
    "『": "‘",
    "』": "’",
    "｡": "。",
    "､": "、",
    "・": "·",
    "‧": "·",
    "•": "·",
}


_HAN = (
    (0x3400, 0x4DC0),  # extension A
    (0x4E00, 0xA000),  # unified ideographs
    (0xF900, 0xFB00),  # compatibility ideographs
    (0x20000, 0x33480),  # extensions B and up
)


@cache
def reading_table() -> NDArray[np.uint32]:
    """Table from code point to code point of the reading form, shape (0x110000,), uint32."""
    table = np.arange(0x110000, dtype=np.uint32)
    for key, value in simplified_characters().items():
        table[ord(key)] = ord(value)
    for code in range(0xFF01, 0xFF5F):
        table[code] = code - 0xFEE0
    for char in _SPACES:
        table[ord(char)] = 0x20
    for key, value in _SAME.items():
        table[ord(key)] = ord(value)
    for code in [*range(0x41, 0x5B), *range(0xC0, 0x180), *range(0xFF21, 0xFF3B)]:
        lower = chr(table[code]).lower()
        if len(lower) == 1:
            table[code] = ord(lower)
    return table


@cache
def class_table() -> NDArray[np.uint16]:
    """Table from code point to its class bit, shape (0x110000,), uint16."""
    table = np.full(0x110000, SYMBOL, dtype=np.uint16)
    table[0xAC00:0xD7A4] = OTHER_LETTER  # Hangul
    for start, end in _HAN:
        table[start:end] = HAN
    table[0xD800:0xF900] = INVISIBLE  # surrogates, private use
    table[0xDC80:0xDD00] = SYMBOL  # bytes that could not be decoded: they are not to vanish
    table[0xF0000:] = INVISIBLE
    for code in [*range(0x3400), *range(0xA000, 0xAC00), *range(0xFB00, 0x1F000)]:
        table[code] = _class_of(chr(code))
    table[0x3007] = HAN  # 〇
    for chars, bit in (
        (_BREAKS, BREAK),
        (_ENDS, END),
        (_CLAUSES, CLAUSE),
        (_OPENS, OPEN),
        (_CLOSES, CLOSE),
        (_DIVIDERS, DIVIDER),
        (_SPACES, SPACE),
    ):
        for char in chars:
            table[ord(char)] = bit
    return table


def _class_of(char: str) -> int:
    category = unicodedata.category(char)
    if category == "Nd":
        return DIGIT
    if category in ("Cc", "Cf") or 0xFE00 <= ord(char) <= 0xFE0F:  # variation selectors
        return INVISIBLE
    if category[0] in "LM":
        return LATIN if "LATIN" in unicodedata.name(char, "") else OTHER_LETTER
    return SYMBOL


def codes_of(text: str) -> NDArray[np.uint32]:
    """The code points of ``text``, lone surrogates included: uint32, read-only, one a character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def text_of(codes: NDArray[np.uint32]) -> str:
    """The text of code points (the inverse of ``codes_of``)."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
