"""Gold that a model doubts: what curators look at first when they look for wrong labels."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import UTCDateTime, now


class Doubt(SQLModel, table=True):
    """A label of a release that a model contradicts, which had not learned from it.

    `released_at` is when that label was published, or brought here if nobody says: what was decided of the
    item after that has settled the doubt. A project's doubts are of one file, and the next replaces them.
    """

    __table_args__ = (
        sa.Index("ix_doubt_queue", "project_id", "doubt", "id"),
        sa.CheckConstraint("doubt >= 0 AND doubt <= 1", name="doubt_a_share"),
        sa.CheckConstraint(
            "p_label >= 0 AND p_label <= 1 AND p_predicted >= 0 AND p_predicted <= 1", name="shares"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    item_id: int = Field(foreign_key="item.id", index=True)
    holder: str | None = None  # by name, as published
    target: str | None = None
    label: str
    predicted: str
    p_label: float  # 0–1, as the model sees it
    p_predicted: float
    doubt: float  # 0–1
    is_confident: bool = False
    model: str  # the recipe
    release: str | None = None  # slug/number
    released_at: datetime = Field(sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
