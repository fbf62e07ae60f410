"""How well stories are told apart and paragraphs mended, on pages built from articles.

    python -m benchmarks.stories [--data DIR] [--corpus FILE] [--all] [--seed N] [--pages N]

``--corpus`` takes any JSON lines of texts; ``--all`` measures on all of them (for a corpus that
was not at hand when the tables were made), else on the quarter of the news nothing was fitted on.
TextTiling is nltk's, on character pairs, where nltk is installed. Speed is the least processor
time of three runs of both steps, over the UTF-8 size of the pages.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.story_pages import (
    Article,
    BuiltPage,
    broken_page,
    read_articles,
    story_page,
    without_cues,
)
from cleaner.model import Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import Labels, label_lines, staying
from cleaner.stories.mend import Seam, find_seams
from cleaner.stories.split import StorySpan, find_stories
from cleaner.text.lines import Lines, batches, split_lines
from cleaner.text.shape import Shape, measure


@dataclass(frozen=True)
class Found:
    """What was found on a page: the lines stories begin at, the seams, 0-based; title found."""

    starts: tuple[int, ...]
    seams: frozenset[tuple[int, int]]
    titles: int


@dataclass
class Clock:
    """Processor seconds and bytes."""

    seconds: float = 0.0
    size: int = 0


def nothing_labelled(lines: Lines, shape: Shape) -> Labels:
    """Labels that name nothing."""
    count = len(lines)
    plain = np.zeros(count, dtype=np.uint8)
    return Labels(plain, plain, np.full(count, -1, dtype=np.int32), (), ())


def rules_labelled(lines: Lines, shape: Shape) -> Labels:
    """The labels of the noise stage."""
    return label_lines(lines, shape, load_rules())


Labelling = Callable[[Lines, Shape], Labels]


def find(
    pages: Sequence[BuiltPage], clock: Clock, labelling: Labelling = nothing_labelled
) -> list[Found]:
    """What is found on each page."""
    found = []
    for batch in batches(Page(str(i), page.text) for i, page in enumerate(pages)):
        lines = split_lines(batch)
        shape = measure(lines)
        labels = labelling(lines, shape)
        stays = staying(lines, shape, labels)
        least = float("inf")
        for _ in range(3):
            start = time.process_time()
            seams = find_seams(lines, shape, labels, stays)
            spans = find_stories(lines, shape, labels, stays, seams)
            least = min(least, time.process_time() - start)
        clock.seconds += least
        clock.size += sum(len(page.text.encode()) for page in batch)
        found += _by_page(lines, seams, spans)
    return found


def _by_page(lines: Lines, seams: Sequence[Seam], spans: Sequence[StorySpan]) -> list[Found]:
    starts: list[list[int]] = [[] for _ in lines.pages]
    joined: list[set[tuple[int, int]]] = [set() for _ in lines.pages]
    titles = [0] * len(lines.pages)
    first = lines.first.tolist()
    for span in spans:
        starts[span.page].append(span.first - first[span.page])
        titles[span.page] += span.title[:1] == (span.first,)
    for seam in seams:
        page = int(lines.page[seam.upper])
        joined[page].add((seam.upper - first[page], seam.lower - first[page]))
    return [
        Found(tuple(own), frozenset(pairs), count)
        for own, pairs, count in zip(starts, joined, titles, strict=True)
    ]


def tiles(page: BuiltPage) -> tuple[int, ...]:
    """The lines at which nltk's TextTiling begins a segment, on character pairs as words."""
    from nltk.tokenize import TextTilingTokenizer

    lines = [(number, line) for number, line in enumerate(page.text.split("\n")) if line]
    words = [" ".join(map(_word, line, line[1:])) for _, line in lines]
    tokenizer = TextTilingTokenizer(w=20, k=10, stopwords=["x"])
    try:
        segments = tokenizer.tokenize("\n\n".join(words))
    except ValueError:  # it wants more text than this
        return ()
    starts, at = [], 0
    for segment in segments[:-1]:
        at += sum(1 for part in segment.split("\n\n") if part.strip())
        starts.append(lines[min(at, len(lines) - 1)][0])
    return tuple(starts)


