"""Fits the weights in ``cleaner/stories/splits.toml``, and tells what they are worth.

    python -m benchmarks.train_stories [--data DIR] [--pages N] [--write]

Logistic regression on pages laid together, in two steps: first the cues of the gap itself with
its doubts (no doubt may speak for a split), then what the other gaps of the page add. Pages are
laid of the quarter of the news that ``benchmarks.stories`` does not measure on, plain and dressed
with bylines, captions, decks, dates and editors, of re-posts and opinion pieces, with laws and
real pages as wholes. Printed are figures on what each fit has not seen: the other quarter of the
news, both ways round, and the other kinds of text, left out and not. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from benchmarks.split_weights import Fit, Sample, Table
from benchmarks.stories import rules_labelled
from benchmarks.story_pages import (
    Article,
    BuiltPage,
    draw_dress,
    dressed_page,
    half_of,
    quarter_of,
    read_named,
    story_page,
    without_cues,
)
from cleaner.model import Page
from cleaner.noise.label import staying
from cleaner.stories.borders import chinese_pages
from cleaner.stories.cohesion import ties_of
from cleaner.stories.doubts import DOUBTS, doubts_of
from cleaner.stories.gaps import fellows, flags_of, gaps_of, measures_of
from cleaner.stories.mend import find_seams
from cleaner.stories.paragraphs import rows_of
from cleaner.stories.patterns import pattern
from cleaner.stories.signs import signs_of
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

HAND = {
    "furniture between": 0.3,
    "much furniture between": -3.0,
    "upper ends with a colon": -2.5,
    "pictures as on top": 4.0,
    "pictures over a lede": 4.0,
}
"""Weights of what pages laid of articles have not. Pictures are laid there too, but as a bureau
hangs them, several above each story and the texts all of one place, they have to weigh more: with
fitted weights (about 1) a page of ``seeds/`` falls together."""

PENALTY = 0.5
"""Inverse strength of the penalty on squared weights: 0.1 to 2 measure within 0.01."""

CAUTION = 0.5
"""Log odds that a split needs above even ones: a wrong split is worse than a missed one."""

SHARES = {"xwlb": 0.5, "chinanews": 0.35, "cnews": 0.15}
"""How often an article of each source of the news is drawn; others by their number."""

PLAIN, DIGESTS, POSTS = (1.0, 0.0), (0.3, 1.0), (1.5, 1.5)
"""Weights of pages of several articles and of one: of news without digests, of all news, of posts.

