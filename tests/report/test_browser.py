"""The report in a real Chromium: it shows what the files say, obeys, and runs nothing of theirs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner.corpus.jsonlines import to_line
from cleaner.corpus.rows import read_rows
from cleaner.engines.local import Plan, run
from cleaner.report.html import percent, write_report
from cleaner.report.words import words_in

pytestmark = pytest.mark.browser

Reader = Any
"""A Playwright page with the report in it."""


@pytest.fixture
def talk() -> list[str]:
    """What the browser said on its console, and every request but that for the file itself."""
    return []


@pytest.fixture
def reader(chromium: Any, sample_run: Path, talk: list[str]) -> Iterator[Reader]:
    """The report of the sample run, opened from disk; fails where it was not quiet."""
    yield from open_report(chromium, sample_run, talk)


def open_report(chromium: Any, out: Path, talk: list[str], **wishes: Any) -> Iterator[Reader]:
    """Opens the report of a run with the wishes of a reader (size, colours, language)."""
    wishes = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US", **wishes}
    context = chromium.new_context(**wishes)
    page = context.new_page()
    address = (out / "report.html").as_uri()
    page.on("console", lambda message: talk.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: talk.append(f"error: {error}"))
    page.on("request", lambda request: request.url != address and talk.append(request.url))
    page.set_default_timeout(5000)
    page.goto(address)
    yield page
    context.close()
    assert talk == []


def go(reader: Reader, place: str) -> None:
    """Goes to a place in the report, and waits until it is drawn."""
    reader.evaluate(
        """place => new Promise((done) => {
          if (location.hash === place) done();
          addEventListener("hashchange", () => done(), { once: true });
          location.hash = place;
        })""",
        place,
    )


def shows(reader: Reader, selector: str, text: str) -> None:
    """Waits until an element has a text; fails where it never does."""
    from playwright.sync_api import expect

    expect(reader.locator(selector)).to_contain_text(text, timeout=5000)


def texts(reader: Reader, selector: str) -> list[str]:
    """The text of all elements that a selector finds."""
    return [text.strip() for text in reader.locator(selector).all_inner_texts()]


def test_the_figures_are_those_of_run_json(reader: Reader, sample_run: Path) -> None:
    counts = json.loads((sample_run / "run.json").read_bytes())["counts"]
    shown = {
        element.get_attribute("data-figure"): element.locator("dd").inner_text()
        for element in reader.locator(".figure").all()
    }
    before, after = counts["characters_in"], counts["characters_out"]
    assert shown == {
        "pages": f"{counts['pages']}",
        "stories": f"{counts['stories']}",
        "characters_in": f"{before:,}",
        "characters_out": f"{after:,}",
        "noise_share": percent(1 - after / before),
        "removed": f"{sum(counts['removed'].values())}",
        "suspect": f"{sum(counts['suspect'].values())}",
        "joined": f"{counts['actions'].get('joined', 0)}",
        "split": f"{counts['actions'].get('split', 0)}",
        "rewritten": f"{counts['actions'].get('rewritten', 0)}",
        "duplicates": f"{sum(counts['duplicates'].values())}",
        "near_misses": f"{counts['near_misses']}",
        "bad_bytes": f"{counts['bad_bytes']}",
        "set_aside": "1",
    }


def test_charts_say_their_values_to_those_who_do_not_see_them(
    reader: Reader, sample_run: Path
) -> None:
    counts = json.loads((sample_run / "run.json").read_bytes())["counts"]
    words = words_in("en")
    shown = {
        row.locator("th").inner_text(): row.locator(".v-removed").all_inner_texts()
        for row in reader.locator(".charts figure:first-child .bars tbody tr").all()
    }
    for label, count in counts["removed"].items():
        (told,) = shown[words[f"label.{label}"]]
        assert told.split("\n") == [str(count), words["chart.removed"]]


def test_the_table_of_pages_filters_and_sorts(reader: Reader, sample_run: Path) -> None:
    pages = list(read_rows(sample_run / "pages.jsonl"))
    names = "#table tbody th"
    assert texts(reader, names) == [page["page"] for page in pages]
    reader.fill("#table input", "rain")
    assert texts(reader, names) == [page["page"] for page in pages if "rain" in page["page"]]
    reader.fill("#table input", "")
    reader.select_option("#table select", "with_suspect")
    assert texts(reader, names) == [page["page"] for page in pages if page["suspect"]]
    reader.select_option("#table select", "all")
    reader.click("#table th[data-column=in] button")
    sizes = [int(text.replace(",", "")) for text in texts(reader, "#table tbody td:nth-of-type(2)")]
    assert sizes == sorted((page["characters_in"] for page in pages), reverse=True)
    reader.click("#table th[data-column=in] button")
    assert reader.get_attribute("#table th[data-column=in]", "aria-sort") == "ascending"
    assert texts(reader, names)[0] == min(pages, key=lambda page: page["characters_in"])["page"]


def test_worth_a_look_leads_to_the_pair_across_scripts(reader: Reader) -> None:
    reader.locator("#look a").first.click()
    shows(reader, "#duplicates .view .why", "across scripts")
    assert texts(reader, "#duplicates .heads h3")[0] == "两镇签订水渠养护协作协议"


def assert_passages_in_both_texts(reader: Reader) -> None:
    """The pair that is open has the same passages on both sides, in both scripts."""
    for side in ("left", "right"):
        numbers = texts(reader, f".beside .{side} .pno")
        assert numbers
        assert sorted(numbers) == sorted(texts(reader, ".beside .left .pno"))
        assert all(len(text) > 1 for text in texts(reader, f".beside .{side} span.shared"))
    languages = reader.locator(".beside .row.matched .cell").evaluate_all("e => e.map(x => x.lang)")
    assert set(languages) == {"zh-Hans", "zh-Hant"}


def test_a_pair_is_laid_side_by_side_with_its_passages_marked(reader: Reader) -> None:
    go(reader, "#duplicates/0")
    assert_passages_in_both_texts(reader)
    left, right = (texts(reader, f".beside .matched .{side}") for side in ("left", "right"))
    assert len(left) == len(right) >= 3
    assert "水渠全长12公里" in left[0]
    assert "水渠全長12公里" in right[0]


def test_the_pair_that_the_user_named_opens_side_by_side(
    chromium: Any, shared: Path, tmp_path: Path, talk: list[str]
) -> None:
    inputs = tuple(str(path) for path in sorted((shared / "seeds").glob("*.txt")))
    run(Plan(inputs=inputs, out=tmp_path / "out", jobs=1))
    if not any(row["cross_script"] for row in read_rows(tmp_path / "out" / "duplicates.jsonl")):
        pytest.skip("this run did not find the pair, which is not the report's part")
    for reader in open_report(chromium, tmp_path / "out", talk):
        go(reader, "#duplicates/0")
        assert "across scripts" in reader.inner_text("#duplicates .view .why")
        assert_passages_in_both_texts(reader)


def test_differing_numbers_are_marked_strongest(reader: Reader) -> None:
    go(reader, "#duplicates")
    reader.select_option("#duplicates .side select", "revision")
    reader.locator("#duplicates .items a").first.click()
    shows(reader, "#duplicates .why", "revision")
    left = texts(reader, ".beside .left .different")
    right = texts(reader, ".beside .right .different")
    told = [text.split(" → ") for text in texts(reader, ".numbers li")]
    assert [list(pair) for pair in zip(left, right, strict=True)] == told
    assert (
        reader.locator(".different").first.evaluate("e => getComputedStyle(e).fontWeight") == "700"
    )


def test_what_is_not_shared_is_folded_and_unfolds(reader: Reader) -> None:
    go(reader, "#duplicates/0")
    hidden = "起因是去年夏天的一場旱情"
    assert hidden not in reader.inner_text(".beside")
    reader.locator(".beside .right .fold").first.click()
    assert hidden in reader.inner_text(".beside")


def test_pointing_at_a_passage_lights_it_on_both_sides(reader: Reader) -> None:
    go(reader, "#duplicates/0")
    reader.locator(".beside .left span.shared").first.hover()
    lit = reader.locator(".beside span.lit").evaluate_all("e => e.map(x => x.dataset.passage)")
    assert len(set(lit)) == 1
    assert len(lit) >= 2
    reader.locator(".beside .left .pno").first.focus()
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.dataset.side") == "right"


def test_the_slider_draws_the_list_for_another_threshold(reader: Reader, sample_run: Path) -> None:
    go(reader, "#duplicates")
    rows = [
        *read_rows(sample_run / "duplicates.jsonl"),
        *read_rows(sample_run / "near_misses.jsonl"),
    ]
    scores = [max(row["a_in_b"], row["b_in_a"]) for row in rows]
    items = "#duplicates .items > li"

    def over() -> int:
        kinds = reader.locator(items).evaluate_all(
            "e => e.map(x => x.classList.contains('heading'))"
        )
        first, second = (place for place, heading in enumerate(kinds) if heading)
        return second - first - 1

    assert over() == sum(score >= 0.4 for score in scores)
    reader.locator("#threshold").fill("95")
    assert over() == sum(score >= 0.95 for score in scores)
    assert reader.inner_text("#threshold-told").startswith(f"From 0.95: {over()} pairs.")
    reader.focus("#threshold")
    reader.keyboard.press("ArrowLeft")
    assert reader.inner_text(".threshold output") == "0.94"
    reader.select_option("#measure", "jaccard")
    assert reader.inner_text(".threshold output") == "0.70"
    assert over() == sum(row["jaccard"] >= 0.7 for row in rows)


def test_a_group_of_three_has_a_graph_whose_lines_lead_to_pairs(reader: Reader) -> None:
    go(reader, "#duplicates/g0")
    stories = reader.locator(".members li").count()
    assert stories >= 3
    assert reader.locator(".graph .node").count() == stories
    edge = reader.locator(".graph a.edge").first
    edge.focus()
    reader.keyboard.press("Enter")
    reader.wait_for_selector(".beside")


def test_near_misses_say_why_they_were_not_reported(reader: Reader) -> None:
    go(reader, "#duplicates")
    reader.select_option("#duplicates .side select", "miss")
    reader.locator("#duplicates .items a").first.click()
    shows(reader, "#duplicates .why", "nothing was reported")


def open_page(reader: Reader, name: str) -> None:
    """Opens a page of the sample by its name."""
    go(reader, "#pages")
    reader.locator("#pages .items a", has_text=name).first.click()
    reader.wait_for_selector(f"#pages .view h2:has-text('{name}')")


def test_a_page_shows_what_went_struck_through_in_its_label(reader: Reader) -> None:
    open_page(reader, "a/signing.txt")
    assert texts(reader, ".run.removed.l-share_widget del") == ["微信", "新浪微博", "QQ空间"]
    style = reader.locator(".run.removed del").first.evaluate(
        "e => getComputedStyle(e).textDecorationLine"
    )
    assert style == "line-through"
    reader.check(".view .switch input")
    assert "微信" not in reader.inner_text(".lines")


def test_rule_and_reason_show_on_hover_and_on_focus(reader: Reader, sample_run: Path) -> None:
    open_page(reader, "a/signing.txt")
    told = next(iter(read_rows(sample_run / "removed.jsonl")))
    tip = reader.locator(".run .tip")
    assert not tip.is_visible()
    reader.hover(".run.removed del")
    assert tip.is_visible()
    assert told["rule"] in tip.inner_text()
    assert told["why"] in tip.inner_text()
    reader.mouse.move(0, 0)
    assert not tip.is_visible()
    reader.focus(".run .tag")
    assert tip.is_visible()
    assert reader.get_attribute(".run .tag", "aria-describedby") == tip.get_attribute("id")
    reader.keyboard.press("Escape")
    assert not tip.is_visible()


@pytest.fixture
def split_run(sample_run: Path, tmp_path: Path) -> Path:
    """The sample run, but as if c/paper.txt had been split before line 8 and joined at line 5."""
    out = Path(shutil.copytree(sample_run, tmp_path / "out"))
    rows = list(read_rows(out / "stories.jsonl"))
    rest = [row for row in rows if row["page"] != "c/paper.txt"]
    paper = next(row for row in rows if row["page"] == "c/paper.txt")
    told = [
        {**paper, "id": "c/paper.txt#1", "story": 1, "lines": [1, 6]},
        {**paper, "id": "c/paper.txt#2", "story": 2, "lines": [8, 11], "title": "村口的老桥要修了"},
    ]
    write_rows(out / "stories.jsonl", [*rest, *told])
    found = [row for row in read_rows(out / "removed.jsonl") if row["page"] != "c/paper.txt"]
    why = {"page": "c/paper.txt", "start": 0, "end": 2, "text": "", "label": "content"}
    joined = {**why, "line": 5, "rule": "broken", "why": "It goes on here.", "action": "joined"}
    split = {**why, "line": 8, "rule": "title", "why": "A title.", "action": "split"}
    write_rows(out / "removed.jsonl", [*found, joined, split])
    write_report(out)
    return out


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Writes the rows of an output file."""
    path.write_bytes(b"".join(map(to_line, rows)))


