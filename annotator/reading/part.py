"""A part of the current answers, column by column, as `tabular` reads it."""

from dataclasses import dataclass

import pyarrow as pa

from annotator.reading.arrays import Flags, Whole, is_, numbers
from annotator.reading.rows import ANNOTATION, JUDGED, WORK, Document

Placed = tuple[pa.Table, Whole]


@dataclass(frozen=True)
class Part:
    """The rows of some documents that follow each other: one a stance, or an answer without any.

    All of it has been read: who has a part needs the connection no more.

    Attributes
    ----------
    texts : list of str
        The documents'.
    rows : pa.Table
        As `asked.ANSWERS` has them, in the order of a release.
    items : pa.Table
        As `asked.ITEMS`, in reading order.
    item, document : (n_rows,)
        The place of each row's item in `items`, and of its document in `texts`.
    blind : (n_rows,)
        Nothing was seen before that tells the answer.
    spans : (pa.Table, (n_spans,))
        Spans in reading order within each row, and the row of each.
    sources : (pa.Table, (n_sources,))
        Sources, nearest to the text first within each row, and the row of each.
    objects : list of Document or None
        The same as `documents.stream` gives it, if there is something here that only the objects get right.
    """

    texts: list[str]
    items: pa.Table
    rows: pa.Table
    item: Whole
    document: Whole
    blind: Flags
    spans: Placed
    sources: Placed
    objects: list[Document] | None

    @property
    def stance(self) -> Whole:
        """(n_rows,) ids; -1 in the row of an answer without any."""
        return numbers(self.rows["stance"])

    @property
    def is_odd(self) -> bool:
        """Whether there is something here that only the objects get right."""
        return self.objects is not None

    @property
    def in_agreement(self) -> Flags:
        """(n_rows,) whether it is a vote on an item in use, given blind."""
        rows, items = self.rows, self.items
        used = is_(items["purpose"], WORK) & (numbers(items["retired"]) == 0)
        first = is_(rows["kind"], ANNOTATION) & (numbers(rows["occasion"]) == 0)
        vote = first & (numbers(rows["counted"]) == 1) & is_(rows["outcome"], JUDGED)
        found: Flags = vote & self.blind & used[self.item]
        return found

    def words(self, rows: Whole, start: Whole, end: Whole) -> list[str]:
        """What stands there in these rows' documents."""
        whose = self.document[rows].tolist()
        return [self.texts[n][a:b] for n, a, b in zip(whose, start.tolist(), end.tolist(), strict=True)]
