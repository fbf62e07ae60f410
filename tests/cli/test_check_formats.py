"""The formats of `cleaner check`, each read by a reader that is not ours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import junitparser
import pytest
from command_line import call
from published_schemas import published
from small_pages import NOISE, OTHER, STORY

from cleaner.report.checks import WRITERS
from cleaner.report.checks.remarks import Remark, Report

COMMAND = re.compile(
    r"::(?P<name>error|warning|notice)"
    r"(?: (?P<properties>[A-Za-z]+=[^\s:,][^:,\r\n]*(?:,[A-Za-z]+=[^:,\r\n]*)*))?"
    r"::(?P<message>[^\r\n]*)"
)
"""A workflow command: name, properties without ":" and ",", message on the same line
(docs.github.com, "Workflow commands for GitHub Actions")."""


@pytest.fixture
def scrape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with pages that have noise, copies and hostile names, and one that is no page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "noisy.txt").write_text(STORY + NOISE)
    (folder / "a, b: 100%.txt").write_text(STORY + NOISE)
    (folder / "clean.txt").write_text(OTHER)
    (folder / "empty.txt").write_text("")
    return folder


def hostile() -> Report:
    """A report whose texts hold what each format must escape."""
    text = "x\0\x1b\ud800\udc80|`*<b>&]]>\r\n%0A::error::, \u202e"
    remark = Remark("a\nb|%:,.txt", 1, 1, 1, "p", "noise", "nav", "rule", text, text)
    return Report((remark,), ("a\nb|%:,.txt",), 1, (f"page: {text}",), 1, 0.5)


def test_sarif_is_valid_by_the_published_schema(scrape: Path) -> None:
    call("check", "pages/noisy.txt", "--baseline", "known.json", "--update-baseline")
    for options in ([], ["--baseline", "known.json"]):
        done = call("check", "pages", "--format", "sarif", *options)
        assert done.code == 2
        log = json.loads(done.out)
        jsonschema.validate(log, published("sarif-2.1.0"))
        assert log["version"] == "2.1.0"
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert Path(unquote(place["artifactLocation"]["uri"])).is_file()
        known = place["artifactLocation"]["uri"] == "pages/noisy.txt"
        known = known and result["properties"]["label"] != "exact"  # its copy is new
        assert result["baselineState"] == ("unchanged" if known else "new")
    assert run["invocations"][0]["executionSuccessful"] is False


def test_the_schema_refuses_what_is_not_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": "2.1.0", "runs": [{}]}, published("sarif-2.1.0"))


def test_junit_is_read_by_another_reader(scrape: Path, tmp_path: Path) -> None:
    done = call("check", "pages", "--format", "junit", "-o", tmp_path / "check.xml")
    assert (done.code, done.out) == (2, "")
    report = junitparser.JUnitXml.fromfile(str(tmp_path / "check.xml"))
    (suite,) = report
    assert (suite.tests, suite.failures, suite.errors) == (4, 2, 1)
    results = {case.name: [type(result) for result in case.result] for case in suite}
    assert results == {
        "pages/a, b: 100%.txt": [junitparser.Failure],
        "pages/clean.txt": [],
        "pages/noisy.txt": [junitparser.Failure],
        "pages/empty.txt": [junitparser.Error],
    }


def test_github_lines_follow_its_grammar(scrape: Path) -> None:
    done = call("check", "pages", "--format", "github", "--fail-on", "noise")
    told = [COMMAND.fullmatch(line) for line in done.lines]
    assert all(told)
    assert {match["name"] for match in told if match} == {"error", "notice"}
    files = {p.partition("=")[2] for m in told if m for p in m["properties"].split(",")[:1]}
    assert "pages/a%2C b%3A 100%25.txt" in files


def test_inside_github_actions_its_format_is_chosen(
    scrape: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert call("check", "pages").out.startswith("::error ")
    assert call("check", "pages", "--format", "text").out.startswith("pages/")


def test_json_tells_every_finding_with_its_place(scrape: Path) -> None:
    told = json.loads(call("check", "pages", "--format", "json").out)
    assert told["pages"] == 3
    assert told["failed"] is True
    assert len(told["faults"]) == 1
    first = told["findings"][0]
    assert {key: first[key] for key in ("path", "line", "column", "kind", "label", "rule")} == {
        "path": "pages/a, b: 100%.txt",
        "line": 5,
        "column": 1,
        "kind": "noise",
        "label": "share_widget",
        "rule": "share-name",
    }


def test_markdown_fits_a_comment_and_stays_a_table(scrape: Path) -> None:
    (scrape / "long.txt").write_text(STORY + NOISE * 2000)
    told = call("check", "pages", "--format", "markdown").out
    assert len(told) <= 65_536
    assert told.startswith("### cleaner check failed\n")
    assert re.search(r"… and \d+ more\n$", told)
    rows = [line for line in told.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_hostile_text_stays_text_in_every_format(name: str) -> None:
    told = WRITERS[name].write(hostile()).encode("utf-8", "replace").decode()
    check: dict[str, Any] = {
        "json": json.loads,
        "sarif": lambda text: jsonschema.validate(json.loads(text), published("sarif-2.1.0")),
        "junit": lambda text: list(junitparser.JUnitXml.fromstring(text.encode())),
        "github": lambda text: [COMMAND.fullmatch(line)["name"] for line in text.splitlines()],
        "markdown": lambda text: None,
        "text": lambda text: None,
    }
    check[name](told)
    if name in ("text", "markdown", "github"):
        assert "\nb|" not in told
        assert "\x1b" not in told


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_nothing_found_is_a_report_too(name: str) -> None:
    told = WRITERS[name].write(Report((), ("a.txt",), 1, (), 0, 0.0))
    if name == "sarif":
        jsonschema.validate(json.loads(told), published("sarif-2.1.0"))
    if name == "junit":
        assert [case.name for case in next(iter(junitparser.JUnitXml.fromstring(told.encode())))]


def test_a_page_whose_findings_are_borne_passes_in_junit(scrape: Path) -> None:
    done = call("check", "pages", "--format", "junit", "--fail-on", "near")
    assert "<failure" not in done.out
    assert "<system-out>" in done.out
