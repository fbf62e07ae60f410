"""report.html is one inert file: the same bytes from the same run, and no text in it is code."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from cleaner.cli import cleaner
from cleaner.report.html import percent, write_report
from cleaner.report.island import as_json


class Parts(HTMLParser):
    """What an HTML parser makes of the page: its scripts by type, its tags and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[tuple[str, str]] = []
        self.style = ""
        self.attributes: list[tuple[str, str, str]] = []
        self._open: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._open = tag
        if tag == "script":
            self.scripts.append((dict(attrs).get("type") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)
        elif self._open == "style":
            self.style += data


@pytest.fixture(scope="module")
def page(sample_run: Path) -> str:
    """The report of the sample run, as the run wrote it."""
    return (sample_run / "report.html").read_text("utf-8")


def test_the_report_is_made_again_byte_for_byte(sample_run: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "moved"
    shutil.copytree(sample_run, elsewhere)
    (elsewhere / "report.html").unlink()
    again = CliRunner().invoke(cleaner, ["report", str(elsewhere)])
    assert again.exit_code == 0, again.output
    assert (elsewhere / "report.html").read_bytes() == (sample_run / "report.html").read_bytes()


def test_nothing_of_the_machine_is_in_it(page: str, sample_run: Path, sample_pages: Path) -> None:
    assert str(sample_run.parent) not in page
    assert str(sample_pages) not in page


def test_there_is_one_script_and_the_policy_names_it_and_the_style(page: str) -> None:
    parts = Parts(page)
    codes = [text for kind, text in parts.scripts if kind != "application/json"]
    assert len(codes) == 1
    policy = next(
        value for _, name, value in parts.attributes if name == "content" and "src" in value
    )
    for text, directive in ((codes[0], "script-src"), (parts.style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_nothing_is_fetched_and_nothing_is_inline(page: str) -> None:
    parts = Parts(page)
    names = {name for _, name, _ in parts.attributes}
    assert not {
        name for name in names if name.startswith("on") or name in ("src", "style", "srcset")
    }
    links = {value for _, name, value in parts.attributes if name == "href"}
    assert all(link.startswith("#") for link in links)


def test_page_text_is_data_only(page: str) -> None:
    parts = Parts(page)
    assert "window.pwned" not in re.sub(r'<script type="application/json".*?</script>', "", page)
    islands = [text for kind, text in parts.scripts if kind == "application/json"]
    assert any("标题里有脚本\\u003c/script\\u003e" in text for text in islands)
    for text in islands:
        json.loads(text)
        assert not re.search("[<>&\u202a-\u202e\u2066-\u2069\u200b]", text)


@pytest.mark.parametrize(
    "text", ["</script>", "<!--", "]]>", "\u2028", "\x00", "\udc80", "\u202e", "&amp;", "\\u003c"]
)
def test_json_in_the_page_gives_back_every_text(text: str) -> None:
    told = as_json({"text": text})
    told.encode()
    assert json.loads(told) == {"text": text}
    assert "<" not in told


def test_a_language_that_is_asked_for_is_written(sample_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "zh"
    shutil.copytree(sample_run, out)
    text = write_report(out, "zh").read_text("utf-8")
    assert '<html lang="zh">' in text
    assert "12 个页面，整理出" in text


def test_shares_are_never_rounded_to_all_or_nothing() -> None:
    assert [percent(share) for share in (0, 0.00001, 0.5, 0.99999, 1)] == [
        "0 %",
        "0.1 %",
        "50.0 %",
        "99.9 %",
        "100 %",
    ]


def test_a_folder_without_a_run_is_refused_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(cleaner, ["report", str(tmp_path)])
    assert "no finished run in it" in str(result.exception)
