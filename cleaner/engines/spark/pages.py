"""What an executor does with pages: their lines counted, then the pages cleaned and sketched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from cleaner.corpus.entries import Entry
from cleaner.corpus.jsonlines import to_line
from cleaner.corpus.rows import finding_row, page_row, story_row
from cleaner.duplicates.sketches import sketch_stories
from cleaner.engines.counts import count_page
from cleaner.engines.spark.inputs import Block, Blocks, entries_in
from cleaner.engines.survey import Survey, count_entries
from cleaner.noise.repeats import Counts, Repeats
from cleaner.pipeline import Cleaning, clean_batch
from cleaner.stories.cut import CleanPage
from cleaner.text.lines import in_batches

Batches = Iterable[pa.RecordBatch]
Step = Callable[[Batches], Iterator[pa.RecordBatch]]

NUMBER_BITS = 32
"""A story's number is that of its block, and in the low 32 bits its place in the block: numbers
rise in the order of the corpus, and no machine waits for the count of another."""

COUNTED = "names boolean, key long, pages long"
"""A count of the first pass: of a line's key (see ``Counts``), or of the hash of a name."""

COUNTED_ARROW = pa.schema([("names", pa.bool_()), ("key", pa.int64()), ("pages", pa.int64())])

CLEANED = """
    kind string, number long, row string, noise double, published string,
    source string, digest binary, signature binary, sample binary, density tinyint, shingles long
"""
"""A row of the second pass: ``kind`` says what ``row`` (a JSON object) tells of: ``stories``,
``removed``, ``pages``, ``cleaned``, ``set_aside`` or ``told``. The rest is for stories: what
decides whether one is kept, and its sketch (arrays of numbers as bytes; an empty digest: none)."""

CLEANED_ARROW = pa.schema(
    [
        ("kind", pa.string()),
        ("number", pa.int64()),
        ("row", pa.string()),
        ("noise", pa.float64()),
        ("published", pa.string()),
        ("source", pa.string()),
        ("digest", pa.binary()),
        ("signature", pa.binary()),
        ("sample", pa.binary()),
        ("density", pa.int8()),
        ("shingles", pa.int64()),
    ]
)

_NOTHING = dict.fromkeys(CLEANED_ARROW.names)

_AT_ONCE = 20_000
"""Rows in a batch that is handed back to Spark."""


Here = Callable[[], Blocks]
"""Gives a machine the blocks of the input."""


def counting(blocks: Here) -> Step:
    """The step that counts the lines and the names of a partition of entries, see ``COUNTED``."""

    def count(batches: Batches) -> Iterator[pa.RecordBatch]:
        met = ((block.number, entry) for block, entry in entries_in(batches, blocks()))
        counts, names = count_entries(met)
        for is_name, keys, pages in (
            (False, counts.keys, counts.pages.astype(np.int64)),
            (True, names, np.ones(len(names), dtype=np.int64)),
        ):
            columns = [np.full(len(keys), is_name), keys.view(np.int64), pages]
            arrays = [pa.array(column) for column in columns]
            yield pa.RecordBatch.from_arrays(arrays, schema=COUNTED_ARROW)

    return count


SURVEY = ("repeat_keys.npy", "repeat_pages.npy", "repeat_names.npy")
"""The files of what pages share: keys of lines, pages with each, hashes of names."""


def save_survey(folder: Path, shared: pa.Table) -> list[Path]:
    """Writes what stands on two pages or more (``COUNTED``, summed) as arrays; says where."""
    names, keys, pages = (shared.column(name).to_numpy() for name in COUNTED_ARROW.names)
    lines, hashes = keys[~names].view(np.uint64), keys[names].view(np.uint64)
    order = np.argsort(lines)
    most = np.minimum(pages[~names][order], np.iinfo(np.int32).max).astype(np.int32)
    paths = [folder / name for name in SURVEY]
    for path, column in zip(paths, (lines[order], most, np.sort(hashes)), strict=True):
        np.save(path, column)
    return paths


@cache
def load_survey(folder: str) -> Survey:
    """What ``save_survey`` wrote, mapped into memory: the processes of a machine share it."""
    keys, pages, names = (np.load(Path(folder) / name, mmap_mode="r") for name in SURVEY)
    return Survey(Repeats(Counts(keys, pages)), names)


