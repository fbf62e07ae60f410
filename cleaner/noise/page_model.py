"""The page model: tells the body of a page, or its several bodies, from noise as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.model import CleanerError
from cleaner.noise.clues import Column

WEIGHTS = Path(__file__).parent / "page_model.tsv"
"""The weights that ship with the package; ``benchmarks/train_noise.py`` writes them."""

TAG_WEIGHTS = Path(__file__).parent / "tag_model.tsv"
"""The weights of the clues of markup, that are added where a page has some;
``benchmarks/train_tags.py`` writes them."""

CHAIN = (
    "(noise)",
    "(body to noise)",
    "(noise to body)",
    "(page opens with noise)",
    "(sure)",
    "(sure of a sentence)",
)
"""The rows of the table that belong to the chain of lines and not to a clue."""


@dataclass(frozen=True, eq=False)
class PageModel:
    """A linear chain over the lines of a page with two states, body and noise.

    ``clues`` names the columns, ``weights`` (float64[clues]) are their log-odds for noise;
    ``usual`` (float64[clues]) is the mean of each clue on lines of a body, ``says_high`` and
    ``says_low`` what it says to the user where it is above or below that. ``noise`` is added to
    every line, ``to_noise`` and ``to_body`` to a change of state, ``opens`` to the first line.
    ``sure`` are the log-odds from which a line is removed on the model's word alone, and
    ``sure_sentence`` those for a line with a sentence.
    """

    clues: tuple[str, ...]
    weights: NDArray[np.float64]
    usual: NDArray[np.float64]
    says_high: tuple[str, ...]
    says_low: tuple[str, ...]
    noise: float
    to_noise: float
    to_body: float
    opens: float
    sure: float
    sure_sentence: float


@cache
def shipped_model() -> PageModel:
    """The model of the package."""
    return read_model(WEIGHTS)


def read_model(path: Path) -> PageModel:
    """The model in the table ``path``: clue, weight, usual value, two phrases; tab-separated.

    Raises CleanerError where a row is not of that form.
    """
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    rows = [row for row in rows if not row[0].startswith("#")]
    try:
        chain = {row[0]: float(row[1]) for row in rows if row[0] in CHAIN}
        rows = [row for row in rows if row[0] not in CHAIN]
        noise, to_noise, to_body, opens, sure, sure_sentence = (chain[name] for name in CHAIN)
        return PageModel(
            clues=tuple(row[0] for row in rows),
            weights=np.array([float(row[1]) for row in rows]),
            usual=np.array([float(row[2]) for row in rows]),
            says_high=tuple(row[3] for row in rows),
            says_low=tuple(row[4] for row in rows),
            noise=noise,
            to_noise=to_noise,
            to_body=to_body,
            opens=opens,
            sure=sure,
            sure_sentence=sure_sentence,
        )
    except (KeyError, IndexError, ValueError) as error:
        raise CleanerError(f"{path}: not a table of page model weights ({error})") from error


@cache
def with_tags(model: PageModel) -> PageModel:
    """The model with the clues of markup (``noise/tags.py``) beside its own; it may have them."""
    rows = [line.split("\t") for line in TAG_WEIGHTS.read_text("utf-8").splitlines()]
    rows = [row for row in rows if not row[0].startswith("#")]
    names, weights, says = zip(*rows, strict=True)
    if names[0] in model.clues:
        return model
    return add_tags(model, names, np.array(weights, dtype=np.float64), says)


def add_tags(
    model: PageModel,
    names: Sequence[str],
    weights: NDArray[np.float64],
    says: Sequence[str] = (),
) -> PageModel:
    """The model with the clues ``names`` and their ``weights`` (float64) beside its own.

    ``says`` is what each says to the user where it is not 0.
    """
    silent = ("",) * len(names)
    return replace(
        model,
        clues=(*model.clues, *names),
        weights=np.append(model.weights, weights),
        usual=np.append(model.usual, np.zeros(len(names))),
        says_high=(*model.says_high, *(says or silent)),
        says_low=(*model.says_low, *silent),
    )


def noise_odds(
    model: PageModel, clues: Mapping[str, Column], opens: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The log-odds of every line being noise, its whole page considered (float64[n]).

    ``opens`` (bool[n]) marks the first line of each page. This is the posterior of a linear-chain
    conditional random field with two states (Lafferty, McCallum and Pereira, 2001), by the
    forward and backward passes.
    """
    own = np.full(len(opens), model.noise)
    for name, weight in zip(model.clues, model.weights, strict=True):
        own += weight * clues[name]
    np.clip(own, -30.0, 30.0, out=own)
    closes = np.ones(len(opens), dtype=bool)
    closes[:-1] = opens[1:]
    ahead = _pass(own, opens, model.to_noise, model.to_body, model.opens)
    back = _pass(own[::-1], closes[::-1], model.to_body, model.to_noise, 0.0)[::-1]
    odds: NDArray[np.float64] = ahead + back - own
    return odds


def _pass(
    own: NDArray[np.float64],
    opens: NDArray[np.bool_],
    to_noise: float,
    to_body: float,
    opening: float,
) -> NDArray[np.float64]:
    """Log-odds of noise by the lines up to each one: the forward pass for all pages at once.

    Each line is a 2x2 matrix (from state, to state); the pass is their running product. Products
    over spans of 1, 2, 4 ... lines double (Hillis and Steele, 1986) until the longest page is
    covered. The first line of a page has equal rows, so that nothing of the page before remains.
    """
    if not len(own):
        return own
    raised = np.exp(own)
    # The products, one row each: body to body, body to noise, noise to body, noise to noise.
    product = np.stack(
        [
            np.ones(len(own)),
            np.where(opens, np.exp(opening), np.exp(to_noise)) * raised,
            np.where(opens, 1.0, np.exp(to_body)),
            np.where(opens, np.exp(opening), 1.0) * raised,
        ]
    )
    longest = int(np.diff(np.append(np.flatnonzero(opens), len(own))).max())
    span = 1
    while span < longest:
        bb, bn, nb, nn = product[:, :-span]
        c_bb, c_bn, c_nb, c_nn = product[:, span:]
        joined = np.stack(
            [
                bb * c_bb + bn * c_nb,
                bb * c_bn + bn * c_nn,
                nb * c_bb + nn * c_nb,
                nb * c_bn + nn * c_nn,
            ]
        )
        joined /= joined.sum(axis=0)  # only the ratios count; so nothing overflows
        product[:, span:] = joined
        span *= 2
    odds: NDArray[np.float64] = np.log(product[1] / product[0])
    return odds
