"""The rows of the output files: pages, stories, findings and matches as JSON lines (a contract)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from cleaner.corpus.entries import Entry
from cleaner.corpus.jsonlines import literal, to_line, with_fields
from cleaner.model import ACTIONS, Finding, Match, Story
from cleaner.stories.cut import CleanPage


def page_row(file: str, entry: Entry, cleaned: CleanPage) -> bytes:
    """A row of ``pages.jsonl``: where a page stands, its size before and after, what happened.

    ``line`` is the page's line in ``file`` (1 for a page that is a file of its own); under each
    name of ``ACTIONS`` stands the number of findings.
    """
    decoded = entry.decoded
    done = [finding.action for finding in cleaned.findings]
    return to_line(
        {
            "page": cleaned.page.name,
            "file": file,
            "line": entry.place,
            "encoding": decoded.encoding if decoded else "utf-8",
            "bad_bytes": sum(len(raw) for _, raw in decoded.bad) if decoded else 0,
            "characters_in": len(cleaned.page.text),
            "characters_out": len(cleaned.text),
            "stories": len(cleaned.stories),
            **{action: done.count(action) for action in ACTIONS},
        }
    )


ROWS_AT_ONCE = 500
"""Rows parsed in one call: that halves the cost of a row of a few hundred bytes."""


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of an output file, in order; some hundred are held at a time."""
    with path.open("rb") as rows:
        yield from parse_rows(rows)


def parse_rows(rows: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """What rows of JSON hold, in order; some hundred are held at a time."""
    rest = iter(rows)
    while some := list(itertools.islice(rest, ROWS_AT_ONCE)):
        yield from json.loads(b"[" + b",".join(some) + b"]")


def rows_by_name(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """The rows of a file, each with the name that it begins with (an id, a page) as it is spelled.

    Who wants few of many rows need not parse the others; ``spellings`` are what to look for.
    """
    with path.open("rb") as rows:
        for row in rows:
            # No quote stands in a JSON string as it is, so the first `", "` ends the name.
            yield row[row.index(b": ") + 2 : row.index(b'", "') + 1], row


def spellings(names: Iterable[str]) -> frozenset[bytes]:
    """Every way in which ``to_line`` may spell one of ``names``."""
    spelled: set[bytes] = set()
    for name in names:
        spelled.add(json.dumps(name).encode())
        spelled.add(json.dumps(name, ensure_ascii=False).encode("utf-8", "replace"))
    return frozenset(spelled)


def story_length(row: bytes) -> int:
    """The characters of the text in a row of ``stories.jsonl``, without parsing the row."""
    start = row.index(b', "text": ') + 10
    text = row[start : row.index(b'", "script": ', start) + 1]
    if b"\\u" in text or b"\\\\" in text:
        return len(json.loads(text))
    return len(text.decode()) - text.count(b"\\") - 2


def kept_for(row: bytes) -> str | None:
    """The story that stands for that of a row of ``stories.jsonl``, without parsing the row."""
    name: str | None = json.loads(row[row.rindex(b', "duplicate_of": ') + 18 : -2])
    return name


def reason_in(row: bytes) -> bytes:
    """The end of a row of ``removed.jsonl``: its label, rule, why and action, as JSON."""
    return b"{" + row[row.rindex(b', "label": ') + 2 :]


def scores_in(row: bytes) -> bytes:
    """The start of a row of ``duplicates.jsonl``: all before its numbers and passages, as JSON."""
    return row[: row.index(b', "numbers_changed": ')] + b"}"


def story_row(story: Story) -> bytes:
    """A row of ``stories.jsonl`` that still lacks ``group`` and ``duplicate_of``."""
    return to_line(
        {
            "id": story.id,
            "page": story.page,
            "story": story.number,
            "lines": story.lines,
            "title": story.title,
            "subtitle": story.subtitle,
            "text": story.text,
            "script": story.script,
            "byline": story.byline,
            "editor": story.editor,
            "source": story.source,
            "place": story.place,
            "published": story.published,
            **({} if story.url is None else {"url": story.url}),
            "paragraphs": story.paragraphs,
        }
    )


def with_group(row: bytes, group: str | None, duplicate_of: str | None) -> bytes:
    """The finished row of ``stories.jsonl``."""
    more = to_line({"group": group, "duplicate_of": duplicate_of})
    return row.removesuffix(b"}\n") + b", " + more.removeprefix(b"{")


def story_of_row(row: bytes) -> Story:
    """The story that a row of ``stories.jsonl`` holds."""
    told: dict[str, Any] = json.loads(row)
    return Story(
        id=told["id"],
        page=told["page"],
        number=told["story"],
        lines=(told["lines"][0], told["lines"][1]),
        title=told["title"],
        text=told["text"],
        script=told["script"],
        paragraphs=tuple((first, last) for first, last in told["paragraphs"]),
        subtitle=told["subtitle"],
        byline=told["byline"],
        editor=told["editor"],
        source=told["source"],
        place=told["place"],
        published=told["published"],
        url=told.get("url"),
    )


def finding_row(page: str, finding: Finding) -> bytes:
    """A row of ``removed.jsonl``: what ``to_line`` would write, put together by hand.

    A page has ten of them and more: most of the time that a run takes to write goes into them.
    """
    element = finding.element
    row = "".join(
        (
            f'{{"page": {literal(page)}, "line": {finding.line}, "start": {finding.start}, ',
            f'"end": {finding.end}, "text": {literal(finding.text)}, ',
            "" if element is None else f'"element": {literal(element)}, ',
            _reason(finding.label, finding.rule, finding.why, finding.action),
        )
    )
    return row.encode()


@lru_cache(maxsize=1024)
def _reason(label: str, rule: str, why: str, action: str) -> str:
    """The end of a row, the same for every line that a rule took."""
    return to_line({"label": label, "rule": rule, "why": why, "action": action})[1:].decode()


def known_row(match: Match, exact: bool, error: float) -> bytes:
    """A row on a story that an index knows: that of ``match_row``, and how far it is proved."""
    return with_fields(match_row(match), {"exact": exact, "error": round(error, 4)})


def match_row(match: Match) -> bytes:
    """A row of ``duplicates.jsonl``; shares are rounded to four places."""
    return to_line(
        {
            "a": match.a,
            "b": match.b,
            "relation": match.relation,
            "jaccard": round(match.jaccard, 4),
            "a_in_b": round(match.a_in_b, 4),
            "b_in_a": round(match.b_in_a, 4),
            "cross_script": match.cross_script,
            "numbers_changed": match.numbers_changed,
            "numbers_same": match.numbers_same,
            "doubt": match.doubt,
            "shared": [{"a": p.a, "b": p.b, "chars": p.chars} for p in match.shared],
            "kept": match.kept,
        }
    )
