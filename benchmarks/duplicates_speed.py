"""Near-duplicates at speed: beside other systems, at growing size, many copies, many stories.

    python -m benchmarks.duplicates_speed [--data DIR] [--only peers,growth,copies,million]
        [--peers PYTHON] [--rounds 3]

The peers are run with the Python named by ``--peers``, whose environment has datasketch, xxhash,
rensa, gaoya, text-dedup, datatrove and data-juicer (those that are missing are left out). Every
round runs all one after the other, each in a process of its own; the least time of each counts, of
the processor and of the clock.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.duplicates_peers import FINDERS, THRESHOLD, batches
from cleaner.duplicates import candidates, crowds
from cleaner.duplicates.candidates import propose
from cleaner.duplicates.shingles import as_sets, fingerprint, shingle
from cleaner.duplicates.sketch import Samples
from cleaner.duplicates.sketches import join_sketches, sketch_stories
from cleaner.duplicates.verify import StoryText, verify

SCRIPT = Path(__file__).with_name("duplicates_peers.py")


def texts_of(data: Path, names: tuple[str, ...]) -> list[str]:
    """The texts of some files of real articles."""
    texts = []
    for name in names:
        with gzip.open(data / name, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    return texts


def reposts(data: Path) -> list[str]:
    """The articles of labelled re-posts."""
    with gzip.open(data / "neardup_pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    wanted = {p[end] for p in pairs if p["label"] == "dup" for end in ("id_a", "id_b")}
    with gzip.open(data / "neardup_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    return [one["text"] for one in documents if one["id"] in wanted]


def truth_among(texts: list[str]) -> dict[tuple[int, int], float]:
    """The exact Jaccard of every pair that reaches the threshold: no crowd is thinned out."""
    kept = crowds.ALL_PAIRS, candidates.PASSERS_BY, candidates.COPIES
    sketches = join_sketches([sketch_stories(batch) for batch in batches(texts)])
    crowds.crowds_of.__defaults__ = (4000,)
    candidates.PASSERS_BY, candidates.COPIES = 4000, 200
    try:
        pairs = propose(sketches.signatures, sketches.samples, sketches.digests).pairs
    finally:
        crowds.crowds_of.__defaults__ = kept[:1]
        candidates.PASSERS_BY, candidates.COPIES = kept[1:]
    sets = {
        number: as_sets(shingle(fingerprint([texts[number]]))).values
        for number in sorted(set(pairs.reshape(-1).tolist()))
    }
    found = {}
    for a, b in pairs.tolist():
        both = np.concatenate([sets[a], sets[b]])
        both.sort(kind="stable")
        shared = int(np.count_nonzero(both[1:] == both[:-1]))
        score = shared / max(len(both) - shared, 1)
        if score >= THRESHOLD:
            found[a, b] = score
    return found


def beside_peers(data: Path, python: str, rounds: int) -> None:
    """Time, memory and pairs of every finder on the same texts."""
    raw = texts_of(data, ("news.jsonl.gz",)) + reposts(data)
    texts = []
    for batch in batches(raw):
        prints = fingerprint(batch)
        for i in range(len(batch)):
            codes = prints.codes[prints.first[i] : prints.first[i + 1]]
            texts.append(codes.astype("<u2").tobytes().decode("utf-16-le", "replace"))
    size = sum(len(text.encode()) for text in texts) / 1e6
    truth = truth_among(texts)
    high = {pair for pair, score in truth.items() if score >= 0.8}
    in_pairs = {story for pair in truth for story in pair}
    print(
        f"beside others: {len(texts)} real articles, {size:.1f} MB of letters; "
        f"{len(truth)} pairs at .7, {len(high)} at .8, {len(in_pairs)} articles in them"
    )
    least: dict[str, dict[str, Any]] = {}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as stream:
        json.dump(texts, stream)
        stream.flush()
        for _ in range(rounds):
            for name in FINDERS:
                told = one_run(name, stream.name, python)
                if told is None:
                    continue
                best = least.setdefault(name, told)
                for key in ("processor", "clock", "peak"):
                    best[key] = min(best[key], told[key])
    print(
        "  finder              proc. s  clock s    MB/s  peak MB  pairs  precision  recall .7 / .8"
        "  articles"
    )
    for name, told in least.items():
        pairs = {(a, b) for a, b in told["pairs"]}
        right = pairs & truth.keys()
        stories = {story for pair in right for story in pair}
        print(
            f"  {name:18} {told['processor']:8.2f} {told['clock']:8.2f} "
            f"{size / told['processor']:7.1f} {told['peak']:8.0f} {len(pairs):6} "
            f"{len(right) / max(len(pairs), 1):10.3f} {len(right) / len(truth):9.3f} / "
            f"{len(pairs & high) / len(high):.3f} {len(stories) / len(in_pairs):9.3f}"
        )
    for ours in ("cleaner, bands", "cleaner, samples", "cleaner, both"):
        ratios = ", ".join(
            f"{name} {told['processor'] / least[ours]['processor']:.1f}"
            for name, told in least.items()
            if not name.startswith("cleaner")
        )
        print(f"  {ours}: times as fast as {ratios}")


def one_run(name: str, texts: str, python: str) -> dict[str, Any] | None:
    """What one finder told; None where it is not installed."""
    ours = name.startswith("cleaner")
    done = subprocess.run(
        [sys.executable if ours else python, str(SCRIPT), name, texts],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(SCRIPT.parents[1]),
            "PYTHONSAFEPATH": "1",  # else benchmarks/html.py is met as Python's own html
            "OPENBLAS_NUM_THREADS": "1",
        },
        check=False,
    )
    if done.returncode:
        print(f"  {name}: left out ({done.stderr.strip().splitlines()[-1][:90]})")
        return None
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def variants(texts: list[str], size: int, seed: int) -> list[str]:
    """Texts of about ``size`` bytes: real ones, and from the second round on their characters
    exchanged for others about as frequent, so that four characters are never the same."""
    draw = np.random.default_rng(seed)
    han = [chr(code) for code in range(0x4E00, 0x9FA0)]
    out: list[str] = []
    total = 0
    table: dict[int, int] = {}
    while total < size:
        for text in texts:
            out.append(text.translate(table) if table else text)
            total += len(out[-1].encode())
            if total >= size:
                break
        shuffled = draw.permutation(len(han))
        table = {ord(one): ord(han[other]) for one, other in zip(han, shuffled, strict=True)}
    return out


def whole_stage(texts: list[str], folder: Path) -> tuple[float, int]:
    """Seconds of processor from texts to verdicts with evidence, and how many there are."""
    begun = time.process_time()
    parts = [sketch_stories(batch) for batch in batches(texts)]
    sketches = join_sketches(parts)
    parts.clear()
    found = propose(sketches.signatures, sketches.samples, sketches.digests, folder)

    def load(some: Any) -> list[StoryText]:
        return [StoryText(str(i), texts[i], lines_of(texts[i])) for i in some]

    count = sum(1 for _ in verify(found.pairs, load, common=found.common))
    return time.process_time() - begun, count


def lines_of(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the lines of a text."""
    return tuple((line, line) for line in range(1, text.count("\n") + 2))


