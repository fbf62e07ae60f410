"""A process that dies before a chosen step of its work, as if it were killed there."""

from __future__ import annotations

import os
from collections.abc import Callable

KILLED = 9
"""What a process that died so ends with."""


class Steps:
    """Counts the calls of some functions; the process ends before the one numbered ``last``."""

    def __init__(self, last: int) -> None:
        self.last, self.done = last, 0

    def counted(self, what: Callable[..., object]) -> Callable[..., object]:
        """``what``, each call of which is a step."""

        def call(*args: object, **more: object) -> object:
            self.done += 1
            if self.done == self.last:
                os._exit(KILLED)
            return what(*args, **more)

        return call


def was_killed(work: Callable[[], object]) -> bool:
    """Does ``work`` in a process of its own; whether that died before a step."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
