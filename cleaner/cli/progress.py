"""Progress on stderr while it is a terminal: the pass, how far it is, the rate, the time left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from cleaner.corpus.inputs import Arrival
    from cleaner.corpus.sources import Source

PASSES = {
    "survey": "counting",
    "clean": "cleaning",
    "ask": "asking the index",
    "match": "matching",
    "drop": "dropping copies",
    "write": "writing",
}
"""The passes of a run, as they are told."""

COUNTED = {"ask": "stories", "match": "pairs", "drop": "shards", "write": ""}
"""What is counted in a pass; in those that are not named, bytes of input."""


class Passes:
    """Bars for the passes of a run; call it as ``engines.local.Tell``."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            _Rate(),
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
            unit = COUNTED.get(name, "MB")
            self._tasks[name] = self._bars.add_task(PASSES.get(name, name), total=total, unit=unit)
        self._bars.update(self._tasks[name], completed=done, total=total, refresh=True)


class _Rate(ProgressColumn):
    """How much of a pass is done in a second, in what the pass counts."""

    def render(self, task: Task) -> Text:
        """The rate; nothing before there is one, and where nothing is counted."""
        speed, unit = task.finished_speed or task.speed, task.fields["unit"]
        if not speed or not unit:
            return Text("")
        return Text(f"{speed / 1e6:.1f} MB/s" if unit == "MB" else f"{speed:,.0f} {unit}/s")


def watched(batches: Iterable[list[Arrival]], sources: Sequence[Source]) -> Iterator[list[Arrival]]:
    """The batches as they come, with a bar for the bytes of ``sources`` that are read.

    Of a compressed file, all of its bytes count when its last entry has come.
    """
    total = sum(source.size for source in sources)
    before = dict(zip(sources, _sums(source.size for source in sources), strict=True))
    within = 0
    current: Source | None = None
    with Passes(quiet=False) as tell:
        for batch in batches:
            for arrival in batch:
                if arrival.source is not current:
                    current, within = arrival.source, 0
                if not arrival.source.compression:
                    within += len(arrival.entry.raw)
            yield batch
            if current is not None:
                tell("clean", before[current] + within, total)


def _sums(sizes: Iterable[int]) -> Iterator[int]:
    """What stands before each of the sizes."""
    total = 0
    for size in sizes:
        yield total
        total += size
