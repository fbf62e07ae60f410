"""Adds up evidence: cues that hold or do not, and measures cut into steps, each with a weight."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Flags = Mapping[str, NDArray[np.bool_]]
"""Cues by name: for each row whether it holds there."""

Measures = Mapping[str, NDArray[np.floating]]
"""Measures by name: a value for each row, NaN where there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Flag:
    """What a cue weighs where it holds (in log odds), and what it is called and says to users."""

    weight: float
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Steps:
    """What a measure weighs: ``weights[i]`` between ``edges[i - 1]`` and ``edges[i]``.

    The last edge is infinite, the last weight 0: nan, the measure of nothing, sorts behind it.
    """

    edges: NDArray[np.float64]
    weights: NDArray[np.float64]
    rule: str
    why: str


@dataclass(frozen=True)
class Weights:
    """The weights of one decision: its ``start`` (log odds where no cue holds) and its cues.

    Cues without a ``why`` are never the reason given for a decision.
    """

    start: float
    flags: Mapping[str, Flag]
    steps: Mapping[str, Steps]


@cache
def load_weights(name: str) -> tuple[Weights, ...]:
    """The decisions in ``cleaner/stories/<name>.toml``, in the order of the file."""
    content = tomllib.loads((files("cleaner.stories") / f"{name}.toml").read_text("utf-8"))
    return tuple(
        Weights(
            start=decision["start"],
            flags={
                cue: Flag(row["weight"], row.get("rule", ""), row.get("why", ""))
                for cue, row in decision.get("flags", {}).items()
            },
            steps={
                measure: Steps(
                    np.array([*row["edges"], np.inf]),
                    np.array([*row["weights"], 0.0]),
                    row.get("rule", ""),
                    row.get("why", ""),
                )
                for measure, row in decision.get("steps", {}).items()
            },
        )
        for decision in content["decision"]
    )


Value = TypeVar("Value", np.bool_, np.float32)


def at(columns: Mapping[str, NDArray[Value]], rows: NDArray[np.int64]) -> dict[str, NDArray[Value]]:
    """The cues or measures of ``rows`` alone."""
    return {name: column[rows] for name, column in columns.items()}


def score(weights: Weights, flags: Flags, measures: Measures, rows: int) -> NDArray[np.float64]:
    """The log odds of each row (float64[rows]): the start and the weights of all its cues."""
    total = np.full(rows, weights.start)
    for name, flag in weights.flags.items():
        total += flag.weight * flags[name]
    for name, steps in weights.steps.items():
        total += _stepped(steps, measures[name])
    return total


def _stepped(steps: Steps, values: NDArray[np.floating]) -> NDArray[np.float64]:
    return steps.weights[np.searchsorted(steps.edges, values, side="right")]


def reasons(
    weights: Weights, flags: Flags, measures: Measures, rows: NDArray[np.int64]
) -> list[tuple[str, str]]:
    """Rule and reason of the cue that speaks loudest for each of ``rows``, ("", "") for none.

    Where a second cue with another rule speaks at least half as loudly, its reason is added.
    """
    named: list[tuple[str, str]] = []
    loudness: list[NDArray[np.float64]] = []
    for name, flag in weights.flags.items():
        if flag.why and flag.weight > 0:
            named.append((flag.rule, flag.why))
            loudness.append(flag.weight * flags[name][rows].astype(np.float64))
    for name, steps in weights.steps.items():
        if steps.why:
            named.append((steps.rule, steps.why))
            loudness.append(_stepped(steps, measures[name][rows]))
    voices = np.array(loudness)
    first = voices.argmax(axis=0)
    loudest = voices[first, np.arange(len(rows))]
    rule = np.array([rule for rule, _ in named])
    voices[rule[:, None] == rule[first]] = 0
    second = voices.argmax(axis=0)
    added = (2 * voices[second, np.arange(len(rows))] >= loudest).tolist()
    return [
        (named[one][0], f"{named[one][1]}, and {named[two][1]}" if both else named[one][1])
        if heard > 0
        else ("", "")
        for one, two, both, heard in zip(
            first.tolist(), second.tolist(), added, loudest.tolist(), strict=True
        )
    ]
