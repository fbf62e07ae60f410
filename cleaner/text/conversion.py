"""Runs OpenCC's conversions on arrays of code points: characters by table, phrases by search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.text.dictionaries import Stage, config, preferred
from cleaner.text.phrases import NOTHING, Found, Phrases, find_phrases, phrases_of
from cleaner.text.reading import codes_of, text_of

CHUNK = 200_000
"""Characters that are converted at once, up to a line break: their arrays stay in the cache."""
FEW = 24
"""Phrases up to which slices laid together are faster than one write at many places."""
FROZEN = np.uint32(1 << 21)
"""The bit of a code that is final: no later step matches it or changes it."""
LONGEST_DESCRIPTION = 64
"""Characters in which a description of a character must end; one of every part takes five."""
_PARTS = {0x2FF2: 3, 0x2FF3: 3, 0x2FFE: 1, 0x2FFF: 1}
LONGER = 0x110000
"""The first of the codes above Unicode that stand for single characters that become several."""

Codes = NDArray[np.uint32]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Values:
    """What keys become: value ``i`` is ``codes[start[i]:start[i] + length[i]]``."""

    codes: Codes
    start: Places
    length: Places


@dataclass(frozen=True, eq=False)
class Step:
    """One stage of a configuration, ready to run.

    Single characters go by ``table`` (uint32[0x110000]), phrases by ``values`` where ``changes``
    says that the table alone would give something else (bool[phrases]). ``longer`` holds what
    single characters become that become several: the table sends number ``i`` of them to the
    code ``LONGER + i``.
    """

    table: Codes
    phrases: Phrases
    values: Values
    changes: NDArray[np.bool_]
    longer: Values


@dataclass(frozen=True, eq=False)
class Plan:
    """A configuration, ready to run.

    ``normal`` is the table of normal forms that comes first; it freezes the signs that open a
    description of a character (⿰, U+2FF0 .. U+2FFF). ``segments`` are phrases that are
    converted by themselves, each to its value in ``whole``; what stands between two of them goes
    through the ``steps`` by itself.
    """

    normal: Codes | None
    segments: Phrases | None
    whole: Values
    steps: tuple[Step, ...]


def run(plan: Plan, text: str) -> str:
    """``text`` converted. NUL and lone surrogates pass through as they are."""
    if len(text) <= CHUNK:
        return _run(plan, text)
    return "".join(_run(plan, text[start:end]) for start, end in _chunks(text))


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Spans of whole lines: no dictionary holds a line break, so they convert by themselves."""
    at = 0
    while at < len(text):
        end = text.rfind("\n", at, at + CHUNK) + 1 or text.find("\n", at + CHUNK) + 1 or len(text)
        yield at, end
        at = end


def _run(plan: Plan, text: str) -> str:
    raw = codes_of(text)
    codes = raw if plan.normal is None else plan.normal.take(raw)
    spans = protected_spans(text)
    if codes.max(initial=0) >= FROZEN:
        spans += _descriptions(raw, (codes >= FROZEN).nonzero()[0].tolist())
    if spans:
        codes = codes.copy() if codes is raw else codes
        for start, end in spans:
            codes[start:end] = raw[start:end] | FROZEN
    frozen = len(codes) > 0 and bool(codes.max() >= FROZEN)
    if plan.segments is not None:
        found = find_phrases(plan.segments, codes)
        if found is not NOTHING:
            codes = _splice(codes, found, plan.whole)
            frozen = True
    for step in plan.steps:
        codes = _take_step(step, codes, frozen)
    return text_of(codes & (FROZEN - 1) if frozen else codes)


def _descriptions(raw: Codes, signs: Sequence[int]) -> list[tuple[int, int]]:
    """The spans of ideographic descriptions (⿰亻主) that ``signs`` open: OpenCC leaves them alone.

    A sign takes two parts, ⿲ and ⿳ three, ⿾ and ⿿ one; a part is a character or a description.
    """
    spans: list[tuple[int, int]] = []
    for sign in signs:
        if spans and sign < spans[-1][1]:
            continue
        missing = 1
        for end, code in enumerate(raw[sign : sign + LONGEST_DESCRIPTION].tolist(), sign + 1):
            missing += _PARTS.get(code, 2 if code >> 4 == 0x2FF else 0) - 1
            if not missing:
                spans.append((sign, end))
                break
    return spans


def _take_step(step: Step, codes: Codes, frozen: bool) -> Codes:
    """``codes`` after one stage; ``frozen`` tells whether any of them are."""
    found = find_phrases(step.phrases, codes)
    out = step.table.take(codes, mode="clip")
    if frozen:
        np.copyto(out, codes, where=codes >= FROZEN)
    if len(found.start) > FEW:
        found = found.some(step.changes.take(found.phrase).nonzero()[0])
    out = _splice(out, found, step.values)
    if len(step.longer.start):
        start = ((out >= LONGER) & (out < FROZEN)).nonzero()[0]
        if len(start):
            which = out[start].astype(np.int64) - LONGER
            out = _splice(out, Found(start, np.ones_like(start), which), step.longer)
    return out


