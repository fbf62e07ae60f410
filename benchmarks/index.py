"""The index at size: built, weighed, asked and checked, and its writer killed fifty times.

    python -m benchmarks.index [--data DIR] [--stories N] [--kills N]

The stories are the articles of ``news.jsonl.gz``; beyond one pass over them they come again with
the Chinese characters exchanged for others about as frequent, so that lengths and frequencies
stay and no four characters are the same. (Words that come again elsewhere are lost by it: the
dictionary of the texts helps less than with real ones.)

Times are seconds on the clock and, in brackets, of the processor: on a shared machine the latter
tell more.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cleaner.duplicates.audit import check, weigh
from cleaner.duplicates.growth import writing
from cleaner.duplicates.index import Index
from cleaner.duplicates.known import find_known
from cleaner.duplicates.lookup import find_candidates
from cleaner.duplicates.sketches import sketch_stories
from cleaner.duplicates.verify import StoryText
from cleaner.text.reading import codes_of, text_of

Table = np.ndarray[tuple[int], np.dtype[np.uint32]]

ALIKE = 64
"""Characters that are exchanged among each other: neighbours in the order of their frequency."""

ADDED = 30_000
"""Stories that are added at a time."""

ASKED = 1000
"""Stories that are asked for."""


def articles(data: Path) -> list[str]:
    """The texts of ``news.jsonl.gz``."""
    with gzip.open(data / "news.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line)["text"] for line in stream]


class Stories:
    """An endless row of stories made of ``texts``, always the same."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        counted = Counter("".join(texts)).most_common()
        self._by_frequency = [char for char, _ in counted if "\u4e00" <= char <= "\u9fff"]
        self._tables: dict[int, Table] = {}

    def between(self, begin: int, end: int) -> Iterator[StoryText]:
        """Stories ``begin`` to ``end``."""
        for number in range(begin, end):
            turn, place = divmod(number, len(self._texts))
            text = text_of(self._exchange(turn)[codes_of(self._texts[place])])
            yield story(f"site{number % 97}/{number // 97:07d}.txt#1", text)

    def _exchange(self, turn: int) -> Table:
        """Table from code point to code point for a pass over the articles; the first has none
        to exchange."""
        if turn not in self._tables:
            table = np.arange(0x110000, dtype=np.uint32)
            dice = random.Random(turn)
            for begin in range(0, len(self._by_frequency) if turn else 0, ALIKE):
                alike = self._by_frequency[begin : begin + ALIKE]
                for char, other in zip(alike, dice.sample(alike, len(alike)), strict=True):
                    table[ord(char)] = ord(other)
            self._tables[turn] = table
        return self._tables[turn]


def story(id: str, text: str) -> StoryText:
    """A story whose paragraphs are the lines of its page."""
    count = text.count("\n") + 1
    return StoryText(id, text, tuple((line, line) for line in range(1, count + 1)), "simplified")


class Watch:
    """Seconds on the clock and of the processor while it runs: ``with watch: ...``."""

    def __init__(self) -> None:
        self.clock = self.processor = 0.0

    def __enter__(self) -> Watch:
        self._begin = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *error: object) -> None:
        self.clock += time.perf_counter() - self._begin[0]
        self.processor += time.process_time() - self._begin[1]

    def __str__(self) -> str:
        return f"{self.clock:.3f} ({self.processor:.3f}) s"


def build(folder: Path, stories: Stories, count: int) -> None:
    """Makes an index of ``count`` stories and tells how long it took."""
    Index.create(folder)
    watch = Watch()
    with writing(folder) as writer:
        for begin in range(0, count, ADDED):
            batch = list(stories.between(begin, min(begin + ADDED, count)))
            with watch:
                writer.add(batch)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed = count / watch.processor
    print(f"built   {count} stories in {watch}: {speed:,.0f} a second; peak {peak:.0f} MB")


def tell_weight(folder: Path) -> None:
    """Prints the bytes of an index, by what they are for."""
    with Index.open(folder) as index:
        weight = weigh(index)
    for name, size in [*weight.bytes.items(), ("in all", weight.bytes_in_all)]:
        print(f"bytes   {size / weight.stories:7.1f} a story  {name}")


