"""N-grams of characters counted against a known vocabulary: what scikit-learn's vectorisers give, faster.

Context: `CountVectorizer.transform` looks up each n-gram of each text in Python, some 500 a tweet; that was
most of the time that predicting takes. Choice: the characters that the vocabulary has are numbered, an n-gram
is one number, and all n-grams of many texts are looked up at once. No two n-grams share a number, so the
counts are the library's own. Cost: an alphabet above ALPHABET (Chinese) or longer n-grams go its way.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

BITS = 12  # of a character's number; five of them fit into an int64
ALPHABET = 2**BITS - 1  # number 0 is a character that the vocabulary has not
LONGEST = 5
MANY = 200  # texts; for fewer, numbering the vocabulary costs more than it saves
PART = 2_000  # texts at a time: some 30 MB


def counts(texts: Sequence[str], vocabulary: Mapping[str, int], *, low: int, high: int) -> csr_matrix | None:
    """How often each n-gram of the vocabulary occurs, float64, shape (n_texts, n_vocabulary).

    None if the library does it as well. White space in the texts must be single.
    """
    characters = _codes("".join(vocabulary))
    alphabet = np.unique(characters)
    if len(texts) < MANY or high > LONGEST or len(alphabet) > ALPHABET:
        return None
    lengths = np.fromiter(map(len, vocabulary), np.int64, len(vocabulary))
    numbers = _numbers(characters, alphabet)
    keys = np.zeros(len(lengths), np.int64)
    starts = np.cumsum(lengths) - lengths
    for place in range(high):
        longer = lengths > place
        keys[longer] = (keys[longer] << BITS) | numbers[starts[longer] + place]
    index = pd.Index(keys)
    columns = np.append(np.fromiter(vocabulary.values(), np.int32, len(vocabulary)), np.int32(-1))
    parts = [
        _counted(texts[start : start + PART], alphabet, index, columns, low=low, high=high)
        for start in range(0, len(texts), PART)
    ]
    return vstack(parts, format="csr")


def _counted(
    texts: Sequence[str],
    alphabet: NDArray[np.uint32],
    index: "pd.Index[int]",
    columns: NDArray[np.int32],
    *,
    low: int,
    high: int,
) -> csr_matrix:
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    numbers = _numbers(_codes("".join(texts)), alphabet)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    left = np.cumsum(lengths)[rows] - np.arange(len(numbers))  # characters up to the end of the text
    keys, is_known = numbers, numbers > 0
    found_rows, found_columns = [], []
    for n in range(1, high + 1):
        if n > 1:
            keys = (keys[:-1] << BITS) | numbers[n - 1 :]
            is_known = is_known[:-1] & (numbers[n - 1 :] > 0)
        if n >= low:
            places = np.flatnonzero(is_known & (left[: len(keys)] >= n))
            found = columns[index.get_indexer(pd.Index(keys[places]))]
            found_rows.append(rows[places][found >= 0])
            found_columns.append(found[found >= 0])
    place = (np.concatenate(found_rows), np.concatenate(found_columns))
    shape = (len(texts), len(columns) - 1)
    return csr_matrix((np.ones(len(place[0])), place), shape=shape, dtype=np.float64)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _numbers(codes: NDArray[np.uint32], alphabet: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Each character's place in the alphabet, from 1; 0 if it is not there."""
    if not len(alphabet):
        return np.zeros(len(codes), np.int64)
    places = np.minimum(np.searchsorted(alphabet, codes), len(alphabet) - 1)
    return np.where(alphabet[places] == codes, places + 1, 0).astype(np.int64)