def test_joins_and_splits_show(chromium: Any, split_run: Path, talk: list[str]) -> None:
    for reader in open_report(chromium, split_run, talk):
        open_page(reader, "c/paper.txt")
        assert texts(reader, ".with-joint .tag") == ["joined to the line above"]
        assert texts(reader, ".story-no") == ["Story 1", "Story 2"]
        assert texts(reader, ".story-head .tag") == ["a story begins"]
        assert reader.inner_text(".story-head:has(.tag) .story-title") == "村口的老桥要修了"
        reader.focus(".with-joint .tag")
        assert "It goes on here." in reader.inner_text(".with-joint .tip")


def test_long_runs_are_folded(reader: Reader) -> None:
    open_page(reader, "d/links.txt")
    assert reader.locator(".run .line").count() < 10
    reader.click(".unfold")
    assert reader.locator(".run .line").count() == 24


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        ("按照协议", ["a/signing.txt", "a/signing_long.txt"]),
        ("按照協議", ["a/signing.txt", "a/signing_long.txt"]),
        ("三座小橋過水", ["b/rain.txt", "b/rain_again.txt", "b/rain_copy.txt", "b/rain_later.txt"]),
        ("没有这样的话", []),
    ],
)
def test_search_finds_words_in_either_script(reader: Reader, words: str, pages: list[str]) -> None:
    go(reader, "#pages")
    reader.fill("#pages .search", words)
    shows(reader, "#pages .count", f"{len(pages)} matches")
    names = texts(reader, "#pages .items .name")
    assert [re.sub(r"\s.*", "", name) for name in names] == pages


