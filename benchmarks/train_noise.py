"""Trains the page model and writes ``cleaner/noise/page_model.tsv``; tells what it is worth.

    python -m benchmarks.train_noise [--data DIR] [--write]

Trained on the pages of ``noise_lines.jsonl.gz`` (each once with and once without what is known
of its site's repeated lines) and on pages laid together by ``benchmarks.noise_pages``. Printed
are cross-validated figures of the whole decision, rules and model together: leaving out a tenth
of the pages at a time, and leaving out all pages of one site. Needs scikit-learn's scipy.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.chain import Chains, together, train
from benchmarks.noise_pages import (
    KEEP,
    GoldPage,
    PageMaker,
    articles,
    laws,
    real_pages,
    with_headlines,
)
from benchmarks.noise_score import gold_of, score
from cleaner.model import SURE as GONE
from cleaner.noise.clues import clues_of
from cleaner.noise.findings import Findings, gather, marks_of, repeated_of
from cleaner.noise.hits import find_hits, load_rules
from cleaner.noise.label import settle
from cleaner.noise.layout import lay_out
from cleaner.noise.page_model import CHAIN, WEIGHTS, PageModel, shipped_model
from cleaner.noise.reasons import Reasons
from cleaner.noise.repeats import Repeats, repeats_of
from cleaner.text.lines import Lines, split_lines
from cleaner.text.shape import Shape, measure

DATA = Path(__file__).parents[2] / "shared" / "data"

PENALTY = 0.2
"""Of squared weights. Leaving sites out, 0.1 to 0.4 measure alike, 0.01 and 1.0 worse."""

MADE_PAGES, MADE_WEIGHT = 400, 0.5
"""How many pages are laid together for a training, and their weight beside that of real ones."""


SURE = (0.4, 1.0)
"""Log-odds from which the model may remove a line, and one with a sentence: chosen so that good
text kept stays above 0.985 when sites are left out."""

OTHER_BARS = ((0.0, 0.7), (0.4, 1.0), (0.7, 1.4), (1.0, 1.6), (1.4, 2.2), (2.0, 3.0))
"""Such odds that the figures are printed for."""


class Corpus:
    """Labelled pages as columns, ready to be trained on and judged."""

    def __init__(self, pages: Sequence[GoldPage], with_repeats: bool, names: Sequence[str]) -> None:
        self.pages = pages
        self.lines: Lines = split_lines([given.page for given in pages])
        self.shape: Shape = measure(self.lines)
        self.rules = load_rules()
        repeats: Repeats | None = None
        if with_repeats:
            with tempfile.TemporaryDirectory() as folder:
                repeats = repeats_of([(self.lines, self.shape)], Path(folder))
        hits = find_hits(self.rules, self.lines, self.shape)
        self.found: Findings = gather(self.lines, self.rules, hits, repeats)
        layout = lay_out(self.lines, self.shape)
        marks = marks_of(layout, self.found)
        repeated = repeated_of(layout, self.shape, self.found)
        clues = clues_of(self.lines, self.shape, layout, marks, repeated)
        self.seen = layout.seen
        self.opens = np.arange(len(layout)) == layout.low
        self.columns = np.stack([np.asarray(clues[name], dtype=float) for name in names], axis=1)
        gold = gold_of(pages)
        # A page whose text ends with a line break has one line less than it was laid of.
        self.gold = gold if len(gold) == len(self.lines) else _trimmed(pages)

    def chains(self, gold: NDArray[np.int64], chosen: Sequence[int], weight: float) -> Chains:
        """The ``chosen`` pages for training, all together of the given weight."""
        mine = np.isin(self.lines.page[self.seen], chosen)
        each = weight / max(len(chosen), 1)
        return Chains(
            self.columns[mine],
            self.opens[mine],
            gold[self.seen][mine],
            np.full(int(mine.sum()), each),
        )

    def stays(self, model: PageModel) -> NDArray[np.bool_]:
        """The visible lines that stay when all pages are judged with ``model``."""
        verdict = settle(self.lines, self.shape, self.found, model, Reasons(self.rules))
        return ~self.shape.blank & (verdict.strength != GONE)


def _trimmed(pages: Sequence[GoldPage]) -> NDArray[np.int64]:
    rows = []
    for given in pages:
        gold = list(given.gold)
        if gold and (not given.page.text or given.page.text.endswith("\n")):
            gold.pop()
        rows += gold
    return np.array(rows, dtype=np.int64)


class Trainer:
    """Trains models on any choice of the real pages."""

    def __init__(self, data: Path) -> None:
        self.names = shipped_model().clues
        self.real = real_pages(data)
        self.stories, self.laws = articles(data, every=5), laws(data, every=7)
        self.shared = Corpus(self.real, True, self.names)
        self.alone = Corpus(self.real, False, self.names)
        self.gold = gold_of(with_headlines(self.real, data))

    def model(self, chosen: Sequence[int], seed: int = 1) -> PageModel:
        """The model trained on real pages ``chosen`` and on pages made of their noise."""
        maker = PageMaker(self.stories, self.laws, [self.real[i] for i in chosen], seed)
        made = Corpus(maker.make(MADE_PAGES), False, self.names)
        chains = together(
            [
                self.shared.chains(self.gold, chosen, 1.0),
                self.alone.chains(self.gold, chosen, 1.0),
                made.chains(made.gold, range(MADE_PAGES), 2 * MADE_WEIGHT),
            ]
        )
        weights, chain = train(chains, PENALTY)
        usual = chains.columns[chains.gold == KEEP].mean(axis=0)
        noise, to_noise, to_body, opens = (float(value) for value in chain)
        sure, sure_sentence = SURE
        return replace(
            shipped_model(),
            weights=weights,
            usual=usual,
            noise=noise,
            to_noise=to_noise,
            to_body=to_body,
            opens=opens,
            sure=sure,
            sure_sentence=sure_sentence,
        )


def cross_validate(trainer: Trainer, group: Callable[[int], str]) -> None:
    """Prints the scores of real pages judged by models that saw no page of their group."""
    groups: dict[str, list[int]] = {}
    for i in range(len(trainer.real)):
        groups.setdefault(group(i), []).append(i)
    kept = {
        (bars, known): np.zeros(len(trainer.alone.lines), dtype=bool)
        for known in (True, False)
        for bars in OTHER_BARS
    }
    for name in sorted(groups):
        others = [i for i in range(len(trainer.real)) if group(i) != name]
        model = trainer.model(others)
        for (bars, known), stays in kept.items():
            corpus = trainer.shared if known else trainer.alone
            mine = np.isin(corpus.lines.page, groups[name])
            barred = replace(model, sure=bars[0], sure_sentence=bars[1])
            stays[mine] = corpus.stays(barred)[mine]
    for (bars, known), stays in kept.items():
        corpus = trainer.shared if known else trainer.alone
        told = "repeats known" if known else "pages alone  "
        scored = score(corpus.lines, corpus.shape, corpus.gold, stays)
        print(f"  {told}  from {bars}  {scored}", flush=True)
        if bars == SURE:
            worst = np.argsort(scored.of_page)[:12].tolist()
            names = (f"{corpus.pages[i].page.name} {scored.of_page[i]:.2f}" for i in worst)
            print(f"    lowest: {', '.join(names)}")


def _corpora(trainer: Trainer) -> tuple[Corpus, Corpus]:
    return trainer.shared, trainer.alone


def write_model(model: PageModel, path: Path) -> None:
    """Writes the table that ``read_model`` reads."""
    rows = [
        "# The page model: clue, weight (log-odds of noise), usual value on lines of a body, and",
        "# what the clue says above that value and below. From benchmarks/train_noise.py: 90 web",
        "# pages (noise_lines.jsonl.gz) and 400 pages laid together, penalty 0.2.",
    ]
    chain = (model.noise, model.to_noise, model.to_body, model.opens, *SURE)
    rows += [f"{name}\t{value:.3f}\t\t\t" for name, value in zip(CHAIN, chain, strict=True)]
    columns = (model.clues, model.weights, model.usual, model.says_high, model.says_low)
    for name, weight, usual, high, low in zip(*columns, strict=True):
        rows.append(f"{name}\t{weight:.3f}\t{usual:.3f}\t{high}\t{low}")
    path.write_text("\n".join(rows) + "\n", "utf-8")


def main() -> None:
    """Prints the figures; with ``--write``, trains on all pages and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--no-figures", action="store_true")
    given = parser.parse_args()
    trainer = Trainer(given.data)
    everything = range(len(trainer.real))
    if given.write:
        write_model(trainer.model(everything), WEIGHTS)
        shipped_model.cache_clear()
    print("seen pages (no check of anything)")
    for corpus in _corpora(trainer):
        stays = corpus.stays(shipped_model())
        print(f"  {score(corpus.lines, corpus.shape, corpus.gold, stays)}")
    if not given.no_figures:
        print("a tenth of the pages left out at a time")
        cross_validate(trainer, lambda i: str(i % 10))
        print("all pages of a site left out at a time")
        cross_validate(trainer, lambda i: trainer.real[i].group)


if __name__ == "__main__":
    main()
