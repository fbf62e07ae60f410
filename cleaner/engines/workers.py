"""Worker processes, or none where the work is small: the same results in the same order."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Protocol, TypeVar

from cleaner.model import CleanerError

Task = TypeVar("Task")
Done = TypeVar("Done")

Tell = Callable[[str, int, int], None]
"""Told of progress: the name of the pass, how much is done, and how much there is in all."""

AHEAD = 2
"""Tasks handed out per worker before their turn: enough that none waits, few to hold."""


class Workers(Protocol):
    """Something that does tasks."""

    def map(self, work: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
        """What ``work`` gives for each task, in the order of the tasks."""


class _Here:
    """Does every task in this process."""

    def map(self, work: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
        return map(work, tasks)


class _Pool:
    """Does tasks in worker processes."""

    def __init__(self, pool: ProcessPoolExecutor, jobs: int) -> None:
        self._pool, self._ahead = pool, jobs * AHEAD

    def map(self, work: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
        left = iter(tasks)
        waiting: list[Future[Done]] = []
        try:
            waiting += [self._pool.submit(work, task) for task in islice(left, self._ahead)]
            while waiting:
                done = waiting.pop(0).result()
                waiting += [self._pool.submit(work, task) for task in islice(left, 1)]
                yield done
        except BrokenProcessPool:
            raise CleanerError(
                "a worker process was killed (out of memory?); run again with --resume, "
                "perhaps with fewer --jobs"
            ) from None


@contextmanager
def workers(jobs: int, *, small: bool) -> Iterator[Workers]:
    """``jobs`` worker processes (0: one a core); none for one job or ``small`` work."""
    count = jobs or os.cpu_count() or 1
    if count <= 1 or small:
        yield _Here()
        return
    # A forked worker starts at once and does not run the caller's script again. The progress
    # display has no thread of its own, so that there is none to be cut off in the middle.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent)
    try:
        yield _Pool(pool, count)
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Lets a worker end when it is interrupted, or when the process that it works for is gone.

    A worker waits for tasks in a pipe that its sisters hold open: it would never learn of it, and
    would hold the lock of the run (see ``unfinished``) for good.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_for, args=(parent,), daemon=True).start()


def _wait_for(parent: BaseProcess) -> None:
    wait([parent.sentinel])
    os._exit(1)
