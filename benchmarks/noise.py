"""What is removed of pages and what is kept: ours and others', by characters; and how fast.

    python -m benchmarks.noise [--data DIR] [--peers PYTHON] [--mistakes 20]

Scored are the web pages of ``noise_lines.jsonl.gz`` (flagged lines left out), the seeds beside
DIR and the project's own pages with gold labels, and pages that are nothing but stories or laws.
With ``--peers``, jusText and trafilatura of that interpreter judge the same lines.
The page model was trained on these web pages: for pages it has not seen, see the figures of
``benchmarks.train_noise``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.noise_pages import (
    KEEP,
    NOISE,
    articles,
    behind_noise,
    laws,
    real_pages,
    without_credits,
)
from benchmarks.noise_score import gold_of, score
from cleaner.model import KEEP as STAYS
from cleaner.model import LABELS, SURE, Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import Labels, label_lines, staying
from cleaner.noise.repeats import repeats_of
from cleaner.text.lines import Lines, batches, split_lines
from cleaner.text.shape import Shape, measure

DATA = Path(__file__).parents[2] / "shared" / "data"
HERE = Path(__file__).parents[1]

Kept = NDArray[np.bool_]


class WebPages:
    """The labelled web pages, and what any cleaner keeps of them."""

    def __init__(self, data: Path) -> None:
        self.pages = real_pages(data)
        self.lines: Lines = split_lines([given.page for given in self.pages])
        self.shape: Shape = measure(self.lines)
        self.gold = gold_of(self.pages)
        self.texts = [given.page.text.split("\n") for given in self.pages]

    def ours(self, with_repeats: bool) -> Labels:
        """Our labels, with or without the counts of each folder's repeated lines."""
        repeats = None
        if with_repeats:
            with tempfile.TemporaryDirectory() as folder:
                repeats = repeats_of([(self.lines, self.shape)], Path(folder))
        return label_lines(self.lines, self.shape, load_rules(), repeats)

    def tell(self, name: str, kept: Kept) -> None:
        """Prints the score of keeping those lines."""
        print(f"  {name:42} {score(self.lines, self.shape, self.gold, kept)}")

    def by_line(self, keeps: Callable[[str], bool]) -> Kept:
        """The lines that a rule for single lines keeps."""
        return np.array([keeps(line) for lines in self.texts for line in lines])


_END = re.compile(r"(?:[。！？!?…]|\.{3,})[”’」』\"')）\]】》]*$")
_C4_END = re.compile(r"[。！？”：]$|……$")


def ends_a_sentence(line: str) -> bool:
    """Whether the line closes with an end mark, full or half width."""
    return bool(_END.search(line.strip()))


def c4_for_chinese(line: str) -> bool:
    """The line rule of shjwudp/c4-dataset-script: an end mark, 5 characters, no dash or box."""
    text = line.strip()
    return bool(_C4_END.search(text)) and len(text) >= 5 and not re.search(r"[-□■]", text)


def between_long_sentences(lines: Sequence[str]) -> list[bool]:
    """Keeps what stands from the first to the last sentence of 40 characters."""
    long = [i for i, line in enumerate(lines) if len(line) >= 40 and ends_a_sentence(line)]
    return [bool(long) and long[0] <= i <= long[-1] for i in range(len(lines))]


def ccnet(pages: Sequence[Sequence[str]]) -> list[bool]:
    """CCNet's repeats: lines that stand twice in the corpus are dropped, every copy.

    Keys are lower case, digits as 0, without punctuation (Wenzek et al., 2020).
    """

    def key(line: str) -> str:
        return re.sub(r"[\W_]", "", re.sub(r"\d", "0", line.lower()))

    times = Counter(key(line) for lines in pages for line in lines)
    return [times[key(line)] < 2 for lines in pages for line in lines]


