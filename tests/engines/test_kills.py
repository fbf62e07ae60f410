"""``cleaner run`` killed at any moment is resumed to the same bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from dying import Steps, was_killed
from small_pages import NOISE, OTHER, STORY

from benchmarks.kills import digest, disturb, ended, make_corpus, start
from cleaner.engines.local import Plan, run
from cleaner.engines.unfinished import LOCK, WORK, work_folder
from cleaner.model import CleanerError

STEPS = ("replace", "link", "unlink", "mkdir", "rmdir")
"""Functions of ``os`` before any call of which a run may be killed."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages in files of two kinds."""
    folder = tmp_path_factory.mktemp("in")
    (folder / "page.txt").write_text(STORY + NOISE, "utf-8")
    (folder / "pages.jsonl").write_text(json.dumps({"text": OTHER}) + '\n{"no": "text"}\n')
    return folder


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    run(Plan((str(corpus),), out, jobs=1))
    return digest(out)


def killed_at(step: int, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a run of ``plan`` is killed when it is to end before ``step``: a change to a folder,
    or a file of arrays."""

    def run_until_then() -> None:
        steps = Steps(step)
        for name in STEPS:
            monkeypatch.setattr(os, name, steps.counted(getattr(os, name)))
        monkeypatch.setattr(np, "save", steps.counted(np.save))
        run(plan)

    return was_killed(run_until_then)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("force", [False, True], ids=["anew", "over an older run"])
def test_killed_before_any_step_a_run_is_resumed_to_the_same_bytes(
    corpus: Path,
    undisturbed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    force: bool,
) -> None:
    """Every third step, to be quick; which those are moves as the code does."""
    older = tmp_path / "older"
    if force:
        run(Plan((str(corpus / "page.txt"),), older, jobs=1))
    step = 1
    out = tmp_path / "out"
    while True:
        if force:
            shutil.copytree(older, out)
        if not killed_at(step, Plan((str(corpus),), out, jobs=1, force=force), monkeypatch):
            break
        if force and (out / "run.json").exists() and not (out / WORK / "run").exists():
            pass  # nothing of the older run was touched yet
        else:
            run(Plan((str(corpus),), out, jobs=1, resume=True))
            assert digest(out) == undisturbed, f"killed before step {step}"
            assert not (out / WORK).exists()
        shutil.rmtree(out)
        step += 3
    assert step > 40


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for workers in /proc")
def test_five_kills_of_a_run_or_its_workers(tmp_path: Path) -> None:
    corpus, out = tmp_path / "in", tmp_path / "out"
    corpus.mkdir()
    make_corpus(corpus)
    assert ended(start(corpus, out, 2)).code == 0
    wanted = digest(out)
    dice = random.Random(7)
    for _ in range(5):
        shutil.rmtree(out)
        met = disturb(corpus, out, 2, 2.0, dice)
        assert not met[-1].startswith("WRONG"), met
        assert digest(out) == wanted


def test_a_finished_run_is_not_done_again(corpus: Path, tmp_path: Path) -> None:
    plan = Plan((str(corpus),), tmp_path / "out", jobs=1)
    first = run(plan)
    before = (tmp_path / "out" / "run.json").stat()
    again = run(Plan((str(corpus),), tmp_path / "out", jobs=1, resume=True))
    assert again == first
    assert (tmp_path / "out" / "run.json").stat().st_mtime_ns == before.st_mtime_ns
    assert not (tmp_path / "out" / WORK).exists()


def test_resume_refuses_a_finished_run_of_other_pages(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(Plan((str(corpus / "page.txt"),), out, jobs=1))
    before = digest(out)
    with pytest.raises(CleanerError, match="finished run of other inputs"):
        run(Plan((str(corpus),), out, jobs=1, resume=True))
    assert digest(out) == before
    assert not (out / WORK).exists()


def test_two_runs_into_one_folder(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with (
        work_folder(out, "the first", resume=False, force=False),
        pytest.raises(CleanerError, match="another run is writing there; wait for it"),
        work_folder(out, "the first", resume=True, force=False),
    ):
        pass
    assert not (out / WORK / LOCK).exists()


def test_a_folder_where_a_run_had_just_begun_is_as_good_as_new(
    corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "out" / WORK).mkdir(parents=True)
    (tmp_path / "out" / WORK / LOCK).touch()
    run(Plan((str(corpus),), tmp_path / "out", jobs=1))
    assert (tmp_path / "out" / "run.json").exists()
