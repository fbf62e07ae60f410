"""Real pages in several encodings, and garbage, come back from a run byte for byte."""

from __future__ import annotations

import gzip
import json
import random
from itertools import islice
from pathlib import Path

from gold_pages import PAGES, SEEDS

from cleaner.corpus.ledger import restore
from cleaner.engines.local import Plan, run

ENCODINGS = ("utf-8", "gb18030", "utf-16")


def texts_of(path: Path, number: int) -> list[str]:
    """The texts of the first ``number`` records of a file of the shared data."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in islice(file, number)]
    return [
        row["text"] if "text" in row else "\n".join(line["text"] for line in row["lines"])
        for row in rows
    ]


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_real_page_comes_back(shared: Path, tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    for name in ("noise_lines", "news", "law_hant"):
        texts = texts_of(shared / "data" / f"{name}.jsonl.gz", 40)
        for i, text in enumerate(texts):
            end = "\r\n" if i % 2 else "\n"
            raw = text.replace("\n", end).encode(ENCODINGS[i % 3], "replace")
            (given / f"{name}-{i}.txt").write_bytes(raw)
    for page in (shared / "seeds").glob("*.txt"):
        (given / page.name).write_bytes(page.read_bytes())
    run(Plan((str(given),), tmp_path / "out"))
    restore(tmp_path / "out", tmp_path / "again")
    assert held(tmp_path / "again") == held(given)


def test_pages_with_bytes_of_garbage_come_back(tmp_path: Path) -> None:
    dice, given = random.Random(8), tmp_path / "in"
    given.mkdir()
    for page in (*SEEDS.glob("*.txt"), *PAGES.glob("*.txt")):
        raw = bytearray(page.read_bytes())
        for _ in range(12):
            raw[dice.randrange(len(raw))] = dice.randrange(1, 256)
        (given / page.name).write_bytes(raw)
    run(Plan((str(given),), tmp_path / "out"))
    restore(tmp_path / "out", tmp_path / "again")
    assert held(tmp_path / "again") == held(given)