def peers(web: WebPages, python: str | None) -> None:
    """Prints what others keep of the same lines."""
    web.tell("everything kept", np.ones(len(web.lines), dtype=bool))
    web.tell("lines without an end mark dropped", web.by_line(ends_a_sentence))
    flat = [flag for lines in web.texts for flag in between_long_sentences(lines)]
    web.tell("from first to last long sentence", np.array(flat))
    web.tell("C4 rule for Chinese", web.by_line(c4_for_chinese))
    web.tell("CCNet repeats", np.array(ccnet(web.texts)))
    if python is None:
        print("  jusText and trafilatura: not measured, name an interpreter with --peers")
        return
    command = [python, "-m", "benchmarks.noise_peers"]
    done = subprocess.run(
        command, input=json.dumps(web.texts), capture_output=True, text=True, check=True, cwd=HERE
    )
    for line in done.stderr.splitlines():
        print(f"  not measured: {line}")
    for name, pages in json.loads(done.stdout).items():
        web.tell(name, np.array([flag for flags in pages for flag in flags]))


def tell_rules(web: WebPages, labels: Labels) -> None:
    """Prints for each rule how many lines it removed rightly and wrongly."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line in np.flatnonzero((labels.strength == SURE) & (web.gold >= KEEP)).tolist():
        row = rows[labels.reasons[labels.reason[line]].rule]
        wrong = int(web.gold[line] == KEEP)
        row[wrong] += 1
        row[2 + wrong] += int(web.shape.visible[line])
    print("rule: lines removed rightly, wrongly; characters rightly, wrongly; precision")
    for rule, (right, wrong, chars, lost) in sorted(rows.items(), key=lambda row: -row[1][2]):
        share = chars / max(chars + lost, 1)
        print(f"  {rule:24} {right:6} {wrong:4} {chars:7} {lost:5}  {share:.3f}")


def tell_mistakes(web: WebPages, labels: Labels, kept: Kept, number: int) -> None:
    """Prints the lines that cost most characters, lost and left."""
    for name, wrong in (
        ("lost", (web.gold == KEEP) & ~kept),
        ("left", (web.gold == NOISE) & kept),
    ):
        cost = web.shape.visible * wrong
        print(f"the costliest mistakes, {name} ({cost.sum()} characters)")
        for line in np.argsort(-cost, kind="stable")[:number].tolist():
            reason = int(labels.reason[line])
            rule = labels.reasons[reason].rule if reason >= 0 else ""
            page = web.lines.pages[web.lines.page[line]].name
            print(f"  {cost[line]:4} {page:28} {rule:16} {web.lines.text_of(line)[:60]}")


def tell_gold(name: str, pages: Sequence[tuple[Path, Path]]) -> None:
    """Prints how pages with labelled lines come out: lines, characters, labels, spans.

    Borderline lines are left out.
    """
    count: Counter[str] = Counter()
    by_label: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for page, gold in pages:
        lines = split_lines([Page(page.name, page.read_text("utf-8"))])
        shape = measure(lines)
        labels = label_lines(lines, shape, load_rules())
        stays = staying(lines, shape, labels)
        cuts = {(s.line, s.start, s.end) for s in labels.spans if s.strength == SURE}
        for row in map(json.loads, gold.read_text("utf-8").splitlines()):
            line = row["line"] - 1
            if row["class"] == "blank" or row.get("borderline"):
                continue
            _count_line(row, bool(stays[line]), int(shape.visible[line]), count)
            count["suspect, to be kept"] += int(row["keep"] and labels.strength[line] > STAYS)
            tally = by_label[row["label"]]
            tally[0] += 1
            tally[1] += int(bool(stays[line]) == row["keep"])
            tally[2] += int(row["keep"] or LABELS[labels.label[line]] == row["label"])
            for span in row.get("spans") or ():
                if not span.get("borderline"):
                    count["spans"] += 1
                    count["spans cut"] += (line, span["start"], span["end"]) in cuts
    right, wrong = count["noise removed"], count["good removed"]
    left = count["noise kept"]
    f1 = 2 * right / max(2 * right + wrong + left, 1)
    print(f"{name}: F1 of removed lines {f1:.3f}; {dict(sorted(count.items()))}")
    print("  label: lines, rightly kept or removed, rightly named (of those removed)")
    for label, (lines_, right_, named) in sorted(by_label.items()):
        print(f"    {label:14} {lines_:4} {right_:4} {named:4}")


def _count_line(row: dict[str, Any], stays: bool, chars: int, count: Counter[str]) -> None:
    what = ("good " if row["keep"] else "noise ") + ("kept" if stays else "removed")
    count[what] += 1
    count[what + ", characters"] += chars


def tell_clean_pages(data: Path) -> None:
    """Prints what goes of pages that are nothing but body."""
    stories, texts = articles(data, every=11, first=2), laws(data, every=9, first=3)
    chance = random.Random(5)
    together = ["\n".join(chance.sample(stories, chance.randint(2, 6))) for _ in range(300)]
    rules = load_rules()
    print("pages of nothing but body: share of characters removed, by rule")
    for name, pages in (("news", stories), ("news laid together", together), ("laws", texts)):
        whole, lost = 0, Counter[str]()
        for batch in batches([Page(str(i), text) for i, text in enumerate(pages)]):
            lines = split_lines(batch)
            shape = measure(lines)
            labels = label_lines(lines, shape, rules)
            whole += int(shape.visible.sum())
            for line in np.flatnonzero(labels.strength == SURE).tolist():
                lost[labels.reasons[labels.reason[line]].rule] += int(shape.visible[line])
        share = sum(lost.values()) / whole
        print(f"  {name:20} {len(pages):5} pages  {share:.6f}  {dict(lost.most_common())}")


def tell_stories_behind_noise(web: WebPages, data: Path) -> None:
    """Prints what stays of stories that stand behind stretches of the web pages' noise.

    The stretches are torn from their pages, so that less of them can be known for noise. The
    stories are without the credits and stamps that close them.
    """
    stories = [without_credits(story) for story in articles(data, every=9, first=4)]
    for seed in (1, 2, 3):
        pages = behind_noise(stories, web.pages, 300, seed)
        lines = split_lines([given.page for given in pages])
        shape = measure(lines)
        stays = staying(lines, shape, label_lines(lines, shape, load_rules()))
        print(f"stories behind noise, draw {seed}: {score(lines, shape, gold_of(pages), stays)}")


def tell_speed(data: Path) -> None:
    """Prints the speed of the label stage on one core: lines, shapes, hits and decision."""
    pages = [Page(str(i), text) for i, text in enumerate(articles(data, every=4))]
    size = sum(len(page.text.encode()) for page in pages) / 1e6
    rules, best = load_rules(), float("inf")
    for _ in range(3):
        start = time.process_time()
        for batch in batches(pages):
            lines = split_lines(batch)
            label_lines(lines, measure(lines), rules)
        best = min(best, time.process_time() - start)
    print(f"label stage on news: {size / best:.1f} MB/s ({size:.1f} MB, best of three)")


def main() -> None:
    """Prints everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--mistakes", type=int, default=20)
    given = parser.parse_args()
    web = WebPages(given.data)
    labels = web.ours(with_repeats=True)
    kept = staying(web.lines, web.shape, labels)
    print("web pages, flagged lines left out (seen by the page model in training)")
    web.tell("ours", kept)
    alone = web.ours(with_repeats=False)
    web.tell("ours, pages alone", staying(web.lines, web.shape, alone))
    web.tell("ours, suspects removed too", ~web.shape.blank & (labels.strength == STAYS))
    peers(web, given.peers)
    seeds = given.data.parent / "seeds"
    shared = [(page, seeds / "gold" / f"{page.stem}.jsonl") for page in sorted(seeds.glob("*.txt"))]
    if shared:
        tell_gold("the seeds", shared)
    for name, folder, gold in (
        ("the project's seeds", HERE / "seeds", HERE / "tests" / "gold"),
        ("the small pages", HERE / "tests" / "pages", HERE / "tests" / "pages"),
    ):
        tell_gold(
            name, [(page, gold / f"{page.stem}.jsonl") for page in sorted(folder.glob("*.txt"))]
        )
    tell_rules(web, labels)
    tell_mistakes(web, labels, kept, given.mistakes)
    tell_clean_pages(given.data)
    tell_stories_behind_noise(web, given.data)
    tell_speed(given.data)


if __name__ == "__main__":
    main()
