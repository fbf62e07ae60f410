"""What `cleaner check` found, written for people, editors and CI: one module a format."""

from __future__ import annotations

from typing import Protocol

from cleaner.report.checks import github, json, junit, markdown, sarif, text
from cleaner.report.checks.remarks import Report


class Writer(Protocol):
    """What a module of ``report/checks`` offers."""

    def write(self, report: Report) -> str:
        """The report in this format, with a line break at its end."""


WRITERS: dict[str, Writer] = {
    "text": text,
    "json": json,
    "sarif": sarif,
    "github": github,
    "junit": junit,
    "markdown": markdown,
}
"""The formats by the name that ``--format`` takes."""