A digest counts as one text, but holds several stories: in full weight it teaches that no headline
and no lede opens one; left out, no digest stays whole.
"""


def sample_of(table: Table, pages: Sequence[BuiltPage], weight: float = 1.0) -> Sample:
    """What is seen at every gap of these pages."""
    lines = split_lines([Page(str(n), page.text) for n, page in enumerate(pages)])
    shape = measure(lines)
    labels = rules_labelled(lines, shape)
    stays = staying(lines, shape, labels)
    signs, seams = signs_of(lines), find_seams(lines, shape, labels, stays)
    rows = rows_of(lines, shape, labels, signs, stays, seams)
    gaps = gaps_of(rows, chinese_pages(lines, shape))
    ties = ties_of(lines, rows, gaps.above)
    flags = flags_of(lines, shape, labels, signs, rows, gaps, ties)
    doubted = np.flatnonzero(~flags["dateline"])
    for name, cue in doubts_of(lines, shape, rows, gaps, doubted).items():
        flags[name] = np.zeros(len(gaps), dtype=bool)
        flags[name][doubted] = cue
    columns = table.columns(flags, measures_of(lines, shape, rows, gaps, ties))
    begins = np.zeros(len(lines) + 1, dtype=np.int64)
    for number, page in enumerate(pages):
        begins[[int(lines.first[number]) + start + 1 for start in page.starts[1:]]] = 1
    upto = np.cumsum(begins)
    ends = upto[rows.first[gaps.below] + 1] > upto[rows.first[gaps.above] + 1]
    borders = sum(len(page.starts) - 1 for page in pages)
    return Sample(columns, ends, weight, rows, gaps, flags, len(pages), borders)


def fit_to(table: Table, samples: Sequence[Sample]) -> Fit:
    """The weights for these samples."""
    columns = np.concatenate([sample.columns for sample in samples])
    ends = np.concatenate([sample.ends for sample in samples])
    weights = np.concatenate([np.full(len(one.ends), one.weight) for one in samples])
    by_hand = np.array([HAND.get(name, 0.0) for name in table.flags])
    fixed = np.zeros(columns.shape[1])
    fixed[: len(by_hand)] = by_hand
    taught = np.array([name not in HAND for name in table.flags])
    free = np.concatenate([taught, np.ones(columns.shape[1] - len(taught), dtype=bool)])
    model = LogisticRegression(C=PENALTY, max_iter=3000)
    model.fit(columns[:, free], ends, sample_weight=weights)
    own = fixed.copy()
    own[free] = model.coef_[0]
    own[-len(DOUBTS) :] = np.minimum(own[-len(DOUBTS) :], 0.0)
    start = float(model.intercept_[0])

    alone = [start + sample.columns @ own for sample in samples]
    added = [fellows(s.rows, s.gaps, s.flags, a) for s, a in zip(samples, alone, strict=True)]
    names = list(added[0])
    seen = [
        np.column_stack([a, *(cues[name] for name in names)])
        for a, cues in zip(alone, added, strict=True)
    ]
    model.fit(np.concatenate(seen), ends, sample_weight=weights)
    scale, *others = model.coef_[0].tolist()
    last_start = (float(model.intercept_[0]) - CAUTION) / scale
    return Fit(start, own, last_start, {n: w / scale for n, w in zip(names, others, strict=True)})


Shelves = dict[str, list[Article]]
"""Articles by source, in the order of their file: neighbours are often of one day."""

Layout = Callable[[random.Random, list[Article]], BuiltPage]


def drawn(dice: random.Random, shelves: Shelves, most: int) -> list[Article]:
    """Up to ``most`` articles: on half of the pages neighbours of one shelf, else from anywhere."""
    count = dice.randint(1, most)
    names = list(shelves)
    shares = [SHARES.get(name, len(shelves[name])) for name in names]
    chosen = [shelves[name] for name in dice.choices(names, shares, k=count)]
    if dice.random() < 0.5:
        start = dice.randrange(max(1, len(chosen[0]) - count))
        return chosen[0][start : start + count]
    return [dice.choice(shelf) for shelf in chosen]


def _laid(titles: bool | None, cues: bool = True) -> Layout:
    """Lays articles together; None: with titles or without."""

    def lay(dice: random.Random, articles: list[Article]) -> BuiltPage:
        if not cues:
            articles = [bare for bare in map(without_cues, articles) if bare] or articles
        with_titles = dice.random() < 0.5 if titles is None else titles
        return story_page(dice, articles, with_titles, dice.choice(("none", "all", "between")))

    return lay


def _dressed(dice: random.Random, articles: list[Article]) -> BuiltPage:
    return dressed_page(dice, articles, dice.random() < 0.7, draw_dress(dice))


LAYOUTS: dict[str, tuple[Layout, int, float]] = {
    "with titles": (_laid(True), 6, 1.0),
    "without titles": (_laid(False), 6, 1.0),
    "with titles, no cues": (_laid(True, cues=False), 6, 1.0),
    "without titles, no cues": (_laid(False, cues=False), 6, 1.0),
    "dressed": (_dressed, 6, 1.0),
    "single": (_laid(None), 1, 4.0),
    "single, dressed": (_dressed, 1, 4.0),
}
"""Kinds of pages: how they are laid, of how many articles at the most, and their weight."""


def kinds_of(
    table: Table, name: str, shelves: Shelves, pages: int, several: float, single: float
) -> dict[str, Sample]:
    """A sample of every layout, those of ``several`` articles and of a ``single`` one weighed so.

    Layouts that weigh nothing are left out.
    """
    samples = {}
    for kind, (lay, most, worth) in LAYOUTS.items():
        weight = worth * (several if most > 1 else single)
        if weight:
            dice = random.Random(f"{name} {kind}")
            laid = [lay(dice, drawn(dice, shelves, most)) for _ in range(pages)]
            samples[f"{name}, {kind}"] = sample_of(table, laid, weight)
    return samples


def wholes(table: Table, named: Sequence[tuple[str, Article]], weight: float) -> Sample:
    """Texts as pages that hold one story each."""
    return sample_of(table, [BuiltPage("\n".join(text), (0,)) for _, text in named], weight)


def shelved(named: Sequence[tuple[str, Article]]) -> Shelves:
    """The articles by source: what stands before the first dash of their ids."""
    shelves: Shelves = {}
    for name, article in named:
        shelves.setdefault(name.partition("-")[0], []).append(article)
    return shelves


def tell(name: str, fit: Fit, samples: dict[str, Sample]) -> None:
    """F1, precision and recall of each sample, or the share of its pages left whole."""
    print(name)
    for kind, sample in samples.items():
        found = fit.odds(sample) > 0
        whole = 1 - len(np.unique(sample.rows.page[sample.gaps.above[found]])) / sample.pages
        if not sample.borders:
            print(f"  {kind:42}whole {whole:.4f} of {sample.pages}")
            continue
        right = int((found & sample.ends).sum())
        precision, recall = right / max(int(found.sum()), 1), right / sample.borders
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"  {kind:42}F1 {f1:.3f}  P {precision:.3f}  R {recall:.3f}")


def main() -> None:
    """Prints every figure, and writes the table if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pages", type=int, default=800, help="pages of each kind")
    parser.add_argument("--write", action="store_true", help="write splits.toml")
    options = parser.parse_args()
    table = Table()
    data = options.data
    news = [row for row in read_named(data / "news.jsonl.gz") if half_of(row[0]) == 1]
    texts = {
        "posts": [
            row
            for row in read_named(data / "neardup_docs.jsonl.gz")
            if row[0].partition("-")[0] not in SHARES
        ],
        "laws": read_named(data / "law_hant.jsonl.gz"),
        "pages": read_named(data / "noise_lines.jsonl.gz"),
    }
    of_news: list[dict[str, Sample]] = []
    others: list[dict[str, Sample]] = []
    for half in (0, 1):
        mine = {n: [row for row in part if half_of(row[0]) == half] for n, part in texts.items()}
        part = [row for row in news if quarter_of(row[0]) == half]
        plain = [row for row in part if not pattern("digest").match(row[1][0])]
        of_news.append(
            kinds_of(table, f"news {half}", shelved(plain), options.pages, *PLAIN)
            | kinds_of(table, f"all news {half}", shelved(part), options.pages, *DIGESTS)
        )
        others.append(
            kinds_of(table, f"posts {half}", shelved(mine["posts"]), options.pages // 4, *POSTS)
            | {f"laws {half}": wholes(table, mine["laws"][:300], 2.0)}
            | {f"real pages {half}": wholes(table, mine["pages"], 8.0)}
        )
    tell("the weights of the file", table.shipped(), of_news[1] | others[1])
    for one, other in ((0, 1), (1, 0)):
        news_alone = fit_to(table, list(of_news[one].values()))
        tell(
            f"fitted on quarter {one} of the news alone", news_alone, of_news[other] | others[other]
        )
        fit = fit_to(table, [*of_news[one].values(), *others[one].values()])
        tell(f"fitted on half {one} of everything", fit, of_news[other] | others[other])
        if options.write and one == 0:
            table.write(fit)


if __name__ == "__main__":
    main()
