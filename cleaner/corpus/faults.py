"""What could not be read, told once for each file and reason: a dump may have a million of one."""

from __future__ import annotations

from dataclasses import dataclass, field

LINES_TOLD = 5
"""Lines that are named beside the first of their kind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an entry was set aside: ``why`` in words; ``file`` as editors read it, ``line`` 1-based,
    or 0 where the whole file is meant."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.why}"

    @property
    def kind(self) -> tuple[str, str]:
        """The file and the reason, without the brackets at its end that differ by the line."""
        return self.file, self.why.partition(" (")[0]


@dataclass(slots=True)
class _Alike:
    """Faults of one kind: the first one, how many came after it, and the lines of some."""

    first: Fault
    others: int = 0
    lines: list[int] = field(default_factory=list)

    def told(self) -> str:
        """How many others there are, and where."""
        listed = ", ".join(map(str, self.lines))
        more = " …" if self.others > len(self.lines) else ""
        return f"{self.others:,} more like it, in line{'s' * (self.others > 1)} {listed}{more}"


class Faults:
    """The faults that were met, by their kinds, in the order of the first of each."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], _Alike] = {}

    def add(self, fault: Fault) -> bool:
        """Counts a fault; whether it is the first of its kind."""
        alike = self._kinds.setdefault(fault.kind, _Alike(fault))
        if alike.first is fault:
            return True
        alike.others += 1
        if len(alike.lines) < LINES_TOLD:
            alike.lines.append(fault.line)
        return False

    def __len__(self) -> int:
        return sum(1 + alike.others for alike in self._kinds.values())

    def lines(self) -> tuple[str, ...]:
        """A line for each kind: its first fault, and how many are like it."""
        return tuple(
            f"{alike.first} (and {alike.told()})" if alike.others else str(alike.first)
            for alike in self._kinds.values()
        )

    def others(self) -> tuple[str, ...]:
        """A line for each kind that has others, for whoever was told the first when it was met."""
        return tuple(
            f"{Fault(alike.first.file, alike.first.line, alike.told())}"
            for alike in self._kinds.values()
            if alike.others
        )
