"""Fits the weights of ``cleaner/stories/seams.toml`` anew, and tells what each of them is worth.

    python -m benchmarks.train_seams [--data DIR] [--pages N]

Logistic regression on the borders of broken pages, in two steps as ``find_seams`` looks at them:
first the cues of the border itself, then what the other borders of its page add. Pages are made of
one half of what ``benchmarks.stories`` does not measure on: news and re-posts, broken at random,
wrapped at one width, and intact. Printed are the joins on news that nothing was fitted on, by the
weights of the file and by the new ones, and for every cue its weight in the file, its new weight,
and what becomes of the joins without it. The file's weights were fitted so, then rounded, and are
kept by hand: they are not written. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from benchmarks.stories import nothing_labelled
from benchmarks.story_pages import Article, broken_page, half_of, quarter_of, read_named
from cleaner.model import Page
from cleaner.noise.label import staying
from cleaner.stories.borders import Borders, find_borders, flags_of, measures_of, own_words
from cleaner.stories.mend import fellows
from cleaner.stories.weights import load_weights
from cleaner.text.lines import Lines, split_lines
from cleaner.text.shape import Shape, measure

PENALTY = 0.5
"""Inverse strength of the penalty on squared weights."""

CAUTION = 1.0
"""Log odds that a seam needs above even ones: a wrong join is worse than a missed one."""

WRAPPED = 0.15
"""Weight of a border on a wrapped page: such pages have a seam in every line, and all alike."""

TRULY_BROKEN = 2.5
"""Log odds, by the news alone, above which a border that the posts came with is left out: they
were scraped, and some of their paragraphs had been broken before."""

HAND = {"headline over headline": -9.0}
"""Weights that are set by hand: articles have one headline, a kicker over it is never broken."""


@dataclass(frozen=True)
class Sample:
    """Pages broken in one manner: what is seen at every border, and whether it is a seam."""

    lines: Lines
    shape: Shape
    borders: Borders
    columns: NDArray[np.float32]
    full: NDArray[np.bool_]
    joins: NDArray[np.bool_]
    seams: int
    weight: float


@dataclass(frozen=True)
class Fit:
    """Weights of the first look (one a column) and of the second, with what each starts from."""

    start: float
    own: NDArray[np.float64]
    last_start: float
    others: dict[str, float]

    def joined(self, sample: Sample) -> NDArray[np.bool_]:
        """The borders taken for seams."""
        alone = self.start + sample.columns @ self.own
        added = fellows(sample.lines, sample.shape, sample.borders, alone, sample.full)
        more = sum(self.others[name] * cue for name, cue in added.items())
        result: NDArray[np.bool_] = alone + self.last_start + more > 0
        return result


def sample_of(articles: Sequence[Article], how: str, count: int) -> Sample:
    """So many articles, broken that way."""
    dice = random.Random(f"seams {how}")
    pages = [broken_page(dice, dice.choice(articles), how) for _ in range(count)]
    lines = split_lines([Page(str(number), page.text) for number, page in enumerate(pages)])
    shape = measure(lines)
    labels = nothing_labelled(lines, shape)
    borders, habits, verse = find_borders(lines, shape, labels, staying(lines, shape, labels))
    asked = np.flatnonzero(habits.width[borders.page] == 0)
    own_flags, own_measures = own_words(lines, shape, borders, asked)
    flags = flags_of(lines, shape, borders, habits, verse) | own_flags
    measures = measures_of(lines, shape, borders) | own_measures
    first = load_weights("seams")[0]
    columns = [flags[name] for name in first.flags]
    for name, steps in first.steps.items():
        step = np.searchsorted(steps.edges, measures[name], side="right")
        columns += [step == number for number in range(len(steps.edges))]
    above = lines.first.tolist()
    seams = {(above[n] + a, above[n] + b) for n, page in enumerate(pages) for a, b in page.seams}
    met = zip(borders.upper.tolist(), borders.lower.tolist(), strict=True)
    joins = np.array([pair in seams for pair in met])
    full = flags["upper fills the width"]
    table = np.stack(columns, axis=1).astype(np.float32)
    weight = WRAPPED if how == "wrapped" else 1.0
    return Sample(lines, shape, borders, table, full, joins, len(seams), weight)


def shipped() -> Fit:
    """The weights of the file."""
    first, second = load_weights("seams")
    own = [flag.weight for flag in first.flags.values()]
    for steps in first.steps.values():
        own += steps.weights[:-1].tolist()  # the last is for what is not there
    others = {name: flag.weight for name, flag in second.flags.items()}
    return Fit(first.start, np.array(own), second.start, others)


def fit_to(news: Sequence[Sample], posts: Sequence[Sample]) -> Fit:
    """New weights, for pages of news and of posts."""
    samples = [*news, *posts]
    columns = np.concatenate([sample.columns for sample in samples])
    joins = np.concatenate([sample.joins for sample in samples])
    worth = np.concatenate([np.full(len(sample.joins), sample.weight) for sample in samples])
    of_news = np.arange(len(joins)) < sum(len(sample.joins) for sample in news)
    model = LogisticRegression(C=PENALTY, max_iter=3000)
    model.fit(columns[of_news], joins[of_news], sample_weight=worth[of_news])
    kept = of_news | joins | (model.decision_function(columns) <= TRULY_BROKEN)
    model.fit(columns[kept], joins[kept], sample_weight=worth[kept])
    start, own = float(model.intercept_[0]), model.coef_[0].copy()

    alone = [start + sample.columns @ own for sample in samples]
    added = [
        fellows(s.lines, s.shape, s.borders, a, s.full) for s, a in zip(samples, alone, strict=True)
    ]
    names = list(added[0])
    seen = np.column_stack(
        [
            np.concatenate(alone),
            *(np.concatenate([cues[name] for cues in added]) for name in names if name not in HAND),
        ]
    )
    for name in HAND:
        kept &= ~np.concatenate([cues[name] for cues in added])
    model.fit(seen[kept], joins[kept], sample_weight=worth[kept])
    scale, *others = model.coef_[0].tolist()
    last_start = (float(model.intercept_[0]) - CAUTION) / scale
    taught = [name for name in names if name not in HAND]
    of_page = {name: weight / scale for name, weight in zip(taught, others, strict=True)}
    return Fit(start, own, last_start, of_page | HAND)


def counts(fit: Fit, samples: Sequence[Sample]) -> tuple[int, int]:
    """How many seams of all samples are found, and how many joins are wrong."""
    found = [(fit.joined(sample), sample.joins) for sample in samples]
    right = sum(int((ours & gold).sum()) for ours, gold in found)
    return right, sum(int(ours.sum()) for ours, _ in found) - right


def tell(name: str, fit: Fit, samples: dict[str, Sample]) -> None:
    """Precision and recall of the joins on each sample, or the wrong joins of intact pages."""
    print(name)
    for how, sample in samples.items():
        right, wrong = counts(fit, [sample])
        if sample.seams:
            precision = right / max(right + wrong, 1)
            print(f"  {how:8} P {precision:.4f}  R {right / sample.seams:.4f}")
        else:
            print(f"  {how:8} {wrong} wrong joins")


def tell_effects(file: Fit, new: Fit, samples: Sequence[Sample]) -> None:
    """Each cue: its weight in the file, its new one, and the joins without it."""
    first, _ = load_weights("seams")
    right, wrong = counts(file, samples)
    print(f"{'cue':44}{'file':>7}{'new':>7}{'found':>9}{'wrong':>7}  without it")
    at = 0
    names = [(name, 1) for name in first.flags]
    names += [(name, len(steps.edges)) for name, steps in first.steps.items()]
    for name, many in names:
        own = file.own.copy()
        own[at : at + many] = 0.0
        less = counts(Fit(file.start, own, file.last_start, file.others), samples)
        for number in range(at, at + many):
            text = name if many == 1 else f"{name}, step {number - at + 1}"
            effect = f"{less[0] - right:+9}{less[1] - wrong:+7}" if number == at else ""
            print(f"{text:44}{file.own[number]:7.2f}{new.own[number]:7.2f}{effect}")
        at += many
    for name, weight in file.others.items():
        others = file.others | {name: 0.0}
        less = counts(Fit(file.start, file.own, file.last_start, others), samples)
        effect = f"{less[0] - right:+9}{less[1] - wrong:+7}"
        print(f"{name:44}{weight:7.2f}{new.others[name]:7.2f}{effect}")


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pages", type=int, default=2000, help="pages of each kind")
    options = parser.parse_args()
    news = [row for row in read_named(options.data / "news.jsonl.gz") if half_of(row[0]) == 1]
    fitted_on = [text for name, text in news if quarter_of(name) == 0]
    measured_on = [text for name, text in news if quarter_of(name) == 1]
    posts = [text for _, text in read_named(options.data / "neardup_docs.jsonl.gz")]
    ways = ("random", "intact", "wrapped")
    held_out = {how: sample_of(measured_on, how, options.pages) for how in ways}
    new = fit_to(
        [sample_of(fitted_on, how, options.pages) for how in ways],
        [sample_of(posts, how, options.pages // 4) for how in ways],
    )
    tell("the weights of the file", shipped(), held_out)
    tell("fitted anew", new, held_out)
    tell_effects(shipped(), new, list(held_out.values()))


if __name__ == "__main__":
    main()
