"""Columns of Arrow as arrays of numpy, and what numbers in them stand for."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


def numbers(column: Any) -> Whole:
    """Whole numbers or times as numpy has them; -1 for null."""
    column = pa.compute.cast(column, pa.int64()) if not pa.types.is_int64(column.type) else column
    found: Whole = pc.fill_null(column, -1).to_numpy()
    return found


class Known:
    """What numbers stand for, to look up many at once."""

    def __init__(self, values: Mapping[int, Any]) -> None:
        self.ids = np.array(sorted(values), dtype=np.int64)
        self.values = [values[id_] for id_ in self.ids.tolist()]

    def places(self, ids: Whole) -> Whole:
        """Where the values are; -1 for what is not there."""
        if not len(self.ids):
            return np.full(len(ids), -1)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, places, -1)

    def ranks(self) -> Whole:
        """The place of each value among all, sorted; of equal ones it is the same."""
        rank = {value: number for number, value in enumerate(sorted(set(self.values)))}
        return np.array([rank[value] for value in self.values], dtype=np.int64)


def ranked(texts: pa.ChunkedArray) -> Whole:
    """Numbers for these texts that sort as they do."""
    coded = pc.dictionary_encode(texts).combine_chunks()
    ranks = Known(dict(enumerate(coded.dictionary.to_pylist()))).ranks()
    found: Whole = ranks[coded.indices.to_numpy()]
    return found


def is_(texts: pa.ChunkedArray, value: str) -> Flags:
    """Where it is this text."""
    found: Flags = pc.fill_null(pc.equal(texts, value), False).to_numpy(zero_copy_only=False)
    return found
