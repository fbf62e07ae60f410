"""``cleaner run``: what it leaves in OUT, and what it refuses."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gold_pages import PAGES, SEEDS

from cleaner.corpus.ledger import restore
from cleaner.engines.local import Plan, run
from cleaner.model import CleanerError


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def digest(folder: Path) -> dict[str, str]:
    """The digest of every file below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def command(*arguments: str | Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cleaner", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "NO_COLOR": "1"},
        cwd=Path(__file__).parents[2],
        check=False,
    )


def test_a_run_leaves_every_file_of_the_contract(tmp_path: Path) -> None:
    done = command("run", SEEDS, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "pages" in done.stderr
    assert "stories" in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cleaned",
        "duplicates.jsonl",
        "near_misses.jsonl",
        "pages.jsonl",
        "removed.jsonl",
        "report.html",
        "restore.jsonl.gz",
        "run.json",
        "stories.jsonl",
    ]
    story = rows(tmp_path / "out" / "stories.jsonl")[0]
    assert {"id", "page", "story", "lines", "title", "text", "script", "byline"} <= story.keys()
    assert {"editor", "source", "published", "group", "duplicate_of"} <= story.keys()
    assert story["id"] == "000_signing.txt#1"


def test_the_pair_in_two_scripts_is_the_only_duplicate(tmp_path: Path) -> None:
    run(Plan((str(SEEDS),), tmp_path / "out"))
    (pair,) = rows(tmp_path / "out" / "duplicates.jsonl")
    assert (pair["a"], pair["b"]) == ("000_signing.txt#1", "001_signing_traditional.txt#1")
    assert pair["relation"] == "overlap"
    assert pair["cross_script"] is True
    assert pair["a_in_b"] == pytest.approx(0.59, abs=0.02)
    assert pair["shared"]
    for passage in pair["shared"]:
        assert 1 <= passage["a"][0] <= passage["a"][1] <= 8
        assert 1 <= passage["b"][0] <= passage["b"][1] <= 28


def test_restore_gives_every_input_back(tmp_path: Path) -> None:
    run(Plan((str(SEEDS),), tmp_path / "out"))
    restore(tmp_path / "out", tmp_path / "again")
    for page in SEEDS.glob("*.txt"):
        assert (tmp_path / "again" / page.name).read_bytes() == page.read_bytes()


def test_restore_notices_a_cleaned_file_that_was_changed(tmp_path: Path) -> None:
    run(Plan((str(SEEDS),), tmp_path / "out"))
    with (tmp_path / "out" / "cleaned" / "000_signing.txt").open("a") as stream:
        stream.write("more")
    cleaned = tmp_path / "out" / "cleaned" / "001_signing_traditional.txt"
    cleaned.write_text(cleaned.read_text("utf-8").replace("順德", "顺德"), "utf-8")
    with pytest.raises(CleanerError, match=r"001.*was changed after the run"):
        restore(tmp_path / "out", tmp_path / "again")


def test_order_of_inputs_hash_seed_and_workers_change_no_byte(tmp_path: Path) -> None:
    pages = sorted(SEEDS.glob("*.txt"))
    shuffled = random.Random(1).sample(pages, len(pages))
    assert command("run", *pages, "-o", tmp_path / "a", seed="0").returncode == 0
    assert command("run", *shuffled, "-o", tmp_path / "b", seed="1").returncode == 0
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def corpus_of_many(folder: Path, copies: int) -> Path:
    """A JSON Lines file with the seed pages ``copies`` times, each a little different."""
    folder.mkdir()
    path = folder / "pages.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for number in range(copies):
            for page in sorted(SEEDS.glob("*.txt")):
                text = page.read_text("utf-8").replace("顺德", f"顺德{number}")
                record = {"id": f"{page.stem}-{number}", "n": number, "text": text}
                stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


@pytest.mark.slow
def test_worker_processes_change_no_byte(tmp_path: Path) -> None:
    path = corpus_of_many(tmp_path / "in", 130)
    assert path.stat().st_size > 4 << 20
    run(Plan((str(path),), tmp_path / "one", jobs=1))
    run(Plan((str(path),), tmp_path / "two", jobs=2))
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    restore(tmp_path / "two", tmp_path / "again")
    assert (tmp_path / "again" / "pages.jsonl").read_bytes() == path.read_bytes()


