"""Findings for terminals and editors: ``path:line:col: rule message``, one a line."""

from __future__ import annotations

from cleaner.report.checks.remarks import Remark, Report, printable


def write(report: Report) -> str:
    """Every finding on a line of its own."""
    return "".join(line(remark) + "\n" for remark in report.told)


def line(remark: Remark) -> str:
    """The line of one finding."""
    place = f"{printable(remark.path)}:{remark.line}:{remark.column}"
    return f"{place}: {remark.rule} {printable(remark.message)}"
