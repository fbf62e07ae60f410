"""The report's own words in English and Chinese, with the same keys in both."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")
"""What the report speaks; the first is the default where neither user nor browser asks."""

_HOLE = re.compile(r"\{([a-z_]+)(?::([^|{}]*)\|([^{}]*))?\}")

Value = str | int | float


@cache
def words_in(language: str) -> Mapping[str, str]:
    """The words of one of ``LANGUAGES``, by "part.name" as ``words/<language>.toml`` has them."""
    tables = tomllib.loads((files(__package__) / "words" / f"{language}.toml").read_text("utf-8"))
    words: dict[str, str] = {}
    for name, value in tables.items():
        if isinstance(value, str):
            words[name] = value
        else:
            words.update((f"{name}.{key}", text) for key, text in value.items())
    return words


def fill(text: str, values: Mapping[str, Value]) -> str:
    """``text`` with its holes filled: ``{n}`` by a value, ``{n:page|pages}`` by a word for it.

    Numbers are written with commas between thousands. The report's script does the same.

    >>> fill("{n} {n:page|pages} of {total}", {"n": 1, "total": 12000})
    '1 page of 12,000'
    """

    def value_of(hole: re.Match[str]) -> str:
        value = values[hole[1]]
        if hole[2] is not None:
            return hole[2] if value == 1 else hole[3]
        return f"{value:,}" if isinstance(value, int) else str(value)

    return _HOLE.sub(value_of, text)