def test_a_rule_shows_its_lines_and_leads_to_them(reader: Reader) -> None:
    go(reader, "#rules/notice-list")
    item = reader.locator("details.rule[open]")
    assert item.locator(".rule-name").inner_text() == "notice-list"
    assert item.locator(".taken-lines").count() == 2
    item.locator(".taken-lines a").first.click()
    reader.wait_for_selector(".line.target")
    assert "期村务公开栏里的事项一览" in reader.inner_text(".line.target")


def test_the_hostile_page_is_inert_and_shown_as_it_is(reader: Reader) -> None:
    open_page(reader, "d/hostile.txt")
    shown = reader.inner_text(".lines")
    for piece in ("</script><script>window.pwned=1</script>", "<img src=x onerror=", "{{ 7*7 }}"):
        assert piece in shown
    assert "&lt;b&gt;" in shown
    assert {"RLO", "PDF", "ZWSP", "NUL"} <= set(texts(reader, ".lines .sign"))
    assert "\u202e" not in shown
    assert reader.evaluate("window.pwned") is None
    go(reader, "#rules")
    for rule in reader.locator("details.rule summary").all():
        rule.click()
    assert reader.evaluate("window.pwned") is None
    assert reader.locator("img").count() == 0


def test_a_run_in_which_nothing_was_found_is_calm(
    chromium: Any, tmp_path: Path, talk: list[str]
) -> None:
    name = "\u202e</script><b>\x00"
    record = json.dumps({"id": name, "text": "山上的雪到四月才化，山下的花已经开过一遍了。"})
    (tmp_path / "in.jsonl").write_text(record + "\n", "utf-8")
    run(Plan(inputs=(str(tmp_path / "in.jsonl"),), out=tmp_path / "out", jobs=1))
    for reader in open_report(chromium, tmp_path / "out", talk):
        shows(reader, "#overview-title", "1 page became 1 story.")
        go(reader, "#duplicates")
        shows(reader, "#duplicates", "No two stories of this run share enough text")
        go(reader, "#rules")
        shows(reader, "#rules", "No rule hit.")
        go(reader, "#pages/0")
        shows(reader, "#pages .view h2", "in.jsonl:RLO</script><b>NUL")
        shows(reader, "#pages .view", "Nothing was found on this page")
        go(reader, "#pages/9999999999/7")
        go(reader, "#%E0%A4%A")
        shows(reader, "#overview-title", "1 page became 1 story.")


