"""What is kept of web pages as they were served: ours, text alone, and other extractors'.

    python -m benchmarks.html [--data DIR] [--peers PYTHON] [--worst 10]

Scored are the pages of ``noise_html.tar.xz`` by their gold lines: the mean F1 of a page's character
4-grams (lines flagged as title, byline and the like may be kept or not). All extractors get
the same decoded markup. The page model and the tag weights were trained on these pages: for pages
not seen, see ``benchmarks.train_tags --left-out``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.html_pages import GoldHtml, PageScore, html_pages
from cleaner.corpus.entries import AS_USUAL
from cleaner.corpus.web.page import decode_markup, read_markup
from cleaner.model import Page
from cleaner.pipeline import clean_pages

DATA = Path(__file__).parents[2] / "shared" / "data"
HERE = Path(__file__).parents[1]


def read_pages(given: Sequence[GoldHtml]) -> list[Page]:
    """The pages as lines, with their markup; an empty page where one is set aside."""
    entries = (read_markup(one.raw, one.gold.page.name, "", AS_USUAL) for one in given)
    return [entry.page or Page("", "") for entry in entries]


def tell(name: str, texts: Sequence[str], given: Sequence[GoldHtml], seconds: float) -> list[float]:
    """Prints the scores of one extractor; gives those of each page."""
    scores = [PageScore(one.gold).f1(text) for one, text in zip(given, texts, strict=True)]
    empty = sum(not text.strip() for text in texts)
    print(
        f"  {name:32} F1 {np.mean(scores):.4f}  median {np.median(scores):.4f}  "
        f"below 0.5: {sum(score < 0.5 for score in scores):2}  empty: {empty:2}  "
        f"{seconds * 1000 / len(texts):6.1f} ms a page"
    )
    return scores


def ours(given: Sequence[GoldHtml], worst: int) -> None:
    """Prints our scores: all text, the lines without their markup, with it; the worst pages."""
    list(clean_pages(read_pages(given[:2])))  # tables and rules are there before the clock runs
    start = time.process_time()
    pages = read_pages(given)
    read = time.process_time() - start
    tell("all text", [page.text for page in pages], given, read)
    start = time.process_time()
    bare = [cleaned.text for cleaned in clean_pages(replace(one, markup=None) for one in pages)]
    tell("ours, text alone", bare, given, read + time.process_time() - start)
    start = time.process_time()
    texts = [cleaned.text for cleaned in clean_pages(pages)]
    scores = tell("ours", texts, given, read + time.process_time() - start)
    for place in np.argsort(scores)[:worst].tolist():
        print(f"    {scores[place]:.3f}  {given[place].gold.page.name}")


def peers(given: Sequence[GoldHtml], python: str) -> None:
    """Prints the scores of the extractors that the interpreter ``python`` has."""
    pages = [decode_markup(one.raw, AS_USUAL).text for one in given]
    done = subprocess.run(
        [python, "-m", "benchmarks.html_peers"],
        input=json.dumps(pages),
        capture_output=True,
        text=True,
        check=True,
        cwd=HERE,
    )
    for name, told in json.loads(done.stdout).items():
        tell(name, told["texts"], given, told["seconds"])


def main() -> None:
    """Prints all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--worst", type=int, default=10)
    given = parser.parse_args()
    pages = list(html_pages(given.data))
    print(f"{len(pages)} web pages, {sum(len(one.raw) for one in pages) / 1e6:.1f} MB")
    ours(pages, given.worst)
    if given.peers is None:
        print("  other extractors: not measured, name an interpreter with --peers")
    else:
        peers(pages, given.peers)


if __name__ == "__main__":
    main()
