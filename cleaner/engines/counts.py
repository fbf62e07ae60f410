"""What was met and done, page by page, as counts that add up."""

from __future__ import annotations

from collections import Counter

from cleaner.corpus.entries import Entry
from cleaner.stories.cut import CleanPage

Counts = Counter[str]
"""Counts under "kind" or "kind.name"."""


def count_page(counts: Counts, entry: Entry, cleaned: CleanPage) -> None:
    """Adds a cleaned page to ``counts``."""
    counts["pages"] += 1
    counts["stories"] += len(cleaned.stories)
    counts["characters_in"] += len(cleaned.page.text)
    counts["characters_out"] += len(cleaned.text)
    counts[f"encodings.{entry.decoded.encoding if entry.decoded else 'utf-8'}"] += 1
    if entry.decoded is not None and entry.decoded.bad:
        counts["bad_bytes"] += sum(len(raw) for _, raw in entry.decoded.bad)
    for story in cleaned.stories:
        counts[f"scripts.{story.script}"] += 1
    for finding in cleaned.findings:
        counts[f"actions.{finding.action}"] += 1
        counts[f"rules.{finding.rule}"] += 1
        if finding.action in ("removed", "suspect"):
            counts[f"{finding.action}.{finding.label}"] += 1
        if finding.action == "removed":
            counts["removed_characters"] += len(finding.text)
