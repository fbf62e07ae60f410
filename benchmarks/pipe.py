"""Times the command line: its help, the first answer of a pipe, and a long stream's memory."""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CLEAN = [sys.executable, "-m", "cleaner", "clean", "--jsonl"]


def main() -> None:
    """Prints every figure: on the clock and, in brackets, of the processor."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipe", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared/data")
    parser.add_argument("--size", type=int, default=2000, help="MB of the long stream")
    given = parser.parse_args()
    lines = records(given.data)
    bare = medians([sys.executable, "-c", "pass"])
    print(f"python alone: {bare[0]:.3f} s ({bare[1]:.3f}), medians of 7")
    told = medians([sys.executable, "-m", "cleaner", "--help"])
    print(f"--help: {told[0]:.3f} s ({told[1]:.3f})")
    one = medians(CLEAN, lines[0])
    print(f"first answer, from the start of the program: {one[0]:.3f} s ({one[1]:.3f})")
    print(f"a further answer: {further_answer(lines[0]) * 1000:.1f} ms after its line")
    size, peak, clock, processor = stream(lines, given.size)
    print(f"a stream of {size:,.0f} MB: {peak:.0f} MB of memory at most, ", end="")
    print(f"{size / clock:.1f} MB/s ({size / processor:.1f})")


def medians(command: list[str], given: bytes = b"", times: int = 7) -> tuple[float, float]:
    """The median seconds that a command takes, on the clock and of the processor."""
    clock, processor = [], []
    for _ in range(times):
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert process.stdin is not None
        process.stdin.write(given)
        process.stdin.close()
        _, status, used = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{command} failed")
        clock.append(time.perf_counter() - start)
        processor.append(used.ru_utime + used.ru_stime)
    return statistics.median(clock), statistics.median(processor)


def records(data: Path) -> list[bytes]:
    """Real articles, one a line of JSON."""
    with gzip.open(data / "news.jsonl.gz") as lines:
        return list(lines)


def further_answer(line: bytes) -> float:
    """The median seconds from a line to its answer, in a pipe that runs."""
    with subprocess.Popen(CLEAN, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pipe:
        assert pipe.stdin is not None
        assert pipe.stdout is not None
        taken = []
        for _ in range(50):
            start = time.perf_counter()
            pipe.stdin.write(line)
            pipe.stdin.flush()
            pipe.stdout.readline()
            taken.append(time.perf_counter() - start)
        pipe.stdin.close()
    return statistics.median(taken)


def stream(lines: list[bytes], megabytes: int) -> tuple[float, float, float, float]:
    """MB put through a pipe, the most memory it took in MB, seconds on the clock, of its own."""
    start = time.perf_counter()
    pipe = subprocess.Popen(CLEAN, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert pipe.stdin is not None
    size = 0
    for part in parts(lines, megabytes * 1_000_000):
        size += len(part)
        pipe.stdin.write(part)
    pipe.stdin.close()
    _, status, used = os.wait4(pipe.pid, 0)
    if status:
        sys.exit("the pipe failed")
    clock = time.perf_counter() - start
    return size / 1e6, used.ru_maxrss / 1024, clock, used.ru_utime + used.ru_stime


def parts(lines: list[bytes], size: int) -> Iterator[bytes]:
    """Whole lines, over and over, until they are ``size`` bytes."""
    while size > 0:
        for at in range(0, len(lines), 200):
            part = b"".join(lines[at : at + 200])
            yield part
            size -= len(part)
            if size <= 0:
                return


if __name__ == "__main__":
    main()
