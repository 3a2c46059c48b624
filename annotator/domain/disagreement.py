"""Where answers differ, kept in the order in which curators settle it, and who looks at what just now."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import UTCDateTime, one_of


class Reason(StrEnum):
    """Why answers differed, as the curator who settles it sees it."""

    ERROR = "error"
    GUIDELINE_GAP = "guideline_gap"
    AMBIGUOUS = "ambiguous"
    IRONIC = "ironic"
    MISSING_CONTEXT = "missing_context"
    BOUNDARY = "boundary"
    SCHEME_GAP = "scheme_gap"
    OTHER = "other"


class Disagreement(SQLModel, table=True):
    """How far the answers to one item lie apart. Made from them, and made anew whenever one comes."""

    __table_args__ = (
        sa.Index("ix_disagreement_entropy", "project_id", "settled", "complete", "entropy", "item_id"),
        sa.Index("ix_disagreement_doubt", "project_id", "settled", "complete", "doubt", "item_id"),
    )

    item_id: int = Field(foreign_key="item.id", primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    entropy: float  # bits, summed over the aligned tuples
    doubt: float | None = None  # the uncertainty of the newest suggestion
    answers: int  # first answers that count
    complete: bool  # has as many as its overlap asks for
    settled: bool  # an adjudication stands


class MarkKind(StrEnum):
    """What a queue can be filtered by."""

    TARGET = "target"
    PAIR = "pair"
    FLAG = "flag"


class DisagreementMark(SQLModel, table=True):
    """Something that the answers to an item name: an entity's id, two labels' ids "3:7", a flag.

    In a pair the smaller id comes first; 0 is the vote "absent".
    """

    __tablename__ = "disagreement_mark"

    item_id: int = Field(foreign_key="item.id", primary_key=True)
    kind: MarkKind = Field(sa_column=sa.Column(one_of(MarkKind), primary_key=True))
    value: str = Field(primary_key=True)


class Look(SQLModel, table=True):
    """A curator has this item open. Others are told, and their queue passes over it; nothing is locked."""

    item_id: int = Field(foreign_key="item.id", primary_key=True)
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    until: datetime = Field(sa_type=UTCDateTime)
