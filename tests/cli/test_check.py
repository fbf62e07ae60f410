"""``cleaner check``: what it finds, where it says so, and what it fails for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from command_line import call
from gold_pages import SEEDS
from small_pages import NOISE, OTHER, STORY


@pytest.fixture
def scrape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder ``pages`` with a noisy and a clean page; the folder above it is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "noisy.txt").write_text(STORY + NOISE)
    (folder / "clean.txt").write_text(OTHER)
    return folder


def test_a_finding_stands_at_its_line_and_column_with_rule_and_reason(scrape: Path) -> None:
    done = call("check", "pages")
    assert done.code == 1
    assert [line.split(" ")[0] for line in done.lines] == [
        "pages/noisy.txt:5:1:",
        "pages/noisy.txt:6:1:",
        "pages/noisy.txt:7:1:",
    ]
    assert "share-name share_widget “微信”: " in done.lines[0]
    assert "2 pages, 3 findings (share_widget 3)" in done.err


def test_clean_pages_end_with_0(scrape: Path) -> None:
    done = call("check", "pages/clean.txt")
    assert (done.code, done.out) == (0, "")


@pytest.mark.parametrize("name", ["noisy.txt", "clean.txt"])
def test_a_file_and_a_pipe_are_told_the_same(scrape: Path, name: str) -> None:
    by_file = call("check", f"pages/{name}")
    by_pipe = call(
        "check", "-", "--stdin-name", f"pages/{name}", stdin=(scrape / name).read_bytes()
    )
    assert by_pipe.out == by_file.out
    assert by_pipe.code == by_file.code


def test_quiet_tells_findings_alone(scrape: Path) -> None:
    assert call("check", "-q", "pages").err == ""


def test_a_page_that_cannot_be_read_is_a_fault(scrape: Path) -> None:
    (scrape / "binary.txt").write_bytes(bytes(range(256)) * 20)
    done = call("check", "pages")
    assert done.code == 2
    assert "binary.txt: is a binary file" in done.err
    assert len(done.lines) == 3


def test_a_broken_paragraph_is_told_where_it_goes_on(scrape: Path) -> None:
    done = call("check", SEEDS / "002_newspaper_page.txt")
    (first, *_) = [line for line in done.lines if "broken paragraph" in line]
    assert first.split(":")[1] == "13"


def test_odd_characters_are_told(scrape: Path) -> None:
    (scrape / "odd.txt").write_text(STORY.replace("一百", "１百"))
    (told,) = call("check", "pages/odd.txt").lines
    assert "odd characters “１”" in told
    column = STORY.splitlines()[1].index("一百") + 1
    assert told.startswith(f"pages/odd.txt:2:{column}: ")


def test_bytes_that_are_no_characters_are_told(scrape: Path) -> None:
    page = (STORY * 3).encode()
    (scrape / "bytes.txt").write_bytes(page.replace("老图书馆".encode(), b"\xff\xfe", 1))
    found = [line for line in call("check", "pages/bytes.txt").lines if "undecodable" in line]
    assert found
    assert all(line.startswith("pages/bytes.txt:2:") for line in found)


def test_a_stretch_of_another_encoding_is_told(scrape: Path) -> None:
    page = (OTHER * 4).encode() + (STORY * 4).encode("gb18030")
    (scrape / "mixed.txt").write_bytes(page)
    done = call("check", "pages/mixed.txt", "--fail-on", "decoding")
    assert done.code == 1
    assert "mixed-encodings this stretch is gb18030, the page is utf-8" in done.out


def test_a_character_that_was_lost_before_is_told(scrape: Path) -> None:
    (scrape / "lost.txt").write_text(STORY.replace("学校", "学\ufffd", 1))
    assert "lost-text “\ufffd” stands where text was lost" in call("check", "pages/lost.txt").out


def test_a_line_read_in_a_wrong_encoding_is_told(scrape: Path) -> None:
    line = "中文新闻报道今天的消息".encode().decode("gb18030", "replace")
    (scrape / "misread.txt").write_text(STORY + line + "\n")
    found = [told for told in call("check", "pages/misread.txt").lines if "mojibake" in told]
    assert len(found) == 1
    assert found[0].startswith("pages/misread.txt:5:1: mojibake utf-8 that was read as ")


def test_characters_that_a_bad_conversion_left_are_told(scrape: Path) -> None:
    story = "縣長說,今后將加強干部培訓,有利于學校的發展,並復制這項計畫的經驗,請縣民繼續關心。\n"
    (scrape / "converted.txt").write_text("學校的事\n" + story)
    done = call("check", "pages/converted.txt", "--fail-on", "script")
    assert done.code == 1
    found = [told for told in done.lines if "bad-conversion" in told]
    assert "badly converted “干”: a character table left 干; Traditional writes 幹" in done.out
    assert len(found) == 4
    assert all(told.startswith("pages/converted.txt:2:") for told in found)


def test_scripts_mixed_in_one_story_are_told(scrape: Path) -> None:
    traditional = "縣長說,這項計畫將讓學生與教師受益,請縣民繼續關心學校的發展。\n"
    simplified = "县长说,这项计划将让学生与教师受益,请县民继续关心学校的发展。\n"
    (scrape / "scripts.txt").write_text("學校的事\n" + traditional + simplified)
    assert "mixed-script" in call("check", "pages/scripts.txt").out


def test_copies_among_the_pages_are_told_once_a_pair(scrape: Path) -> None:
    (scrape / "copy.txt").write_text(OTHER)
    found = [line for line in call("check", "pages").lines if "duplicate" in line]
    assert found == ["pages/copy.txt:1:1: duplicate-exact the same story as pages/clean.txt#1"]


def test_copies_of_stories_in_an_index_are_told_by_their_old_ids(
    scrape: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "first.txt").write_text(OTHER)
    assert call("run", "-q", old, "-o", tmp_path / "out").code == 0
    assert call("index", "create", tmp_path / "seen").code == 0
    assert call("index", "add", tmp_path / "seen", tmp_path / "out").code == 0
    done = call("check", "pages", "--against", tmp_path / "seen", "--fail-on", "exact")
    assert done.code == 1
    assert "pages/clean.txt:1:1: duplicate-exact the same story as first.txt#1" in done.lines
    again = call("check", old, "--against", tmp_path / "seen")
    assert again.code == 0  # the page that the index has is no copy of itself


def test_records_are_told_at_their_line_of_the_file(scrape: Path) -> None:
    rows = [{"id": "a", "text": OTHER}, {"id": "b", "text": STORY + NOISE}]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (scrape / "pages.jsonl").write_text("\n".join(lines) + "\n")
    done = call("check", "pages/pages.jsonl", "--field", "text")
    assert done.lines[0].startswith("pages/pages.jsonl:2:21: share-name ")
    assert done.lines[0].endswith("(line 5 of pages/pages.jsonl:b)")
    by_pipe = call("check", "-", "--jsonl", stdin="\n".join(lines) + "\n")
    assert len(by_pipe.lines) == len(done.lines)


def test_rows_of_a_table_are_told_at_their_lines(scrape: Path) -> None:
    (scrape / "pages.csv").write_text(f'id,text\na,"{OTHER}"\nb,"{STORY}{NOISE}"\n')
    found = call("check", "pages/pages.csv").lines
    assert [line.split(" ")[0] for line in found] == [
        f"pages/pages.csv:{line}:1:" for line in (11, 12, 13)
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-on", "noise"], 1),
        (["--fail-on", "share_widget"], 1),
        (["--fail-on", "suspect,duplicate,near"], 0),
        (["--fail-on", "none"], 0),
        (["--fail-on", "all"], 1),
        (["--max-noise", "50%"], 0),
        (["--max-noise", "0.5"], 0),
        (["--max-noise", "5%"], 1),
        (["--keep", "share_widget"], 0),
    ],
)
def test_a_check_fails_for_what_it_was_asked_to(
    scrape: Path, options: list[str], code: int
) -> None:
    assert call("check", "pages", *options).code == code


def test_a_page_over_its_budget_is_named(scrape: Path) -> None:
    told = call("check", "pages", "--max-noise", "5%").lines
    assert told[0].startswith("pages/noisy.txt:1:1: noise-budget ")
    assert told[0].endswith("% of the page is noise, more than 5.0%")


def test_what_the_baseline_knows_passes_and_what_is_new_fails(scrape: Path) -> None:
    done = call("check", "pages", "--baseline", "known.json", "--update-baseline")
    assert done.code == 0
    assert "known.json: 3 findings are known now" in done.err
    known = call("check", "pages", "--baseline", "known.json")
    assert (known.code, known.out) == (0, "")
    assert "3 known" in known.err
    (scrape / "noisy.txt").write_text("新的一行,说的是另一件事,句子也足够长。\n" + STORY + NOISE)
    assert call("check", "pages", "--baseline", "known.json").code == 0  # lines moved
    (scrape / "noisy.txt").write_text(STORY + NOISE + "微信\n")
    new = call("check", "pages", "--baseline", "known.json")
    assert new.code == 1
    assert [line.split(" ")[0] for line in new.lines] == ["pages/noisy.txt:8:1:"]


def test_the_baseline_is_the_same_from_every_folder(
    scrape: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("check", "pages", "--baseline", "known.json", "--update-baseline")
    monkeypatch.chdir(scrape)
    assert call("check", ".", "--baseline", "../known.json").code == 0


def git(*words: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], check=True)


def test_only_what_git_says_changed_is_checked(scrape: Path) -> None:
    done = call("check", "pages", "--changed-since", "HEAD")
    assert done.code == 2
    assert "not a git repository" in done.err
    (scrape / "same.txt").write_text(STORY + NOISE)
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "pages")
    assert call("check", "pages", "--changed-since", "HEAD").code == 0
    (scrape / "noisy.txt").write_text(OTHER + NOISE)
    (scrape / "名.txt").write_text(NOISE + STORY + NOISE)
    done = call("check", "pages", "--changed-since", "HEAD", "-v")
    assert {line.partition(":")[0] for line in done.lines} == {"pages/noisy.txt", "pages/名.txt"}
    assert "2 files changed" in done.err
    assert call("check", "pages", "--changed-since", "nothing").code == 2


def test_a_fix_cleans_in_place_and_leaves_nothing_to_fix(scrape: Path) -> None:
    (scrape / "gbk.txt").write_bytes((OTHER[:6] + STORY + NOISE).encode("gb18030"))
    (scrape / "noisy.txt").chmod(0o640)
    (scrape / "crlf.txt").write_bytes((STORY + NOISE).replace("\n", "\r\n").encode())
    before = (scrape / "clean.txt").stat().st_mtime_ns
    done = call("check", "pages", "--fix", "--fail-on", "noise,paragraph,characters")
    assert done.code == 0
    assert "pages/gbk.txt: cleaned; it was gb18030 and is UTF-8 now" in done.err
    assert "pages/noisy.txt: cleaned\n" in done.err
    assert (scrape / "noisy.txt").read_text() == STORY
    assert (scrape / "noisy.txt").stat().st_mode & 0o777 == 0o640
    assert (scrape / "crlf.txt").read_bytes() == STORY.replace("\n", "\r\n").encode()
    assert (scrape / "gbk.txt").read_text().endswith(STORY.partition("\n")[2])
    assert (scrape / "clean.txt").stat().st_mtime_ns == before
    assert sorted(path.suffix for path in scrape.iterdir()) == [".txt"] * 4


def test_a_fix_leaves_records_that_are_none_where_they_are(scrape: Path) -> None:
    good = json.dumps({"id": "a", "text": STORY + NOISE}, ensure_ascii=False)
    (scrape / "pages.jsonl").write_text(f"{{broken\n\n{good}\n")
    assert call("check", "pages/pages.jsonl", "--fix").code == 2
    fixed = json.dumps({"id": "a", "text": STORY[:-1]}, ensure_ascii=False)
    assert (scrape / "pages.jsonl").read_text() == f"{{broken\n\n{fixed}\n"


def test_bytes_of_a_record_that_are_no_characters_are_told_and_kept(scrape: Path) -> None:
    line = json.dumps({"id": "a", "text": STORY + NOISE, "note": "x"}, ensure_ascii=False)
    broken = line.encode().replace(b'"x"', b'"\xff"') + b"\n"
    (scrape / "pages.jsonl").write_bytes(broken)
    done = call("check", "pages/pages.jsonl", "--fail-on", "decoding")
    assert done.code == 1
    assert "undecodable-bytes 1 bytes are not utf-8" in done.out
    assert "lost-text" not in done.out
    call("check", "pages/pages.jsonl", "--fix")
    fixed = (scrape / "pages.jsonl").read_bytes()
    assert b'"note": "\xff"' in fixed
    assert "微信".encode() not in fixed


def test_a_fix_keeps_bytes_that_are_no_characters(scrape: Path) -> None:
    page = STORY.encode() + b"\xff\xfe" + OTHER.encode()
    (scrape / "bytes.txt").write_bytes(page + NOISE.encode())
    call("check", "pages/bytes.txt", "--fix")
    assert b"\xff\xfe" in (scrape / "bytes.txt").read_bytes()


def test_a_page_of_noise_alone_is_not_emptied(scrape: Path) -> None:
    (scrape / "noise.txt").write_text(NOISE)
    call("check", "pages/noise.txt", "--fix")
    assert (scrape / "noise.txt").read_text() == NOISE


def test_a_diff_shows_what_a_fix_would_do_and_does_nothing(scrape: Path) -> None:
    done = call("check", "pages", "--diff")
    assert done.code == 1
    assert done.lines[:2] == ["--- pages/noisy.txt", "+++ pages/noisy.txt"]
    assert done.lines[-3:] == ["-微信", "-新浪微博", "-QQ空间"]
    assert (scrape / "noisy.txt").read_text() == STORY + NOISE
    assert call("check", "pages/clean.txt", "--diff").code == 0


def test_the_pair_of_the_real_pages_is_found_against_an_index(shared: Path, tmp_path: Path) -> None:
    (known,) = (shared / "seeds").glob("001*.txt")
    pages = sorted((shared / "seeds").glob("*.txt"))
    assert call("run", "-q", known, "-o", tmp_path / "out").code == 0
    assert call("index", "create", tmp_path / "seen").code == 0
    assert call("index", "add", tmp_path / "seen", tmp_path / "out").code == 0
    done = call("check", *pages, "--against", tmp_path / "seen")
    assert done.code == 1
    found = [line for line in done.lines if known.name + "#1" in line and ":1:1: " in line]
    assert any("/000_" in line and "duplicate-overlap" in line for line in found)


def test_a_file_for_the_findings_that_cannot_be_written_is_named(scrape: Path) -> None:
    done = call("check", "pages", "-o", "nowhere/found.txt")
    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        "cleaner: nowhere/found.txt: cannot be written (No such file or directory)"
    )


def test_standard_input_is_in_no_revision(scrape: Path) -> None:
    done = call("check", "-", "--changed-since", "HEAD", stdin=STORY + NOISE)
    assert (done.code, done.out) == (0, "")


def test_without_git_its_absence_is_told(scrape: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = call("check", "pages", "--changed-since", "HEAD")
    assert done.code == 2
    assert "--changed-since needs git; install it or name the files" in done.err


@pytest.mark.parametrize("told", ["no JSON", '{"findings": 7}', "[]"])
def test_a_baseline_that_is_none_is_refused(scrape: Path, told: str) -> None:
    (scrape / "known.json").write_text(told)
    done = call("check", "pages", "--baseline", "pages/known.json")
    assert done.code == 2
    assert "known.json" in done.err


def test_a_baseline_that_cannot_be_written_is_named(scrape: Path) -> None:
    done = call("check", "pages", "--baseline", "no/known.json", "--update-baseline")
    assert done.code == 2
    assert "no/known.json" in done.err


def test_a_story_within_another_is_told_by_the_shorter_one(scrape: Path) -> None:
    (scrape / "longer.txt").write_text(OTHER + "".join(STORY.splitlines(keepends=True)[1:]))
    found = call("check", "pages/clean.txt", "pages/longer.txt").lines
    assert found == [
        "pages/clean.txt:1:1: duplicate-contained this story stands in pages/longer.txt#1"
    ]


def test_a_fix_of_what_cannot_be_read_leaves_it_as_it_is(scrape: Path) -> None:
    raw = bytes(range(256)) * 20
    (scrape / "noisy.txt").write_bytes(raw)
    done = call("check", "pages/noisy.txt", "--fix")
    assert done.code == 2
    assert done.err.endswith("is a binary file, not text; leave it out; it is left as it is\n")
    assert (scrape / "noisy.txt").read_bytes() == raw
