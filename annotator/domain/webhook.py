"""Who is told when something happens in a project: addresses, and what was sent to them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import SoftlyDeleted, UTCDateTime, now, one_of, partial

WAITING = sa.text("state = 'waiting'")


class Happening(StrEnum):
    """What a webhook can be told of."""

    ITEM_COMPLETED = "item.completed"
    ROUND_CLOSED = "round.closed"
    ADJUDICATION_DECIDED = "adjudication.decided"
    IMPORT_FINISHED = "import.finished"
    RELEASE_PUBLISHED = "release.published"
    TEST = "webhook.test"


CHOICES = tuple(each for each in Happening if each is not Happening.TEST)


class DeliveryState(StrEnum):
    """How a delivery stands. A failed one is sent again if a curator asks for it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Webhook(SoftlyDeleted, table=True):
    """An address that is told what happens. Up to where it was told are the ids of two growing tables.

    The secret stands here as it is: who signs needs it. It is shown once.
    """

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    url: str
    events: list[str] = Field(default_factory=list, sa_type=sa.JSON)  # of Happening
    secret: str  # "whsec_" and base64
    annotation_id: int = 0  # the last annotation that was looked at
    audit_entry_id: int = 0  # the last entry of the trail that was looked at
    failing_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    disabled_because: str | None = None  # a sentence; None: a curator did it


class Delivery(SQLModel, table=True):
    """One message to a webhook, sent until it is taken. `uuid` is what the receiver knows it by.

    Of one `subject` of one event, "item 7 at overlap 2", there is one message at most.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "event", "subject"),
        partial("ix_webhook_delivery_waiting", "next_at", where=WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    uuid: UUID = Field(default_factory=uuid4, unique=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    event: Happening = Field(sa_type=one_of(Happening))
    subject: str
    data: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=one_of(DeliveryState))
    attempts: int = 0
    next_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    last_status: int | None = None  # of HTTP
    last_problem: str | None = None  # a sentence
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