def cleaning(blocks: Here, folder: Callable[[], str]) -> Step:
    """The step that cleans and sketches a partition of entries, see ``CLEANED``.

    ``folder`` gives the folder of a machine that holds the survey and the files of rules.
    """

    def clean(batches: Batches) -> Iterator[pa.RecordBatch]:
        known = load_survey(folder())
        told = _Told()
        for some in in_batches(entries_in(batches, blocks()), lambda met: met[1].characters):
            for settings, group in groupby(some, key=lambda met: met[0].settings):
                alike = list(group)
                pages = [known.named(e.page, e.place) for _, e in alike if e.page is not None]
                how = _as_shipped(settings[1], folder())
                cleaned = iter(clean_batch(pages, how, known.repeats))
                for block, entry in alike:
                    if entry.page is not None:
                        told.page(block, entry, next(cleaned))
                    elif entry.fault:
                        told.set_aside(block, entry)
            yield from told.batches()
        yield from told.end()

    return clean


def _as_shipped(how: Cleaning, folder: str) -> Cleaning:
    """The cleaning with the files of rules that were shipped to ``folder``."""
    rules, furniture = (
        tuple(Path(folder) / path.name for path in paths) for paths in (how.rules, how.furniture)
    )
    return replace(how, rules=rules, furniture=furniture)


class _Told:
    """The rows that a partition gives, as they come to be."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._rows: list[dict[str, object]] = []
        self._stories: list[dict[str, object]] = []
        self._texts: list[str] = []
        self._numbers: Counter[int] = Counter()

    def page(self, block: Block, entry: Entry, cleaned: CleanPage) -> None:
        """Takes in a cleaned page."""
        name = cleaned.page.name
        for story in cleaned.stories:
            number = block.number << NUMBER_BITS | self._numbers[block.number]
            self._numbers[block.number] += 1
            self._texts.append(story.text)
            self._stories.append(
                {
                    **_NOTHING,
                    "kind": "stories",
                    "number": number,
                    "row": story_row(story),
                    "noise": cleaned.noise,
                    "published": story.published,
                    "source": _speakable(story.source),
                }
            )
        for finding in cleaned.findings:
            self._add("removed", finding_row(name, finding))
        self._add("pages", page_row(block.source.name, entry, cleaned))
        self._add("cleaned", _cleaned_row(block, entry, cleaned))
        count_page(self._counts, entry, cleaned)
        self._count_bytes(block, entry)

    def set_aside(self, block: Block, entry: Entry) -> None:
        """Takes in an entry that is no page and should be one."""
        why = {"page": block.source.name, "line": entry.place, "why": entry.fault}
        self._add("set_aside", to_line(why))
        self._counts["set_aside"] += 1
        self._count_bytes(block, entry)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows so far, the stories with their sketches."""
        if self._texts:
            sketches = sketch_stories(self._texts)
            samples = sketches.samples
            for i, row in enumerate(self._stories):
                first, last = samples.first[i : i + 2]
                row["digest"] = sketches.digests[i].tobytes() if sketches.digests[i].any() else b""
                row["signature"] = sketches.signatures[i].tobytes()
                row["sample"] = samples.values[first:last].tobytes()
                row["density"] = int(samples.bits[i])
                row["shingles"] = int(samples.size[i])
        rows, self._rows = self._stories + self._rows, []
        self._texts, self._stories = [], []
        for begin in range(0, len(rows), _AT_ONCE):
            yield _as_batch(rows[begin : begin + _AT_ONCE])

    def end(self) -> Iterator[pa.RecordBatch]:
        """The counts of the partition."""
        self._add("told", json.dumps(dict(self._counts), sort_keys=True).encode())
        yield from self.batches()

    def _count_bytes(self, block: Block, entry: Entry) -> None:
        """Counts an entry's bytes, with the line feed that Spark took from the end of a record."""
        self._counts["input_bytes"] += len(entry.raw) + (not block.source.is_one_page)

    def _add(self, kind: str, row: bytes) -> None:
        self._rows.append({**_NOTHING, "kind": kind, "row": row})


def _as_batch(rows: list[dict[str, object]]) -> pa.RecordBatch:
    columns = [pa.array([row[f.name] for row in rows], type=f.type) for f in CLEANED_ARROW]
    return pa.RecordBatch.from_arrays(columns, schema=CLEANED_ARROW)


def _cleaned_row(block: Block, entry: Entry, cleaned: CleanPage) -> bytes:
    """A row of ``cleaned``: the text that stays; of a record, the other fields as JSON."""
    rest = {name: one for name, one in entry.record.items() if name != block.settings[0].field}
    return to_line(
        {
            "page": cleaned.page.name,
            "file": block.source.name,
            "line": entry.place,
            "text": cleaned.text,
            "record": json.dumps(rest, ensure_ascii=False) if rest else None,
        }
    )


def _speakable(text: str | None) -> str | None:
    """The text without lone surrogates, which Arrow cannot hold."""
    return None if text is None else text.encode("utf-8", "replace").decode()