def test_a_file_of_gb18030_comes_out_in_utf_8_and_back(tmp_path: Path) -> None:
    text = (SEEDS / "004_bureau_page.txt").read_text("utf-8")
    page = tmp_path / "in" / "page.txt"
    page.parent.mkdir()
    page.write_bytes(text.encode("gb18030"))
    run(Plan((str(page),), tmp_path / "out"))
    assert "微信" not in (tmp_path / "out" / "cleaned" / "page.txt").read_text("utf-8")
    told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert told["counts"]["encodings"] == {"gb18030": 1}
    restore(tmp_path / "out", tmp_path / "again")
    assert (tmp_path / "again" / "page.txt").read_bytes() == page.read_bytes()


def test_records_keep_their_other_fields_byte_for_byte(tmp_path: Path) -> None:
    page = (SEEDS / "000_signing.txt").read_text("utf-8")
    lines = [
        '{"id":1, "n": 1.50, "text": ' + json.dumps(page) + ', "更多":"\\u4e2d/\\/"}',
        '{"text":' + json.dumps(page, ensure_ascii=False) + ' , "x":[1,  2]}',
        "",
    ]
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    run(Plan((str(path),), tmp_path / "out"))
    cleaned = (tmp_path / "out" / "cleaned" / "pages.jsonl").read_text("utf-8").splitlines()
    assert cleaned[0].startswith('{"id":1, "n": 1.50, "text": "')
    assert cleaned[0].endswith('", "更多":"\\u4e2d/\\/"}')
    assert cleaned[1].endswith('" , "x":[1,  2]}')
    assert "微信" not in json.loads(cleaned[0])["text"]
    assert rows(tmp_path / "out" / "stories.jsonl")[0]["id"] == "pages.jsonl:1#1"
    restore(tmp_path / "out", tmp_path / "again")
    assert (tmp_path / "again" / "pages.jsonl").read_bytes() == path.read_bytes()


def test_a_compressed_file_comes_back_with_its_content(tmp_path: Path) -> None:
    path = tmp_path / "page.txt.gz"
    content = (SEEDS / "000_signing.txt").read_bytes()
    path.write_bytes(gzip.compress(content))
    run(Plan((str(path),), tmp_path / "out"))
    cleaned = gzip.decompress((tmp_path / "out" / "cleaned" / "page.txt.gz").read_bytes())
    assert "微信" not in cleaned.decode()
    restore(tmp_path / "out", tmp_path / "again")
    assert gzip.decompress((tmp_path / "again" / "page.txt.gz").read_bytes()) == content


def test_records_with_one_id_keep_apart_by_their_lines(tmp_path: Path) -> None:
    page = json.dumps((SEEDS / "000_signing.txt").read_text("utf-8"))
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(f'{{"id": "{i}", "text": {page}}}\n' for i in "aba"), "utf-8")
    run(Plan((str(path),), tmp_path / "out"))
    pages = [row["page"] for row in rows(tmp_path / "out" / "stories.jsonl") if row["story"] == 1]
    assert pages == ["pages.jsonl:a@1", "pages.jsonl:b", "pages.jsonl:a@3"]


def test_lines_that_the_pages_of_a_site_share_are_found_without_a_rule(tmp_path: Path) -> None:
    """No rule knows this slogan; that all pages of one site end with it tells what it is."""
    slogan = "岭南一隅 望见潮生"
    path = tmp_path / "pages.jsonl"
    texts = [page.read_text("utf-8") for page in sorted(PAGES.glob("*.txt"))]
    with path.open("w", encoding="utf-8") as stream:
        for number, text in enumerate(texts):
            page = f"{text.rstrip()}\n{slogan}"
            record = {"id": number, "url": "https://a.example/1", "text": page}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    run(Plan((str(path),), tmp_path / "out"))
    found = [row for row in rows(tmp_path / "out" / "removed.jsonl") if row["text"] == slogan]
    assert len(found) > 0.8 * len(texts)


