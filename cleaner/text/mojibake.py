"""Recognises text that was read in the wrong encoding before it was saved, and what it was."""

from __future__ import annotations

from typing import NamedTuple

from cleaner.text.plausible import score, strange_lines

MISREADINGS = (
    ("gb18030", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("cp950", "utf-8"),
    ("cp1252", "gb18030"),
    ("latin-1", "gb18030"),
    ("latin-1", "cp950"),
    ("gb18030", "cp950"),
    ("cp950", "gb18030"),
)
"""What a text was read as, and what it was: the common accidents of Chinese pages."""
CLEAR = 0.4
"""Points a wide character that the text must have when read right (true text has 0.7)."""
LOST = ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯")
"""What stands where text is lost for good: U+FFFD, that sign read as GBK, memory never filled."""


class Mojibake(NamedTuple):
    """A line that was read in a wrong encoding: its number from 1, both codecs, what it was.

    ``exact`` tells that no byte was lost on the way, so that ``text`` is all that it was.
    """

    line: int
    read_as: str
    was: str
    text: str
    exact: bool


def find_mojibake(text: str) -> tuple[Mojibake, ...]:
    """The lines (split at LF) that another reading turns into Chinese.

    >>> find_mojibake("中文新闻报道".encode().decode("gb18030"))[0].text
    '中文新闻报道'
    """
    strange = strange_lines(text)
    lines = text.split("\n") if strange else []
    found = []
    for number in strange:
        for read_as, was in MISREADINGS:
            right, lost = _reread(lines[number], read_as, was)
            points, wide = score(right)
            if wide >= 2 and points - lost / 2 >= CLEAR * wide:
                found.append(Mojibake(number + 1, read_as, was, right, not lost))
                break
    return tuple(found)


def _reread(line: str, read_as: str, was: str) -> tuple[str, int]:
    """The line read as it was meant, without what is broken, and how many places are."""
    try:
        return line.encode(read_as).decode(was), 0
    except UnicodeError:
        text = line.encode(read_as, "replace").decode(was, "replace")
    lost = text.count("\ufffd") + text.count("?") - line.count("?")
    return text.replace("\ufffd", ""), max(lost, 1)


def count_lost(text: str) -> int:
    """How many signs of lost text there are."""
    return sum(text.count(sign) for sign in LOST)
