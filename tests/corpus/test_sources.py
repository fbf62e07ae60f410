"""Which files are read: of a folder the known endings, nothing hidden, nothing excluded."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest
from command_line import call
from small_pages import NOISE, OTHER, STORY

from cleaner.corpus.inputs import named_sources
from cleaner.corpus.sources import find_sources, format_of, is_excluded
from cleaner.model import CleanerError

EVERYTHING = ["2024/a.html", "2024/drafts/old.txt", "README.txt", "drafts/page.txt", "page.txt"]
"""The pages of the folder below, in the order in which they are read."""


@pytest.fixture
def scrape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as scrapers leave it, named ``scrape`` from the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    for name in EVERYTHING:
        path = tmp_path / "scrape" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STORY if name == "page.txt" else OTHER)
    return tmp_path / "scrape"


def names(*exclude: str) -> list[str]:
    return [source.name for source in find_sources(["scrape"], exclude=exclude)]


def test_a_folder_is_read_with_the_folders_in_it(scrape: Path) -> None:
    assert names() == EVERYTHING


@pytest.mark.parametrize(
    "name", [".page.txt", ".git/description.txt", "notes.md", "logo.png", "page.txt.part"]
)
def test_what_is_hidden_or_of_no_known_ending_is_no_page(scrape: Path, name: str) -> None:
    path = scrape / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(STORY)
    assert name not in names()
    assert [one.name for one in find_sources([str(path)])] == [path.name]  # unless it is named


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("README.txt", ["2024/a.html", "2024/drafts/old.txt", "drafts/page.txt", "page.txt"]),
        ("*.html", ["2024/drafts/old.txt", "README.txt", "drafts/page.txt", "page.txt"]),
        ("drafts", ["2024/a.html", "README.txt", "page.txt"]),  # wherever a folder has that name
        ("drafts/", ["2024/a.html", "README.txt", "page.txt"]),
        ("2024/drafts", ["2024/a.html", "README.txt", "drafts/page.txt", "page.txt"]),
        ("2024/*", ["README.txt", "drafts/page.txt", "page.txt"]),
        ("scrape/2024", ["README.txt", "drafts/page.txt", "page.txt"]),  # as a shell completes it
        ("readme.txt", EVERYTHING),
        ("draft", EVERYTHING),
    ],
)
def test_a_pattern_leaves_out_names_and_paths(scrape: Path, pattern: str, left: list[str]) -> None:
    assert names(pattern) == left


def test_several_patterns_leave_out_what_any_of_them_fits(scrape: Path) -> None:
    assert names("drafts", "*.html", "README*") == ["page.txt"]


def test_a_file_that_is_named_is_left_out_by_its_own_name_alone(scrape: Path) -> None:
    def read(pattern: str) -> list[str]:
        given = ["scrape/drafts/page.txt", "scrape/README.txt"]
        return [one.name for one in named_sources(given, exclude=[pattern])]

    assert read("README*") == ["page.txt"]
    assert read("scrape/drafts/*") == ["README.txt"]
    assert read("drafts") == ["page.txt", "README.txt"]  # the folder above was not looked into


def test_a_folder_of_which_nothing_is_left_is_told_with_the_patterns(scrape: Path) -> None:
    with pytest.raises(
        CleanerError, match=r"scrape: no pages in this folder .*, without \*\.\* 20"
    ):
        names("*.*", "20")


def test_paths_in_other_stores_are_left_out_by_the_same_rule() -> None:
    below = PurePosixPath("2024/drafts/old.txt")
    assert all(is_excluded(below, [one]) for one in ("drafts", "old.*", "2024", "2024/drafts"))
    assert not any(is_excluded(below, [one]) for one in ("drafts/old.txt", "2025", "", "."))


def test_check_does_not_look_at_what_is_excluded(scrape: Path) -> None:
    (scrape / "README.txt").write_text(STORY + NOISE)
    assert call("check", "scrape", "--exclude", "drafts", "--exclude", "2024").code == 1
    done = call("check", "scrape", "--exclude", "README*", "--exclude", "drafts")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("2 pages, 0 findings")


def test_check_of_nothing_but_excluded_files_finds_nothing(scrape: Path) -> None:
    done = call("check", "scrape/README.txt", "--exclude", "README.txt")  # as a commit hook may ask
    assert (done.code, done.out) == (0, "")


def test_a_run_leaves_them_out_and_says_which(scrape: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("run", "scrape", "-o", out, "--exclude", "[2R]*", "--exclude", "drafts").code == 0
    told = json.loads((out / "run.json").read_text())
    assert [one["file"] for one in told["inputs"]] == ["page.txt"]
    assert told["options"]["exclude"] == ["[2R]*", "drafts"]


def test_a_run_of_nothing_is_refused(scrape: Path, tmp_path: Path) -> None:
    done = call("run", "scrape/page.txt", "-o", tmp_path / "out", "--exclude", "page.*")
    assert done.code == 2
    assert done.err == "cleaner: --exclude page.*: leaves nothing to read\n"


def test_the_configuration_may_hold_patterns(scrape: Path, tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('exclude = ["drafts", "2024", "README.txt"]\n')
    assert call("check", "scrape").err.startswith("1 page, 0 findings")


def test_learn_does_not_count_what_is_excluded(scrape: Path) -> None:
    for number in range(4):
        (scrape / f"{number}.txt").write_text(f"{STORY}第{number}页的文字\n临江晚报数字频道\n")
    assert "临江晚报数字频道" in call("learn", "scrape").out
    assert "临江晚报数字频道" not in call("learn", "scrape", "--exclude", "[01]*").out


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.TXT", ("text", "")),
        ("a.jsonl.gz", ("jsonl", "gzip")),
        ("a.parquet", ("jsonl", "parquet")),
        ("a.parquet.gz", None),
        ("a.warc.gz", ("warc", "gzip members")),
        ("a.gz", None),
        ("a", None),
    ],
)
def test_the_ending_of_a_name_tells_format_and_compression(
    name: str, kind: tuple[str, str] | None
) -> None:
    assert format_of(Path(name)) == kind
