"""Findings as Markdown that fits a comment on a pull request."""

from __future__ import annotations

import re

from cleaner.report.checks.remarks import Remark, Report, printable, summary

ROOM = 60_000
"""Characters at most: GitHub refuses a comment of more than 65,536."""


def write(report: Report) -> str:
    """A summary and a table of the findings, as many as have room."""
    verdict = "failed" if report.failed or report.faults else "passed"
    text = f"### cleaner check {verdict}\n\n{summary(report)}\n"
    if report.faults:
        text += "\n" + "".join(f"- {_cell(fault)}\n" for fault in report.faults[:20])
    if report.told:
        text += "\n| place | rule | finding |\n|---|---|---|\n"
    for number, remark in enumerate(report.told):
        row = _row(remark)
        if len(text) + len(row) > ROOM:
            text += f"\n… and {len(report.told) - number} more\n"
            break
        text += row
    return text


def _row(remark: Remark) -> str:
    place = _cell(f"{remark.path}:{remark.line}:{remark.column}")
    mark = "**" if remark.fails else ""
    return f"| {place} | {mark}{_cell(remark.rule)}{mark} | {_cell(remark.message)} |\n"


def _cell(text: str) -> str:
    """The text as it is: nothing in it is markup or leaves the cell."""
    return re.sub(r"([\\`*_{}\[\]<>|#~@!&])", r"\\\1", printable(text))
