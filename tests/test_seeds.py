"""Holds the form of the sample pages in seeds/ and of their gold labels."""

from __future__ import annotations

import json
import re
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest
from gold_pages import (
    EDITORIAL_LABELS,
    SEED_GOLD,
    SEEDS,
    GoldLine,
    gold_lines,
    kind_of,
    paragraphs,
    stories,
)

from cleaner.model import BODY_LABELS, LABELS
from cleaner.text.reading import codes_of, reading_table, text_of

NAMES = (
    "000_signing",
    "001_signing_traditional",
    "002_newspaper_page",
    "003_reprint_portal",
    "004_bureau_page",
)
SPAN_LABELS = ("source_credit", "source_prefix", "media_tag", "column_tag")


def page_lines(name: str) -> list[str]:
    return (SEEDS / f"{name}.txt").read_text("utf-8").removesuffix("\n").split("\n")


def gold(name: str) -> list[GoldLine]:
    return gold_lines(SEED_GOLD / f"{name}.jsonl")


def story_table() -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = json.loads((SEED_GOLD / "stories.json").read_text("utf-8"))
    return table


def expected_stories(folder: Path) -> list[dict[str, Any]]:
    rows = (folder / "expected" / "stories.jsonl").read_text("utf-8").splitlines()
    return [json.loads(row) for row in rows]


def story_texts() -> dict[str, str]:
    """The text of each story of the seeds, as "<seed>.<number>"."""
    return {
        f"{row['seed']}.{row['story']}": "".join(row["paragraphs"])
        for row in expected_stories(SEED_GOLD)
    }


def four_grams(text: str) -> set[str]:
    folded = "".join(c for c in text_of(reading_table()[codes_of(text)]) if c.isalnum())
    return {folded[i : i + 4] for i in range(len(folded) - 3)}


def test_five_pages_and_a_guide_to_them() -> None:
    assert sorted(path.name for path in SEEDS.iterdir() if path.is_file()) == [
        *(f"{name}.txt" for name in NAMES),
        "README.md",
    ]


@pytest.mark.parametrize("name", NAMES)
class TestEveryPage:
    def test_is_plain_utf8_text_of_20_to_200_lines(self, name: str) -> None:
        data = (SEEDS / f"{name}.txt").read_bytes()
        assert b"\r" not in data
        assert data.endswith(b"\n")
        assert 20 <= len(page_lines(name)) <= 200

    def test_has_a_gold_label_for_every_line(self, name: str) -> None:
        lines = gold(name)
        assert [line.text for line in lines] == page_lines(name)
        assert [line.line for line in lines] == list(range(1, len(lines) + 1))

    def test_gold_labels_are_those_of_the_model(self, name: str) -> None:
        for line in gold(name):
            assert line.label in (*LABELS, "blank")
            assert (line.label == "blank") == (not line.text.strip())
            assert line.kind == kind_of(line.label)
            assert line.keep == (line.label in BODY_LABELS)
            assert line.keep_editorial == (line.label in EDITORIAL_LABELS)
            assert (line.story is not None) == (line.kind in ("body", "meta"))

    def test_spans_of_noise_fit_their_kept_lines(self, name: str) -> None:
        for line in gold(name):
            end = 0
            for span in line.spans:
                assert line.keep
                assert end <= span.start < span.end <= len(line.text)
                assert line.text[span.start : span.end] == span.text
                assert span.label in SPAN_LABELS
                end = span.end

    def test_expected_text_follows_from_labels_joins_and_spans(self, name: str) -> None:
        told = stories(gold(name))
        body = "\n\n".join("\n".join(paragraphs(lines)) for lines in told.values()) + "\n"
        assert (SEED_GOLD / "expected" / f"{name[:3]}.body.txt").read_text("utf-8") == body
        expected = [row for row in expected_stories(SEED_GOLD) if row["seed"] == name[:3]]
        assert [row["story"] for row in expected] == list(told)
        for row in expected:
            lines = told[row["story"]]
            assert row["lines"] == [lines[0].line, lines[-1].line]
            assert row["paragraphs"] == paragraphs(lines)

    def test_story_table_covers_the_lines_of_each_story(self, name: str) -> None:
        lines = gold(name)
        told = stories(lines)
        rows = [row for row in story_table() if row["seed"] == name[:3]]
        assert [row["story"] for row in rows] == list(told) == list(range(1, len(told) + 1))
        for row in rows:
            mine = told[row["story"]]
            inside = lines[row["start"] - 1 : row["end"]]
            assert {line.story for line in inside if line.label != "blank"} == {row["story"]}
            assert [line for line in inside if line.story] == mine
            contents = [line for line in mine if line.label == "content"]
            joins = sum(line.continues_previous for line in mine)
            assert row["title"] == next((x.text for x in mine if x.label == "title"), None)
            assert row["lede"] == contents[0].text[:40]
            assert row["paragraphs"] == len(contents) - joins
            assert row["broken_joins"] == joins
            assert row["chars"] == sum(map(len, paragraphs(mine)))

    def test_is_set_with_half_width_punctuation_as_the_scraper_left_it(self, name: str) -> None:
        assert not re.search(
            "[\uff0c\uff1a\uff1b\uff01\uff1f\uff08\uff09]", "".join(page_lines(name))
        )

    def test_names_no_real_site_or_telephone(self, name: str) -> None:
        text = "\n".join(page_lines(name))
        assert all(site.endswith(".example") for site in re.findall(r"www\.[a-z.-]+", text))
        # No Chinese subscriber number begins with 0 or 1.
        assert all(n.startswith("0123") for n in re.findall(r"0\d{2,3}-(\d{4} ?\d{4})", text))


