"""Findings as workflow commands, which GitHub shows beside the lines of a change."""

from __future__ import annotations

from cleaner.report.checks.remarks import Remark, Report, printable


def write(report: Report) -> str:
    """A command for each finding and each fault: ``::error file=...,line=...::message``.

    Escaped as GitHub's own toolkit does it: %, CR and LF everywhere, ":" and "," in properties.
    """
    lines = [_command(remark) for remark in report.told]
    lines += [f"::error title=cleaner::{_data(printable(fault))}" for fault in report.faults]
    return "".join(line + "\n" for line in lines)


def _command(remark: Remark) -> str:
    properties = {
        "file": remark.path,
        "line": remark.line,
        "endLine": remark.line,
        "col": remark.column,
        "endColumn": max(remark.end_column, remark.column),
        "title": remark.rule,
    }
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{'error' if remark.fails else 'notice'} {told}::{_data(printable(remark.message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