class TestFaults:
    """Bad input gets one clear line, exit 2, and nothing half-written."""

    def refused(self, *arguments: str | Path) -> str:
        done = command("run", *arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        return done.stderr

    def test_a_missing_input(self, tmp_path: Path) -> None:
        said = self.refused(tmp_path / "none.txt", "-o", tmp_path / "out")
        assert "none.txt: no such file" in said
        assert not (tmp_path / "out").exists()

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty.txt").touch()
        assert "empty.txt: is empty" in self.refused(tmp_path / "empty.txt", "-o", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_a_binary_file(self, tmp_path: Path) -> None:
        (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
        said = self.refused(tmp_path / "picture.txt", "-o", tmp_path / "out")
        assert "picture.txt: is a binary file" in said
        assert not (tmp_path / "out").exists()

    def test_a_folder_without_pages(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        assert "no pages in this folder" in self.refused(tmp_path / "in", "-o", tmp_path / "out")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_an_unreadable_file(self, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("字")
        (tmp_path / "secret.txt").chmod(0)
        said = self.refused(tmp_path / "secret.txt", "-o", tmp_path / "out")
        assert "secret.txt: cannot be read" in said

    def test_an_output_folder_that_is_not_empty(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine.txt").write_text("mine")
        assert "is not empty" in self.refused(SEEDS, "-o", tmp_path / "out")
        assert "mine.txt" in self.refused(SEEDS, "-o", tmp_path / "out", "--force")
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]

    def test_an_output_folder_inside_the_input(self, tmp_path: Path) -> None:
        shutil.copytree(SEEDS, tmp_path / "in")
        assert "inside the input" in self.refused(tmp_path / "in", "-o", tmp_path / "in" / "out")

    def test_an_output_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("a file")
        assert "is a file" in self.refused(SEEDS, "-o", tmp_path / "out")

    def test_two_files_of_one_name(self, tmp_path: Path) -> None:
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "page.txt").write_text("一二三四。")
        said = self.refused(tmp_path / "a", tmp_path / "b", "-o", tmp_path / "out")
        assert "same name" in said

    def test_one_bad_page_is_set_aside_and_the_run_goes_on(self, tmp_path: Path) -> None:
        shutil.copytree(SEEDS, tmp_path / "in")
        (tmp_path / "in" / "empty.txt").touch()
        done = command("run", tmp_path / "in", "-o", tmp_path / "out", "--quiet")
        assert done.returncode == 2
        assert done.stderr.strip().endswith("is empty; scrape it again or leave it out")
        told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
        assert told["counts"]["pages"] == 5
        assert [row["page"] for row in told["set_aside"]] == ["empty.txt"]

    def test_a_malformed_record_is_named_with_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "pages.jsonl"
        page = json.dumps((SEEDS / "000_signing.txt").read_text("utf-8"))
        path.write_text(f'{{"text": {page}}}\n{{"text": "一", oops\n{{"body": 1}}\n', "utf-8")
        done = command("run", path, "-o", tmp_path / "out", "--quiet")
        assert done.returncode == 2
        said = done.stderr.splitlines()
        assert "pages.jsonl:2: not a JSON record" in said[0]
        assert "pages.jsonl:3: no field 'text' (fields: body)" in said[1]
        restore(tmp_path / "out", tmp_path / "again")
        assert (tmp_path / "again" / "pages.jsonl").read_bytes() == path.read_bytes()


def test_force_writes_over_an_older_run(tmp_path: Path) -> None:
    run(Plan((str(SEEDS / "000_signing.txt"),), tmp_path / "out"))
    run(Plan((str(SEEDS),), tmp_path / "out", force=True))
    run(Plan((str(SEEDS),), tmp_path / "fresh"))
    assert digest(tmp_path / "out") == digest(tmp_path / "fresh")


@pytest.mark.slow
def test_a_run_that_was_cut_short_is_resumed_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleaner.engines import local

    path = corpus_of_many(tmp_path / "in", 120)
    run(Plan((str(path),), tmp_path / "whole", jobs=1))
    real = local.clean_shard

    def falls_over(shard: Any) -> None:
        if shard.number == 2:
            raise OSError(28, "No space left on device", str(shard.folder))
        real(shard)

    monkeypatch.setattr(local, "clean_shard", falls_over)
    with pytest.raises(CleanerError, match=r"No space left.*--resume"):
        run(Plan((str(path),), tmp_path / "out", jobs=1))
    monkeypatch.setattr(local, "clean_shard", real)
    with pytest.raises(CleanerError, match="not empty"):
        run(Plan((str(path),), tmp_path / "out", jobs=1))
    run(Plan((str(path),), tmp_path / "out", jobs=1, resume=True))
    assert digest(tmp_path / "out") == digest(tmp_path / "whole")


def test_files_of_rules_and_furniture_are_told_by_name(tmp_path: Path) -> None:
    assert command("learn", SEEDS, "-o", tmp_path / "shared.tsv").returncode == 0
    done = command("run", SEEDS, "-o", tmp_path / "out", "--furniture", tmp_path / "shared.tsv")
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert told["options"]["furniture"] == ["shared.tsv"]


def test_resume_refuses_an_unfinished_run_of_other_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleaner.engines import local

    def falls_over(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(local, "finish", falls_over)
        with pytest.raises(CleanerError, match=r"out: No space left.*--resume"):
            run(Plan((str(SEEDS),), tmp_path / "out"))
    with pytest.raises(CleanerError, match="no unfinished run"):
        run(Plan((str(SEEDS / "000_signing.txt"),), tmp_path / "out", resume=True))
    run(Plan((str(SEEDS),), tmp_path / "out", resume=True))
