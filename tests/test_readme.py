"""Every command that the README and docs/ show prints what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shell_blocks import ROOT, documents, lay_out, matches, run_shown, shown_in

README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_prints_what_the_document_says(page: Path, tmp_path: Path) -> None:
    document = page.read_text("utf-8")
    lay_out(document, tmp_path)
    for shown in shown_in(document):
        printed = run_shown(shown.command, tmp_path)
        assert matches(shown.output, printed), (
            f"$ {shown.command}\n--- shown\n{shown.output}\n--- printed\n{printed}\n"
            "if that is right, run: python tests/readme_refresh.py"
        )


def test_the_readme_shows_the_two_commands() -> None:
    assert "pip install . && cleaner run seeds -o out" in README
    assert "pip install '.[dev]' && pytest" in README


def test_the_tour_names_every_room_and_no_other() -> None:
    tour = README.partition("## A tour of the rooms")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z_/]+(?:\.py)?)`", tour))
    rooms = {
        path.relative_to(ROOT / "cleaner").as_posix()
        for path in (ROOT / "cleaner").rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py") and "cli/" not in path.as_posix()
    }
    assert [room for room in sorted(rooms) if not room.startswith(tuple(sorted(named)))] == []
    assert [name for name in sorted(named) if not (ROOT / "cleaner" / name).exists()] == []
