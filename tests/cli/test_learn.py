"""``cleaner learn`` and --furniture: what the pages of a site share, learnt and then removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call
from small_pages import OTHER, STORY

FOOT = "江畔生活网编辑室的窗外有三棵榆树"
"""A line that no rule knows and every page of the site has."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of pages with one foot."""
    folder = tmp_path / "site"
    folder.mkdir()
    for number in range(6):
        story = STORY.replace("三年", f"{number + 2}年") if number % 2 else OTHER
        (folder / f"{number}.txt").write_text(story.replace("大桥", f"大桥{number}") + FOOT + "\n")
    return folder


def test_what_pages_share_is_proposed_and_taken_from_a_single_page(
    site: Path, tmp_path: Path
) -> None:
    furniture = tmp_path / "furniture.tsv"
    assert call("learn", site, "--out", furniture).code == 0
    assert FOOT in furniture.read_text()
    assert call("learn", site).out == furniture.read_text()
    page = STORY + FOOT + "\n"
    assert call("clean", stdin=page).out == page
    assert call("clean", "--furniture", furniture, stdin=page).out == STORY
    done = call("check", "-", "--furniture", furniture, stdin=page)
    assert done.code == 1
    assert done.lines[0].startswith("stdin:5:1: ")


def test_rules_of_ones_own_tell_what_is_known_already(site: Path, tmp_path: Path) -> None:
    rules = tmp_path / "own.toml"
    rules.write_text(
        f'[[rule]]\nname = "elms"\nlabel = "nav"\npattern = "{FOOT}"\nscope = "line"\n'
        'strength = "alone"\nwhy = "The window of the editors."\n'
        f'removes = [["{FOOT}", ""]]\nkeeps = ["窗外有三棵榆树。"]\n'
    )
    assert call("learn", site, "--rules", rules).code == 0
    assert call("clean", "--rules", rules, stdin=STORY + FOOT + "\n").out == STORY


def test_a_folder_without_pages_is_a_fault(tmp_path: Path) -> None:
    assert call("learn", tmp_path).code == 2
