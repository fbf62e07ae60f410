"""The needs of the shipped patterns, worked out once and kept (by ``python -m cleaner.noise``).

Working them out anew takes half a second, which every start of the program would wait for. A
pattern that is not kept, or was kept by other code, is worked out when it is asked for.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from cleaner.noise import patterns
from cleaner.noise.patterns import Needs, Way

HERE = Path(__file__).parent
KEPT = HERE / "rules" / "needs.json"
MADE_BY = ("patterns.py", "signs.py", "grams.py", "rules/pairs.txt", "../text/reading.py")
"""What the needs of a pattern follow from, beside the pattern."""


@cache
def needs_of(pattern: str) -> Needs:
    """The needs and faults of ``pattern``, see ``patterns.needs_of``."""
    kept = _kept().get(_digest(pattern.encode()))
    if kept is None:
        return patterns.needs_of(pattern)
    return Needs(tuple(Way(tuple(grams), *bits) for grams, *bits in kept), ())


@cache
def _kept() -> dict[str, list[Any]]:
    """The ways of each pattern, by its digest; nothing where other code worked them out."""
    try:
        told = json.loads(KEPT.read_bytes())
    except FileNotFoundError:
        return {}
    return dict(told["ways"]) if told["made_by"] == made_by() else {}


def made_by() -> str:
    """A digest of all that needs follow from."""
    return _digest(b"".join((HERE / name).read_bytes() for name in MADE_BY))


def _digest(told: bytes) -> str:
    return hashlib.blake2b(told, digest_size=8).hexdigest()


def table_of(shipped: tuple[str, ...]) -> str:
    """What ``needs.json`` says of the patterns ``shipped``."""
    ways = {
        _digest(pattern.encode()): [
            [list(way.grams), way.signs, way.must, way.some, way.first, way.last, way.longest]
            for way in patterns.needs_of(pattern).ways
        ]
        for pattern in shipped
    }
    rows = ",\n".join(f'"{name}": {json.dumps(ways[name], ensure_ascii=False)}' for name in ways)
    return f'{{"made_by": "{made_by()}",\n"ways": {{\n{rows}\n}}}}\n'