def ask(folder: Path, stories: Stories, count: int, known: int) -> None:
    """Asks for 1,000 stories, first from the disk, then again: ``known`` of them are known, half
    of those with 3 % of their characters changed, a quarter as they are, a quarter in the middle
    of a page of two new ones."""
    dice = random.Random(7)
    wanted = sorted(dice.sample(range(count), known))
    new = list(stories.between(10 * count, 10 * count + ASKED))
    asked, expected = [], {}
    for place, number in enumerate(wanted):
        (one,) = stories.between(number, number + 1)
        text = one.text
        if place % 4 < 2:
            text = _edited(text, dice)
        elif place % 4 == 2:
            text = f"{new[place // 2].text}\n{text}\n{new[place // 2 + 1].text}"
        asked.append(story(f"asked/{place}", text))
        expected[f"asked/{place}"] = one.id
    asked += [story(f"new/{place}", one.text) for place, one in enumerate(new[known:])]
    for round_ in ("first", "again"):
        if round_ == "first":
            forget(folder)
        opening, sketching, finding, answering = Watch(), Watch(), Watch(), Watch()
        with opening:
            index = Index.open(folder)
        with sketching:
            sketches = sketch_stories([one.text for one in asked])
        with finding:
            candidates = find_candidates(index, sketches)
        with answering:
            answers = find_known(index, asked, sketches)
        index.close()
        print(f"asked   {len(asked)} stories, {known} known, {round_}")
        print(f"        open {opening}, sketch {sketching}")
        print(f"        find {len(candidates)} candidates {finding}")
        print(f"        find and prove {len(answers)} answers {answering}")
    watches = []
    for one in asked[:50]:
        with Index.open(folder) as index, Watch() as watch:
            find_known(index, [one])
        watches.append(watch.clock)
    right = {(one.match.a, one.match.b) for one in answers}
    hits = sum((a, b) in right for a, b in expected.items())
    wrong = sum(one.match.a.startswith("new/") for one in answers)
    print(f"asked   one story: {1000 * sorted(watches)[25]:.1f} ms (median)")
    print(f"asked   recall {hits / len(expected):.4f}; new stories said to be known: {wrong}")


def forget(folder: Path) -> None:
    """Asks the system to drop what it keeps of the index in memory, so that it is read anew."""
    if hasattr(os, "posix_fadvise"):
        for path in (path for path in folder.rglob("*") if path.is_file()):
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def append(folder: Path, stories: Stories, count: int) -> None:
    """Adds ten times 1,000 stories, as ten days would, and tells what that takes."""
    watches = []
    for begin in range(count, count + 10_000, 1000):
        batch = list(stories.between(begin, begin + 1000))
        with Watch() as watch, writing(folder) as writer:
            writer.add(batch)
        watches.append(watch)
    watches.sort(key=lambda watch: watch.clock)
    print(f"added   1000 stories more: {watches[5]} (median), {watches[-1]} (with a merge)")


def _edited(text: str, dice: random.Random) -> str:
    chars = list(text)
    for at in dice.sample(range(len(chars)), len(chars) * 3 // 100):
        chars[at] = dice.choice(chars)
    return "".join(chars)


_WRITER = """
import sys
from pathlib import Path
from benchmarks.index import Stories, articles
from cleaner.duplicates.growth import writing
folder, data, begin = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
stories = Stories(articles(data))
batches = [list(stories.between(at, at + 20)) for at in range(begin, begin + 2000, 20)]
with writing(folder) as writer:
    print(0, flush=True)
    for number, batch in enumerate(batches):
        writer.add(batch)
        print(begin + 20 * (number + 1), flush=True)
"""


def kill(folder: Path, data: Path, stories: Stories, kills: int) -> None:
    """Kills a writer at random moments while others read; tells what was lost and broken."""
    Index.create(folder)
    dice = random.Random(3)
    lost = broken = reads = inconsistent = 0
    count = 0
    for _ in range(kills):
        told = [sys.executable, "-c", _WRITER, str(folder), str(data), str(count)]
        writer = subprocess.Popen(told, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        writer.stdout.readline()
        end = time.perf_counter() + dice.uniform(0, 1.5)
        while time.perf_counter() < end:
            inconsistent += not _consistent(folder, stories, count, dice)
            reads += 1
        writer.send_signal(signal.SIGKILL)
        said = [count, *(int(line) for line in writer.stdout.read().split())]
        writer.wait()
        broken += bool(check(folder))
        inconsistent += not _consistent(folder, stories, count, dice)
        with Index.open(folder) as index:
            lost += max(0, said[-1] - len(index))
            count = len(index)
    with writing(folder):
        pass
    print(
        f"killed  {kills} times: {lost} committed stories lost, {broken} times not whole;"
        f" {reads} reads meanwhile, {inconsistent} inconsistent; {count} stories in the end,"
        f" {'whole' if not check(folder) else 'NOT whole'}"
    )


def _consistent(folder: Path, stories: Stories, least: int, dice: random.Random) -> bool:
    """Whether a reader finds whole batches, no fewer than were there, and any story by its id."""
    with Index.open(folder) as index:
        count = len(index)
        if count % 20 or count < least:
            return False
        if not count:
            return True
        number = dice.randrange(count)
        (one,) = stories.between(number, number + 1)
        answers = find_known(index, [one])
        return (one.id, "exact") in {(known.match.b, known.match.relation) for known in answers}


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--stories", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=50)
    options = parser.parse_args()
    texts = articles(options.data)
    stories = Stories(texts)
    with tempfile.TemporaryDirectory() as room:
        real = Path(room) / "real"
        build(real, stories, min(len(texts), options.stories))
        tell_weight(real)
        large = Path(room) / "large"
        build(large, stories, options.stories)
        tell_weight(large)
        with Watch() as watch:
            faults = check(large)
        print(f"checked in {watch}: {faults or 'whole'}")
        for known in (100, 800):
            ask(large, stories, options.stories, known)
        append(large, stories, options.stories)
        kill(Path(room) / "killed", options.data, stories, options.kills)


if __name__ == "__main__":
    main()
