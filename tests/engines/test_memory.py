"""``--memory`` bounds what a run takes, and says so where it cannot; ``--dry-run`` tells ahead."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import call
from gold_pages import SEEDS
from small_pages import NOISE, STORY

from cleaner.corpus.entries import MAX_PAGE_BYTES
from cleaner.engines.local import Plan, run
from cleaner.engines.memory import share_out
from cleaner.model import CleanerError


def test_without_a_bound_there_are_as_many_workers_as_asked_for() -> None:
    assert share_out(None, 3, 10**9).jobs == 3
    assert share_out(None, 0, 10**9).jobs == os.cpu_count()
    assert share_out(None, 1, 10**9).largest_page == MAX_PAGE_BYTES


def test_less_memory_means_fewer_workers_and_smaller_pages() -> None:
    shares = [share_out(gigabytes * 10**9, 8, 10**8) for gigabytes in (1, 2, 4, 16)]
    assert [share.jobs for share in shares] == [1, 2, 4, 6]
    pages = [share.largest_page for share in shares]
    assert pages == sorted(pages)
    assert pages[0] == 10**9 // 256
    assert pages[-1] == 16 * 10**9 // 256


def test_the_largest_page_does_not_depend_on_the_workers() -> None:
    """The output follows from the memory that is named, not from the machine."""
    assert len({share_out(2 * 10**9, jobs, 10**8).largest_page for jobs in (0, 1, 2, 9)}) == 1


def test_what_is_asked_for_is_enough() -> None:
    """The figure in the message is one that is not refused."""
    for corpus in (0, 10**8, 10**10):
        with pytest.raises(CleanerError, match="too little") as refused:
            share_out(300_000_000, 1, corpus)
        least = int(str(refused.value).partition("it needs ")[2].partition("M")[0])
        assert share_out(least * 10**6, 1, corpus).jobs == 1


@pytest.mark.parametrize("size", ["500000000", "500M", "0.5g", "500MB"])
def test_a_size_may_be_written_in_several_ways(size: str, tmp_path: Path) -> None:
    told = call("run", SEEDS, "-o", tmp_path / "out", "--memory", size)
    assert told.code == 2
    assert told.err.startswith("cleaner: --memory: 500M is too little")
    assert len(told.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("size", ["", "x", "-1G", "0", "1P", "nan"])
def test_what_is_no_size_is_refused(size: str, tmp_path: Path) -> None:
    told = call("run", SEEDS, "-o", tmp_path / "out", "--memory", size)
    assert told.code == 2
    assert "is no size; write it as 800M or 4G" in told.err


def test_a_page_above_its_share_is_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "small.txt").write_text(STORY + NOISE, "utf-8")
    (folder / "large.txt").write_text(STORY * 12_000, "utf-8")
    told = call("run", folder, "-o", tmp_path / "out", "--memory", "800M", "-q")
    assert told.code == 2
    assert "large.txt: is larger than 3 MB, the most one page may have" in told.err
    run_json = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert run_json["counts"]["pages"] == 1
    assert run_json["options"]["largest_page"] == 800_000_000 // 256


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_run_keeps_to_its_memory(tmp_path: Path) -> None:
    """A page of the size that the memory allows, and lines of every length."""
    page = tmp_path / "page.txt"
    page.write_bytes((STORY + NOISE).encode() * 6000)
    assert 2_000_000 < page.stat().st_size <= 800_000_000 // 256
    script = (
        "import sys, resource; from cleaner.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    words = ["run", str(page), "-o", str(tmp_path / "out"), "-q", "--memory", "800M"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) * 1024 < 800_000_000


class TestDryRun:
    """It tells what would be read and written, on stdout, and writes nothing."""

    def test_files_by_kind_with_their_pages(self, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "page.txt").write_text(STORY, "utf-8")
        (folder / "pages.jsonl").write_text('{"text": "一"}\n' * 3 + '{"text": "二"}')
        (folder / "packed.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\n'))
        told = call("run", folder, "-o", tmp_path / "out", "--dry-run")
        assert (told.code, told.err) == (0, "")
        assert told.lines[0] == "would read 3 files:"
        kinds = [line.split("  ")[1] for line in told.lines[1:4]]
        assert kinds == ["jsonl", "jsonl, gzip", "text"]
        assert [line.rpartition("   ")[2] for line in told.lines[1:4]] == [
            "4 pages",
            "pages not counted",
            "1 page",
        ]
        assert "1 worker process" in told.out
        assert "cleaned, duplicates.jsonl" in told.out
        assert not (tmp_path / "out").exists()

    def test_it_is_refused_where_the_run_would_be(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine.txt").write_text("mine")
        told = call("run", SEEDS, "-o", tmp_path / "out", "--dry-run")
        assert (told.code, told.out) == (2, "")
        assert "is not empty" in told.err
        assert call("run", SEEDS, "-o", tmp_path / "new", "--dry-run", "--memory", "9M").code == 2

    def test_of_a_run_that_was_cut_short_it_tells_what_is_left(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from cleaner.engines import local

        out = tmp_path / "out"

        def falls_over(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(local, "finish", falls_over)
            with pytest.raises(CleanerError):
                run(Plan((str(SEEDS),), out))
        before = sorted(out.rglob("*"))
        told = call("run", SEEDS, "-o", out, "--dry-run", "--resume").out
        assert "in 1 shard (1 of them finished)" in told
        assert sorted(out.rglob("*")) == before
        call("run", SEEDS, "-o", out, "--resume")
        assert "nothing left to do" in call("run", SEEDS, "-o", out, "--dry-run", "--resume").out
