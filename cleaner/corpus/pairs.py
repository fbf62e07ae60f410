"""Pairs of stories read back from the files that a run or ``cleaner dedup`` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.model import RELATIONS, CleanerError, Match, Passage

NEAR_MISSES = "near_misses.jsonl"
"""The file beside ``duplicates.jsonl`` that holds the pairs below the thresholds."""


def read_matches(path: Path) -> Iterator[Match]:
    """The pairs in a file of ``match_row`` rows, then the near misses in the file beside it.

    Raises CleanerError for a file that cannot be read and for a line that is no pair.
    """
    yield from _matches(path)
    beside = path.with_name(NEAR_MISSES)
    if path.name == "duplicates.jsonl" and beside.is_file():
        yield from _matches(beside)


def _matches(path: Path) -> Iterator[Match]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield match_of_row(json.loads(line))
                    except (ValueError, KeyError, TypeError) as error:
                        raise CleanerError(
                            f"{path}:{number}: not a pair of stories ({error!r}); "
                            "name the duplicates.jsonl of a run or what --pairs wrote"
                        ) from None
    except OSError as error:
        raise CleanerError(f"{path}: cannot be read ({error.strerror})") from None


def match_of_row(row: dict[str, Any]) -> Match:
    """The match that a row holds; raises KeyError, TypeError or ValueError for another row."""
    relation = row["relation"]
    if relation is not None and relation not in RELATIONS:
        raise ValueError(f"relation {relation!r}")
    return Match(
        a=str(row["a"]),
        b=str(row["b"]),
        relation=relation,
        jaccard=float(row["jaccard"]),
        a_in_b=float(row["a_in_b"]),
        b_in_a=float(row["b_in_a"]),
        cross_script=bool(row["cross_script"]),
        numbers_changed=tuple((str(a), str(b)) for a, b in row["numbers_changed"]),
        shared=tuple(
            Passage((p["a"][0], p["a"][1]), (p["b"][0], p["b"][1]), int(p["chars"]))
            for p in row["shared"]
        ),
        kept=str(row["kept"]),
        numbers_same=int(row.get("numbers_same", 0)),
        doubt=row.get("doubt"),
    )
