"""How much text is decoded right: encodings by sizes, damaged and mixed files, speed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from cleaner.text.decode import decode, encode
from cleaner.text.script import convert

SIZES = (20, 100, 1_000, 10_000, 100_000)
CODECS = (
    ("utf-8", "both"),
    ("utf-8-sig", "both"),
    ("gb2312", "simplified"),
    ("gbk", "simplified"),
    ("gb18030", "simplified"),
    ("gbk", "traditional"),
    ("big5", "traditional"),
    ("cp950", "traditional"),
    ("big5hkscs", "traditional"),
    ("hz", "simplified"),
    ("utf-16", "both"),
    ("utf-16-le", "simplified"),
    ("utf-16-be", "traditional"),
)
SAME = str.maketrans("‧•・―–∼〜￥￡￠∥－−∕／﹨＼‾､♁⊙", "···——～～¥£¢‖--//\\\\¯﹑⊕☉")
"""Signs that one code means in one table and another in the next."""

Line = tuple[bytes, str]


def encodings(simplified: Sequence[str], traditional: Sequence[str], rounds: int) -> None:
    """Prints for each encoding and size how many cuts of text come out as the same text.

    Cut anywhere, so that the last character may be broken; signs that differ only by the table
    of the codec count as the same.
    """
    # Half of the Traditional text is news, so that not all of it is law.
    news = [convert(text, "taiwan") for text in simplified[: len(traditional)]]
    sources = {"simplified": "\n".join(simplified), "traditional": "\n".join((*traditional, *news))}
    sources["both"] = sources["simplified"] + sources["traditional"]
    print("same text, %      " + "".join(f"{size:>9,} B" for size in SIZES))
    for codec, kind in CODECS:
        chance = random.Random(f"{codec} {kind}")
        cells = []
        for size in SIZES:
            count = rounds if size <= 1_000 else max(10, rounds // 10)
            right = sum(
                _same(_cut(sources[kind], codec, size, chance), codec) for _ in range(count)
            )
            cells.append(f"{100 * right / count:>11.1f}")
        print(f"{codec:<10} {kind[:6]:<7}" + "".join(cells))


def _cut(text: str, codec: str, size: int, chance: random.Random) -> bytes:
    start = chance.randrange(len(text) - size)
    return text[start : start + size + 5].encode(codec, "ignore")[:size]


def _same(raw: bytes, codec: str) -> bool:
    right = raw.decode("utf-8-sig" if codec == "utf-8-sig" else codec, "ignore").translate(SAME)
    got = decode(raw).text.translate(SAME).rstrip("\ufffd")
    return got.startswith(right) and len(got) <= len(right) + 1


def damaged(simplified: Sequence[str], traditional: Sequence[str]) -> None:
    """Prints the share of characters on lines that are fully right, and what could be had."""
    pages = {
        "utf-8": [_lines(text, "utf-8") for text in simplified],
        "gbk": [_lines(text, "gbk") for text in simplified],
        "cp950": [_lines(convert(text, "taiwan"), "cp950") for text in simplified],
    }
    pages["cp950"] += [_lines(text[:1600], "cp950") for text in traditional]
    print("characters on right lines, %           got   ceiling")
    for codec in pages:
        for count in (1, 5):
            _row(f"{codec}, {count} bad bytes", pages[codec], partial(_hit, count))
        _row(f"{codec}, cut at the end", pages[codec], _truncated)
    for outer, inner, share in (
        ("utf-8", "gbk", 0.2),
        ("utf-8", "cp950", 0.2),
        ("gbk", "utf-8", 0.2),
        ("cp950", "utf-8", 0.2),
        ("gbk", "cp950", 0.2),
        ("cp950", "gbk", 0.5),
        ("gbk", "utf-8", 0.03),
    ):
        block = _block_of(pages[inner], share)
        _row(f"{outer} + {share:.0%} {inner}", pages[outer], block)


Damage = Callable[[list[Line], random.Random], tuple[list[Line], set[int]]]


def _row(name: str, pages: Sequence[list[Line]], damage: Damage) -> None:
    chance = random.Random(name)
    got = whole = ceiling = 0
    for page in pages:
        lines, hit = damage(list(page), chance)
        raw = b"\n".join(line for line, _ in lines)
        decoded = decode(raw)
        assert encode(decoded) == raw
        texts = decoded.text.split("\n")
        whole += sum(len(text) for _, text in lines)
        ceiling += sum(len(text) for i, (_, text) in enumerate(lines) if i not in hit)
        if len(texts) == len(lines):
            got += sum(len(a) for (_, a), b in zip(lines, texts, strict=True) if a == b)
    print(f"{name:<36}{100 * got / whole:>7.1f}{100 * ceiling / whole:>10.1f}")


def _lines(text: str, codec: str) -> list[Line]:
    text = text[:1600].encode(codec, "ignore").decode(codec)
    return [(line.encode(codec), line) for line in text.split("\n")]


def _hit(count: int, lines: list[Line], chance: random.Random) -> tuple[list[Line], set[int]]:
    hit = set()
    for _ in range(count):
        row = chance.choices(range(len(lines)), [len(raw) for raw, _ in lines])[0]
        raw = bytearray(lines[row][0])
        raw[chance.randrange(len(raw))] = chance.choice((0xFF, 0x80, chance.randrange(0x80, 256)))
        lines[row] = (bytes(raw), lines[row][1])
        hit.add(row)
    return lines, hit


def _truncated(lines: list[Line], _: random.Random) -> tuple[list[Line], set[int]]:
    raw, text = lines[-1]
    return [*lines[:-1], (raw[:-1], text)], {len(lines) - 1}


def _block_of(others: Sequence[list[Line]], share: float) -> Damage:
    def insert(lines: list[Line], chance: random.Random) -> tuple[list[Line], set[int]]:
        other = chance.choice(others)
        at = chance.randrange(len(lines))
        return [*lines[:at], *other[: max(1, int(len(lines) * share))], *lines[at:]], set()

    return insert


def decode_speed(simplified: str, traditional: str) -> None:
    """Prints MB/s on one text and pages of 1,000 characters a second, by encoding."""
    print("decoding                 MB/s   1,000-character pages/s")
    for codec, text in (
        ("utf-8", simplified),
        ("gb18030", simplified),
        ("cp950", traditional),
        ("utf-16-le", simplified),
    ):
        raw = text.encode(codec, "ignore")
        whole = median(_seconds([raw]) for _ in range(5))
        pages = [text[at : at + 1000].encode(codec, "ignore") for at in range(0, 300_000, 1000)]
        each = median(_seconds(pages) for _ in range(3))
        print(f"{codec:<20}{len(raw) / whole / 1e6:>9.0f}{len(pages) / each:>12,.0f}")


def _seconds(files: Sequence[bytes]) -> float:
    start = time.process_time()
    for raw in files:
        decode(raw)
    return time.process_time() - start
