"""Which remarks a check fails for: what was asked, how much noise is borne, what is known."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cleaner.corpus.streams import whole_file
from cleaner.model import CleanerError
from cleaner.report.checks.remarks import Remark

BUDGET = "noise-budget"
"""The rule of the remark on a page that has more noise than is borne."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a check fails for.

    ``fails`` holds kinds, labels and relations (None: everything); ``max_noise`` is the share of
    a page's characters that may be noise that is sure (None: no noise is borne).
    """

    fails: frozenset[str] | None = None
    max_noise: float | None = None

    def judge(self, remark: Remark) -> Remark:
        """The remark with ``fails`` as the budget has it."""
        if remark.rule == BUDGET:
            return replace(remark, fails=True)
        if self.max_noise is not None and remark.kind == "noise":
            return replace(remark, fails=False)
        asked = self.fails is None or bool({remark.kind, remark.label} & self.fails)
        return replace(remark, fails=asked)


def known_findings(path: Path) -> dict[str, frozenset[str]]:
    """The fingerprints that a baseline holds, by page. Raises CleanerError if it is none."""
    try:
        told = json.loads(path.read_bytes())
        return {page: frozenset(found) for page, found in told["findings"].items()}
    except FileNotFoundError:
        raise CleanerError(
            f"{path}: no such baseline; write it with --baseline {path} --update-baseline"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CleanerError(f"{path}: not a baseline of `cleaner check` ({error})") from None


def mark_known(
    remarks: Iterable[Remark], known: Mapping[str, frozenset[str]], folder: Path
) -> tuple[Remark, ...]:
    """The remarks, those marked that the baseline in ``folder`` has."""
    return tuple(
        replace(remark, known=remark.fingerprint in known.get(_key(remark, folder), ()))
        for remark in remarks
    )


def write_baseline(path: Path, remarks: Iterable[Remark]) -> int:
    """Writes all ``remarks`` as known, and returns how many; pages are named from its folder."""
    findings: dict[str, list[str]] = {}
    for remark in remarks:
        findings.setdefault(_key(remark, path.parent), []).append(remark.fingerprint)
    told = {"version": 1, "findings": {page: sorted(findings[page]) for page in sorted(findings)}}
    try:
        with whole_file(path) as stream:
            stream.write(json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
    except OSError as error:
        raise CleanerError(f"{path}: cannot be written ({error.strerror})") from None
    return sum(map(len, findings.values()))


def _key(remark: Remark, folder: Path) -> str:
    """The file of a remark as it is named from the baseline's folder, the same everywhere."""
    return Path(os.path.relpath(remark.path, folder)).as_posix()
