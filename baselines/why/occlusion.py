"""What a model that is not linear makes of a text without one of its words."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from annotator.errors import Invalid
from baselines.tweets import pieces

MOST = 400  # words


def left_out(estimator: Any, row: pd.DataFrame) -> NDArray[np.float64]:
    """How much less probable each label is without each word, in shares, shape (n_words, n_labels).

    Words lean on one another: these figures are no parts of a sum.

    Source: occlusion, Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901; of words, Li, Monroe and
    Jurafsky 2016, https://arxiv.org/abs/1612.08220.

    Raises
    ------
    Invalid
        If the text has more than MOST words.
    """
    text = str(row["text"].iloc[0])
    spans = pieces(text)
    if len(spans) > MOST:
        raise Invalid(f"The text has {len(spans):,} words, and {MOST} can be left out one by one: cut it.")
    texts = [text, *(text[:start] + text[end:] for start, end in spans)]
    rows = pd.concat([row] * len(texts), ignore_index=True).assign(text=texts)
    shares = np.asarray(estimator.predict_proba(rows))
    return np.asarray(shares[0] - shares[1:])
