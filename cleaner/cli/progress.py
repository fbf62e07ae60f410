"""Progress on stderr while it is a terminal: the pass, how far it is, the rate, the time left."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

PASSES = {"survey": "counting", "clean": "cleaning", "match": "matching", "write": "writing"}


class Passes:
    """Bars for the passes of a run; call it as ``engines.local.Tell``."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            auto_refresh=False,  # no thread of its own: workers are forked
            disable=quiet or not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Passes:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def __call__(self, name: str, done: int, total: int) -> None:
        """Shows that ``done`` of ``total`` of the pass ``name`` is done."""
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(PASSES.get(name, name), total=total)
        self._bars.update(self._tasks[name], completed=done, total=total, refresh=True)
