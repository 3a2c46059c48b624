"""MACE: an annotator knows the true class, or does not and guesses in a way of their own.

Source: Hovy, Berg-Kirkpatrick, Vaswani & Hovy (2013), Learning Whom to Trust with MACE,
https://aclanthology.org/N13-1132: variational EM with Beta(0.5, 0.5) priors on knowing, 10 restarts of 50
rounds, the one kept under which the votes are likeliest. The prior of the guesses is a symmetric Dirichlet
of 10, as in the authors' program and in crowd-kit. A restart ends early once it has converged.
"""

from typing import NamedTuple

import numpy as np

from annotator.quality.judgements import Codes
from annotator.quality.posterior import Array, Ballots, Posterior, best_of, softmax

RESTARTS, ROUNDS, ENOUGH = 10, 50, 1e-6  # likelihood of a vote that a round must add
KNOWS = GUESSES = 0.5
SPREAD = 10.0
NOISE = 0.5


def fit(ballots: Ballots, *, seed: int = 0, restarts: int = RESTARTS, rounds: int = ROUNDS) -> Posterior:
    """The posterior of each unit; reliability is MACE's competence, how probably the annotator knows.

    It is the weight that the last round gave to knowing, as the authors' program prints it. With that of
    guessing it adds up to less than 1, so it is cautious about whoever has few votes.

    Raises
    ------
    ValueError
        If there are no votes.
    """
    if not ballots.units:
        raise ValueError("nobody voted")
    streams = np.random.SeedSequence(seed).spawn(restarts)
    return best_of(
        restarts,
        lambda number: _restarted(ballots, np.random.default_rng(streams[number]), number, rounds),
    )


class _Skills(NamedTuple):
    """What is believed of the annotators: weights, which in variational Bayes add up to less than 1."""

    knows: Array  # (annotators,)
    guesses: Array  # (annotators, classes): does not know, and says this


def _restarted(ballots: Ballots, random: np.random.Generator, number: int, rounds: int) -> Posterior:
    knows = 1 + random.uniform(0, NOISE, (ballots.annotators, 2))
    guesses = 1 + random.uniform(0, NOISE, (ballots.annotators, ballots.classes))
    knows /= knows.sum(axis=1, keepdims=True)
    guesses /= guesses.sum(axis=1, keepdims=True)
    skills = _Skills(knows[:, 0], np.asarray(knows[:, 1:] * guesses))
    cell = ballots.annotator * ballots.classes + ballots.vote
    place = ballots.vote * ballots.units + ballots.unit
    last, done = -np.inf, 0
    probable, likelihood, knew = _expected(ballots, cell, place, skills)
    while done < rounds and abs(likelihood - last) >= ENOUGH * len(place):
        last, done = likelihood, done + 1
        skills = _learned(ballots, cell, knew)
        probable, likelihood, knew = _expected(ballots, cell, place, skills)
    return Posterior(probable.T, skills.knows, likelihood, restarts=1, best=number, rounds=done)


def _expected(ballots: Ballots, cell: Codes, place: Codes, skills: _Skills) -> tuple[Array, float, Array]:
    """The posteriors (classes, units), the log-likelihood, and how probably each vote was known.

    A vote speaks for its own class alone: under every other one it was a guess.
    """
    either = skills.knows[:, None] + skills.guesses
    gain = np.log(either / skills.guesses).ravel()[cell]
    size = ballots.units * ballots.classes
    scores = np.asarray(np.bincount(place, weights=gain, minlength=size), dtype=np.float64)
    probable, sums = softmax(scores.reshape(ballots.classes, ballots.units))
    guessed = np.log(skills.guesses).ravel()[cell].sum()
    likelihood = float(sums.sum() + guessed - ballots.units * np.log(ballots.classes))
    return probable, likelihood, (skills.knows[:, None] / either).ravel()[cell] * probable.ravel()[place]


def _learned(ballots: Ballots, cell: Codes, knew: Array) -> _Skills:
    known = np.bincount(ballots.annotator, weights=knew, minlength=ballots.annotators)
    guessed = np.bincount(cell, weights=1 - knew, minlength=ballots.annotators * ballots.classes)
    guessed = guessed.reshape(ballots.annotators, ballots.classes).astype(np.float64)
    both: Array = np.stack([known + KNOWS, guessed.sum(axis=1) + GUESSES], axis=1).astype(np.float64)
    knows = _weights(both)
    return _Skills(knows[:, 0], np.asarray(knows[:, 1:] * _weights(np.asarray(guessed + SPREAD))))


def _weights(counts: Array) -> Array:
    """exp(ψ(count) − ψ(sum)), by row: what mean-field variational Bayes puts in place of shares."""
    return np.asarray(np.exp(digamma(counts) - digamma(counts.sum(axis=1, keepdims=True))))


def digamma(x: Array) -> Array:
    """ψ of positive numbers, to about 1e-12.

    Source: Abramowitz & Stegun (1964), 6.3.5 (recurrence) and 6.3.18 (asymptotic series).

    >>> digamma(np.array([1.0])).round(10).tolist()
    [-0.5772156649]
    """
    shifted = np.asarray(x, dtype=np.float64)
    below = np.zeros_like(shifted)
    for _ in range(8):
        below += np.where(shifted < 8, 1 / shifted, 0)
        shifted = np.where(shifted < 8, shifted + 1, shifted)
    square = 1 / shifted**2
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return np.asarray(np.log(shifted) - 0.5 / shifted - series - below)
