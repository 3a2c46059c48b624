"""The config `annotations`, column by column, part by part.

Parts are made here, one being read while another is written, or by the workers of a cluster.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from annotator.reading import Snapshot, tabular
from exporters import parquet, shaping
from exporters.schema import SPLITS
from exporters.shaping import NOWHERE, Places, Rows, Shape

if TYPE_CHECKING:
    from exporters.cluster import Cluster


def place(split: str | None) -> int:
    """The place of a split among all; NOWHERE for what is left out."""
    return NOWHERE if split is None else SPLITS.index(split)


def write(
    tables: parquet.Tables,
    snapshot: Snapshot,
    places: Sequence[int],
    heard: Callable[[], None] = lambda: None,
    cluster: "Cluster | None" = None,
) -> None:
    """Write all rows; `places` are those of the documents' splits, in the order of the documents.

    `heard` is called before each part is written: it raises if nobody wants the rows any more.
    """
    schema, of = tables.features["annotations"].arrow_schema, np.array(places, dtype=np.int8)
    made = cluster.made(snapshot, schema, of) if cluster else _made(snapshot, schema, of)
    with closing(made):
        for part in made:
            heard()
            for number, rows in part:
                tables.splits["annotations", SPLITS[number]].extend(rows)


def _made(snapshot: Snapshot, schema: pa.Schema, places: Places) -> Generator[Rows]:
    shape, done = Shape(snapshot, schema), 0
    with closing(tabular.parts(snapshot)) as parts:
        for part in parts:
            yield shaping.made(shape, part, places[done : done + len(part.texts)])
            done += len(part.texts)
