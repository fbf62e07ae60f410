"""A run killed at random moments, again and again, and resumed: the same bytes each time.

    python -m benchmarks.kills [--kills N] [--seed N] [--jobs N] [--work DIR]

The corpus is made of the sample pages of this project: some hundred pages in a large file of
records, texts, and a compressed text. ``kill -9`` meets the run itself or one of its workers,
now and then the resumed run, too, when it has used a random share of the processor time that a
run takes; what is left is resumed until it ends, and all files in OUT are compared with those of
a run that nothing disturbed. ``tests/engines/test_kills.py`` does
the same in small.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import pages as made_pages
from cleaner.corpus.jsonlines import to_line

HOME = Path(__file__).parents[1]

PAGES, PADDING = 700_000, 12_000
"""Bytes of pages, and of another field in each record: with it the file is large enough for
workers and for a shard for each of them, and still quickly cleaned."""

OFTEN_AGAIN = 0.3
"""Share of resumed runs that are killed, too."""


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, and what it said."""

    code: int
    said: str


def make_corpus(folder: Path) -> None:
    """Writes records, texts and a compressed text into ``folder``."""
    seeds = sorted((HOME / "seeds").glob("*.txt"))
    pages = sorted((HOME / "tests" / "pages").glob("*.txt"))
    texts = [page.read_text("utf-8") for page in seeds + pages]
    with (folder / "pages.jsonl").open("wb") as stream:
        for record in made_pages(texts, PAGES, seed=1):
            stream.write(to_line({**record, "other": "x" * PADDING}))
    for page in seeds:
        shutil.copy(page, folder / page.name)
    (folder / "packed.txt.gz").write_bytes(gzip.compress(pages[0].read_bytes(), mtime=0))


def digest(folder: Path) -> str:
    """One digest of the names and the bytes of all files below ``folder``."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            told.update(f"{path.relative_to(folder)}\0".encode())
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()


def start(corpus: Path, out: Path, jobs: int, *more: str) -> subprocess.Popen[str]:
    """``cleaner run`` as a process of its own."""
    words = ["run", corpus, "-o", out, "--jobs", jobs, "--quiet", "--isolated", *more]
    return subprocess.Popen(
        [sys.executable, "-m", "cleaner", *map(str, words)],
        cwd=HOME,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(run: subprocess.Popen[str]) -> Ended:
    """The run when it has ended of itself."""
    said = run.communicate()[1]
    return Ended(run.returncode, said.strip())


def processor_seconds(process: int) -> float:
    """The processor time that a process and its children have used, those that ended too."""
    used = 0
    for one in (process, *children(process)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used += sum(map(int, fields[11:15]))
    return used / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    """The child processes of a process."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return list(map(int, listed.read_text().split())) if listed.exists() else []


def kill(run: subprocess.Popen[str], dice: random.Random) -> str:
    """Kills the run or one of its workers; says which."""
    workers = children(run.pid)
    victim = dice.choice(workers) if workers and dice.random() < 0.5 else run.pid
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        return "nobody"
    return "the run" if victim == run.pid else "a worker"


def disturb(corpus: Path, out: Path, jobs: int, whole: float, dice: random.Random) -> list[str]:
    """Runs with kills until a run ends well; says who was killed, or what went wrong.

    A kill comes when the run has used up to ``whole`` seconds of the processor.
    """
    met: list[str] = []
    more: tuple[str, ...] = ()
    while True:
        run = start(corpus, out, jobs, *more)
        if not met or dice.random() < OFTEN_AGAIN:
            moment = dice.random() * whole
            while run.poll() is None and processor_seconds(run.pid) < moment:
                time.sleep(0.01)
            met.append(kill(run, dice) if run.poll() is None else "nobody")
        end = ended(run)
        if end.code == 0:
            return met
        told = end.said.splitlines()
        if end.code != -signal.SIGKILL and (end.code != 2 or len(told) != 1):
            return [*met, f"WRONG: exit {end.code}, said {end.said!r}"]
        if end.code == 2 and "a worker process was killed" not in end.said:
            return [*met, f"WRONG: {end.said}"]
        more = ("--resume",)


def main() -> None:
    """Prints how many kills there were, of whom, and whether the bytes were the same."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--work", type=Path)
    chosen = options.parse_args()
    dice = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory(dir=chosen.work) as folder:
        corpus, out = Path(folder) / "in", Path(folder) / "out"
        corpus.mkdir()
        make_corpus(corpus)
        first = ended(start(corpus, out, chosen.jobs))
        assert first.code == 0, first.said
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = used.ru_utime + used.ru_stime
        wanted = digest(out)
        print(f"an undisturbed run takes {whole:.1f} s of the processor; digest {wanted[:16]}")
        met: Counter[str] = Counter()
        same = rounds = 0
        while met["the run"] + met["a worker"] < chosen.kills:
            shutil.rmtree(out)
            told = disturb(corpus, out, chosen.jobs, whole, dice)
            met.update(told)
            rounds += 1
            same += digest(out) == wanted
            if told[-1].startswith("WRONG") or digest(out) != wanted:
                print(f"round {rounds}: {'; '.join(told)}; left {sorted(os.listdir(out))}")
            killed = met["the run"] + met["a worker"]
            print(f"\r{killed} kills, {same} of {rounds} the same", end="", file=sys.stderr)
        print(f"killed: the run {met['the run']} times, a worker {met['a worker']} times")
        print(f"{same} of {rounds} disturbed runs ended with the same digest")
    sys.exit(same != rounds)


if __name__ == "__main__":
    main()