def _splice(codes: Codes, found: Found, values: Values) -> Codes:
    """``codes`` with each phrase that was found replaced by its value."""
    if len(found.start) > FEW:
        same = values.length.take(found.phrase) == found.length
        codes = codes.copy()
        _overwrite(codes, found.some(same.nonzero()[0]), values)
        found = found.some((~same).nonzero()[0])
    if not len(found.start):
        return codes
    parts: list[Codes] = []
    at = 0
    offsets, sizes = values.start.take(found.phrase), values.length.take(found.phrase)
    for start, length, offset, size in zip(
        found.start.tolist(), found.length.tolist(), offsets.tolist(), sizes.tolist(), strict=True
    ):
        parts += (codes[at:start], values.codes[offset : offset + size])
        at = start + length
    return np.concatenate((*parts, codes[at:]))


def _overwrite(codes: Codes, found: Found, values: Values) -> None:
    """Writes values over the phrases that were found, each as long as its phrase."""
    size = found.length
    end = size.cumsum()
    into = np.arange(end[-1] if len(end) else 0)
    into -= (end - size).repeat(size)  # 0, 1, 2 .. within each phrase
    source = into + values.start.take(found.phrase).repeat(size)
    into += found.start.repeat(size)
    codes[into] = values.codes.take(source)


@cache
def plan_of(name: str, dictionary: str = "opencc") -> Plan:
    """The configuration ``name``, its dictionaries merged and made ready to search.

    Raises ``CleanerError`` where there is no such configuration or dictionary.
    """
    wanted = config(name, dictionary)
    normal = None
    for stage in wanted.normalization:
        normal, _ = _table(_merged(stage, dictionary))
        normal[0x2FF0:0x3000] |= FROZEN
    pairs = [_merged(stage, dictionary) for stage in wanted.chain]
    steps = [_step(entry) for entry in pairs]
    if wanted.segmentation is None:
        return Plan(normal, None, _values(()), tuple(steps))
    cut = [key for key in _merged(wanted.segmentation, dictionary) if len(key) > 1]
    if set(cut) != set(steps[0].phrases.keys):
        return Plan(normal, phrases_of(cut), _converted(cut, steps), tuple(steps))
    # Between segments stands no phrase of the first stage: all of them are segments.
    segments = steps[0].phrases
    whole = _converted(segments.keys, steps)
    alone = _step({key: value for key, value in pairs[0].items() if len(key) == 1})
    return Plan(normal, segments, whole, (alone, *steps[1:]))


def _merged(stage: Stage, dictionary: str) -> dict[str, str]:
    """The keys that can win in a stage, and their values.

    A key that begins with a key of an earlier layer never wins; of those that are left the
    longest does (script.md A5).
    """
    merged: dict[str, str] = {}
    for layer in stage.layers:
        union: dict[str, str] = {}
        for name in reversed(layer):
            union |= preferred(name, dictionary)
        if merged:
            for key in list(union):
                if any(key[:end] in merged for end in range(1, len(key) + 1)):
                    del union[key]
        merged.update(union)
    return merged


def _step(pairs: dict[str, str]) -> Step:
    table, longer = _table(pairs)
    keys = [key for key in pairs if len(key) > 1]
    values = [pairs[key] for key in keys]
    alone = text_of(table.take(codes_of("\n".join([*keys, ""])), mode="clip") % LONGER).split("\n")
    changes = np.array([a != b for a, b in zip(alone, values, strict=False)], dtype=bool)
    return Step(table, phrases_of(keys), _values(values), changes, _values(longer))


def _table(pairs: dict[str, str]) -> tuple[Codes, list[str]]:
    """The table of single characters, and the values of those that become several."""
    table = np.arange(0x110000, dtype=np.uint32)
    longer: list[str] = []
    for key, value in pairs.items():
        if len(key) == 1:
            table[ord(key)] = ord(value) if len(value) == 1 else LONGER + len(longer)
            longer += [value] if len(value) > 1 else []
    return table, longer


def _values(values: Iterable[str]) -> Values:
    listed = list(values)
    length = np.array([len(value) for value in listed], dtype=np.int64)
    return Values(codes_of("".join(listed)), np.cumsum(length) - length, length)


def _converted(keys: Sequence[str], steps: Sequence[Step]) -> Values:
    """What each key becomes by itself, frozen. A frozen code behind each keeps them apart."""
    codes = codes_of("\n".join([*keys, ""])).copy()
    codes[codes == 10] = FROZEN
    for step in steps:
        codes = _take_step(step, codes, frozen=True)
    end = np.flatnonzero(codes == FROZEN)
    start = np.concatenate([[0], end[:-1] + 1])
    return Values(codes | FROZEN, start, end - start)


_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003347f"
_PLAIN = r"[!#-;=?-Z_a-z~\[\]]"
_URL = re.compile(
    rf"{_PLAIN}{{1,2000}}(?:(?<=[/=?&#_.+,%-])[{_HAN}]{{1,100}}{_PLAIN}{{0,1000}}){{1,100}}"
)
_HOST = re.compile(rf"@[{_HAN}a-z0-9-]{{1,63}}\.(?:中国|中國|公司|网络|網絡|香港|台湾|台灣)")


def protected_spans(text: str) -> list[tuple[int, int]]:
    """Spans of addresses with Chinese in them: that is a name and no text.

    URLs with what stands in Chinese behind a ``/``, ``=``, ``?`` or the like, and mail addresses
    at a Chinese domain. Chinese right behind a host name is text again.
    """
    spans = []
    for mark, pattern in (("://", _URL), ("www.", _URL), ("@", _HOST)):
        at = text.find(mark)
        while at >= 0:
            found = pattern.match(text, at)
            if found:
                spans.append(found.span())
            at = text.find(mark, found.end() if found else at + len(mark))
    return spans
