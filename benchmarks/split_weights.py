"""The weights of splits.toml as numbers: read, laid on what is seen at gaps, and written back."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.stories.doubts import DOUBTS
from cleaner.stories.gaps import Gaps, fellows
from cleaner.stories.paragraphs import Rows

SPLITS = Path(__file__).parents[1] / "cleaner" / "stories" / "splits.toml"

HEAD = """\
# What speaks for and against the end of a story in a gap between two paragraphs, in log odds:
# above 0 the page is divided there. Fitted by benchmarks/train_stories.py on pages laid together;
# the few weights that such pages cannot teach are set there by hand (HAND).
"""


@dataclass(frozen=True)
class Sample:
    """Pages of one kind as columns: the cues at every gap, and whether a story ends there."""

    columns: NDArray[np.float32]
    ends: NDArray[np.bool_]
    weight: float
    rows: Rows
    gaps: Gaps
    flags: dict[str, NDArray[np.bool_]]
    pages: int
    borders: int


@dataclass(frozen=True)
class Fit:
    """The weights of the gap's own cues, and of what the other gaps add (named ``others``)."""

    start: float
    own: NDArray[np.float64]
    last_start: float
    others: dict[str, float]

    def odds(self, sample: Sample) -> NDArray[np.float64]:
        """The log odds at every gap."""
        alone = self.start + sample.columns @ self.own
        added = fellows(sample.rows, sample.gaps, sample.flags, alone)
        result: NDArray[np.float64] = (
            alone + self.last_start + sum(self.others[n] * cue for n, cue in added.items())
        )
        return result


class Table:
    """The layout of splits.toml: its cues in order, with names, edges and reasons."""

    def __init__(self) -> None:
        self.decisions: list[dict[str, Any]] = tomllib.loads(SPLITS.read_text("utf-8"))["decision"]
        first = self.decisions[0]
        self.flags: list[str] = list(first["flags"])
        self.steps: dict[str, list[float]] = {n: row["edges"] for n, row in first["steps"].items()}

    def columns(self, flags: dict[str, Any], measures: dict[str, Any]) -> NDArray[np.float32]:
        """One column a flag, one a step of a measure, one a doubt."""
        columns = [flags[name] for name in self.flags]
        for name, edges in self.steps.items():
            step = np.searchsorted(np.array(edges), measures[name], side="right")
            step[np.isnan(measures[name])] = -1
            columns += [step == number for number in range(len(edges) + 1)]
        columns += [flags[name] for name in DOUBTS]
        return np.stack(columns, axis=1).astype(np.float32)

    def shipped(self) -> Fit:
        """The weights as they stand in the file."""
        first, second, third = self.decisions
        own = [row["weight"] for row in first["flags"].values()]
        own += [weight for row in first["steps"].values() for weight in row["weights"]]
        own += [second["flags"][name]["weight"] for name in DOUBTS]
        others = {name: row["weight"] for name, row in third["flags"].items()}
        return Fit(first["start"], np.array(own), third["start"], others)

    def write(self, fit: Fit) -> None:
        """The table with the weights of ``fit``."""
        own = iter(fit.own.tolist())
        first, second, third = self.decisions
        first["start"], second["start"], third["start"] = fit.start, 0.0, fit.last_start
        for name in self.flags:
            first["flags"][name]["weight"] = next(own)
        for row in first["steps"].values():
            row["weights"] = [next(own) for _ in range(len(row["edges"]) + 1)]
        second["flags"] = {name: {"weight": next(own)} for name in DOUBTS}
        third["flags"] = {name: {"weight": weight} for name, weight in fit.others.items()}
        titles = (
            "The first look: each gap for itself.",
            "The second look: what says that a story goes on.",
            "The third look: what the other gaps of the page add; start holds the threshold.",
        )
        parts = [HEAD]
        for title, decision in zip(titles, self.decisions, strict=True):
            parts.append(f"\n# {title}\n[[decision]]\nstart = {decision['start']:.2f}\n")
            parts += [_row("flags", *each) for each in decision.get("flags", {}).items()]
            parts += [_row("steps", *each) for each in decision.get("steps", {}).items()]
        SPLITS.write_text("".join(parts), "utf-8")


def _row(kind: str, name: str, row: dict[str, Any]) -> str:
    text = f'\n[decision.{kind}."{name}"]\n'
    if kind == "steps":
        text += f"edges = {row['edges']}\n"
        text += f"weights = [{', '.join(f'{weight:.2f}' for weight in row['weights'])}]\n"
    else:
        text += f"weight = {row['weight']:.2f}\n"
    return text + "".join(f'{key} = "{row[key]}"\n' for key in ("rule", "why") if key in row)