def test_undecodable_bytes_show_as_bytes_or_as_replacement(reader: Reader) -> None:
    open_page(reader, "d/broken.txt")
    assert "\ufffd" in reader.inner_text(".lines") or reader.locator(".lines .sign").count()


def test_it_works_by_keyboard(reader: Reader) -> None:
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.className") == "skip"
    go(reader, "#pages")
    reader.locator("#pages .items a").first.focus()
    reader.keyboard.press("ArrowDown")
    reader.keyboard.press("ArrowDown")
    reader.keyboard.press("Enter")
    shows(reader, "#pages .view h2", "b/rain.txt")
    assert reader.inner_text("#pages .items a[aria-current]").startswith("b/rain.txt")
    reader.keyboard.press("End")
    assert reader.evaluate("document.activeElement.innerText").startswith("d/links.txt")


def test_language_and_colours_change_on_a_button(reader: Reader) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    light = reader.evaluate(paper)
    reader.click("#theme")
    reader.click("#theme")
    assert reader.evaluate(paper) != light
    reader.click("#language")
    assert reader.inner_text("#overview-title").startswith("12 个页面")
    assert reader.evaluate("document.documentElement.lang") == "zh"
    go(reader, "#duplicates/0")
    assert "跨简繁" in reader.inner_text("#duplicates .why")


