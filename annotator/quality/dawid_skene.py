"""Dawid and Skene: every annotator has a confusion of their own, learned by EM.

Source: Dawid & Skene (1979), Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm,
Journal of the Royal Statistical Society C 28(1), https://doi.org/10.2307/2346806. As there, EM starts from
the shares of the votes. There is one start and nothing random: others can end in a solution with the classes
swapped.
"""

import numpy as np

from annotator.quality.posterior import Array, Ballots, Posterior, softmax

ROUNDS, ENOUGH = 100, 1e-5  # at most; or until the log-likelihood of a vote rises by less
LEAST = 1e-10  # probability of what was never seen


def fit(ballots: Ballots, *, rounds: int = ROUNDS) -> Posterior:
    """The posterior of each unit; reliability is the chance that the annotator names the right class.

    Raises
    ------
    ValueError
        If there are no votes.
    """
    if not ballots.units:
        raise ValueError("nobody voted")
    order = np.argsort(ballots.unit, kind="stable")
    ballots = Ballots(ballots.unit[order], ballots.annotator[order], ballots.vote[order], ballots.classes)
    starts = np.searchsorted(ballots.unit, np.arange(ballots.units))
    probable, likelihood, last, done = ballots.shares(), 0.0, -np.inf, 0
    while done < rounds and likelihood - last >= ENOUGH * len(ballots.vote):
        last, done = likelihood if done else -np.inf, done + 1
        prior, confusion = _learned(ballots, probable)
        said = np.log(confusion)[ballots.annotator, ballots.vote]
        shares, likelihoods = softmax((np.log(prior) + np.add.reduceat(said, starts, axis=0)).T)
        probable = shares.T
        likelihood = float(likelihoods.sum())
    prior, confusion = _learned(ballots, probable)
    right = np.einsum("jkk,k->j", confusion, prior)
    return Posterior(probable, right, likelihood, restarts=1, best=0, rounds=done)


def _learned(ballots: Ballots, probable: Array) -> tuple[Array, Array]:
    """The share of each class, and [annotator, vote, class] how probable a vote is where a class is true."""
    cells = ballots.annotators * ballots.classes
    cell = ballots.annotator * ballots.classes + ballots.vote
    seen = probable[ballots.unit]
    counts = [np.bincount(cell, weights=seen[:, true], minlength=cells) for true in range(ballots.classes)]
    table = np.stack(counts, axis=1).reshape(ballots.annotators, ballots.classes, ballots.classes)
    total = table.sum(axis=1, keepdims=True)
    confusion = np.divide(table, total, out=np.full_like(table, LEAST), where=total > 0)
    prior = probable.mean(axis=0)
    return np.maximum(prior, LEAST), np.maximum(confusion, LEAST)
