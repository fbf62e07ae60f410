"""``cleaner run`` from end to end: MB/s of every stage and of the whole, memory, growth.

    python -m benchmarks.run [--data DIR] [--sizes 10,100,1000] [--jobs 1,2] [--work DIR]
                             [--peers PYTHON]

With ``--peers`` the best that a user could compose today runs on the same files: see
``benchmarks/composed.py``, which says what PYTHON needs. Speeds are UTF-8 bytes of text a
second. Whole runs are measured as a user sees them: a process, its wall time and its largest
resident memory, worker processes included.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.corpora import articles, pages, write_corpus
from cleaner.corpus.jsonlines import parse_record, to_line
from cleaner.duplicates.sketches import sketch_stories
from cleaner.model import Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import label_lines, staying
from cleaner.stories.cut import cut_pages
from cleaner.stories.mend import find_seams
from cleaner.stories.split import find_stories
from cleaner.text.lines import batches, split_lines
from cleaner.text.shape import measure

DATA = Path(__file__).parents[2] / "shared" / "data"
Given = TypeVar("Given")


class Stages:
    """Processor seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, work: Callable[[], Given]) -> Given:
        """What ``work`` gives, its time added to stage ``name``."""
        start = time.process_time()
        given = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start
        return given


def measure_stages(texts: list[str], size: int) -> None:
    """Prints the speed of each stage of cleaning, on one core, over ``size`` bytes.

    Tables and patterns are there before: a tenth of as much is cleaned first, unmeasured.
    """
    _clean_in_stages(texts, size // 10, 2)
    amount, stages = _clean_in_stages(texts, size, 1)
    print(f"\nstages on one core, {amount:.0f} MB of pages")
    for name, seconds in stages.seconds.items():
        print(f"  {name:14s}{amount / seconds:8.0f} MB/s")
    print(f"  {'together':14s}{amount / sum(stages.seconds.values()):8.1f} MB/s")


def _clean_in_stages(texts: list[str], size: int, seed: int) -> tuple[float, Stages]:
    """(MB of pages, what each stage took) of cleaning pages drawn from a seed."""
    records = [to_line(record) for record in pages(texts, size, seed)]
    stages = Stages()
    parsed = stages.time("read records", lambda: [parse_record(r.decode())[0] for r in records])
    corpus = [Page(r["id"], r["text"], r["url"]) for r in parsed]
    rules = load_rules()
    for batch in batches(corpus):
        lines = stages.time("lines", lambda b=batch: split_lines(b))
        shape = stages.time("shape", lambda b=lines: measure(b))
        labels = stages.time("labels", lambda b=lines, s=shape: label_lines(b, s, rules))
        stays = staying(lines, shape, labels)
        given = (lines, shape, labels, stays)
        seams = stages.time("mend", lambda g=given: find_seams(*g))
        spans = stages.time("split", lambda g=given, s=seams: find_stories(*g, s))
        done = stages.time("cut", lambda g=given, s=seams, f=spans: cut_pages(*g, s, f))
        stories = [story.text for page in done for story in page.stories]
        stages.time("sketch", lambda t=stories: sketch_stories(t))
    return sum(len(page.text.encode()) for page in corpus) / 1e6, stages


def measure_run(path: Path, jobs: int, work: Path) -> tuple[float, float]:
    """(wall seconds, largest resident MB) of ``cleaner run`` on ``path``."""
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "cleaner", "run", path, "-o", out, "--jobs", jobs, "--quiet"]
    # A process of its own between us and the run, so that the memory is that of this run alone.
    probe = (
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", probe, *map(str, command)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - start
    shutil.rmtree(out)
    return seconds, int(done.stdout.split()[-1]) / 1024


def measure_composed(python: Path, kind: str, path: Path, work: Path) -> float:
    """Wall seconds of ``composed.py`` on ``path``, with a filter of ``kind``."""
    start = time.perf_counter()
    script = Path(__file__).with_name("composed.py")
    subprocess.run([python, script, kind, path, work / "composed.jsonl"], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Prints every figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--sizes", default="10,100")
    options.add_argument("--jobs", default="1,2")
    options.add_argument("--work", type=Path)
    options.add_argument("--peers", type=Path)
    chosen = options.parse_args()
    texts = articles(chosen.data)
    measure_stages(texts, 20_000_000)
    with tempfile.TemporaryDirectory(dir=chosen.work) as folder:
        work = Path(folder)
        print("\nwhole runs      jobs   wall s   MB/s   largest process MB")
        for size in map(int, chosen.sizes.split(",")):
            path = work / "pages.jsonl"
            write_corpus(path, texts, size * 1_000_000)
            for jobs in map(int, chosen.jobs.split(",")):
                seconds, memory = measure_run(path, jobs, work)
                print(f"{size:7d} MB {jobs:8d} {seconds:8.1f} {size / seconds:6.1f} {memory:8.0f}")
            for kind in ("lines", "datatrove") if chosen.peers else ():
                seconds = measure_composed(chosen.peers, kind, path, work)
                print(f"{size:7d} MB composed, {kind:9s} {seconds:8.1f} {size / seconds:6.1f}")
            path.unlink()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n(this benchmark itself used {own:.0f} MB)")


if __name__ == "__main__":
    main()
