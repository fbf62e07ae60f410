"""Reads sample pages with their gold labels, and what the gold says of the cleaned text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.model import BODY_LABELS, META_LABELS

TESTS = Path(__file__).parent
SEEDS = TESTS.parent / "seeds"
SEED_GOLD = TESTS / "gold"
PAGES = TESTS / "pages"

EDITORIAL_LABELS = (*BODY_LABELS, "caption", "byline", "credit")
"""What the editorial profile keeps."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Noise inside a kept line: characters ``start:end`` of it."""

    start: int
    end: int
    text: str
    label: str
    borderline: bool


@dataclass(frozen=True, slots=True)
class GoldLine:
    """One line of a page as a reader judged it; ``line`` is 1-based, ``story`` None for none."""

    line: int
    text: str
    label: str
    kind: str
    keep: bool
    keep_editorial: bool
    story: int | None
    continues_previous: bool
    borderline: bool
    spans: tuple[GoldSpan, ...]


def gold_lines(path: Path) -> list[GoldLine]:
    """The gold labels in the JSON Lines file ``path``, one a line of the page."""
    return [_gold_line(json.loads(row)) for row in path.read_text("utf-8").splitlines()]


def _gold_line(row: dict[str, Any]) -> GoldLine:
    spans = tuple(
        GoldSpan(s["start"], s["end"], s["text"], s["label"], s.get("borderline", False))
        for s in row.get("spans", ())
    )
    return GoldLine(
        line=row["line"],
        text=row["text"],
        label=row["label"],
        kind=row["class"],
        keep=row["keep"],
        keep_editorial=row["keep_editorial"],
        story=row["story"],
        continues_previous=row["continues_previous"],
        borderline=row.get("borderline", False),
        spans=spans,
    )


def kind_of(label: str) -> str:
    """The class that gold gives a label: body, meta, promo, furniture or blank."""
    if label in BODY_LABELS:
        return "body"
    if label in META_LABELS:
        return "meta"
    return {"teaser": "promo", "blank": "blank"}.get(label, "furniture")


def without_spans(line: GoldLine) -> str:
    """The text of a line without the noise inside it and without its indent."""
    text = line.text
    for span in reversed(line.spans):
        text = text[: span.start] + text[span.end :]
    return text.strip()


def paragraphs(lines: list[GoldLine]) -> list[str]:
    """The kept lines of one story as paragraphs: spans cut, broken paragraphs joined."""
    result: list[str] = []
    for line in lines:
        if not line.keep:
            continue
        text = without_spans(line)
        if line.continues_previous and result:
            latin = re.search(r"[A-Za-z0-9,.;]$", result[-1]) and re.match(r"[A-Za-z0-9]", text)
            result[-1] += (" " if latin else "") + text
        else:
            result.append(text)
    return result


def stories(lines: list[GoldLine]) -> dict[int, list[GoldLine]]:
    """The lines of each story of a page, by its number."""
    result: dict[int, list[GoldLine]] = {}
    for line in lines:
        if line.story is not None:
            result.setdefault(line.story, []).append(line)
    return result