def test_the_browser_chooses_the_language(chromium: Any, sample_run: Path, talk: list[str]) -> None:
    for reader in open_report(chromium, sample_run, talk, locale="zh-TW"):
        assert reader.inner_text("#overview-title").startswith("12 个页面")


def test_a_language_that_was_asked_for_stays(
    chromium: Any, sample_run: Path, tmp_path: Path, talk: list[str]
) -> None:
    out = shutil.copytree(sample_run, tmp_path / "out")
    write_report(out, "en")
    for reader in open_report(chromium, out, talk, locale="zh-CN"):
        assert reader.inner_text("#overview-title").startswith("12 pages")


def test_without_script_the_overview_stands(
    chromium: Any, sample_run: Path, talk: list[str]
) -> None:
    for reader in open_report(chromium, sample_run, talk, java_script_enabled=False):
        assert reader.locator(".figure").count() == 14
        assert reader.locator(".columns rect").count() > 5


@pytest.mark.parametrize("place", ["#overview", "#duplicates/0", "#pages/0", "#pages", "#rules"])
def test_a_phone_shows_all_of_it(
    chromium: Any, sample_run: Path, talk: list[str], place: str
) -> None:
    phone = {"width": 360, "height": 740}
    for reader in open_report(chromium, sample_run, talk, viewport=phone):
        go(reader, place)
        assert reader.evaluate("document.documentElement.scrollWidth") <= 360


def test_print_leaves_out_what_cannot_be_pressed(reader: Reader) -> None:
    reader.emulate_media(media="print")
    assert not reader.locator("header.top").is_visible()
    assert reader.locator(".figures").is_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_axe_finds_nothing_serious(
    chromium: Any, sample_run: Path, talk: list[str], colours: str, locale: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # Axe is put into the page past its policy; colours are measured where nothing moves.
    wishes = {"color_scheme": colours, "locale": locale, "bypass_csp": True}
    wishes["reduced_motion"] = "reduce"
    for reader in open_report(chromium, sample_run, talk, **wishes):
        for place in ("#overview", "#duplicates/0", "#duplicates/g0", "#pages/10", "#rules"):
            go(reader, place)
            if place == "#rules":
                reader.locator("details.rule summary").first.click()
            found = axe.run(reader).response["violations"]
            serious = [one for one in found if one["impact"] in ("serious", "critical")]
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in serious]
            assert told == [], place
