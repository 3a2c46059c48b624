"""The rows of annotations with the items that they answer, a part at a time: memory holds one part.

Documents, items and annotations stand in one order in the files of a split, an item's annotations together,
so they are walked through side by side.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exporters.grouped import grouped
from exporters.schema import SPLITS

AT_ONCE = 5_000  # rows of annotations: a row group
DOCUMENTS = 500  # they may be long


def parts(
    folder: Path, annotations: Sequence[str], items: Sequence[str]
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """(annotations, their items) with these columns, the keys `item_id` and `id` among them.

    The annotations of an item are in one part. Items that nobody answered are left out at the end of a
    split, and otherwise come with those that follow.
    """
    for split in SPLITS:
        following = _Following(_batches(folder, "items", split, items))
        for rows in _whole_items(_batches(folder, "annotations", split, annotations)):
            yield rows, following.upto(rows["item_id"][-1])


def with_documents(
    folder: Path, annotations: Sequence[str], items: Sequence[str], documents: Sequence[str]
) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
    """(annotations, their items, the items' documents); `document_id` is one of the columns of items.

    A document whose items are in two parts comes with both.
    """
    for split in SPLITS:
        following = _Following(_batches(folder, "items", split, items))
        texts = _Following(_batches(folder, "documents", split, documents, DOCUMENTS))
        for rows in _whole_items(_batches(folder, "annotations", split, annotations)):
            found = following.upto(rows["item_id"][-1])
            yield rows, found, texts.upto(found["document_id"][-1], keep=True)


def rows(folder: Path, config: str) -> int:
    """How many a config has, in all splits."""
    shards = (folder / "data" / config).glob("*.parquet")
    return sum(pq.read_metadata(shard).num_rows for shard in shards)


class _Following:
    """Items or documents, asked for in the order in which they stand."""

    def __init__(self, batches: Iterator[pa.Table]) -> None:
        self._batches = batches
        self._waiting: pa.Table = next(batches, None)

    def upto(self, last: pa.Scalar, *, keep: bool = False) -> pa.Table:
        """Those that follow, up to this one; it comes again if it is to be kept."""
        while (place := pc.index(self._waiting["id"], last).as_py()) < 0:
            self._waiting = pa.concat_tables([self._waiting, next(self._batches)])
        found, self._waiting = self._waiting.slice(0, place + 1), self._waiting.slice(place + (not keep))
        return found.combine_chunks()


def _whole_items(batches: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows, cut where an item ends."""
    waiting: pa.Table | None = None
    for batch in batches:
        rows = batch if waiting is None else pa.concat_tables([waiting, batch])
        begun = pc.index(rows["item_id"], rows["item_id"][-1]).as_py()  # the last item may go on
        if begun:
            yield rows.slice(0, begun).combine_chunks()
        waiting = rows.slice(begun)
    if waiting is not None:
        yield waiting.combine_chunks()


def _batches(
    folder: Path, config: str, split: str, columns: Sequence[str], rows: int | None = None
) -> Iterator[pa.Table]:
    for shard in sorted((folder / "data" / config).glob(f"{split}-*.parquet")):
        with grouped(shard) as file:
            for batch in file.iter_batches(rows or AT_ONCE, columns=list(columns), use_threads=False):
                yield pa.Table.from_batches([batch])
