"""Furniture files: lines that pages of a site share, proposed for review, and applied after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from cleaner.model import KEEP, LABELS, CleanerError, Page
from cleaner.noise.findings import CODE
from cleaner.noise.hits import RuleSet
from cleaner.noise.label import label_lines
from cleaner.noise.layout import INSIDE, lay_out
from cleaner.noise.repeats import LEAST_PAGES, NOTHING, Repeats, line_keys
from cleaner.text.lines import Lines, split_lines
from cleaner.text.shape import Shape

HEADER = """\
# Lines that many pages of a site share. `cleaner learn` wrote this file for you to review: delete
# what is no noise, change a label where it is wrong, and give the file to --furniture.
# Numbers count as alike, spaces and marks do not count. Columns, divided by tabs:
# site, pages with the line, pages of the site, label, line
"""

LONGEST = 60
"""Longer lines are not proposed: what pages share at that length wants a rule, not a list."""

OUTSIDE = 0.8
"""A line is proposed if it stands outside the running text on this share of its pages, or is
suspect there for other reasons (noise.md 6.5)."""


@dataclass(frozen=True, slots=True, order=True)
class Proposal:
    """A line that ``pages`` of the ``of`` pages of a site have, with its label."""

    site: str
    pages: int
    of: int
    label: str
    text: str


@dataclass
class _Seen:
    """What was seen of a shared line so far: on how many pages, on how many of them outside of
    the text, how often with which label, and the least of its spellings."""

    pages: int
    of: int
    text: str
    times: int = 0
    outside: int = 0
    labels: Counter[str] = field(default_factory=Counter)


class Proposals:
    """Collects what is shared from the batches of a corpus, once its repeats are counted.

    Held is one entry a shared line: as each is on 2 % of the pages of its site, a site has no
    more than fifty times as many as one of its pages has lines.
    """

    def __init__(self, repeats: Repeats, rules: RuleSet) -> None:
        self._repeats, self._rules = repeats, rules
        self._seen: dict[tuple[str, int], _Seen] = {}

    def look(self, lines: Lines, shape: Shape) -> None:
        """Takes in one batch."""
        key = line_keys(lines)
        pages, share = self._repeats.pages_with(lines, key)
        labels = label_lines(lines, shape, self._rules, self._repeats)
        layout = lay_out(lines, shape)
        inside = np.zeros(len(lines), dtype=bool)
        inside[layout.seen] = layout.zone == INSIDE
        outside = ~inside | (labels.strength > KEEP)
        wanted = (pages >= LEAST_PAGES) & (shape.letters > 0) & (shape.letters <= LONGEST)
        known: set[tuple[int, int]] = set()
        for line in np.flatnonzero(wanted).tolist():
            page, number = int(lines.page[line]), int(key[line])
            if (page, number) in known:
                continue  # once a page
            known.add((page, number))
            place = (lines.pages[page].site, number)
            text = lines.text_of(line).strip()
            seen = self._seen.get(place)
            if seen is None:
                of = round(pages[line] / share[line])
                seen = self._seen[place] = _Seen(int(pages[line]), of, text)
            seen.times += 1
            seen.outside += int(outside[line])
            seen.labels[LABELS[labels.label[line]] if labels.strength[line] > KEEP else "nav"] += 1
            seen.text = min(seen.text, text)

    def proposals(self) -> list[Proposal]:
        """What to propose, by site and then by number of pages."""
        found = []
        for (site, _), seen in self._seen.items():
            if seen.outside >= OUTSIDE * seen.times:
                label = max(seen.labels, key=lambda name: (seen.labels[name], name))
                found.append(Proposal(site, seen.pages, seen.of, label, seen.text))
        return sorted(found, key=lambda one: (one.site, -one.pages, one.text))


def write_furniture(proposals: Iterable[Proposal]) -> str:
    """The text of a furniture file."""
    rows = [
        f"{one.site}\t{one.pages}\t{one.of}\t{one.label}\t{one.text.replace(chr(9), ' ')}\n"
        for one in proposals
    ]
    return HEADER + "".join(rows)


@cache
def read_furniture(paths: tuple[Path, ...]) -> Repeats:
    """The lines that furniture files name; raises CleanerError for a row that is none."""
    texts: list[str] = []
    labels: list[int] = []
    for path in paths:
        try:
            rows = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CleanerError(f"{path}: cannot be read as a furniture file ({error})") from None
        for number, row in enumerate(rows, 1):
            if not row.strip() or row.startswith("#"):
                continue
            fields = row.split("\t")
            if len(fields) != 5 or fields[3] not in CODE:
                raise CleanerError(
                    f"{path}:{number}: not a row of a furniture file; it has five fields divided "
                    "by tabs (site, pages, of, label, line), the label one of `cleaner rules`"
                )
            texts.append(fields[4])
            labels.append(CODE[fields[3]])
    return _named(texts, labels)


def with_furniture(repeats: Repeats | None, paths: tuple[Path, ...]) -> Repeats:
    """``repeats`` and the lines that furniture files name."""
    named = read_furniture(paths)
    return Repeats(repeats.counts if repeats else NOTHING, named.furniture, named.labels)


def _named(texts: Sequence[str], labels: Sequence[int]) -> Repeats:
    if not texts:
        return Repeats(NOTHING)
    lines = split_lines([Page("", text) for text in texts])
    keys = np.zeros(len(texts), dtype=np.uint64)
    keys[lines.page] = line_keys(lines)
    order = np.argsort(keys, kind="stable")
    order = order[keys[order] != 0]
    codes = np.array(labels, dtype=np.int32)
    return Repeats(NOTHING, keys[order], codes[order])
