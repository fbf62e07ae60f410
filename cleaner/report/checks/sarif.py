"""Findings as SARIF 2.1.0, which code scanners and editors read."""

from __future__ import annotations

import json
from urllib.parse import quote

from cleaner import __version__
from cleaner.report.checks.remarks import Remark, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(report: Report) -> str:
    """A SARIF log with one run; findings that the baseline has are ``unchanged`` in it."""
    rules = sorted({remark.rule: remark for remark in reversed(report.remarks)}.items())
    place = {name: number for number, (name, _) in enumerate(rules)}
    has_baseline = any(remark.known for remark in report.remarks)
    run = {
        "tool": {
            "driver": {
                "name": "cleaner",
                "semanticVersion": __version__,
                "rules": [_rule(name, remark) for name, remark in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.faults,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": fault}} for fault in report.faults
                ],
            }
        ],
        "results": [
            {**_result(remark, place[remark.rule]), **_since(remark, has_baseline)}
            for remark in report.remarks
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(name: str, example: Remark) -> dict[str, object]:
    return {
        "id": name,
        "shortDescription": {"text": f"{name} ({example.label})"},
        "properties": {"tags": [example.kind]},
    }


def _result(remark: Remark, rule: int) -> dict[str, object]:
    return {
        "ruleId": remark.rule,
        "ruleIndex": rule,
        "level": "error" if remark.fails else "note",
        "message": {"text": remark.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(remark.path)},
                    "region": {
                        "startLine": remark.line,
                        "startColumn": remark.column,
                        "endColumn": max(remark.end_column, remark.column),
                    },
                }
            }
        ],
        "partialFingerprints": {"cleaner/v1": remark.fingerprint},
        "properties": {"label": remark.label, "page": remark.page},
    }


def _since(remark: Remark, has_baseline: bool) -> dict[str, object]:
    """Whether the finding is new, where there is a baseline to say so."""
    if not has_baseline:
        return {}
    return {"baselineState": "unchanged" if remark.known else "new"}


def _uri(path: str) -> str:
    return quote(path, safe="/", errors="surrogateescape")
