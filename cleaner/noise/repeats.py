"""Lines that many pages of one site share, counted exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Repeats:
    """How many pages of each site carry a line: ``keys`` (uint64, sorted) and their ``counts``."""

    keys: NDArray[np.uint64]
    counts: NDArray[np.int32]
