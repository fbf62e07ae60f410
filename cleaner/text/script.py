"""Which script a text is in, conversion between scripts, and folding them together."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.model import CleanerError
from cleaner.text.conversion import plan_of, protected_spans, run
from cleaner.text.dictionaries import config_names, entries, simplified_characters
from cleaner.text.reading import codes_of
from cleaner.text.snippets import convert_snippet, is_worth_it

__all__ = [
    "TARGETS",
    "convert",
    "fold_table",
    "script_counts",
    "script_name",
    "script_of",
    "script_table",
    "simplified_characters",
]

SIMPLIFIED, TRADITIONAL = 1, 2
"""Class bits of characters that only one script has."""


@cache
def script_table() -> NDArray[np.uint8]:
    """Table from code point to ``SIMPLIFIED``, ``TRADITIONAL`` or 0 (both or neither).

    Simplified-only are the keys of OpenCC's STCharacters that are not among their own values,
    Traditional-only likewise in TSCharacters, without what is in both (script.md A7).
    """
    table = np.zeros(0x110000, dtype=np.uint8)
    for bit, name in ((SIMPLIFIED, "STCharacters"), (TRADITIONAL, "TSCharacters")):
        only = [ord(key) for key, values in entries(name).items() if key not in values]
        table[only] += np.uint8(bit)
    table[table == SIMPLIFIED + TRADITIONAL] = 0
    return table


def script_counts(
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    table: NDArray[np.uint8] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """How many Simplified-only and Traditional-only characters each segment of a text has.

    Segment ``i`` is ``codes[starts[i]:starts[i + 1]]``, the last one goes to the end; ``starts``
    never falls. ``table`` stands in for ``script_table``. Two arrays, int32[segments].
    """
    if not len(starts):
        none = np.zeros(0, dtype=np.int32)
        return none, none
    classes = (script_table() if table is None else table).take(codes)
    ends = np.append(starts[1:], len(codes))
    filled = np.flatnonzero(ends > starts)
    counts = []
    for bit in (SIMPLIFIED, TRADITIONAL):
        count = np.zeros(len(starts), dtype=np.int32)
        if len(filled):
            marked = np.add.reduceat(classes & bit, starts[filled], dtype=np.int32)
            count[filled] = marked // bit
        counts.append(count)
    return counts[0], counts[1]


def script_name(simplified: int, traditional: int) -> str:
    """The script of a text with so many Simplified-only and Traditional-only characters.

    ``neutral`` without any; ``simplified`` up to one tenth Traditional, ``traditional`` from nine
    tenths, ``mixed`` between: right for 98 % of texts of 20 characters and 99.7 % of 100
    (script.md A7, Wikipedia and headlines).
    """
    known = simplified + traditional
    if not known:
        return "neutral"
    if traditional * 10 <= known:
        return "simplified"
    return "traditional" if traditional * 10 >= known * 9 else "mixed"


def script_of(text: str) -> str:
    """``simplified``, ``traditional``, ``mixed`` or ``neutral``.

    >>> script_of("他们说这里的书很贵"), script_of("他們說這裡的書很貴"), script_of("一二三")
    ('simplified', 'traditional', 'neutral')
    """
    if not text:
        return "neutral"
    classes = script_table().take(codes_of(text))
    simplified = int(np.count_nonzero(classes == SIMPLIFIED))
    return script_name(simplified, int(np.count_nonzero(classes)) - simplified)


TARGETS: dict[str, tuple[str, str]] = {
    "simplified": ("t2s", "tw2sp"),
    "traditional": ("s2t", ""),
    "taiwan": ("s2tw", "s2twp"),
    "hongkong": ("s2hk", "s2hkp"),
}
"""The configuration for each target, without and with the words of the region."""


def convert(text: str, target: str, phrases: bool = False, dictionary: str = "opencc") -> str:
    """``text`` in another script, as OpenCC converts it.

    ``target`` is one of ``TARGETS`` or the name of an OpenCC configuration; with ``phrases`` the
    words of the region change, too (软件, 軟體). ``dictionary`` is ``opencc`` or ``classic`` (what
    opencc-python-reimplemented has). URLs and mail addresses stay as they are. Raises
    ``CleanerError`` for what there is not.

    >>> convert("软件里的头发", "taiwan"), convert("软件里的头发", "taiwan", phrases=True)
    ('軟件裡的頭髮', '軟體裡的頭髮')
    """
    plan = plan_of(configuration(target, phrases, dictionary), dictionary)
    if is_worth_it(plan, text) and not protected_spans(text):
        try:
            return convert_snippet(plan, text)
        except UnicodeError:  # what strings cannot do, arrays can
            return run(plan, text)
    return run(plan, text)


def configuration(target: str, phrases: bool = False, dictionary: str = "opencc") -> str:
    """The OpenCC configuration for ``target``; raises ``CleanerError`` where there is none."""
    if target in TARGETS:
        name = TARGETS[target][phrases]
        if not name or name not in config_names(dictionary):
            raise CleanerError(
                f"no regional phrases for {target} in the {dictionary} dictionaries: "
                "leave --phrases out, or convert to taiwan"
            )
        return name
    if target not in config_names(dictionary):
        names = ", ".join((*TARGETS, *config_names(dictionary)))
        raise CleanerError(f"no conversion to {target!r} ({dictionary} dictionaries): use {names}")
    if phrases:
        raise CleanerError(f"{target} is a configuration of its own: leave --phrases out")
    return target


@cache
def fold_table() -> NDArray[np.uint32]:
    """Table from code point to the code point that stands for its whole class of variants.

    uint32, shape (0x110000,). Characters are in one class where any of OpenCC's dictionaries for
    Simplified, Traditional, Taiwan and Hong Kong turns one into the other, alone or at one place
    of a phrase: a text and its converted copy fold to the same. For fingerprints only: 著 and 着,
    干 and 幹 and 乾 become one. The class is named by its member that GB 2312 lists first.
    """
    leader: dict[str, str] = {}

    def lead(char: str) -> str:
        while leader.get(char, char) != char:
            char = leader[char]
        return char

    for a, b in _variant_pairs():
        one, two = sorted((lead(a), lead(b)), key=_rank)
        leader[two] = one
    table = np.arange(0x110000, dtype=np.uint32)
    for char in sorted(leader):
        table[ord(char)] = ord(lead(char))
    return table


def _rank(char: str) -> tuple[bytes, str]:
    """Common Simplified characters first (the first level of GB 2312), then the rest of it."""
    return char.encode("gb2312", "ignore") or b"\xff", char


_FOLDED = """
    CJK_Compatibility_Ideographs STCharacters STPhrases STPhrases_GeneratedFromRegionalPhrases
    TSCharacters TSCharactersExt TSPhrases TWVariants TWVariantsPhrases TWVariantsRev
    TWVariantsRevPhrases HKVariants HKVariantsPhrases HKVariantsRev HKVariantsRevPhrases
""".split()  # noqa: SIM905


def _variant_pairs() -> list[tuple[str, str]]:
    """Every two characters that a dictionary puts in each other's place, sorted."""
    keys: list[str] = []
    values: list[str] = []
    for name in _FOLDED:
        for key, listed in entries(name).items():
            for value in listed:
                if value != key and len(value) == len(key):
                    keys.append(key)
                    values.append(value)
    a, b = codes_of("".join(keys)).astype(np.uint64), codes_of("".join(values))
    pairs = np.sort((a << np.uint64(32) | b)[a != b])
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
    left, right = (pairs >> np.uint64(32)).tolist(), (pairs & np.uint64(0xFFFFFFFF)).tolist()
    return [(chr(one), chr(two)) for one, two in zip(left, right, strict=True)]
