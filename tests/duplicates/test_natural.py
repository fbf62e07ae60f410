"""Real pages, where there are any: the user's pair and no other, re-posts and look-alikes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.duplicates import gold_stories
from cleaner.duplicates.candidates import propose
from cleaner.duplicates.sketches import sketch_stories
from cleaner.duplicates.verify import StoryText, Verdict, verify


def found_among(stories: list[StoryText]) -> dict[tuple[str, str], Verdict]:
    sketches = sketch_stories([story.text for story in stories])
    found = propose(sketches.signatures, sketches.samples, sketches.digests)
    verdicts = verify(found.pairs, lambda some: [stories[i] for i in some], common=found.common)
    return {(stories[one.a].id, stories[one.b].id): one for one in verdicts}


def test_the_gold_stories_hold_one_pair_an_overlap_across_scripts(shared: Path) -> None:
    (pair,) = [
        (ids, one)
        for ids, one in found_among(gold_stories(shared / "seeds" / "gold")).items()
        if one.relation
    ]
    ids, verdict = pair
    assert ids == ("000.1", "001.1")
    assert verdict.relation == "overlap"
    assert verdict.cross_script
    assert verdict.scores.a_in_b == pytest.approx(0.61, abs=0.01)
    assert [(passage.a, passage.b) for passage in verdict.shared] == [
        ((3, 3), (4, 4)),
        ((4, 4), (19, 19)),
        ((5, 5), (6, 6)),
        ((5, 5), (9, 9)),
        ((7, 7), (10, 10)),
    ]


def test_re_posts_are_found_and_look_alikes_are_no_copies(shared: Path) -> None:
    data = shared / "data"
    with gzip.open(data / "neardup_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    with gzip.open(data / "neardup_pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    stories = [
        StoryText(one["id"], one["text"], tuple((i, i) for i in range(one["text"].count("\n") + 1)))
        for one in documents
    ]
    found = found_among(stories)
    relations: dict[str, list[str | None]] = {}
    for pair in pairs:
        ids = pair["id_a"], pair["id_b"]
        verdict = found.get(ids) or found.get(ids[::-1])
        relations.setdefault(pair["label"], []).append(verdict.relation if verdict else None)
        if pair["kind"] == "cross_script":
            assert verdict is not None
            assert verdict.relation in ("exact", "near", "contained", "overlap")
    told = [relation for relation in relations["dup"] if relation not in (None, "revision")]
    assert len(told) >= 0.98 * len(relations["dup"])
    copies = [one for one in relations["diff"] if one in ("exact", "near", "contained")]
    assert len(copies) <= 0.02 * len(relations["diff"])
