"""How far apart two values are: labels by name, rank and polarity, sets by MASI."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.quality.judgements import Scheme

Matrix = NDArray[np.float64]
FAR, NEAR, GRADE = 1.0, 0.5, 0.25
SIDES = {"favor": 1, "against": -1}
ABSENT = "none"  # the polarity of "no such stance"


def nominal(number: int) -> Matrix:
    """Nought between a label and itself, 1 between any two. Of shape (number, number)."""
    return 1 - np.eye(number)


def polarity(
    labels: Sequence[str],
    polarities: Sequence[str],
    given: Mapping[tuple[str, str], float] | None = None,
) -> Matrix:
    """Favor and against are 1 apart, grades of one polarity 0.25, any other two labels 0.5.

    `given` overrules this for pairs of labels, in either order.

    >>> polarity(["PRO", "CON", "NONE"], ["favor", "against", "none"]).tolist()
    [[0.0, 1.0, 0.5], [1.0, 0.0, 0.5], [0.5, 0.5, 0.0]]
    """
    sides = np.array([SIDES.get(polarity, 0) for polarity in polarities])
    matrix = np.where(sides[:, None] * sides[None, :] < 0, FAR, NEAR)
    alike = np.array([[one == other for other in polarities] for one in polarities], dtype=bool)
    matrix = np.where(alike.reshape(matrix.shape), GRADE, matrix)
    place = {label: number for number, label in enumerate(labels)}
    for (one, other), far in (given or {}).items():
        if one in place and other in place:
            matrix[place[one], place[other]] = matrix[place[other], place[one]] = far
    np.fill_diagonal(matrix, 0)
    return matrix


def of_scheme(scheme: Scheme, *, absent: bool = False) -> Matrix:
    """The polarity distance of a scheme; with `absent`, one more class, whose polarity is none."""
    matrix = polarity(
        [*scheme.labels, *[""] * absent], [*scheme.polarities, *[ABSENT] * absent], scheme.distance
    )
    if absent:  # it is no grade of another label that says "none", but close to the same
        matrix[-1, :-1] = matrix[:-1, -1] = [
            GRADE if polarity == ABSENT else NEAR for polarity in scheme.polarities
        ]
    return matrix


def ordinal(marginals: NDArray[np.float64], ranks: Sequence[int]) -> NDArray[np.float64]:
    """Krippendorff's ordinal distance, from how often each value occurs. Of shape (…, K, K).

    Labels of one rank are one value. `marginals` are of shape (…, K).

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section E,
    https://repository.upenn.edu/asc_papers/43.
    """
    values, place = np.unique(np.asarray(ranks), return_inverse=True)
    belongs = np.eye(len(values))[place]  # label × value
    counts = marginals @ belongs
    up_to = np.cumsum(counts, axis=-1) - counts / 2  # the middle of each value's run
    middle = up_to @ belongs.T
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def masi(shared: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64]) -> Matrix:
    """MASI distance of pairs of sets, from the sizes of their intersection and their own; 0 of two empty.

    1 − Jaccard × monotonicity: 1 for equal sets, 2/3 if one holds the other, 1/3 if they overlap.

    Source: Passonneau (2006), Measuring Agreement on Set-valued Items (MASI),
    https://aclanthology.org/L06-1392.

    >>> masi(np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([2.0, 0.0])).round(3).tolist()
    [0.667, 0.0]
    """
    union = one + other - shared
    jaccard = np.divide(shared, union, out=np.ones_like(shared), where=union > 0)
    contained = (shared == one) | (shared == other)
    monotone = np.where(one == other, np.where(contained, 1.0, 1 / 3), np.where(contained, 2 / 3, 1 / 3))
    return np.asarray(1 - jaccard * np.where(shared == 0, (union == 0) * 1.0, monotone))
