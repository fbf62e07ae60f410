"""Sizes as people write them: 800M, 4G."""

from __future__ import annotations

import click

UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
"""What the letters after a size stand for."""


def as_size(told: str) -> int:
    """The bytes of a size: a number, and K, M, G or T after it (1000, 1000000, ...)."""
    number = told.strip().upper().removesuffix("B")
    unit = UNITS.get(number[-1:], 1)
    try:
        size = float(number if unit == 1 else number[:-1])
    except ValueError:
        size = 0.0
    if not 0 < size < 1e15:
        raise click.BadParameter(f"{told!r} is no size; write it as 800M or 4G")
    return int(size * unit)


def as_megabytes(size: int) -> str:
    """A size for people to read."""
    return f"{size / 1e6:,.1f} MB"
