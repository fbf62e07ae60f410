"""Every command takes web pages as files, as saved messages and as fields of records."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from command_line import call
from small_pages import STORY
from web_pages import LINKS, PAGE, TITLE

TEXT = STORY.removesuffix("\n")


def message() -> bytes:
    """The page as a browser saves it: HTML and a picture in one file."""
    saved = EmailMessage()
    saved["Subject"] = TITLE
    saved.set_content(PAGE, subtype="html", cte="quoted-printable")
    saved.add_related(b"\xff\xd8", "image", "jpeg", cid="<i@e.org>")
    return saved.as_bytes()


FILES = {"a.html": PAGE.encode(), "b.htm": PAGE.encode("gb18030"), "c.mhtml": message()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name, raw in FILES.items():
        (tmp_path / "in" / name).write_bytes(raw)
    return tmp_path / "in"


@pytest.mark.parametrize("name", FILES)
def test_clean_prints_the_text_of_a_page(folder: Path, name: str) -> None:
    done = call("clean", folder / name)
    assert (done.code, done.out) == (0, STORY)


def test_clean_reads_a_page_from_standard_input() -> None:
    assert call("clean", "--stdin-name", "page.html", stdin=PAGE).out == STORY


def test_clean_writes_a_bare_page_where_it_is_asked_for_one(folder: Path, tmp_path: Path) -> None:
    call("clean", folder / "a.html", "-o", tmp_path / "bare.html")
    assert f"<article>\n<p>{TITLE}</p>" in (tmp_path / "bare.html").read_text("utf-8")
    assert call("clean", tmp_path / "bare.html").out == STORY
    done = call("clean", folder, "-o", tmp_path / "all.html")
    assert done.code == 2
    assert "name a file .txt or .jsonl" in done.err


def test_a_run_gives_every_file_back(folder: Path, tmp_path: Path) -> None:
    assert call("run", folder, "-o", tmp_path / "out", "-q").code == 0
    assert call("restore", tmp_path / "out", tmp_path / "back").code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == FILES


def test_a_run_writes_pages_that_read_as_their_stories(folder: Path, tmp_path: Path) -> None:
    call("run", folder, "-o", tmp_path / "out", "-q")
    for name in FILES:
        assert call("clean", tmp_path / "out/cleaned" / name).out == STORY
    stories = [json.loads(row) for row in (tmp_path / "out/stories.jsonl").open()]
    assert [(one["page"], one["text"]) for one in stories] == [(name, TEXT) for name in FILES]


def test_each_finding_names_its_line_of_the_text_and_its_element(
    folder: Path, tmp_path: Path
) -> None:
    call("run", folder / "a.html", "-o", tmp_path / "out", "-q")
    found = [json.loads(row) for row in (tmp_path / "out/removed.jsonl").open()]
    links = [row for row in found if row["text"] in LINKS]
    assert [row["line"] for row in links] == [8, 9, 10, 11]
    assert {row["element"] for row in links} == {"html > body > div.related > ul > li"}
    assert {row["action"] for row in found} == {"removed"}


def test_text_has_no_elements(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY + "微信\n新浪微博\nQQ空间\n", "utf-8")
    call("run", tmp_path / "a.txt", "-o", tmp_path / "out", "-q")
    for name in ("removed.jsonl", "stories.jsonl"):
        for row in (tmp_path / "out" / name).open():
            assert not {"element", "url"} & json.loads(row).keys()


def test_copies_are_dropped_from_the_cleaned_pages(folder: Path, tmp_path: Path) -> None:
    call("run", folder, "-o", tmp_path / "out", "--drop-duplicates", "-q")
    sizes = [(tmp_path / "out/cleaned" / name).stat().st_size for name in FILES]
    assert sum(size > 0 for size in sizes) == 1
    assert call("restore", tmp_path / "out", tmp_path / "back").code == 0
    assert (tmp_path / "back/a.html").read_bytes() == FILES["a.html"]


def test_explain_names_the_element_of_a_line(folder: Path) -> None:
    rows = [json.loads(row) for row in call("explain", folder / "a.html", "--json").lines]
    assert rows[0]["element"] == "html > body > div.nav > ul > li"
    assert rows[0]["strength"] == "sure"
    shown = call("explain", folder / "a.html").out
    assert "in html > body > div.related > ul > li" in shown


def test_check_tells_the_line_of_the_text_and_fixes_no_page(folder: Path) -> None:
    done = call("check", folder / "a.html")
    assert done.code == 1
    assert "a.html:1:1: " in done.lines[0]
    assert "(line 1 of the text of " in done.lines[0]
    fixed = call("check", "--fix", folder / "a.html")
    assert fixed.code == 2
    assert "is not cleaned in place" in fixed.err
    assert (folder / "a.html").read_bytes() == FILES["a.html"]


RECORDS = [{"id": "x", "html": PAGE, "url": "http://e.org/x"}, {"id": "y", "html": "<br>"}]
LINES = "".join(json.dumps(one) + "\n" for one in RECORDS)


def test_a_field_of_a_record_may_hold_html() -> None:
    done = call("clean", "--jsonl", "--field", "html", "--html", stdin=LINES)
    assert done.code == 2
    assert "stdin:2: holds no text" in done.err
    assert [json.loads(row) for row in done.lines] == [RECORDS[0] | {"html": TEXT}]


def test_records_of_html_are_given_back(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text(LINES, "utf-8")
    call("run", path, "--field", "html", "--html", "-o", tmp_path / "out", "-q")
    assert call("restore", tmp_path / "out", tmp_path / "back").code == 0
    assert (tmp_path / "back/pages.jsonl").read_text("utf-8") == LINES


def test_a_table_may_hold_html(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "pages.parquet"
    pq.write_table(pa.table({"html": [PAGE], "n": [7]}), path)
    call("clean", path, "--field", "html", "--html", "-o", tmp_path / "clean.parquet")
    assert pq.read_table(tmp_path / "clean.parquet").to_pylist() == [{"html": TEXT, "n": 7}]


def test_a_message_without_html_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.mhtml"
    path.write_bytes(b"Content-Type: text/plain\r\n\r\n" + STORY.encode())
    done = call("clean", path)
    assert done.code == 2
    assert "holds no HTML part" in done.err


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: no parts at all\r\n\r\ntext",
        b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\ntext",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (depth, depth)
            for depth in range(2000)
        ),
        b"Content-Type: multipart/related; a*=b''c; a*0*=d''e; boundary=b\r\n\r\n--b\r\n",
    ],
    ids=["empty", "no type", "no HTML", "two thousand parts deep", "one name twice"],
)
def test_a_message_without_a_web_page_is_set_aside(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.mhtml").write_bytes(raw)
    done = call("clean", tmp_path / "a.mhtml")
    assert (done.code, done.out) == (2, "")
    assert "a.mhtml: holds no HTML part; it is not a saved web page" in done.err


def test_a_charset_that_no_codec_can_be_named_is_passed_over(tmp_path: Path) -> None:
    raw = b"Content-Type: text/html; charset=big5\0\r\n\r\n" + PAGE.encode("gb18030")
    (tmp_path / "a.mhtml").write_bytes(raw)
    done = call("clean", tmp_path / "a.mhtml")
    assert (done.code, done.err) == (0, "")
    assert TITLE in done.out