def growth(data: Path) -> None:
    """Cost per megabyte from 10 MB to 1 GB, each size in a process of its own."""
    print("growth: sketches, candidates and evidence")
    for size in (10, 100, 1000):
        child(data, "growth", str(size))


def grow_to(data: Path, megabytes: int) -> None:
    """One size of ``growth``."""
    news = texts_of(data, ("news.jsonl.gz",))
    random.Random(1).shuffle(news)
    # The same 10 MB again and again in other characters: as many copies in every megabyte.
    texts = variants(variants(news, 10_000_000, 1), megabytes * 1_000_000, 1)
    whole_stage(texts[:50], Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory() as folder:
        seconds, count = whole_stage(texts, Path(folder))
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(
        f"  {size:7.1f} MB {len(texts):8} stories {seconds:8.2f} s "
        f"{seconds / size * 1000:7.1f} ms/MB {count:8} verdicts, peak {peak():.0f} MB",
        flush=True,
    )


def copies(data: Path) -> None:
    """8,000 copies of one story: the same, and each a little different."""
    text = max(texts_of(data, ("news.jsonl.gz",))[:2000], key=len)[:1500]
    draw = random.Random(1)
    near = [f"{text[:-40]}记者{draw.randrange(10**6)}" for _ in range(8000)]
    with tempfile.TemporaryDirectory() as folder:
        whole_stage([text] * 10, Path(folder))
        for name, texts in (("equal", [text] * 8000), ("near", near)):
            seconds, count = whole_stage(texts, Path(folder))
            print(f"8,000 {name} copies: {seconds:.2f} s, {count} verdicts")


def million(data: Path) -> None:
    """A million short stories from texts to candidates in bounded memory."""
    news = [text[:120] for text in texts_of(data, ("news.jsonl.gz",))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.process_time()
        made = 0
        files = {key: (folder / key).open("wb") for key in ("signatures", "values", "digests")}
        parts = []
        draw = np.random.default_rng(1)
        han = list(range(0x4E00, 0x9FA0))
        while made < 1_000_000:
            table = dict(zip(han, (0x4E00 + draw.permutation(len(han))).tolist(), strict=True))
            texts = [text.translate(table) for text in news[: 1_000_000 - made]]
            for batch in batches(texts):
                one = sketch_stories(batch)
                one.signatures.tofile(files["signatures"])
                one.digests.tofile(files["digests"])
                one.samples.values.tofile(files["values"])
                told = one.samples
                none = np.zeros(0, dtype=np.uint64)
                parts.append(Samples(none, told.first, told.bits, told.size))
            made += len(texts)
        for stream in files.values():
            stream.close()
        counts = np.concatenate([np.diff(part.first) for part in parts])
        samples = Samples(
            np.memmap(folder / "values", dtype=np.uint64, mode="r"),
            np.concatenate([[0], np.cumsum(counts)]),
            np.concatenate([part.bits for part in parts]),
            np.concatenate([part.size for part in parts]),
        )
        signatures = np.memmap(folder / "signatures", dtype=np.uint32, mode="r").reshape(-1, 128)
        digests = np.memmap(folder / "digests", dtype=np.uint64, mode="r").reshape(-1, 2)
        sketched = time.process_time() - begun
        found = propose(signatures, samples, digests, folder)
        more = time.process_time() - begun - sketched
        print(
            f"1,000,000 stories of 120 characters: sketched in {sketched:.0f} s, "
            f"{len(found.pairs)} candidates in {more:.0f} s more, peak {peak():.0f} MB"
        )


def peak() -> float:
    """Megabytes at the peak of this process."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def child(data: Path, *part: str) -> None:
    """Runs a part in a process of its own, whose peak of memory is its own."""
    subprocess.run(
        [sys.executable, "-m", "benchmarks.duplicates_speed", "--data", str(data), "--part", *part],
        check=True,
    )


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", default="peers,copies,million,growth")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", nargs="+", default=[], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        if options.part[0] == "growth":
            grow_to(options.data, int(options.part[1]))
        elif options.part[0] == "million":
            million(options.data)
        return
    if "peers" in options.only:
        beside_peers(options.data, options.peers, options.rounds)
    if "copies" in options.only:
        copies(options.data)
    if "million" in options.only:
        child(options.data, "million")
    if "growth" in options.only:
        growth(options.data)


if __name__ == "__main__":
    main()
