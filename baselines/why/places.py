"""Columns of features → the words of the text that they lie in.

Each n-gram is shared out: evenly among the places where it occurs, there evenly among its tokens or its
characters but spaces, and each of these among the words that it was made of. Nothing is lost: the shares of
a column are 1 in sum, or all 0 for what lies in no word, which then has a name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion

from baselines.crossed import Crossed
from baselines.features import Ngrams
from baselines.lexicon import NAMES, Valence
from baselines.mentions import Distances, Masked, masked, name_pattern, names
from baselines.tweets import pieces, tag_pattern, tokens
from baselines.why.aligned import Aligned, Span

DISTANCES = (
    "target named",
    "holder named",
    "holder before target",
    "target near holder",
    "target near a negation",
    "holder near a negation",
)


class Asked(NamedTuple):
    """One row, its text with the way back to the original, and the number of the word at each character.

    `owner` has −1 at white space, shape (n_characters of the original,).
    """

    row: pd.DataFrame
    text: Aligned
    owner: NDArray[np.intp]

    @property
    def n_words(self) -> int:
        """How many words the original has."""
        return int(self.owner.max(initial=-1)) + 1


@dataclass(frozen=True)
class Places:
    """`shares` of each column that lie in each word, (n_words, n_columns); names of columns in no word."""

    shares: csr_matrix
    names: dict[int, str]


def asked(row: pd.DataFrame) -> Asked:
    """The question of a DataFrame of one row."""
    text = str(row["text"].iloc[0])
    owner = np.full(len(text), -1, dtype=np.intp)
    for number, (start, end) in enumerate(pieces(text)):
        owner[start:end] = number
    return Asked(row, Aligned.of(text), owner)


def places(features: Any, of: Asked) -> Places:
    """Where each column of the fitted `features` lies, for one text."""
    if isinstance(features, Ngrams):
        return _of_ngrams(features, of)
    if isinstance(features, FeatureUnion):
        return _side_by_side([places(part, of) for _, part in features.transformer_list])
    if isinstance(features, Crossed):
        copies = 1 + len(features.targets_.categories_[0])
        return _side_by_side([places(features.features_, of)] * copies)
    if isinstance(features, Masked):
        return places(features.features_, _masked(of))
    return _named(features, of)


def _of_ngrams(ngrams: Ngrams, of: Asked) -> Places:
    text = of.text
    for tag in ngrams.collection_tags_:
        text = text.sub(tag_pattern(tag), "")
    n_words = len(ngrams.word_ngrams_.vocabulary_)
    found = [
        *_words(ngrams, text),
        *(
            (gram, n_words, parts)
            for gram, parts in _characters(ngrams.characters, text.lowered().squeezed())
        ),
    ]
    vocabularies = {0: ngrams.word_ngrams_.vocabulary_, n_words: ngrams.character_ngrams_.vocabulary_}
    cells = [
        (word, start + vocabularies[start][gram], share)
        for gram, start, parts in found
        if gram in vocabularies[start]
        for word, share in _shared_out(parts, of.owner)
    ]
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    width = n_words + len(ngrams.character_ngrams_.vocabulary_)
    return Places(_of_one(csr_matrix((values, (rows, columns)), shape=(of.n_words, width))), {})


def _words(ngrams: Ngrams, text: Aligned) -> Iterator[tuple[str, int, Sequence[Span]]]:
    """The n-grams of tokens, with the spans of the tokens."""
    found = [
        (token, text.of_part(start, end))
        for start, end in pieces(text.text)
        for token in tokens(text.text[start:end], split_hashtags=ngrams.split_hashtags)
    ]
    low, high = ngrams.words
    for n in range(low, high + 1):
        for start in range(len(found) - n + 1):
            part = found[start : start + n]
            yield " ".join(token for token, _ in part), 0, [span for _, span in part]


def _characters(bounds: Sequence[int], text: Aligned) -> Iterator[tuple[str, Sequence[Span]]]:
    """The n-grams of characters, with the spans of those that are no space."""
    low, high = bounds
    for n in range(low, high + 1):
        for start in range(len(text.text) - n + 1):
            gram = text.text[start : start + n]
            spans = text.spans[start : start + n]
            yield gram, [span for span, letter in zip(spans, gram, strict=True) if letter != " "]


def _shared_out(parts: Sequence[Span], owner: NDArray[np.intp]) -> Iterator[tuple[int, float]]:
    """The words that the parts of an n-gram were made of, each with its share."""
    for start, end in parts:
        words = [int(word) for word in owner[start:end] if word >= 0]
        for word in words:
            yield word, 1 / (len(parts) * len(words))


def _of_one(shares: csr_matrix) -> csr_matrix:
    """Each column divided by its sum: by how often the n-gram occurs."""
    sums = np.asarray(shares.sum(axis=0)).ravel()
    shares.data = shares.data / sums[shares.indices]
    return shares


def _masked(of: Asked) -> Asked:
    """The same question, names masked."""
    target, holder = (str(of.row[name].iloc[0]) for name in ("target", "holder"))
    text = of.text
    for name, mask in names(target, holder):
        if pattern := name_pattern(name, text.text):
            text = text.sub(pattern, mask)
    return Asked(of.row.assign(text=[masked(of.text.text, target, holder)]), text, of.owner)


def _side_by_side(parts: Sequence[Places]) -> Places:
    starts = np.cumsum([0, *(part.shares.shape[1] for part in parts)])
    told = {
        int(start) + column: name
        for start, part in zip(starts, parts, strict=False)
        for column, name in part.names.items()
    }
    return Places(hstack([part.shares for part in parts], format="csr"), told)


def _named(features: Any, of: Asked) -> Places:
    """Features that lie in no word."""
    known = {Valence: lambda _: NAMES, Distances: lambda _: DISTANCES, ColumnTransformer: _of_columns}
    width = features.transform(of.row).shape[1]
    name = known.get(type(features), partial(_numbered, width))
    return Places(csr_matrix((of.n_words, width)), dict(enumerate(name(features))))


def _of_columns(features: ColumnTransformer) -> list[str]:
    """The target and the holder by their names."""
    return [
        f"{column}: {value}"
        for _, encoder, columns in features.transformers_
        if hasattr(encoder, "categories_")
        for column, values in zip(columns, encoder.categories_, strict=True)
        for value in values
    ]


def _numbered(width: int, features: Any) -> list[str]:
    return [f"{type(features).__name__} {number + 1}" for number in range(width)]
