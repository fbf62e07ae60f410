"""Trains the weights of the clues of markup and writes ``cleaner/noise/tag_model.tsv``.

    python -m benchmarks.train_tags [--data DIR] [--write] [--left-out]

The page model stays as it is; the clues of ``noise/tags.py`` are weighed beside it, on the pages
of ``noise_html.tar.xz``. With ``--left-out`` the pages of each site are judged by a page model and
tag weights that saw none of them (a quarter of an hour). Needs scikit-learn's scipy.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.chain import Chains, train_beside
from benchmarks.html_pages import GoldHtml, PageScore, html_pages, line_gold
from benchmarks.noise_pages import real_pages, with_headlines
from benchmarks.train_noise import DATA, Trainer
from cleaner.corpus.entries import AS_USUAL
from cleaner.corpus.web.page import read_markup
from cleaner.model import SURE as GONE
from cleaner.model import Page
from cleaner.noise.clues import Column, clues_of
from cleaner.noise.findings import gather, marks_of, repeated_of
from cleaner.noise.hits import find_hits, load_rules
from cleaner.noise.label import settle
from cleaner.noise.layout import lay_out
from cleaner.noise.page_model import TAG_WEIGHTS, PageModel, add_tags, shipped_model
from cleaner.noise.reasons import Reasons
from cleaner.noise.tags import tag_clues
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

PENALTY = 0.2
"""Of squared weights. Leaving sites out, 0.05 to 0.8 measure alike (0.981 each)."""

SAYS = {
    "tag_hidden": "not displayed",
    "tag_furniture": "in an element made for furniture",
    "tag_in_nav": "in the navigation",
    "tag_in_aside": "in an aside",
    "tag_in_footer": "in the footer",
    "tag_in_foot": "in the foot of the page",
    "tag_in_side": "in a side column",
    "tag_in_share": "in a share widget",
    "tag_in_comment": "among comments",
    "tag_in_links": "among links to other pages",
    "tag_in_promotion": "in an element for advertising",
    "tag_in_form": "in a form",
    "tag_in_list": "an item of a list",
    "tag_in_tags": "among tags",
    "tag_links": "has links in it",
    "tag_links_most": "mostly links",
    "tag_links_all": "nothing but links",
    "tag_block_links": "in a block of links",
    "tag_outside_body": "outside the element with the text",
    "tag_below_body": "below the element with the text",
}
"""What a clue says to the user where its weight is for noise."""


class Pages:
    """The web pages as columns, ready to be trained on and judged."""

    def __init__(self, data: Path) -> None:
        headed = {one.page.name: one for one in with_headlines(real_pages(data), data)}
        self.given: list[GoldHtml] = []
        pages: list[Page] = []
        gold: list[int] = []
        for given in html_pages(data):
            page = read_markup(given.raw, given.gold.page.name, "", AS_USUAL).page
            if page is not None:
                self.given.append(given)
                pages.append(page)
                gold += line_gold(page.text, headed[page.name])
        self.lines = split_lines(pages)
        self.shape = measure(self.lines)
        self.rules = load_rules()
        hits = find_hits(self.rules, self.lines, self.shape)
        self.found = gather(self.lines, self.rules, hits)
        layout = lay_out(self.lines, self.shape)
        marks, repeated = marks_of(layout, self.found), repeated_of(layout, self.shape, self.found)
        self.own = clues_of(self.lines, self.shape, layout, marks, repeated)
        assert self.found.boxes is not None
        tags = tag_clues(self.found.boxes, self.lines, self.shape, layout)
        self.names = tuple(tags)
        self.tags = np.stack([np.asarray(tags[name], dtype=float) for name in tags], axis=1)
        self.gold = np.array(gold)[layout.seen]
        self.page = self.lines.page[layout.seen]
        self.opens = np.arange(len(layout)) == layout.low

    def weights(self, model: PageModel, chosen: Sequence[int]) -> NDArray[np.float64]:
        """The weights of the tag clues beside ``model``, trained on the ``chosen`` pages."""
        given = np.full(len(self.gold), model.noise)
        for name, weight in zip(model.clues, model.weights, strict=True):
            given += weight * _column(self.own[name])
        mine = np.isin(self.page, chosen)
        chains = Chains(self.tags[mine], self.opens[mine], self.gold[mine], np.ones(mine.sum()))
        chain = (model.to_noise, model.to_body, model.opens)
        return train_beside(chains, given[mine], chain, PENALTY)

    def f1(self, model: PageModel) -> NDArray[np.float64]:
        """The F1 of each page when all are judged with ``model``, see ``PageScore``."""
        verdict = settle(self.lines, self.shape, self.found, model, Reasons(self.rules))
        stays = ~self.shape.blank & (verdict.strength != GONE)
        scores = []
        for number, given in enumerate(self.given):
            mine = range(int(self.lines.first[number]), int(self.lines.first[number + 1]))
            text = "\n".join(self.lines.text_of(line) for line in mine if stays[line])
            scores.append(PageScore(given.gold).f1(text))
        return np.array(scores)


def _column(clue: Column) -> NDArray[np.float64]:
    return np.asarray(clue, dtype=np.float64)


def write_weights(names: Sequence[str], weights: NDArray[np.float64], path: Path) -> None:
    """Writes the table that ``with_tags`` reads."""
    rows = [
        "# What markup adds to the page model: clue, weight (log-odds of noise), what it says to",
        "# the user. From benchmarks/train_tags.py: 83 web pages (noise_html.tar.xz), penalty 0.2.",
    ]
    for name, weight in zip(names, weights, strict=True):
        says = SAYS.get(name, "") if weight > 0 else ""
        rows.append(f"{name}\t{weight:.3f}\t{says}")
    path.write_text("\n".join(rows) + "\n", "utf-8")


def left_out(pages: Pages, data: Path) -> None:
    """Prints the F1 of pages judged by models that saw no page of their site."""
    trainer = Trainer(data)
    groups = np.array([given.gold.group for given in pages.given])
    scores = np.zeros(len(groups))
    for name in sorted(set(groups)):
        model = trainer.model([i for i, one in enumerate(trainer.real) if one.group != name])
        weights = pages.weights(model, np.flatnonzero(groups != name).tolist())
        mine = groups == name
        scores[mine] = pages.f1(add_tags(model, pages.names, weights))[mine]
        print(f"  {name:10} {mine.sum():3} pages  F1 {scores[mine].mean():.4f}", flush=True)
    print(f"  all of them  F1 {scores.mean():.4f}, of half of them over {np.median(scores):.4f}")


def main() -> None:
    """Prints the figures; with ``--write``, trains on all pages and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--left-out", action="store_true")
    given = parser.parse_args()
    pages = Pages(given.data)
    model = shipped_model()
    weights = pages.weights(model, range(len(pages.given)))
    if given.write:
        write_weights(pages.names, weights, TAG_WEIGHTS)
    seen = pages.f1(add_tags(model, pages.names, weights))
    print(f"seen pages (no check of anything)  F1 {seen.mean():.4f}")
    if given.left_out:
        print("all pages of a site left out at a time")
        left_out(pages, given.data)


if __name__ == "__main__":
    main()
