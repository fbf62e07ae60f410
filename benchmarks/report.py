"""Measures the report of a large run: time, memory and bytes to make it, time to open it.

    python -m benchmarks.report [--data DIR] [--pages 100000] [--out FOLDER]

Pages are laid together from paragraphs of news.jsonl.gz with noise lines after them; one in five
is an earlier page with a paragraph less or with other figures. Opening is measured in Chromium,
from the start of navigation until the table of pages stands (the ``load`` event).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOISE = (
    "微信",
    "新浪微博",
    "QQ空间",
    "责任编辑：王小山",
    "点击图片进入下一页",
    "版权所有 转载请注明",
    "上一篇：没有了",
    "扫描二维码关注",
    "相关阅读",
)


def main() -> None:
    """Makes the corpus, runs it, and prints what its report costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--out", type=Path, help="a finished run to measure instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = options.out
        if out is None:
            corpus = Path(folder) / "in" / "pages.jsonl"
            corpus.parent.mkdir()
            write_pages(options.data / "news.jsonl.gz", corpus, options.pages)
            out = Path(folder) / "out"
            print(f"run     {_seconds('run', str(corpus.parent), '-o', str(out), '-q')}")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"report  {_seconds('report', str(out))}")
        if options.out is not None and before == 0:
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            print(f"peak memory of the report: {peak / 1024:.0f} MB")
        report = out / "report.html"
        print(f"report.html: {report.stat().st_size / 1e6:.1f} MB")
        open_in_chromium(report)


def write_pages(news: Path, corpus: Path, count: int) -> None:
    """A corpus of ``count`` records, the same every time."""
    choose = random.Random(6)
    with gzip.open(news, "rt", encoding="utf-8") as rows:
        texts = [json.loads(row)["text"] for row in rows]
    paragraphs = [line for text in texts for line in text.split("\n") if len(line) > 30]
    earlier: list[list[str]] = []
    with corpus.open("w", encoding="utf-8") as stream:
        for number in range(count):
            if number % 5 == 4:
                lines = list(choose.choice(earlier))
                if choose.random() < 0.5:
                    lines.pop()
                else:
                    lines[1] = lines[1].replace("1", "2").replace("3", "4")
            else:
                lines = [choose.choice(paragraphs)[:24]]
                lines += choose.sample(paragraphs, choose.randint(2, 6))
                earlier.append(lines)
            lines += choose.sample(NOISE, choose.randint(1, 6))
            record = {"id": f"p{number}", "url": f"https://site{number % 300}.example/"}
            record["text"] = "\n".join(lines)
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def _seconds(*command: str) -> str:
    """Wall and processor time of a command of the cleaner."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "cleaner", *command], check=True, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{time.perf_counter() - start:6.1f} s, {used:6.1f} s of processor"


def open_in_chromium(report: Path) -> None:
    """Prints how long Chromium takes to open a report, three times, and the median."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        print("no Chromium on this machine")
        return
    times = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(3):
            page = browser.new_context().new_page()
            page.goto(report.resolve().as_uri())
            page.wait_for_selector("#table tbody tr")
            entry = "performance.getEntriesByType('navigation')[0].loadEventEnd"
            times.append(page.evaluate(entry) / 1000)
            page.context.close()
        browser.close()
    told = ", ".join(f"{one:.2f}" for one in times)
    print(f"opened in {told} s; median {statistics.median(times):.2f} s")


if __name__ == "__main__":
    main()
