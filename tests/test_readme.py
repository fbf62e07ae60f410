"""Every command that the README shows prints what the README says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from shell_blocks import matches, run_shown, shown_in

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a checkout has for the commands to work on."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "seeds", place / "seeds")
    return place


def test_every_command_prints_what_the_readme_says(folder: Path) -> None:
    for shown in shown_in(README):
        printed = run_shown(shown.command, folder)
        assert matches(shown.output, printed), (
            f"$ {shown.command}\n--- shown\n{shown.output}\n--- printed\n{printed}"
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
