"""How a person gets on in a project: what decides which item is mixed in among their work."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import UTCDateTime


class Pace(SQLModel, table=True):
    """One person's counts in one project. Written by that person's requests alone, under their lock."""

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    project_id: int = Field(foreign_key="project.id", primary_key=True)
    answered: int = 0  # first answers that stand: the clock of repeats
    lent: int = 0  # work items lent: the clock of checks
    checks_owed: int = 0  # that fell due and are not lent yet
    last_check_id: int = 0  # the item id of the last check that was looked at
    trained_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # passed, or let on by a curator
    failed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # all answered, under the pass mark
    training: int = 0  # the occasion that training items are answered on: 1 is the second try


class Repeat(SQLModel, table=True):
    """An item that its person is to answer once more. The row goes when they have."""

    __table_args__ = (sa.Index("ix_repeat_due", "user_id", "project_id", "due"),)

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    item_id: int = Field(foreign_key="item.id", primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    due: int  # comes when its person's Pace.answered has reached this
