"""Rationales: which words show a stance, and how far annotators mark the same ones."""

import re

import numpy as np
from numpy.typing import NDArray

TOKEN = re.compile(r"\w+|[^\w\s]")


def in_tokens(text: str, spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Spans in characters, of shape (n, 2), as spans in tokens: every token that they touch.

    >>> in_tokens("No, we won't.", np.array([[4, 6], [8, 10]])).tolist()
    [[2, 3], [3, 4]]
    """
    found = [match.span() for match in TOKEN.finditer(text)]
    starts, ends = np.array(found, dtype=np.int64).reshape(-1, 2).T
    first = np.searchsorted(ends, spans[:, 0], side="right")
    return np.stack([first, np.searchsorted(starts, spans[:, 1], side="left")], axis=1)
