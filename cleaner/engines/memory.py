"""How much memory a run may take: what ``--memory`` leaves its workers, a page, and matching."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from cleaner.corpus.entries import MAX_PAGE_BYTES
from cleaner.duplicates.candidates import MEMORY
from cleaner.model import CleanerError

MAIN, PER_BYTE = 250_000_000, 0.1
"""Bytes of the run's own process, and per byte of input: the ends of its stories' rows, their
lengths, the pages of sketches that are mapped (197 MB over 100 MB of pages)."""

WORKER, PER_PAGE_BYTE = 420_000_000, 30
"""Bytes of a worker with its rules, tables and one batch, or one block of pairs to verify (406 MB
over 100 MB of pages); and per byte of the largest page, which is held as text, codes, classes and
keys at once (pages of 8 and 32 MB took 22 and 27)."""

PAGE_SHARE = 1 / 256
"""Share of all memory that one page may have: so a worker with such a page takes an eighth."""

SMALLEST_PAGE = 1 << 20
"""Bytes that a page may have however little memory there is: the longest of 80,000 news and law
texts has 0.4 MB."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a run may use: ``jobs`` worker processes, pages of ``largest_page`` bytes, and
    ``matching`` bytes of working memory for the matching of stories."""

    jobs: int
    largest_page: int
    matching: int


def share_out(memory: int | None, jobs: int, corpus: int) -> Share:
    """What a run over ``corpus`` bytes may use, of ``memory`` bytes in all its processes together
    (None: no bound), with at most ``jobs`` workers (0: one a core).

    The largest page follows from the memory alone, so that the output does not depend on how
    many workers there are. Raises CleanerError where the memory is too little for one worker.
    """
    jobs = jobs or os.cpu_count() or 1
    if memory is None:
        return Share(jobs, MAX_PAGE_BYTES, MEMORY)
    largest = min(max(int(memory * PAGE_SHARE), SMALLEST_PAGE), MAX_PAGE_BYTES)
    main, worker = MAIN + int(PER_BYTE * corpus), WORKER + PER_PAGE_BYTE * largest
    if memory < main + worker:
        least = (main + WORKER) / (1 - PER_PAGE_BYTE * PAGE_SHARE)
        raise CleanerError(
            f"--memory: {memory / 1e6:.0f}M is too little for {corpus / 1e6:.0f} MB of input; "
            f"it needs {math.ceil(least / 1e7) * 10}M, or give it a part of the input at a time"
        )
    jobs = min(jobs, (memory - main) // worker)
    return Share(jobs, largest, min(MEMORY, max(memory - main - jobs * WORKER, WORKER // 4)))
