"""The facts of a report are those of the files of the run, and bounded whatever its size."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cleaner.corpus.rows import read_rows
from cleaner.model import CleanerError
from cleaner.report.facts import gather
from cleaner.report.pages import choose_shown, read_pages
from cleaner.report.pairs import MISS, Groups, choose_beside, read_pairs


def test_every_page_is_listed_and_shown_with_its_findings(sample_run: Path) -> None:
    facts = gather(sample_run)
    pages = list(read_rows(sample_run / "pages.jsonl"))
    findings = list(read_rows(sample_run / "removed.jsonl"))
    assert [page.page for page in facts.pages.listed] == [row["page"] for row in pages]
    assert [page.number for page in facts.shown] == list(range(len(pages)))
    assert sum(len(page.marks) for page in facts.shown) == len(findings)
    for finding in findings:
        number = next(page.number for page in facts.pages.listed if page.page == finding["page"])
        line = facts.shown[number].lines[finding["line"] - 1]
        assert line[finding["start"] : finding["end"]] == finding["text"]


def test_counts_by_rule_add_up_to_those_of_the_run(sample_run: Path) -> None:
    facts = gather(sample_run)
    run = json.loads((sample_run / "run.json").read_bytes())
    assert {rule.rule: rule.hits for rule in facts.rules} == run["counts"]["rules"]


def test_the_pair_across_scripts_is_the_most_telling(sample_run: Path) -> None:
    first = gather(sample_run).pairs.listed[0]
    assert (first.a, first.b) == ("a/signing.txt#1", "a/signing_long.txt#1")
    assert first.cross_script


def test_scores_count_every_pair_once(sample_run: Path) -> None:
    pairs = read_pairs(sample_run)
    for kinds in pairs.scores.values():
        assert sum(map(sum, kinds.values())) == pairs.total == len(pairs.listed)
    misses = sum(1 for _ in read_rows(sample_run / "near_misses.jsonl"))
    assert sum(pairs.scores["jaccard"].get(MISS, ())) == misses


def test_groups_are_those_of_the_stories(sample_run: Path) -> None:
    facts = gather(sample_run)
    copies: dict[str, list[str]] = {}
    for row in read_rows(sample_run / "stories.jsonl"):
        if row["duplicate_of"]:
            copies.setdefault(row["duplicate_of"], []).append(row["id"])
    assert {group.kept: list(group.members) for group in facts.groups} == copies
    assert max(group.copies for group in facts.groups) >= 2


def test_a_large_run_lists_its_most_telling_pages_in_order(sample_run: Path) -> None:
    few = read_pages(sample_run, listed=4)
    assert few.total == 12
    assert len(few.listed) == 4
    assert [page.number for page in few.listed] == sorted(page.number for page in few.listed)
    assert {"d/links.txt", "d/broken.txt"} <= {page.page for page in few.listed}


def test_texts_have_a_budget(sample_run: Path) -> None:
    pages = read_pages(sample_run)
    size = {page.number: page.characters_in for page in pages.listed}
    chosen = choose_shown(pages, first=[3], chars=600)
    assert 3 in chosen
    assert sum(size[number] for number in chosen) <= 600
    pairs = read_pairs(sample_run)
    lengths = {story: 100 for pair in pairs.listed for story in (pair.a, pair.b)}
    assert len(choose_beside(pairs, lengths, chars=500)) == 2


def test_a_group_of_thousands_tells_its_size_and_some_members() -> None:
    groups = Groups()
    for number in range(5000):
        groups.add(f"p{number}#1", "kept#1")
    (group,) = groups.largest()
    assert (group.kept, group.copies, group.members[0]) == ("kept#1", 5000, "p0#1")
    assert len(group.members) < 100


def test_a_run_that_lost_a_file_is_named(sample_run: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(sample_run, tmp_path / "out"))
    (out / "pages.jsonl").unlink()
    with pytest.raises(CleanerError, match="no finished run in it"):
        gather(out)


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"counts": 3, "options": {}}'])
def test_a_folder_without_a_finished_run_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(CleanerError, match="no finished run in it"):
        gather(tmp_path)
