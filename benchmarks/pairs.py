"""Counts the characters and character pairs of a corpus: makes the tables of cleaner/stories.

    python -m benchmarks.pairs [--data DIR] [-o FOLDER]

One half of the texts is counted (those whose id has an even first MD5 byte); the other half is
left for measuring. Law texts count a quarter: they are of one kind, and longer than the news.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.pairs import fold
from cleaner.text.reading import LETTER, class_table, codes_of, reading_table, text_of

CORPORA = (("news.jsonl.gz", 1.0), ("neardup_docs.jsonl.gz", 1.0), ("law_hant.jsonl.gz", 0.25))
"""The files that are counted, and how much one occurrence counts."""

ENDS = "。!?…”)】'\""
"""Lines that close with one of these have a sentence end (or close with a bracket)."""

LEAST_PAIR = 3
"""A pair counted less often is not written (count 3 keeps 198,000 of 513,000 pairs)."""

LEAST_CHAR = 10
"""A character counted less often is not written."""


def counted_half(name: str) -> bool:
    """Whether the text with this id is counted; the others are left for measuring."""
    return hashlib.md5(name.encode()).digest()[0] % 2 == 0


def main() -> None:
    """Counts, and writes both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("-o", "--output", type=Path, default=Path("cleaner/stories"))
    options = parser.parse_args()
    pairs: dict[int, float] = {}
    chars = np.zeros(0x110000)
    openings: list[str] = []
    closings: list[str] = []
    texts = 0
    for name, weight in CORPORA:
        rows = _texts(options.data / name)
        texts += len(rows)
        codes = fold(reading_table()[codes_of("\n".join(rows))])
        chars += weight * np.bincount(codes, minlength=0x110000)
        for key, count in zip(*_pairs(codes), strict=True):
            pairs[key] = pairs.get(key, 0.0) + weight * count
        if weight == 1.0:
            first, last = _edges(rows)
            openings += first
            closings += last
    _write_pairs(options.output / "pairs.tsv.gz", pairs, texts)
    _write_chars(options.output / "chars.tsv", chars, openings, closings, texts)
    _write_edges(options.output / "edges.tsv", openings, closings)


def _texts(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row["text"] for row in rows if counted_half(row["id"])]


def _pairs(codes: NDArray[np.uint32]) -> tuple[list[int], list[int]]:
    letters = (class_table()[codes] & LETTER) != 0
    both = letters[:-1] & letters[1:]
    keys = ((codes[:-1].astype(np.uint64) << 32) | codes[1:])[both]
    keys.sort()
    first = np.flatnonzero(np.concatenate([[True], np.diff(keys) != 0]))
    return keys[first].tolist(), np.diff(np.append(first, len(keys))).tolist()


def _edges(texts: list[str]) -> tuple[list[str], list[str]]:
    """The first two characters of every line, and the last two of lines without sentence end."""
    lines = [line.strip() for text in texts for line in text.split("\n")]
    lines = [_folded(line) for line in lines if len(line) > 1]
    return [line[:2] for line in lines], [line[-2:] for line in lines if line[-1] not in ENDS]


def _folded(text: str) -> str:
    return text_of(fold(reading_table()[codes_of(text)]))


def _write_pairs(path: Path, pairs: dict[int, float], texts: int) -> None:
    """One row a first character and level: the level is log2 of the count, rounded down."""
    rows: dict[tuple[int, int], list[int]] = {}
    for key, count in pairs.items():
        if count >= LEAST_PAIR:
            rows.setdefault((key >> 32, int(np.log2(count))), []).append(key & 0xFFFFFFFF)
    total = sum(pairs.values())
    head = (
        f"# Pairs of neighbouring characters in {texts} texts, {total:.0f} pairs; reading form,\n"
        "# digits as 0, Latin letters as a. Made by benchmarks/pairs.py.\n"
        "# first\tlog2 of the count\tsecond characters\n"
    )
    body = "".join(
        f"{chr(first)}\t{level}\t{''.join(map(chr, sorted(seconds)))}\n"
        for (first, level), seconds in sorted(rows.items())
    )
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write((head + body).encode())


def _write_chars(
    path: Path, chars: NDArray[np.float64], openings: list[str], closings: list[str], texts: int
) -> None:
    """A row a character: count, and how much likelier than chance it opens or closes a line."""
    letters = (class_table() & LETTER) != 0
    share = np.where(letters, chars, 0) / chars[letters].sum()
    opening = np.bincount(codes_of("".join(two[0] for two in openings)), minlength=0x110000)
    closing = np.bincount(codes_of("".join(two[1] for two in closings)), minlength=0x110000)
    opens, closes = _likelier(opening * letters, share), _likelier(closing * letters, share)
    head = (
        f"# Characters in {texts} texts; reading form, digits as 0, Latin letters as a.\n"
        "# opens, closes: log2 of how much likelier than chance it is the first character of a\n"
        "# line, or the last of a line without sentence end. Made by benchmarks/pairs.py.\n"
        "# character\tcount\topens\tcloses\n"
    )
    common = np.flatnonzero(letters & (chars >= LEAST_CHAR))
    body = "".join(
        f"{chr(code)}\t{chars[code]:.0f}\t{opens[code]:.1f}\t{closes[code]:.1f}\n"
        for code in common.tolist()
    )
    path.write_text(head + body, "utf-8")


def _likelier(counts: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """log2 of observed over expected, two occurrences added to both."""
    ratio: NDArray[np.float64] = np.log2((counts + 2) / (share * counts.sum() + 2))
    return ratio


def _write_edges(path: Path, openings: list[str], closings: list[str]) -> None:
    """A row a pair that opened, or closed without sentence end, at least three lines."""
    opening, closing = Counter(openings), Counter(closings)
    head = (
        f"# Character pairs at the edges of {len(openings)} lines, {len(closings)} without a\n"
        "# sentence end; reading form, digits as 0, Latin letters as a.\n"
        "# opens: lines it opens; closes: lines without sentence end it closes (0: fewer than 3).\n"
        "# Made by benchmarks/pairs.py.\n"
        "# pair (all: lines counted)\topens\tcloses\n"
    )
    body = f"all\t{len(openings)}\t{len(closings)}\n"
    for two in sorted(opening.keys() | closing.keys()):
        opens, closes = (n if n >= LEAST_PAIR else 0 for n in (opening[two], closing[two]))
        if (opens or closes) and all(class_table()[codes_of(two)] & LETTER):
            body += f"{two}\t{opens}\t{closes}\n"
    path.write_text(head + body, "utf-8")


if __name__ == "__main__":
    main()
