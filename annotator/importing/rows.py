"""What every reader yields: rows, and the rows it had to reject.

A row may carry a text (a document, or one segment of a pre-segmented one), an answer about an item
that is known by its external id, or both. Readers know files; what a row means to a project is
`load.py`'s business. All of it is immutable, and nothing here knows the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from annotator.domain.answer import AnnotationFlag, Attribution, Kind, Outcome, StanceFlag
from annotator.domain.corpus import SegmentType, Split
from annotator.errors import BadInput


@dataclass(frozen=True, slots=True)
class Words:
    """A span told by its words, which occur exactly once in the segment: the row's own, unless named."""

    text: str
    segment: str | None = None  # external id


@dataclass(frozen=True, slots=True)
class Offsets:
    """A span told by code points: into the document, or into `segment` where one is named.

    Where `text` came along, the span must hold exactly these words.
    """

    start: int
    end: int
    segment: str | None = None  # external id
    text: str | None = None


Span = Words | Offsets


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceRow:
    """One stance of an answer. Holder, target, voice and sources are names, keys or aliases.

    Holder and target are None where the item fixes them; a holder that nobody names is "author".
    """

    label: str
    holder: str | None = None
    target: str | None = None
    attribution: Attribution | None = None
    voice: str | None = None
    sources: tuple[str, ...] = ()  # nearest to the text first
    confidence: float | None = None  # 0–1
    flags: tuple[StanceFlag, ...] = ()
    rationales: tuple[Span, ...] = ()
    mentions: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)  # "holder", "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A question about a segment. Target and holder are what it fixes: names, keys or aliases."""

    id: str
    target: str | None = None
    holder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A segment told by its place in the row's text, in code points.

    `items` are all that is asked about it; None leaves that to the project.
    """

    id: str
    start: int
    end: int
    type: SegmentType = SegmentType.BODY
    paragraph: int | None = None
    speaker: str | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)
    items: tuple[ItemRow, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file, its values checked and typed, its names still names.

    `id` is the external id of the text in this row: the document's, or the segment's where `document`
    and `position` are given. `item_id` is the item that the answer in this row is about. `text` is ""
    where the column was there and empty, None where the row has no text at all.

    `holder`, `target` and `label` stand as in the file: with a text they say what its item fixes.
    `segments` are those of a whole document, in reading order; without them it is cut, or kept whole.
    `stances` is the answer, and the only place to read one from: a flat `label` has become its single
    stance, () is "judged: no stance", None is no answer.
    """

    line: int  # of the file, from 1; where a file has no lines, of its rows
    id: str | None = None
    text: str | None = None
    document: str | None = None
    position: int | None = None  # in reading order
    paragraph: int | None = None
    type: SegmentType | None = None
    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    url: str | None = None
    published_at: datetime | None = None  # UTC
    language: str | None = None
    licence: str | None = None
    speaker: str | None = None
    split: Split | None = None
    item_id: str | None = None
    annotator: str | None = None
    kind: Kind | None = None
    target: str | None = None
    holder: str | None = None
    label: str | None = None
    outcome: Outcome | None = None
    flags: tuple[AnnotationFlag, ...] = ()
    comment: str | None = None
    seconds: float | None = None
    stances: tuple[StanceRow, ...] | None = None
    segments: tuple[SegmentRow, ...] | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)  # what JSON can hold

    @property
    def has_answer(self) -> bool:
        """Whether somebody judged something here, or said that it cannot be judged."""
        return self.stances is not None or self.outcome is not None

    @property
    def is_coverage(self) -> bool:
        """Whether the row says that somebody judged the whole of a document, and nothing else."""
        nothing_else = self.text is None and self.item_id is None and not self.has_answer
        return nothing_else and self.document is not None and self.annotator is not None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be imported: where it stands, and what to do about it."""

    path: str
    line: int
    column: str | None  # as the file calls it
    reason: str

    def error(self) -> BadInput:
        """The same as an error, for a reader that stops at the first."""
        return BadInput(self.path, self.reason, line=self.line, column=self.column)
