"""``cleaner stories``: the stories of pages, one a row."""

from __future__ import annotations

import json

from click.testing import CliRunner
from gold_pages import SEEDS

from cleaner.cli.stories import command


def test_each_story_has_a_row_with_lines_length_and_title() -> None:
    done = CliRunner().invoke(command, [str(SEEDS / "001_signing_traditional.txt")])
    assert done.exit_code == 0, done.output
    (row,) = done.stdout.splitlines()
    assert row.startswith("001_signing_traditional.txt#1")
    assert "1-24" in row


def test_a_page_on_standard_input_is_read_too() -> None:
    page = (SEEDS / "003_reprint_portal.txt").read_text("utf-8")
    done = CliRunner().invoke(command, ["--json"], input=page)
    assert done.exit_code == 0, done.output
    story = json.loads(done.stdout)
    assert story["title"]
    assert story["published"]


def test_without_splitting_a_page_is_one_story() -> None:
    done = CliRunner().invoke(command, ["--no-split", str(SEEDS / "004_bureau_page.txt")])
    assert len(done.stdout.splitlines()) == 1
