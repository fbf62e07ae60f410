"""Scores what a cleaner keeps of labelled pages, by characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.noise_pages import KEEP, NOISE, GoldPage
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape


@dataclass(frozen=True)
class Score:
    """Shares of visible characters on scored lines: of good ones kept, of noise removed; the mean
    over pages of the F1 of the kept text, and the F1 of each page (float64[pages])."""

    good_kept: float
    noise_removed: float
    f1: float
    of_page: NDArray[np.float64]

    def __str__(self) -> str:
        shares = f"good kept {self.good_kept:.4f}  noise removed {self.noise_removed:.4f}"
        return f"{shares}  F1 {self.f1:.4f}"


def gold_of(pages: Sequence[GoldPage]) -> NDArray[np.int64]:
    """The gold of every line of a batch of ``pages``."""
    return np.array([gold for given in pages for gold in given.gold], dtype=np.int64)


def score(lines: Lines, shape: Shape, gold: NDArray[np.int64], stays: NDArray[np.bool_]) -> Score:
    """The score of keeping the lines that ``stays`` marks."""
    good = shape.visible * (gold == KEEP)
    noise = shape.visible * (gold == NOISE)
    count = len(lines.pages)
    kept = np.bincount(lines.page, good * stays, count)
    lost = np.bincount(lines.page, good * ~stays, count)
    left = np.bincount(lines.page, noise * stays, count)
    of_page = 2 * kept / np.maximum(2 * kept + lost + left, 1)
    scored = (kept + lost) > 0
    return Score(
        good_kept=float(kept.sum() / max(good.sum(), 1)),
        noise_removed=float(1 - left.sum() / max(noise.sum(), 1)),
        f1=float(of_page[scored].mean()),
        of_page=of_page,
    )
