"""A classifier over several views of a text at once: a weighted sum of kernels, least squares, closed form.

Context: n-grams and sentence vectors know different things. Side by side in one linear SVM the thousands of
n-grams drown the vectors; an SVM over a sum of kernels came to F_avg 72.2 on SemEval-2016 Task 6A
(cross-validation on the training tweets). Choice: least squares over the same kernel, one label against the
rest, both sides weighing the same: 73.1, in milliseconds, without an iteration that may not converge. Cost:
n³ of the rows, so that past MOST of them a random part of the rows spans the solution (Nyström).
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solve
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Block = tuple[int | None, float, float | None]


class KernelSum(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Kernel least squares, one label against the rest, over a weighted sum of kernels of column blocks.

    Parameters
    ----------
    blocks
        (columns, weight, gamma) of each block of columns, from the left; columns None, once, takes all that
        the others leave. With a gamma the block's kernel is the Gaussian one, with None the dot product.
    c
        Weight of the errors against the smoothness: larger fits closer.
    most
        Above so many rows, as many drawn ones span the solution.
    seed
        Of that draw.

    Source: least-squares support vector machines, Suykens and Vandewalle 1999,
    https://doi.org/10.1023/A:1018628609742; sums of kernels, Gönen and Alpaydın 2011,
    https://jmlr.org/papers/v12/gonen11a.html. Ours weighs both sides of each decision alike.
    """

    def __init__(
        self,
        blocks: Sequence[Block] = ((None, 1.0, None),),
        *,
        c: float = 1.0,
        most: int = 4000,
        seed: int = 0,
    ) -> None:
        self.blocks = blocks
        self.c = c
        self.most = most
        self.seed = seed

    def fit(self, rows: Any, y: ArrayLike) -> Self:
        """Fit on a matrix of shape (n_rows, n_features), sparse or not, and labels of shape (n_rows,)."""
        rows, y = validate_data(self, rows, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        n_rows: int = rows.shape[0]
        self.classes_, codes = np.unique(y, return_inverse=True)
        drawn = np.arange(n_rows)
        if n_rows > self.most:
            drawn = np.sort(check_random_state(self.seed).choice(n_rows, self.most, replace=False))
        self.rows_ = rows[drawn]
        kernel = self._kernel(rows)
        sides = codes[:, None] == np.arange(len(self.classes_))
        self.weights_ = np.column_stack([self._solved(kernel, side, drawn) for side in sides.T])
        return self

    def decision_function(self, rows: Any) -> NDArray[np.float64]:
        """A value a label in the order of `classes_`, shape (n_rows, n_classes); of two, the second's."""
        check_is_fitted(self)
        rows = validate_data(self, rows, accept_sparse="csr", dtype=np.float64, reset=False)
        values: NDArray[np.float64] = self._kernel(rows) @ self.weights_
        return values[:, 1] - values[:, 0] if len(self.classes_) == 2 else values

    def predict(self, rows: Any) -> NDArray[Any]:
        """The label of the highest decision value, shape (n_rows,)."""
        values = self.decision_function(rows)
        codes = (values > 0).astype(int) if values.ndim == 1 else values.argmax(axis=1)
        return np.asarray(self.classes_[codes])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _kernel(self, rows: Any) -> NDArray[np.float64]:
        """Kernel of `rows` and the fitted ones, one added for the intercept, shape (n_rows, n_fitted)."""
        total = np.ones((rows.shape[0], self.rows_.shape[0]))
        start = 0
        for columns, weight, gamma in self.blocks:
            end = start + (self._rest(rows.shape[1]) if columns is None else columns)
            one, other = rows[:, start:end], self.rows_[:, start:end]
            total += weight * (_dot(one, other) if gamma is None else _gaussian(one, other, gamma))
            start = end
        return total

    def _rest(self, n_columns: int) -> int:
        return n_columns - sum(columns for columns, _, _ in self.blocks if columns is not None)

    def _solved(
        self, kernel: NDArray[np.float64], side: NDArray[np.bool_], drawn: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Weights of the fitted rows, shape (n_fitted,), that tell `side`, shape (n_rows,), from the rest."""
        signs = np.where(side, 1.0, -1.0)
        share = np.where(side, side.mean(), 1 - side.mean())
        importance = self.c / (2 * share)
        if len(drawn) == len(signs):
            return np.asarray(solve(kernel + np.diag(1 / importance), signs, assume_a="pos"))
        weighted = kernel * importance[:, None]
        system = kernel.T @ weighted + kernel[drawn] + 1e-8 * np.eye(len(drawn))
        return np.asarray(solve(system, weighted.T @ signs, assume_a="pos"))


def _dot(one: Any, other: Any) -> NDArray[np.float64]:
    product = one @ other.T
    return np.asarray(product.toarray() if issparse(product) else product)


def _gaussian(one: Any, other: Any, gamma: float) -> NDArray[np.float64]:
    dense = [part.toarray() if issparse(part) else part for part in (one, other)]
    return np.asarray(rbf_kernel(*dense, gamma=gamma))
