"""How published tables become what the coefficients are computed from."""

import numpy as np

from annotator.quality import agreement
from annotator.quality.agreement import Sums


def counts_of(observers: list[str], values: str) -> np.ndarray:
    """How often each unit was given each value; a row of characters an observer, any other one is missing."""
    said = np.array([list(row) for row in observers])
    return np.stack([(said == value).sum(axis=0) for value in values], axis=1)


def counts_of_two(table: list[list[int]]) -> np.ndarray:
    """The same from a table of what the one said by what the other said."""
    eye = np.eye(len(table), dtype=np.int64)
    pairs = [(one, other) for one, row in enumerate(table) for other, n in enumerate(row) for _ in range(n)]
    return np.array([eye[one] + eye[other] for one, other in pairs])


def sums(counts: np.ndarray) -> Sums:
    """What the coefficients are functions of."""
    return Sums.of(agreement.summands(counts).sum(axis=0), counts.shape[1])
