"""Rows → answers, their names resolved and their spans placed, not yet stored.

In a flat file of an open project each stance has its row: the rows of one (item, annotator), wherever
they stand, are one answer. Everywhere else a row is a whole answer.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Attribution,
    Document,
    Item,
    Kind,
    Outcome,
    Polarity,
    Project,
    ProjectKind,
    Segment,
    SpanRole,
    StanceFlag,
)
from annotator.errors import Invalid
from annotator.importing.bulk import chunks
from annotator.importing.names import GOLD, Names
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Row, StanceRow
from annotator.importing.spans import Place, resolve


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as its answers see it."""

    id: int
    external_id: str
    target_id: int | None
    holder_id: int | None
    segment: str
    document_id: int
    document: str


@dataclass(frozen=True, slots=True)
class StanceDraft:
    """A stance with the ids of what it names."""

    holder_id: int
    target_id: int
    label_id: int
    attribution: Attribution | None = None
    voice_id: int | None = None
    confidence: float | None = None
    flags: tuple[str, ...] = ()
    source_ids: tuple[int, ...] = ()
    spans: tuple[tuple[SpanRole, int, int], ...] = ()

    @property
    def former(self) -> bool:
        """Whether the holder has left it behind."""
        return StanceFlag.FORMER in self.flags

    @property
    def unit(self) -> tuple[int, int, bool]:
        """What is unique within an answer."""
        return self.holder_id, self.target_id, self.former


@dataclass(slots=True)
class Answer:
    """What one person says to one item."""

    item: Asked
    annotator: str
    kind: Kind
    placed: Placed
    outcome: Outcome = Outcome.JUDGED
    flags: tuple[str, ...] = ()
    comment: str | None = None
    seconds: float | None = None
    stances: list[StanceDraft] = field(default_factory=list)

    def sha256(self, keys: dict[int, str], labels: dict[int, str]) -> str:
        """The same exactly when it says the same: by registry keys and label names, in any order."""
        stances = sorted(json.dumps(_told(stance, keys, labels), sort_keys=True) for stance in self.stances)
        body = [self.outcome, sorted(self.flags), self.comment, self.seconds, stances]
        return hashlib.sha256(json.dumps(body).encode()).hexdigest()
