"""An index outlives its writers: killed at any step, it is whole and holds what was committed."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dying import Steps, was_killed
from index_stories import add, ask, index_of, others, told

from cleaner.duplicates import growth, segments
from cleaner.duplicates.audit import check
from cleaner.duplicates.growth import LOCK, writing
from cleaner.duplicates.index import SEGMENTS, Index
from cleaner.model import CleanerError

STEPS = 24
"""More steps than adding a batch with a merge takes."""


def all_known(folder: Path, count: int) -> bool:
    """Whether the index knows the first ``count`` stories, each by its id, and no others."""
    expected = [(one.id, "exact", one.id) for one in others(count)]
    return told(ask(folder, *others(count + 9))) == expected


def count_steps(last: int, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Counts what is done to the disk: a file brought to it, a file named, a transaction begun or
    committed, a file taken away. The process ends before the ``last`` of these."""
    steps = Steps(last)

    class Counted:
        """A connection whose transactions count."""

        def __init__(self, base: object) -> None:
            self._base = base

        def __getattr__(self, name: str) -> object:
            return getattr(self._base, name)

        def execute(self, told: str, *values: object) -> object:
            run = self._base.execute  # type: ignore[attr-defined]
            counts = told.startswith(("BEGIN", "COMMIT", "INSERT", "DELETE", "PRAGMA wal"))
            return (steps.counted(run) if counts else run)(told, *values)

    opened = growth.open_manifest
    monkeypatch.setattr(
        growth, "open_manifest", lambda *args, **more: Counted(opened(*args, **more))
    )
    monkeypatch.setattr(segments.os, "fsync", steps.counted(os.fsync))
    monkeypatch.setattr(segments.os, "replace", steps.counted(os.replace))
    monkeypatch.setattr(Path, "unlink", steps.counted(Path.unlink))
    return steps


@pytest.fixture(scope="module")
def eight_segments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of eight stories in eight segments: the ninth batch is merged with them."""
    return index_of(tmp_path_factory.mktemp("index") / "seen", *([one] for one in others(8)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_killed_before_any_step_it_is_whole(
    eight_segments: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    folder = shutil.copytree(eight_segments, tmp_path / "seen")

    def add_until_then() -> None:
        count_steps(step, monkeypatch)
        add(folder, others(12))

    killed = was_killed(add_until_then)
    assert check(folder) == []
    with Index.open(folder) as index:
        count = len(index)
    assert count in (8, 12) if killed else count == 12
    assert all_known(folder, count)
    # The next writer sweeps what is left over, and adds what is missing.
    assert add(folder, others(14)).known == count
    assert all_known(folder, 14)
    assert check(folder) == []
    with Index.open(folder) as index:
        counted = {entry.file for entry in index.state.segments}
    assert {path.name for path in (folder / SEGMENTS).iterdir()} == counted


def test_the_steps_reach_to_the_end(
    eight_segments: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(eight_segments, tmp_path / "seen")
    steps = count_steps(0, monkeypatch)
    add(folder, others(12))
    assert 12 <= steps.done <= STEPS


def test_a_reader_sees_what_it_opened_while_others_write_and_merge(tmp_path: Path) -> None:
    folder = index_of(tmp_path / "seen", others(5))
    with Index.open(folder) as early:
        for one in others(30, 5):
            add(folder, [one])
        assert len(early) == 5
        assert [one.id for one in early.stories(range(5))] == [one.id for one in others(5)]
    assert all_known(folder, 35)


def test_a_reader_takes_the_newer_state_where_files_went_meanwhile(
    eight_segments: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(eight_segments, tmp_path / "seen")
    from cleaner.duplicates import index as reading

    opened, calls = reading.open_segment, []

    def merged_first(path: Path) -> object:
        if not calls:
            calls.append(path)
            monkeypatch.setattr(reading, "open_segment", opened)
            add(folder, others(10))
        return opened(path)

    monkeypatch.setattr(reading, "open_segment", merged_first)
    with Index.open(folder) as index:
        assert len(index) == 10


def test_a_second_writer_is_refused_and_readers_are_not(tmp_path: Path) -> None:
    folder = index_of(tmp_path / "seen", others(3))
    with writing(folder) as writer:
        with pytest.raises(CleanerError, match="another writer is at work on this index"):
            add(folder, others(5))
        writer.add(others(4))
        assert all_known(folder, 4)
    assert add(folder, others(5)).new == 1
    assert (folder / LOCK).exists()


def test_a_writer_that_fails_leaves_the_index_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = index_of(tmp_path / "seen", others(3))
    with monkeypatch.context() as patched:
        patched.setattr(growth, "to_column", lambda id: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            add(folder, others(5))
    assert all_known(folder, 3)
    assert add(folder, others(5)).new == 2
    assert check(folder) == []


def test_a_full_disk_is_told_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = index_of(tmp_path / "seen", others(3))

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(segments.os, "fsync", full)
        with pytest.raises(CleanerError, match="No space left on device; the index is as it was"):
            add(folder, others(5))
    assert all_known(folder, 3)
    assert add(folder, others(5)).new == 2


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from index_stories import others
from cleaner.duplicates.growth import writing
with writing(Path(sys.argv[1])) as writer:
    for begin in range(0, 10_000, 7):
        writer.add(others(7, begin))
        print(begin + 7, flush=True)
"""


@pytest.mark.slow
def test_killed_at_random_moments_nothing_committed_is_lost(tmp_path: Path) -> None:
    folder = index_of(tmp_path / "seen")
    draw = random.Random(5)
    for _ in range(8):
        script = WRITER.format(tests=str(Path(__file__).parent))
        writer = subprocess.Popen(
            [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(draw.uniform(0, 0.4))
        ask(folder, *others(5))
        writer.send_signal(signal.SIGKILL)
        said = [0, *(int(line) for line in writer.stdout.read().split())]
        writer.wait()
        assert check(folder) == []
        with Index.open(folder) as index:
            count = len(index)
        assert count >= said[-1]
        assert count % 7 == 0
        assert all_known(folder, count)