def _word(first: str, second: str) -> str:
    """Two characters as a word of Latin letters: nltk's TextTiling drops all others."""
    return "".join(chr(97 + ord(char) // 26**i % 26) for char in (first, second) for i in range(4))


def f1(right: int, found: int, gold: int) -> str:
    """F1, precision and recall as text."""
    precision, recall = right / max(found, 1), right / max(gold, 1)
    both = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"F1 {both:.3f}  P {precision:.3f}  R {recall:.3f}"


def report_boundaries(name: str, pages: Sequence[BuiltPage], labelling: Labelling) -> None:
    """Boundaries found on the exact line, single pages left whole, and the speed."""
    clock = Clock()
    found = find(pages, clock, labelling)
    gold = [set(page.starts[1:]) for page in pages]
    ours = [set(one.starts[1:]) for one in found]
    single = [not own for own, page in zip(ours, pages, strict=True) if len(page.starts) == 1]
    right = sum(len(a & b) for a, b in zip(gold, ours, strict=True))
    text = f1(right, sum(map(len, ours)), sum(map(len, gold)))
    whole = f"{sum(single) / len(single):.3f} of {len(single)}" if single else "-"
    speed = clock.size / clock.seconds / 1e6
    print(f"{name:34}{text}  single pages whole {whole}  {speed:.0f} MB/s", flush=True)


def report_tiling(pages: Sequence[BuiltPage]) -> None:
    """The same for TextTiling, if nltk is there."""
    try:
        import nltk  # noqa: F401
    except ImportError:
        return
    gold = [set(page.starts[1:]) for page in pages]
    theirs = [set(tiles(page)) for page in pages]
    single = [not own for own, page in zip(theirs, pages, strict=True) if len(page.starts) == 1]
    right = sum(len(a & b) for a, b in zip(gold, theirs, strict=True))
    text = f1(right, sum(map(len, theirs)), sum(map(len, gold)))
    print(f"  TextTiling{'':24}{text}  single pages whole {sum(single) / max(len(single), 1):.3f}")


def report_seams(name: str, pages: Sequence[BuiltPage], labelling: Labelling) -> None:
    """Joins found, and wrong ones in 1,000 paragraphs."""
    clock = Clock()
    found = find(pages, clock, labelling)
    right = sum(len(a.seams & b.seams) for a, b in zip(pages, found, strict=True))
    ours = sum(len(one.seams) for one in found)
    gold = sum(len(page.seams) for page in pages)
    paragraphs = sum(1 for page in pages for line in page.text.split("\n") if line.strip()) - gold
    text = f"P {right / max(ours, 1):.4f}  R {right / max(gold, 1):.4f}" if gold else ""
    wrong = (ours - right) / paragraphs * 1000
    speed = clock.size / clock.seconds / 1e6
    print(f"{name:34}{text}  wrong joins in 1,000 paragraphs {wrong:.2f}  {speed:.0f} MB/s")


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--corpus", type=Path, help="instead of the news in --data")
    parser.add_argument("--all", action="store_true", help="every text, not the held-out alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=2000)
    options = parser.parse_args()
    path = options.corpus or options.data / "news.jsonl.gz"
    articles = read_articles(path, held_out=not options.all)
    print(f"{len(articles)} articles, {options.pages} pages each, seed {options.seed}")
    report(articles, options.seed, options.pages)


def report(articles: Sequence[Article], seed: int, count: int) -> None:
    """Prints every figure for these articles."""
    for titles in (True, False):
        for blanks in ("none", "all", "between"):
            dice = random.Random(f"{seed} {titles} {blanks}")
            pages = [
                story_page(dice, dice.choices(articles, k=dice.randint(1, 6)), titles, blanks)
                for _ in range(count)
            ]
            name = f"{'with' if titles else 'without'} titles, blank lines: {blanks}"
            report_boundaries(name, pages, nothing_labelled)
            if blanks == "none":
                report_boundaries("  with noise labels", pages, rules_labelled)
                report_tiling(pages[:100])
    dice = random.Random(f"{seed} hard")
    bare = [article for article in map(without_cues, articles) if article]
    for titles in (True, False):
        pages = [
            story_page(dice, dice.choices(bare, k=dice.randint(1, 6)), titles, "none")
            for _ in range(count)
        ]
        name = f"{'with' if titles else 'without'} titles, no cues"
        report_boundaries(name, pages, nothing_labelled)
    pages = [story_page(dice, dice.choices(articles), True, "none") for _ in range(count)]
    report_boundaries("single pages", pages, nothing_labelled)
    report_boundaries("  with noise labels", pages, rules_labelled)
    for how in ("random", "wrapped", "intact"):
        dice = random.Random(f"{seed} {how}")
        pages = [broken_page(dice, dice.choice(articles), how) for _ in range(count)]
        report_seams(f"paragraphs {how}", pages, nothing_labelled)
        report_seams("  with noise labels", pages, rules_labelled)


if __name__ == "__main__":
    main()
