"""What annotators' votes say of each unit's true class, once it is learned how far each of them errs.

A unit is what one class is wanted for: an item, or in open projects a holder and target in an item. Ties are
never broken: two classes that are as probable as each other give no class.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality.judgements import Codes

Array = NDArray[np.float64]
EVEN = 1e-6  # probabilities that differ by less are a tie
TIED = -1


class Ballots(NamedTuple):
    """One row a vote, by unit. All of shape (n_votes,) and coded from 0; every unit has a vote."""

    unit: Codes
    annotator: Codes
    vote: Codes
    classes: int

    @property
    def units(self) -> int:
        """How many there are."""
        return int(self.unit.max(initial=-1)) + 1

    @property
    def annotators(self) -> int:
        """How many there are."""
        return int(self.annotator.max(initial=-1)) + 1

    def shares(self) -> Array:
        """The share of each class among a unit's votes, of shape (units, classes)."""
        size = self.units * self.classes
        counts = np.bincount(self.unit * self.classes + self.vote, minlength=size)
        counts = counts.reshape(self.units, self.classes)
        return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=np.float64)


class Posterior(NamedTuple):
    """How probable each class is, and how far each annotator is to be trusted."""

    probabilities: Array  # (units, classes)
    reliability: Array  # (annotators,), 0–1
    likelihood: float  # log-likelihood of the votes, of the best restart
    restarts: int
    best: int  # which restart it was
    rounds: int  # of it

    def winners(self) -> Codes:
        """The most probable class of each unit; TIED where two are as probable."""
        if not len(self.probabilities):
            return np.zeros(0, dtype=np.int64)
        ordered = np.sort(self.probabilities, axis=1)
        first: Codes = self.probabilities.argmax(axis=1)
        if self.probabilities.shape[1] < 2:
            return first
        first[ordered[:, -1] - ordered[:, -2] < EVEN] = TIED
        return first


def best_of(restarts: int, fit: Callable[[int], Posterior]) -> Posterior:
    """The restart under which the votes are likeliest; of equal ones the first."""
    found = max((fit(number) for number in range(restarts)), key=lambda one: one.likelihood)
    return found._replace(restarts=restarts)


def softmax(scores: Array) -> tuple[Array, Array]:
    """Logarithms of shape (classes, units) as probabilities of each unit, and the logarithm of its sum.

    Classes come first, because they are few: so whole rows of units are added up at once.
    """
    top = scores.max(axis=0)
    shares = np.exp(scores - top)
    sums = shares.sum(axis=0)
    shares /= sums
    return shares, np.asarray(top + np.log(sums))
