"""The main job on five pages with gold: every noise line goes, every story stands, nothing else.

The same tests run over the project's own ``seeds/`` and, where they stand beside the checkout,
over the real pages they were modelled on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from gold_pages import SEED_GOLD, SEEDS, GoldLine, gold_lines, paragraphs

from cleaner.engines.local import Plan, run
from cleaner.pipeline import PROFILES, Cleaning

SETS = ["own", "real"]


@dataclass(frozen=True)
class Set:
    """Five pages, their gold, and a run over them."""

    name: str
    pages: Path
    gold: Path
    out: Path

    def rows(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(row) for row in (self.out / name).read_text("utf-8").splitlines()]

    def gold_of(self, seed: str) -> list[GoldLine]:
        return gold_lines(next(self.gold.glob(f"{seed}*.jsonl")))

    def names(self) -> dict[str, str]:
        """The page names of the run by seed number."""
        return {path.name[:3]: path.name for path in sorted(self.pages.glob("*.txt"))}

    def stories(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Each gold story with the story of the run that has its place."""
        found = {row["id"]: row for row in self.rows("stories.jsonl")}
        for gold in json.loads((self.gold / "stories.json").read_text("utf-8")):
            yield gold, found[f"{self.names()[gold['seed']]}#{gold['story']}"]

    def expected(self) -> dict[tuple[str, int], dict[str, Any]]:
        rows = (self.gold / "expected" / "stories.jsonl").read_text("utf-8").splitlines()
        told = [json.loads(row) for row in rows]
        return {(row["seed"], row["story"]): row for row in told}


@pytest.fixture(scope="module", params=SETS)
def seeds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Set:
    pages, gold = SEEDS, SEED_GOLD
    if request.param == "real":
        shared: Path = request.getfixturevalue("shared")
        pages, gold = shared / "seeds", shared / "seeds" / "gold"
    out = tmp_path_factory.mktemp(request.param) / "out"
    run(Plan(tuple(str(path) for path in pages.glob("*.txt")), out))
    return Set(request.param, pages, gold, out)


def test_there_are_thirteen_stories_with_the_lines_and_titles_of_the_gold(seeds: Set) -> None:
    told = [(g["seed"], g["story"], [g["start"], g["end"]]) for g, _ in seeds.stories()]
    found = [(g["seed"], g["story"], story["lines"]) for g, story in seeds.stories()]
    assert found == told
    assert len(seeds.rows("stories.jsonl")) == 13
    for gold, story in seeds.stories():
        if gold["title"] is None:
            assert story["title"] is None
        else:
            # A column tag, a source prefix or "(组图)" around the headline is borderline.
            assert story["title"] is not None
            assert story["title"] in gold["title"] or gold["title"] in story["title"]


def test_exactly_one_pair_is_flagged_the_one_in_two_scripts(seeds: Set) -> None:
    (pair,) = seeds.rows("duplicates.jsonl")
    names = seeds.names()
    assert (pair["a"], pair["b"]) == (f"{names['000']}#1", f"{names['001']}#1")
    assert pair["relation"] == "overlap"
    assert pair["cross_script"] is True
    assert pair["a_in_b"] == pytest.approx(0.60, abs=0.02)
    assert pair["shared"]


@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_every_noise_line_goes_and_every_kept_line_stays(seeds: Set, seed: str) -> None:
    gone = {
        row["line"]
        for row in seeds.rows("removed.jsonl")
        if row["page"] == seeds.names()[seed]
        and row["action"] == "removed"
        and row["end"] - row["start"] == len(row["text"])
        and row["text"] == seeds.gold_of(seed)[row["line"] - 1].text
    }
    scored = [line for line in seeds.gold_of(seed) if line.kind != "blank" and not line.borderline]
    assert [line.text for line in scored if not line.keep and line.line not in gone] == []
    assert [line.text for line in scored if line.keep and line.line in gone] == []


def test_five_paragraphs_are_joined_and_no_other(seeds: Set) -> None:
    joins = [
        (r["page"][:3], r["line"]) for r in seeds.rows("removed.jsonl") if r["action"] == "joined"
    ]
    gold = [
        (seed, line.line)
        for seed in seeds.names()
        for line in seeds.gold_of(seed)
        if line.continues_previous and line.keep
    ]
    assert joins == gold
    assert len(joins) == 5


def test_each_story_reads_paragraph_for_paragraph_as_the_gold_says(seeds: Set) -> None:
    expected = seeds.expected()
    for gold, story in seeds.stories():
        wanted = expected[gold["seed"], gold["story"]]["paragraphs"]
        lines = seeds.gold_of(gold["seed"])
        # Lines that reasonable people judge otherwise may stay, as suspects.
        either = {line.text.strip() for line in lines if line.borderline}
        headline = {gold["title"], story["title"], *wanted[:1]}
        found = [p for p in story["text"].split("\n") if p not in either]
        assert [p for p in found if p not in headline] == [p for p in wanted if p not in headline]


def test_bylines_editors_sources_and_dates_become_fields(seeds: Set) -> None:
    expected = seeds.expected()
    for gold, story in seeds.stories():
        meta = expected[gold["seed"], gold["story"]]["meta"]
        if "byline" in meta:
            assert story["byline"] == " ".join(meta["byline"])
        if "contributor" in meta:
            assert story["byline"] == meta["contributor"]
        if "editor" in meta:
            assert story["editor"] == meta["editor"]
        if "published" in meta:
            assert story["published"] == meta["published"]
        if "source" in meta:
            assert story["source"] == meta["source"]


def test_every_finding_points_at_its_text_and_says_why(seeds: Set) -> None:
    for row in seeds.rows("removed.jsonl"):
        line = seeds.gold_of(row["page"][:3])[row["line"] - 1].text
        assert line[row["start"] : row["end"]] == row["text"]
        assert row["rule"]
        assert row["why"]
        assert row["action"] in {"removed", "suspect", "joined", "split", "rewritten"}


def test_the_editorial_profile_keeps_captions_bylines_and_credits(
    seeds: Set, tmp_path: Path
) -> None:
    pages = tuple(str(path) for path in seeds.pages.glob("*.txt"))
    run(Plan(pages, tmp_path / "out", cleaning=Cleaning(keep=PROFILES["editorial"])))
    for seed, name in seeds.names().items():
        cleaned = (tmp_path / "out" / "cleaned" / name).read_text("utf-8")
        for line in seeds.gold_of(seed):
            if line.label in {"caption", "byline", "credit"}:
                assert line.text.strip() in cleaned


def test_the_expected_text_follows_from_the_gold_labels(seeds: Set) -> None:
    """The gold agrees with itself, so that the tests above test the cleaner."""
    expected = seeds.expected()
    for gold in json.loads((seeds.gold / "stories.json").read_text("utf-8")):
        lines = [line for line in seeds.gold_of(gold["seed"]) if line.story == gold["story"]]
        assert paragraphs(lines) == expected[gold["seed"], gold["story"]]["paragraphs"]
