"""A document and its segments as rows tell them, not yet stored."""

import hashlib
from dataclasses import dataclass, field

from annotator.domain import SegmentType, Split, segmenting
from annotator.importing import cleaning
from annotator.importing.cleaning import Repair
from annotator.importing.report import Placed
from annotator.importing.rows import ItemRow


@dataclass(slots=True)
class SegmentDraft:
    """A span of a draft's text; `rows` are those that brought it, none where a segmenter cut it.

    `items` are all that is asked about it, where the document says that.
    """

    external_id: str
    start: int
    end: int
    type: SegmentType
    paragraph: int
    speaker: str | None = None
    extra: dict[str, object] = field(default_factory=dict)
    rows: list[Placed] = field(default_factory=list)
    items: tuple[ItemRow, ...] | None = None


@dataclass(slots=True)
class DocumentDraft:
    """A document as the rows tell it. `rows` are all that bring text of it, the first one first."""

    external_id: str
    rows: list[Placed]
    raw: str
    text: str
    repairs: list[Repair]
    segmenter: str
    segments: list[SegmentDraft]
    columns: dict[str, object] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)
    official_split: Split | None = None

    @property
    def raw_sha256(self) -> str:
        """What tells this text from another, however it is cleaned and cut."""
        return hashlib.sha256(self.raw.encode()).hexdigest()

    @property
    def is_cut(self) -> bool:
        """Whether a segmenter cut it: its segments came with no row."""
        return self.segmenter == segmenting.SEGMENTER

    @property
    def is_joined(self) -> bool:
        """Whether its rows are its segments."""
        return self.rows[0].row.document is not None

    @property
    def is_placed(self) -> bool:
        """Whether it says itself where its segments lie."""
        return self.rows[0].row.segments is not None

    def offset(self, given: int) -> int:
        """Where a place of the raw text is in the cleaned one."""
        return cleaning.Cleaned(self.text, tuple(self.repairs)).offset(given)
