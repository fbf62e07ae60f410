"""A run's work folder in OUT: locked, marked with what it is the work of, resumed or cleared."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cleaner.corpus.ledger import RUN
from cleaner.engines.finish import OUTPUTS
from cleaner.model import CleanerError

WORK = ".work"
"""The folder in OUT that holds what is unfinished; gone when the run is."""

MARK, LOCK = "run", "lock"
"""Files of the work folder: the signature of the run that it is of, and who works in it."""

PATIENCE = 2.0
"""Seconds that a lock is waited for: the workers of a run that was killed end within that."""


@contextmanager
def work_folder(out: Path, signature: str, *, resume: bool, force: bool) -> Iterator[Path]:
    """OUT's work folder, for this process alone; removed when the block ends without an error.

    ``signature`` tells what the run is of. With ``resume`` the folder may hold the work of a run
    of the same signature that was cut short, or OUT a finished run; with ``force`` whatever an
    older run left is removed. Raises CleanerError, and leaves OUT as it was, where OUT holds
    anything else, where it cannot be written, and where another run writes there.
    """
    check_out(out, signature, resume=resume, force=force)
    was_there = out.exists()
    with _locked(out) as work:
        try:
            # Once more: another run may have ended between the check and the lock.
            check_out(out, signature, resume=resume, force=force)
            if force or not (work / MARK).exists():
                _clear(out, work, everything=force)
                draft = work / f"{MARK}.part"
                draft.write_text(signature)
                os.replace(draft, work / MARK)
            yield work
        except CleanerError:
            if _names(work) <= {LOCK, MARK}:
                shutil.rmtree(work, ignore_errors=True)
                if not was_there and not _names(out):
                    out.rmdir()
            raise
        shutil.rmtree(work, ignore_errors=True)


def check_out(out: Path, signature: str, *, resume: bool, force: bool) -> None:
    """Raises CleanerError where a run may not write into OUT as it stands."""
    if out.exists() and not out.is_dir():
        raise CleanerError(f"{out}: is a file; name a folder for the output")
    held, mark = _names(out), out / WORK / MARK
    if not held or (held == {WORK} and _names(out / WORK) <= {LOCK}):
        return  # nothing was begun there
    if not resume and not force:
        raise CleanerError(
            f"{out}: is not empty; name a new folder, or say --resume to go on with a run that "
            "was cut short, or --force to write over an older one"
        )
    foreign = sorted(held - OUTPUTS - {WORK})
    if foreign:
        raise CleanerError(f"{out}: holds {foreign[0]}, which no run wrote; name a new folder")
    # A work folder without a mark is one that was being cleared, or removed at the end.
    ours = WORK in held and (not mark.exists() or mark.read_text() == signature)
    if not force and not ours and RUN not in held:
        raise CleanerError(
            f"{out}: holds no unfinished run of these inputs and options; "
            "name a new folder, or say --force to write over it"
        )


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


@contextmanager
def _locked(out: Path) -> Iterator[Path]:
    """OUT's work folder, made if need be, while no other process has its lock.

    Worker processes inherit the lock: it is free when the last of them has ended.
    """
    until = time.monotonic() + PATIENCE
    while (lock := _try_lock(out)) is None:
        if time.monotonic() > until:
            raise CleanerError(f"{out}: another run is writing there; wait for it")
        time.sleep(0.05)
    with lock:
        yield out / WORK


def _try_lock(out: Path) -> TextIO | None:
    """The lock file of OUT's work folder, locked; None where another process has it."""
    path = out / WORK / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a")
    except OSError as error:
        raise CleanerError(f"{out}: cannot be written ({error.strerror})") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass  # taken, or the run that had it has ended and its folder is gone
    lock.close()
    return None


def _clear(out: Path, work: Path, *, everything: bool) -> None:
    """Removes what an older run left in its work folder, and ``everything`` else of it, too.

    What says that there is a run goes first, so that half of one is never taken for a whole.
    """
    if everything:
        (out / RUN).unlink(missing_ok=True)
    (work / MARK).unlink(missing_ok=True)
    old = [work / name for name in _names(work) - {LOCK}]
    if everything:
        old += [out / name for name in _names(out) - {WORK}]
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
