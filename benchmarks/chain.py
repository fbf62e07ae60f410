"""Trains the page model: a linear chain of two states by its conditional likelihood (offline)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

CERTAIN = 30.0
"""Log-odds that stand for a known label."""


@dataclass(frozen=True)
class Chains:
    """Labelled pages: ``columns`` (float64[n, clues]), ``opens`` (bool[n]) marks first lines,
    ``gold`` (int64[n]) is 0 body, 1 noise, -1 not known, ``weight`` (float64[n]) that of the page.
    """

    columns: Floats
    opens: NDArray[np.bool_]
    gold: NDArray[np.int64]
    weight: Floats


def together(parts: list[Chains]) -> Chains:
    """The pages of all ``parts``."""
    return Chains(
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.opens for part in parts]),
        np.concatenate([part.gold for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def train(chains: Chains, penalty: float, steps: int = 120) -> tuple[Floats, Floats]:
    """The weights of the clues and of the chain (noise, to noise, to body, opens).

    Maximises the mean log-likelihood of a page's known labels, the unknown ones summed over,
    less ``penalty`` / 2 times the squared weights (L-BFGS).
    """
    order = _Order(chains.opens)
    clues = chains.columns.shape[1]
    known = np.where(chains.gold < 0, 0.0, CERTAIN * (2.0 * chains.gold - 1))
    noise_lines = np.bincount(order.page, chains.gold == 1)
    weight, of_page = chains.weight, chains.weight[chains.opens]
    whole = of_page.sum()
    strength = np.full(clues + 4, penalty)
    strength[clues:] = 0.01

    def loss(theta: Floats) -> tuple[float, Floats]:
        own = chains.columns @ theta[:clues] + theta[clues]
        free = _likelihood(order, own, *theta[clues + 1 :])
        held = _likelihood(order, own + known, *theta[clues + 1 :])
        logs = free.total - (held.total - CERTAIN * noise_lines)
        away = (free.noise - held.noise) * weight / whole
        slope = np.empty_like(theta)
        slope[:clues] = chains.columns.T @ away
        slope[clues] = away.sum()
        slope[clues + 1] = ((free.to_noise - held.to_noise) * weight).sum() / whole
        slope[clues + 2] = ((free.to_body - held.to_body) * weight).sum() / whole
        slope[clues + 3] = away[chains.opens].sum()
        value = (of_page * logs).sum() / whole + 0.5 * (strength * theta**2).sum()
        return float(value), slope + strength * theta

    start = np.zeros(clues + 4)
    start[clues + 1 : clues + 3] = -2.0
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return found.x[:clues], found.x[clues:]


def train_beside(
    chains: Chains, given: Floats, chain: tuple[float, float, float], penalty: float
) -> Floats:
    """The weights of clues that are added to the log-odds ``given`` of each line (float64[n]).

    ``chain`` (to noise, to body, opens) stays as it is; see ``train``.
    """
    order = _Order(chains.opens)
    known = np.where(chains.gold < 0, 0.0, CERTAIN * (2.0 * chains.gold - 1))
    noise_lines = np.bincount(order.page, chains.gold == 1)
    pages = len(noise_lines)

    def loss(weights: Floats) -> tuple[float, Floats]:
        own = given + chains.columns @ weights
        free, held = _likelihood(order, own, *chain), _likelihood(order, own + known, *chain)
        logs = free.total - (held.total - CERTAIN * noise_lines)
        slope = chains.columns.T @ ((free.noise - held.noise) / pages)
        value = logs.sum() / pages + 0.5 * penalty * (weights**2).sum()
        return float(value), slope + penalty * weights

    start = np.zeros(chains.columns.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return np.asarray(found.x)


class _Order:
    """The lines of all pages by their number on the page, so that pages advance in lockstep."""

    def __init__(self, opens: NDArray[np.bool_]) -> None:
        self.page = np.cumsum(opens) - 1
        starts = np.flatnonzero(opens)
        lengths = np.diff(np.append(starts, len(opens)))
        self.by_length = np.argsort(-lengths, kind="stable")
        sizes = lengths[self.by_length]
        self.alive = [int((sizes > step).sum()) for step in range(int(sizes[0]))]
        self.offset = np.concatenate([[0], np.cumsum(self.alive)])
        firsts = starts[self.by_length]
        self.line = np.concatenate([firsts[:n] + step for step, n in enumerate(self.alive)])


@dataclass(frozen=True)
class _Likelihood:
    total: Floats
    noise: Floats
    to_noise: Floats
    to_body: Floats


def _likelihood(
    order: _Order, own: Floats, to_noise: float, to_body: float, opens: float
) -> _Likelihood:
    """Log-partition of each page, and for each line the chances of noise and of a change."""
    e = own[order.line]
    body, noise = np.zeros(len(e)), np.zeros(len(e))
    after_body, after_noise = np.zeros(len(e)), np.zeros(len(e))
    offset, alive = order.offset, order.alive
    noise[: alive[0]] = e[: alive[0]] + opens
    for step in range(1, len(alive)):
        here = slice(offset[step], offset[step] + alive[step])
        up = slice(offset[step - 1], offset[step - 1] + alive[step])
        body[here] = np.logaddexp(body[up], noise[up] + to_body)
        noise[here] = np.logaddexp(body[up] + to_noise, noise[up]) + e[here]
    for step in range(len(alive) - 2, -1, -1):
        down = slice(offset[step + 1], offset[step + 1] + alive[step + 1])
        here = slice(offset[step], offset[step] + alive[step + 1])
        below = after_noise[down] + e[down]
        after_body[here] = np.logaddexp(after_body[down], below + to_noise)
        after_noise[here] = np.logaddexp(after_body[down] + to_body, below)
    first = slice(0, alive[0])
    partition = np.logaddexp(after_body[first], noise[first] + after_noise[first])
    total = np.concatenate([partition[:n] for n in alive])
    up = np.concatenate(
        [np.zeros(alive[0], dtype=np.int64)]
        + [offset[step - 1] + np.arange(n) for step, n in enumerate(alive) if step]
    )
    inner = np.arange(len(e)) >= alive[0]
    columns = (
        np.exp(noise + after_noise - total),
        inner * np.exp(np.minimum(body[up] + to_noise + e + after_noise - total, 0.0)),
        inner * np.exp(np.minimum(noise[up] + to_body + after_body - total, 0.0)),
    )
    placed = []
    for column in columns:
        back = np.empty(len(e))
        back[order.line] = column
        placed.append(back)
    of_page = np.empty(alive[0])
    of_page[order.by_length] = partition
    return _Likelihood(of_page, *placed)
