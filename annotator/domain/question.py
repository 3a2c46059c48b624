"""What is put to annotators: items, and the batches they come in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import SoftlyDeleted, UTCDateTime, now, one_of, partial, unique_undeleted
from annotator.domain.project import Order


class Purpose(StrEnum):
    """A check looks exactly like work; a training item shows the expected answer afterwards."""

    WORK = "work"
    TRAINING = "training"
    CHECK = "check"


class Round(StrEnum):
    """The phase of a project that a batch belongs to."""

    PILOT = "pilot"
    CALIBRATION = "calibration"
    MAIN = "main"


class Batch(SoftlyDeleted, table=True):
    """A named set of items with its round, overlap and order."""

    __table_args__ = (
        unique_undeleted("uq_batch_name", "project_id", "name"),
        sa.CheckConstraint("overlap IS NULL OR overlap >= 1", name="overlap_at_least_one"),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    name: str
    round: Round = Field(default=Round.MAIN, sa_type=one_of(Round))
    overlap: int | None = None  # None: the project's
    order: Order | None = Field(default=None, sa_type=one_of(Order))


_MIXED = sa.text("purpose != 'work'")


class Item(SoftlyDeleted, table=True):
    """One question: a segment and what is already fixed; what is fixed is not asked.

    The expected answer of a training or check item is its gold annotation.
    """

    __table_args__ = (
        unique_undeleted("uq_item_external_id", "project_id", "external_id"),
        sa.CheckConstraint("overlap IS NULL OR overlap >= 1", name="overlap_at_least_one"),
        partial("ix_item_mixed_in", "project_id", "purpose", "id", where=_MIXED),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    external_id: str
    segment_id: int = Field(foreign_key="segment.id", index=True)
    target_id: int | None = Field(default=None, foreign_key="entity.id", index=True)
    holder_id: int | None = Field(default=None, foreign_key="entity.id")
    purpose: Purpose = Field(default=Purpose.WORK, sa_type=one_of(Purpose))
    batch_id: int | None = Field(default=None, foreign_key="batch.id", index=True)
    overlap: int | None = None  # None: the batch's, else the project's
    explanation: str | None = None  # shown after a training item
    retired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Inquiry(SQLModel, table=True):
    """What an annotator asks the curator about an item. The item is parked until the reply is there.

    The client makes the uuid, so that asking twice asks once.
    """

    id: int | None = Field(default=None, primary_key=True)
    uuid: UUID = Field(unique=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    text: str
    asked_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    reply: str | None = None
    replied_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    replied_by_id: int | None = Field(default=None, foreign_key="user.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
