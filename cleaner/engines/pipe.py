"""A pipe: pages cleaned as they arrive, in order, in one process and constant memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby

from cleaner.corpus.inputs import Arrival
from cleaner.corpus.sinks import Sink
from cleaner.corpus.sources import Source
from cleaner.engines.counts import Counts, count_page
from cleaner.pipeline import Cleaning, clean_batch


def clean_arrivals(
    batches: Iterable[list[Arrival]],
    sink: Sink,
    how_of: Callable[[Source], Cleaning],
    set_aside: Callable[[Arrival], None],
) -> Counts:
    """Cleans entries batch by batch into ``sink``, which is flushed after each.

    ``how_of`` says how the pages of a source are cleaned; ``set_aside`` is told of every entry
    that is no page and should be one. Returns what was met and done, see ``count_page``.
    """
    counts: Counts = Counter()
    for batch in batches:
        for how, some in groupby(batch, key=lambda arrival: how_of(arrival.source)):
            _clean(list(some), sink, how, set_aside, counts)
        sink.flush()
    return counts


def _clean(
    some: list[Arrival],
    sink: Sink,
    how: Cleaning,
    set_aside: Callable[[Arrival], None],
    counts: Counts,
) -> None:
    pages = [arrival.entry.page for arrival in some if arrival.entry.page is not None]
    cleaned = iter(clean_batch(pages, how))
    for arrival in some:
        if arrival.entry.page is not None:
            page = next(cleaned)
            sink.write(arrival, page.text)
            count_page(counts, arrival.entry, page)
        elif arrival.fault:
            counts["set_aside"] += 1
            sink.leave_out()
            set_aside(arrival)
        else:
            if arrival.entry.kind:
                counts[f"passed_over.{arrival.entry.kind}"] += 1
            sink.pass_by(arrival)
