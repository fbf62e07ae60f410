"""The needs of shipped patterns that are kept, so that no start of the program works them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.noise import needs, patterns
from cleaner.noise.rules import shipped_rules

PATTERNS = [rule.pattern for rule in shipped_rules().rules]


def test_what_is_kept_is_what_would_be_worked_out() -> None:
    for pattern in PATTERNS:
        assert needs.needs_of(pattern) == patterns.needs_of(pattern)


def test_nearly_all_are_kept() -> None:
    kept = needs._kept()
    known = sum(needs._digest(pattern.encode()) in kept for pattern in PATTERNS)
    assert known >= 0.9 * len(PATTERNS), "run: python -m cleaner.noise"


def test_what_other_code_worked_out_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "needs.json"
    kept.write_text('{"made_by": "other", "ways": {"x": []}}')
    monkeypatch.setattr(needs, "KEPT", kept)
    needs._kept.cache_clear()
    try:
        assert needs._kept() == {}
        kept.unlink()
        needs._kept.cache_clear()
        assert needs._kept() == {}
    finally:
        needs._kept.cache_clear()
