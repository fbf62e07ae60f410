"""Findings as one JSON object, for programs."""

from __future__ import annotations

import json

from cleaner import __version__
from cleaner.report.checks.remarks import Report


def write(report: Report) -> str:
    """An object with ``findings`` (known ones, too, and marked so), ``faults`` and sums."""
    told = {
        "cleaner": __version__,
        "pages": report.pages,
        "noise": round(report.noise, 4),
        "failed": report.failed or bool(report.faults),
        "findings": [
            {
                "path": remark.path,
                "line": remark.line,
                "column": remark.column,
                "end_column": remark.end_column,
                "page": remark.page,
                "kind": remark.kind,
                "label": remark.label,
                "rule": remark.rule,
                "message": remark.message,
                "text": remark.text,
                "fingerprint": remark.fingerprint,
                "fails": remark.fails and not remark.known,
                "known": remark.known,
            }
            for remark in report.remarks
        ],
        "faults": list(report.faults),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