def test_thirteen_stories_five_without_a_headline() -> None:
    table = story_table()
    assert [sum(row["seed"] == name[:3] for row in table) for name in NAMES] == [3, 1, 5, 1, 3]
    assert [row["title"] for row in table].count(None) == 5


def test_the_signing_is_told_on_two_pages_and_nothing_else_is() -> None:
    grams = {name: four_grams(text) for name, text in story_texts().items()}
    short, long = grams["000.1"], grams["001.1"]
    shared = len(short & long)
    assert 0.55 <= shared / len(short) <= 0.65
    assert 0.20 <= shared / len(short | long) <= 0.25
    pairs = {("000.1", "001.1"), ("001.1", "000.1")}
    for a, b in permutations(grams, 2):
        if (a, b) not in pairs:
            assert len(grams[a] & grams[b]) / len(grams[a]) < 0.1, (a, b)
    marked = [(f"{r['seed']}.{r['story']}", *r["near_duplicate_of"]) for r in story_table()]
    assert {pair for pair in marked if len(pair) > 1} == pairs


def test_without_folding_the_scripts_the_pair_is_lost() -> None:
    texts = story_texts()
    short, long = (
        {text[i : i + 4] for i in range(len(text) - 3)} for text in (texts["000.1"], texts["001.1"])
    )
    assert len(short & long) / len(short) < 0.2


def test_001_was_converted_by_a_character_table() -> None:
    text = "\n".join(page_lines("001_signing_traditional"))
    bad = ["干部", "今后", "隨后", "范圍", "規范", "有利于", "復制", "標志", "聯系", "關系", "了解"]
    assert [word for word in bad if word not in text] == []
    assert not re.search("[後範於係瞭複]", text), "a character table never reaches these"
    assert not re.search("[国卫监协议签业务导]", text), "otherwise it is Traditional"


def test_001_carries_heads_captions_credits_and_a_legal_footer() -> None:
    lines = gold("001_signing_traditional")
    labels = [line.label for line in lines]
    assert labels.count("section_head") == 6
    assert labels.count("caption") == 4
    assert all(line.borderline for line in lines if line.label == "caption")
    assert labels[-6:] == ["credit", "credit", *["copyright"] * 4]
    assert all(line.text.endswith("。") and len(line.text) > 50 for line in lines[-4:-1])


def test_002_breaks_five_paragraphs_inside_words_across_a_blank_line() -> None:
    lines = gold("002_newspaper_page")
    seams = [line for line in lines if line.continues_previous and line.label == "content"]
    assert len(seams) == 5
    for lower in seams:
        upper, blank = lines[lower.line - 3], lines[lower.line - 2]
        assert blank.label == "blank"
        assert re.search(r"[\u4e00-\u9fff]$", upper.text)
        assert re.match(r"[\u4e00-\u9fff]", lower.text)
    assert [line for name in NAMES for line in gold(name) if line.continues_previous] == [
        line for line in lines if line.continues_previous
    ]


def test_002_signs_five_stories_and_hides_three_behind_a_qr_code() -> None:
    lines = [line for line in gold("002_newspaper_page") if line.label != "blank"]
    labels = [line.label for line in lines]
    assert labels.count("title") == labels.count("byline") == 5
    assert labels.count("subtitle") == labels.count("teaser") == 3
    prompts = [line for line in lines if line.label == "promo_qr"]
    assert [line.text for line in prompts] == ["详情请", "扫描二维码"] * 3
    assert [line.continues_previous for line in prompts] == [False, True] * 3


def test_003_ends_in_a_hundred_numbered_links() -> None:
    lines = gold("003_reprint_portal")
    links = [line for line in lines if line.label == "link_list"]
    assert lines[-100:] == links
    numbers = [re.match(r" {4}(\d+)\. (\S+)$", line.text) for line in links]
    assert [int(n[1]) for n in numbers if n] == list(range(1, 101))
    assert len({n[2] for n in numbers if n}) == 100


def test_003_indents_its_text_but_not_its_captions() -> None:
    for line in gold("003_reprint_portal"):
        if line.label in ("content", "section_head"):
            assert re.match(r" {2}\S", line.text)
        if line.label == "caption":
            assert line.text[0] != " "
    heads = [x.text for x in gold("003_reprint_portal") if x.label == "section_head"]
    assert len(heads) == 3
    assert not re.search("[。!?]", "".join(heads))


def test_004_marks_its_captions_and_repeats_two_of_them() -> None:
    captions = [line for line in gold("004_bureau_page") if line.label == "caption"]
    assert len(captions) == 8
    assert all(re.fullmatch(r"\(图:.+\)", line.text) for line in captions)
    assert (
        sum(
            upper.text == lower.text and upper.line + 1 == lower.line
            for upper, lower in pairwise(captions)
        )
        == 2
    )


def test_share_names_end_the_same_two_pages() -> None:
    first, last = gold("000_signing")[-7:], gold("004_bureau_page")[-7:]
    assert {line.label for line in first + last} == {"share_widget"}
    assert [line.text for line in first] == [line.text for line in last]


def test_gold_has_the_form_of_the_gold_of_real_pages(shared: Path) -> None:
    real = shared / "seeds" / "gold"
    for name in NAMES:
        (path,) = real.glob(f"{name[:3]}*.jsonl")
        lines = gold_lines(path)
        body = "\n\n".join("\n".join(paragraphs(told)) for told in stories(lines).values()) + "\n"
        assert (real / "expected" / f"{name[:3]}.body.txt").read_text("utf-8") == body
    keys = [set(row) for row in json.loads((real / "stories.json").read_text("utf-8"))]
    assert keys == [set(row) for row in story_table()]
    assert [set(row) for row in expected_stories(real)] == [
        set(row) for row in expected_stories(SEED_GOLD)
    ]
