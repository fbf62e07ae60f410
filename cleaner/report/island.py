"""The facts as JSON in the page: compact rows, in pieces that the script reads when it needs them.

The rows of each list are documented here; ``templates/script/*.js`` names their places.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from cleaner.model import ACTIONS, LABELS
from cleaner.report.beside import OWN, Paragraph, Row, lay_beside
from cleaner.report.facts import Facts, page_of
from cleaner.report.pages import ShownPage
from cleaner.report.pairs import KINDS, MISS
from cleaner.report.rule_lines import Taken, sampled
from cleaner.report.words import LANGUAGES, words_in
from cleaner.text.reading import reading_table

PIECE = 400_000
"""Characters of JSON in one piece: parsed in some milliseconds when a page in it is opened."""

_UNSAFE = re.compile(
    "[<>&\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""What must not stand in a file as it is: what HTML could read (``</script``, ``<!--``), lone
surrogates, which UTF-8 has not, and signs that turn or hide the text around them."""


def as_json(value: object) -> Markup:
    """``value`` as JSON that may stand in a ``<script>`` element, whatever text is in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def main_island(facts: Facts, language: str | None) -> dict[str, object]:
    """All lists of the report but the texts of pages and pairs.

    ``language`` is what the user asked for, or None.
    """
    view = _View(facts)
    return {
        "language": language,
        "words": {name: words_in(name) for name in LANGUAGES},
        "labels": LABELS,
        "actions": ACTIONS,
        "kinds": KINDS,
        "thresholds": {
            name: facts.run["options"][name] for name in ("near", "contained", "overlap")
        },
        "totals": {
            "pages": facts.pages.total,
            "pairs": facts.pairs.total,
            "groups": facts.group_total,
            "beside": len(facts.beside),
            "read": len(facts.shown),
            "sampled": sampled(sum(facts.counts("actions").values())),
        },
        "whys": list(view.whys),
        "stories": view.story_rows(),
        "pages": view.page_rows(),
        "telling": view.telling(),
        "pairs": view.pair_rows(),
        "scores": facts.pairs.scores,
        "groups": view.group_rows(),
        "rules": view.rule_rows(),
        "fold": _fold_pairs(facts),
        "aside": [[row["page"], row["line"], row["why"]] for row in facts.run["set_aside"]],
    }


def page_pieces(facts: Facts) -> Iterator[list[object]]:
    """The shown pages in pieces: [place in the list, lines, marks, stories].

    A mark is [line, start, end, label, rule, why, action] (the last four as places in their
    lists), a story [number, first line, last line, title, script].
    """
    view = _View(facts)
    return _pieces(view.shown_row(page) for page in facts.shown)


def beside_pieces(facts: Facts) -> Iterator[list[object]]:
    """The pairs that are laid side by side in pieces: [place in the list, rows].

    A row is [matched, left paragraphs, right paragraphs]; a paragraph is a list of stretches:
    text alone where it is the story's own, or else [kind, passage, text] (see ``beside``).
    """
    place = {(pair.a, pair.b): i for i, pair in enumerate(facts.pairs.listed)}
    return _pieces(
        _beside_row(
            place[pair.a, pair.b],
            lay_beside(facts.stories[pair.a].text, facts.stories[pair.b].text, pair.numbers),
        )
        for pair in facts.beside
    )


def _beside_row(place: int, rows: Sequence[Row]) -> tuple[int, object]:
    """A pair laid side by side, with its size."""

    def told(paragraphs: Sequence[Paragraph]) -> list[object]:
        return [
            [
                one.text if one.kind == OWN else [one.kind, one.passage, one.text]
                for one in paragraph
            ]
            for paragraph in paragraphs
        ]

    paragraphs = [paragraph for row in rows for paragraph in (*row.left, *row.right)]
    size = sum(len(one.text) + 8 for paragraph in paragraphs for one in paragraph)
    return size, [place, [[int(row.matched), told(row.left), told(row.right)] for row in rows]]


def _pieces(rows: Iterable[tuple[int, object]]) -> Iterator[list[object]]:
    """Rows, each with its size in characters, laid into pieces of about ``PIECE``."""
    piece: list[object] = []
    filled = 0
    for size, row in rows:
        if piece and filled + size > PIECE:
            yield piece
            piece, filled = [], 0
        piece.append(row)
        filled += size
    if piece:
        yield piece


class _View:
    """The facts with the places that names have in their lists."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._page = {page.page: i for i, page in enumerate(facts.pages.listed)}
        self._place = {page.number: i for i, page in enumerate(facts.pages.listed)}
        self._story = {story: i for i, story in enumerate(facts.stories)}
        self._rule = {rule.rule: i for i, rule in enumerate(facts.rules)}
        found = [rule.why for rule in facts.rules]
        found += [mark.why for page in facts.shown for mark in page.marks]
        self.whys = {why: i for i, why in enumerate(dict.fromkeys(found))}

    def page_rows(self) -> list[object]:
        """Name, encoding, characters in and out, bad bytes, stories, actions, duplicates, shown.

        "Actions" are the counts in the order of ``ACTIONS``; "duplicates" counts listed pairs.
        """
        pairs: dict[str, int] = {}
        for pair in self._facts.pairs.listed:
            for page in {page_of(pair.a), page_of(pair.b)} if pair.kind != MISS else ():
                pairs[page] = pairs.get(page, 0) + 1
        shown = {page.number for page in self._facts.shown}
        return [
            [
                page.page,
                page.encoding,
                page.characters_in,
                page.characters_out,
                page.bad_bytes,
                page.stories,
                [getattr(page, action) for action in ACTIONS],
                pairs.get(page.page, 0),
                int(page.number in shown),
            ]
            for page in self._facts.pages.listed
        ]

    def telling(self) -> list[int]:
        """Places of the listed pages, the most telling first; empty where all are listed."""
        pages = self._facts.pages
        if len(pages.listed) == pages.total:
            return []
        return [self._place[number] for number in pages.telling]

    def story_rows(self) -> list[object]:
        """Place of the page (or its name, where it is not listed), number, title or opening, ..."""
        return [
            [
                self._page.get(story.page, story.page),
                story.number,
                story.title or story.opening,
                int(story.title is not None),
                story.script,
                story.published,
                story.source,
                story.length,
            ]
            for story in self._facts.stories.values()
        ]

    def pair_rows(self) -> list[object]:
        """Story a, story b, kind, Jaccard, a in b, b in a, crosses scripts, kept, numbers ..."""
        beside = {(pair.a, pair.b) for pair in self._facts.beside}
        return [
            [
                self._story[pair.a],
                self._story[pair.b],
                KINDS.index(pair.kind),
                pair.jaccard,
                pair.a_in_b,
                pair.b_in_a,
                int(pair.cross_script),
                int(pair.kept == pair.b),
                pair.numbers,
                pair.passages,
                pair.shared_chars,
                int((pair.a, pair.b) in beside),
                pair.doubt,
            ]
            for pair in self._facts.pairs.listed
        ]

    def group_rows(self) -> list[object]:
        """Kept story, members, number of copies."""
        return [
            [self._story[group.kept], [self._story[one] for one in group.members], group.copies]
            for group in self._facts.groups
        ]

    def rule_rows(self) -> list[object]:
        """Name, labels, why, actions, frequent lines, oddest lines, whether counts are exact."""
        return [
            [
                rule.rule,
                [LABELS.index(label) for label in rule.labels],
                self.whys[rule.why],
                [rule.actions.get(action, 0) for action in ACTIONS],
                self._taken(rule.frequent),
                self._taken(rule.oddest),
                int(rule.exact),
            ]
            for rule in self._facts.rules
        ]

    def _taken(self, lines: Sequence[Taken]) -> list[object]:
        """Text, count, place of the page (or its name), line."""
        return [
            [taken.text, taken.count, self._page.get(taken.page, taken.page), taken.line]
            for taken in lines
        ]

    def shown_row(self, page: ShownPage) -> tuple[int, object]:
        """A shown page (see ``page_pieces``), with its size."""
        marks = [
            [
                mark.line,
                mark.start,
                mark.end,
                LABELS.index(mark.label),
                self._rule[mark.rule],
                self.whys[mark.why],
                ACTIONS.index(mark.action),
            ]
            for mark in page.marks
        ]
        stories = [
            [story.number, story.first, story.last, story.title, story.script]
            for story in page.stories
        ]
        size = sum(map(len, page.lines)) + 3 * len(page.lines) + 24 * len(marks)
        return size, [self._place[page.number], page.lines, marks, stories]


def _fold_pairs(facts: Facts) -> str:
    """Characters with what search takes them for, two and two.

    Their reading form (``text.reading``): Simplified and half-width, so that words in one script
    find the other. Only those that a search of the shown pages can meet, in the pages or in what
    is searched for; the script folds capitals itself.
    """
    table = reading_table()[:0x10000]
    met = set().union(*(line for page in facts.shown for line in page.lines))
    folded = [(chr(code), chr(table[code])) for code in np.flatnonzero(table != np.arange(0x10000))]
    return "".join(
        a + b for a, b in folded if (a in met or b in met) and a.lower() != b and b < "\U00010000"
    )


def options_told(run: Mapping[str, Any]) -> dict[str, str]:
    """The options of the run that were set to something, as words."""
    told = {}
    for name, value in run["options"].items():
        if isinstance(value, list):
            value = ", ".join(map(str, value))
        if value not in (None, "", False):
            told[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return told
