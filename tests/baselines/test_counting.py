"""N-grams counted at once, held against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from baselines import counting

LETTERS = st.text(st.sampled_from("abc é\U0001f600العa"), max_size=12)
LETTERS = LETTERS.map(lambda text: " ".join(text.split()))


@given(st.lists(LETTERS, min_size=1), st.lists(LETTERS), st.integers(1, 3), st.integers(0, 2))
def test_the_counts_are_those_of_scikit_learn(known, texts, low, more):
    """A model must say the same of a text whether it comes alone or among thousands."""
    library = CountVectorizer(
        analyzer="char", ngram_range=(low, low + more), lowercase=False, dtype=np.float64
    )
    if not any(len(text) >= low for text in known):
        return
    library.fit(known)
    many = [*texts, *[""] * counting.MANY]
    found = counting.counts(many, library.vocabulary_, low=low, high=low + more)

    expected = library.transform(many)
    assert found is not None and found.dtype == expected.dtype and found.shape == expected.shape
    for name in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name


def test_texts_are_cut_into_parts_that_fit_together(monkeypatch):
    """A million texts at once would not fit into memory."""
    monkeypatch.setattr(counting, "PART", 7)
    texts = [f"text {number}" for number in range(counting.MANY)]
    library = CountVectorizer(analyzer="char", ngram_range=(2, 5), lowercase=False).fit(texts[:50])

    found = counting.counts(texts, library.vocabulary_, low=2, high=5)
    assert (found != library.transform(texts)).nnz == 0


@pytest.mark.parametrize(
    ("texts", "alphabet", "high"),
    [(["ab"], "ab", 2), (["ab"] * counting.MANY, "ab", 6),
     (["ab"] * counting.MANY, "".join(map(chr, range(0x4E00, 0x4E00 + counting.ALPHABET + 1))), 2)],
)  # fmt: skip
def test_what_would_not_be_exact_or_faster_is_left_to_the_library(texts, alphabet, high):
    """Two n-grams of one number would be one word to the model."""
    vocabulary = {letter: column for column, letter in enumerate(alphabet)}

    assert counting.counts(texts, vocabulary, low=1, high=high) is None
