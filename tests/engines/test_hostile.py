"""Hostile input: each kind has its promised outcome, none a traceback or a full memory."""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from command_line import call, unmeasured
from gold_pages import SEEDS
from small_pages import NOISE, OTHER, STORY

from benchmarks.kills import digest
from cleaner.corpus import shards, streams
from cleaner.corpus.entries import MAX_PAGE_LINES, Reading
from cleaner.corpus.ledger import restore
from cleaner.engines import local
from cleaner.engines.local import Plan, run
from cleaner.model import CleanerError

HOME = Path(__file__).parents[2]


def counts(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "run.json").read_text("utf-8"))["counts"]
    return told


def page_names(out: Path) -> list[str]:
    rows = (out / "stories.jsonl").read_text("utf-8").splitlines()
    return [json.loads(row)["page"] for row in rows]


def record(text: str, **more: object) -> bytes:
    return json.dumps({**more, "text": text}, ensure_ascii=False).encode() + b"\n"


class TestSize:
    """What is too large is named and set aside; what is only long is cleaned."""

    def test_a_record_above_what_a_page_may_have(self, tmp_path: Path) -> None:
        """It is passed over without being held, whatever its size."""
        path = tmp_path / "pages.jsonl"
        path.write_bytes(record(STORY) + record("字" * 9000) + record(OTHER))
        done = run(Plan((str(path),), tmp_path / "out", reading=Reading(largest_page=2000)))
        (fault,) = done.faults
        assert "pages.jsonl:2: a record of 27,0" in str(fault)
        assert page_names(tmp_path / "out") == ["pages.jsonl:1", "pages.jsonl:3"]

    def test_a_file_with_a_record_passed_over_is_not_restored_and_says_so(
        self, tmp_path: Path
    ) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "pages.jsonl").write_bytes(record(STORY) + record("字" * 9000))
        (folder / "page.txt").write_text(OTHER, "utf-8")
        run(Plan((str(folder),), tmp_path / "out", reading=Reading(largest_page=2000)))
        told = call("restore", tmp_path / "out", tmp_path / "again")
        assert told.code == 2
        assert "1 files are restored, every digest right, but not pages.jsonl" in told.err
        assert [path.name for path in (tmp_path / "again").iterdir()] == ["page.txt"]

    def test_a_record_longer_than_the_ranges_a_file_is_cut_into(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It belongs to the range where it starts; the ranges inside it have no records."""
        monkeypatch.setattr(shards, "SMALLEST", 1000)
        path = tmp_path / "pages.jsonl"
        path.write_bytes(record(STORY) + record((OTHER + "\n") * 50) + record(STORY + NOISE) * 3)
        run(Plan((str(path),), tmp_path / "out", jobs=1))
        assert [*dict.fromkeys(page_names(tmp_path / "out"))] == [
            f"pages.jsonl:{line}" for line in range(1, 6)
        ]
        restore(tmp_path / "out", tmp_path / "again")
        assert (tmp_path / "again" / "pages.jsonl").read_bytes() == path.read_bytes()

    @pytest.mark.slow
    def test_a_line_of_a_gigabyte(self, tmp_path: Path) -> None:
        """Bounded memory: 400 MB are enough to pass over it."""
        path = tmp_path / "pages.jsonl"
        block = "字".encode() * (1 << 20)
        with path.open("wb") as stream:
            stream.write(b'{"text": "')
            for _ in range(340):
                stream.write(block)
            stream.write(b'"}\n' + record(STORY))
        script = (
            "import resource, sys; from cleaner.engines.local import *\n"
            "resource.setrlimit(resource.RLIMIT_DATA, (400_000_000,) * 2)\n"
            "reading = Reading(largest_page=4_000_000)\n"
            "print(run(Plan((sys.argv[1],), Path(sys.argv[2]), reading, jobs=1)).faults)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, path, tmp_path / "out"],
            capture_output=True,
            text=True,
            cwd=HOME,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "a record of 1,069,547,533 bytes is larger than 4 MB" in done.stdout
        assert page_names(tmp_path / "out") == ["pages.jsonl:2"]

    def test_a_page_that_is_one_long_line(self, tmp_path: Path) -> None:
        path = tmp_path / "page.txt"
        path.write_text(STORY.replace("\n", "") * 500, "utf-8")
        run(Plan((str(path),), tmp_path / "out"))
        assert counts(tmp_path / "out")["pages"] == 1

    def test_a_page_of_more_lines_than_a_page_may_have(self, tmp_path: Path) -> None:
        path = tmp_path / "page.txt"
        path.write_bytes(b"\n" * (MAX_PAGE_LINES + 1) + STORY.encode())
        told = call("run", path, "-o", tmp_path / "out")
        assert told.code == 2
        assert "page.txt: has more than 1,000,000 lines; it is not one page" in told.err

    @pytest.mark.slow
    def test_ten_million_lines(self, tmp_path: Path) -> None:
        """Of records without text as many are named as help; all are counted."""
        path = tmp_path / "pages.jsonl"
        path.write_bytes(record(STORY) + b"{}\n" * 500_000 + b"\n" * 9_500_000)
        done = run(Plan((str(path),), tmp_path / "out", jobs=1))
        assert counts(tmp_path / "out")["pages"] == 1
        assert counts(tmp_path / "out")["set_aside"] == 500_000
        assert len(done.faults) < 50_000

    def test_a_wrong_field_is_told_in_one_line(self, tmp_path: Path) -> None:
        path = tmp_path / "pages.jsonl"
        path.write_bytes(record(STORY) * 3000)
        told = call("run", path, "-o", tmp_path / "out", "--field", "body")
        assert told.code == 2
        assert len(told.err.splitlines()) == 1
        assert "no field 'body' (fields: text) (and 2,999 more like it)" in told.err
        assert not (tmp_path / "out").exists()

    def test_a_decompression_bomb(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(streams, "BOMB_FLOOR", 1 << 20)
        path = tmp_path / "pages.jsonl.gz"
        path.write_bytes(gzip.compress(record(STORY) + b" " * (64 << 20)))
        told = call("run", path, "-o", tmp_path / "out", "--jobs", "1")
        assert told.code == 2
        assert "unpacks to more than 200 times its size; unpack it first if it is right" in told.err
        assert page_names(tmp_path / "out") == ["pages.jsonl.gz:1"]

    def test_a_compressed_page_that_is_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "page.txt.gz"
        path.write_bytes(gzip.compress(bytes(70_000_000)))
        told = call("run", path, "-o", tmp_path / "out")
        assert "page.txt.gz: is larger than 67 MB, the most one page may have" in told.err


class TestNames:
    """Any name a file system allows; on the terminal and in the output it is one line of text."""

    def test_a_path_with_a_line_break(self, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "a\nb.txt").write_text(STORY, "utf-8")
        (folder / "c\nd.txt").touch()
        told = call("run", folder, "-o", tmp_path / "out", "-q")
        assert told.err.splitlines() == [
            f"cleaner: {folder}/c%0Ad.txt: is empty; scrape it again or leave it out"
        ]
        assert set(page_names(tmp_path / "out")) == {"a%0Ab.txt"}
        assert (tmp_path / "out" / "cleaned" / "a%0Ab.txt").exists()
        told = call("run", tmp_path / "x\ny.txt", "-o", tmp_path / "other")
        assert told.err.splitlines() == [
            f"cleaner: {tmp_path}/x%0Ay.txt: no such file or folder; check the path"
        ]

    @pytest.mark.skipif(sys.platform == "darwin", reason="its names are Unicode")
    def test_a_file_name_in_gbk(self, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        name = os.fsencode(folder) + b"/" + "新闻.txt".encode("gbk")
        with open(name, "wb") as stream:
            stream.write(STORY.encode())
        told = call("run", folder, "-o", tmp_path / "out", "-q")
        assert (told.code, told.err) == (0, "")
        assert set(page_names(tmp_path / "out")) == {"%D0%C2%CE%C5.txt"}

    def test_symbolic_links_that_lead_in_a_circle(self, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        (folder / "deep").mkdir(parents=True)
        (folder / "deep" / "page.txt").write_text(STORY, "utf-8")
        (folder / "deep" / "up").symlink_to(folder)
        (folder / "self.txt").symlink_to(folder / "self.txt")
        (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
        told = call("run", folder, "-o", tmp_path / "out", "-q")
        assert told.code == 0
        assert set(page_names(tmp_path / "out")) == {"deep/page.txt"}

    def test_a_pipe_is_no_input_for_a_run(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.txt")
        told = call("run", tmp_path / "pipe.txt", "-o", tmp_path / "out")
        assert told.code == 2
        assert "is no file, and a run reads its input more than once" in told.err
        assert not (tmp_path / "out").exists()


class TestContent:
    """Odd text is cleaned as far as it is text, and comes back byte for byte."""

    @pytest.mark.parametrize(
        "raw",
        [
            (STORY + NOISE).replace("协议", "协\0议").encode(),
            (STORY + NOISE).encode() + b"\xff\xfe\xed\xb2\x80",
            "\r".join(STORY.split("\n")).encode() + b"\r\n" + NOISE.encode() + b"\n\r\n",
            STORY.encode() + OTHER.encode("gb18030") + NOISE.encode("big5", "replace"),
        ],
        ids=["NULs", "lone surrogates", "mixed line ends", "mixed encodings"],
    )
    def test_a_text(self, raw: bytes, tmp_path: Path) -> None:
        (tmp_path / "page.txt").write_bytes(raw)
        for errors in ("replace", "keep"):
            out = tmp_path / errors
            run(Plan((str(tmp_path / "page.txt"),), out, reading=Reading(errors=errors)))
            assert counts(out)["pages"] == 1
            restore(out, tmp_path / f"{errors}-again")
            assert (tmp_path / f"{errors}-again" / "page.txt").read_bytes() == raw

    def test_lone_surrogates_and_nuls_in_a_record(self, tmp_path: Path) -> None:
        path = tmp_path / "pages.jsonl"
        line = record(STORY + NOISE).decode().replace("协议", "协\\ud800议\\u0000\\udc80", 1)
        path.write_text(line, "utf-8")
        run(Plan((str(path),), tmp_path / "out"))
        assert "微信" not in (tmp_path / "out" / "cleaned" / "pages.jsonl").read_text("utf-8")
        restore(tmp_path / "out", tmp_path / "again")
        assert (tmp_path / "again" / "pages.jsonl").read_text("utf-8") == line

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
            (b'{"n": ' + b"9" * 5000 + b', "text": "x"}', "Exceeds the limit"),
            (b'{"text": 5}', "the field 'text' holds no text"),
            (b'{"body": "x"}', "no field 'text' (fields: body)"),
            (b'["text"]', "not a JSON object"),
            (b'{"text": "x"} {"text": "y"}', "text after the object"),
            (b'{"text": "\xff', "not a JSON record"),
        ],
        ids=["deep", "digits", "number", "other field", "list", "two", "cut off"],
    )
    def test_a_record_that_is_none_is_named_and_kept_for_restore(
        self, line: bytes, why: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "pages.jsonl"
        path.write_bytes(record(STORY) + line + b"\n" + record(OTHER))
        told = call("run", path, "-o", tmp_path / "out", "-q")
        assert told.code == 2
        assert f"{path}:2: " in told.err
        assert why in told.err
        assert len(told.err.splitlines()) == 1
        assert page_names(tmp_path / "out") == ["pages.jsonl:1", "pages.jsonl:3"]
        restore(tmp_path / "out", tmp_path / "again")
        assert (tmp_path / "again" / "pages.jsonl").read_bytes() == path.read_bytes()

    def test_a_file_of_blank_lines_holds_no_record(self, tmp_path: Path) -> None:
        path = tmp_path / "pages.jsonl"
        path.write_bytes(b"\n \n\n")
        told = call("run", path, "-o", tmp_path / "out")
        assert told.code == 2
        assert told.err == f"cleaner: {path}: holds no record; there is nothing to clean\n"

    def test_records_of_one_id_are_told_apart_by_their_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "pages.jsonl"
        path.write_bytes(record(STORY, id="a") + record(OTHER, id="a") + record(STORY, id="b"))
        run(Plan((str(path),), tmp_path / "out"))
        assert page_names(tmp_path / "out") == [
            "pages.jsonl:a@1",
            "pages.jsonl:a@2",
            "pages.jsonl:b",
        ]


class TestChange:
    """Files that change while they are read."""

    def test_a_file_that_grows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was there when the run began is read, in every pass."""
        path = tmp_path / "pages.jsonl"
        path.write_bytes(record(STORY, id="a"))
        real = local.survey

        def growing(*given: Any) -> None:
            real(*given)
            with path.open("ab") as stream:
                stream.write(record(OTHER, id="a") + b'{"text": "half a li')

        monkeypatch.setattr(local, "survey", growing)
        done = run(Plan((str(path),), tmp_path / "out", jobs=1))
        assert done.faults == ()
        assert page_names(tmp_path / "out") == ["pages.jsonl:a"]

    def test_a_file_that_vanishes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "in"
        shutil.copytree(SEEDS, folder)
        real = local.survey

        def vanishing(*given: Any) -> None:
            real(*given)
            (folder / "000_signing.txt").unlink()

        monkeypatch.setattr(local, "survey", vanishing)
        told = call("run", folder, "-o", tmp_path / "out", "--jobs", "1", "-q")
        assert told.code == 2
        assert told.err.splitlines() == [
            f"cleaner: {folder}/000_signing.txt: cannot be read (No such file or directory)"
        ]
        assert counts(tmp_path / "out")["pages"] == 4


class TestMachine:
    """What the machine refuses is told in one line, exit 2, and the run can go on later."""

    def test_a_full_disk(self, tmp_path: Path) -> None:
        """No file may be larger than 40 KB; then they may."""
        from resource import RLIMIT_FSIZE, setrlimit

        out = tmp_path / "out"
        command = [sys.executable, "-m", "cleaner", "run", SEEDS, "-o", out, "--jobs", "1", "-q"]
        full = subprocess.run(
            command,
            preexec_fn=lambda: setrlimit(RLIMIT_FSIZE, (40_000, 40_000)),
            capture_output=True,
            text=True,
            cwd=HOME,
            env=unmeasured(),
            check=False,
        )
        assert full.returncode == 2
        assert len(full.stderr.splitlines()) == 1, full.stderr
        assert os.strerror(errno.EFBIG) in full.stderr
        assert full.stderr.endswith("mend that, then run again with --resume\n")
        subprocess.run([*command, "--resume"], cwd=HOME, check=True)
        run(Plan((str(SEEDS),), tmp_path / "whole"))
        assert digest(out) == digest(tmp_path / "whole")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
    def test_without_permission(self) -> None:
        """As a user who may read everything there but one page, and write nowhere."""
        with tempfile.TemporaryDirectory() as name:  # pytest's own are closed to others
            Path(name).chmod(0o755)
            self.refused_to_nobody(Path(name))

    def refused_to_nobody(self, place: Path) -> None:
        folder = place / "in"
        folder.mkdir(mode=0o755)
        (folder / "page.txt").write_text(STORY, "utf-8")
        (folder / "secret.txt").write_text(STORY, "utf-8")
        (folder / "secret.txt").chmod(0)
        script = (  # what Python imports may be closed to nobody: once as root, then as nobody
            "import os, sys; from contextlib import suppress; from cleaner.cli import main\n"
            "_, seeds, warm, *command = sys.argv\n"
            "sys.argv = ['cleaner', 'run', seeds, '-o', warm, '--force']\n"
            "with suppress(SystemExit): main()\n"
            "print(end='', flush=True); os.setuid(65534)\n"
            "sys.argv = ['cleaner', *command]; main()"
        )
        for given, why in (
            (folder, "secret.txt: cannot be read (Permission denied)"),
            (folder / "page.txt", "out: cannot be written (Permission denied)"),
        ):
            done = subprocess.run(
                [
                    sys.executable,
                    "-c",
                    script,
                    SEEDS,
                    place / "warm",
                    "run",
                    given,
                    "-o",
                    place / "out",
                    "--isolated",
                ],
                capture_output=True,
                text=True,
                cwd=HOME,
                env=unmeasured(),
                check=False,
            )
            assert done.returncode == 2
            assert done.stderr.splitlines()[-1].endswith(why)
            assert "Traceback" not in done.stderr

    def test_a_worker_that_is_killed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """As the kernel does where memory runs out."""
        real = local.clean_shard
        monkeypatch.setattr(local, "WORTH_WORKERS", 0)
        monkeypatch.setattr(local, "clean_shard", _killed)
        with pytest.raises(CleanerError, match=r"a worker process was killed.*--resume"):
            run(Plan((str(SEEDS),), tmp_path / "out", jobs=2))
        monkeypatch.setattr(local, "clean_shard", real)
        run(Plan((str(SEEDS),), tmp_path / "out", jobs=2, resume=True))
        assert counts(tmp_path / "out")["pages"] == 5

    def test_inputs_are_opened_for_reading_alone(self, tmp_path: Path) -> None:
        """They are the same afterwards, byte for byte and to the second."""
        folder = tmp_path / "in"
        shutil.copytree(SEEDS, folder)
        for path in folder.iterdir():
            path.chmod(0o444)
        before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
        run(Plan((str(folder),), tmp_path / "out"))
        assert before == {
            path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()
        }


def _killed(_: object) -> None:
    """What a worker does that the kernel chose."""
    os.kill(os.getpid(), signal.SIGKILL)
