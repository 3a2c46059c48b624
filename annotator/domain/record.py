"""What happened: releases that were made, and who changed what."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import UTCDateTime, now


class Release(SQLModel, table=True):
    """A numbered, immutable export."""

    __table_args__ = (sa.UniqueConstraint("project_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    number: int
    sha256: str  # over the hashes of its files
    options: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    rows: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    left_out: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AuditEntry(SQLModel, table=True):
    """Who did what to what, when. Append-only."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    user_id: int | None = Field(default=None, foreign_key="user.id")  # None: the command line
    project_id: int | None = Field(default=None, foreign_key="project.id", index=True)
    action: str  # "import", "rename label"
    detail: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)


class BulkChange(SQLModel, table=True):
    """One change of many items at once, by a curator, with what it takes to undo it.

    `before` is {"items": [id, …]} and what was changed of each, in their order: "overlaps" as they were,
    or "withdrawn", the ids of the revisions that withdrew answers.
    """

    __tablename__ = "bulk_change"

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    action: str
    items: int  # how many
    before: dict[str, list[int | None]] = Field(default_factory=dict, sa_type=sa.JSON)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    made_by_id: int | None = Field(default=None, foreign_key="user.id")
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_by_id: int | None = Field(default=None, foreign_key="user.id")


class Installation(SQLModel, table=True):
    """The one row about this database itself."""

    id: int = Field(default=1, primary_key=True)
    secret_key: str = Field(
        default_factory=lambda: secrets.token_hex(32)
    )  # signs cookies; shared by all hosts
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
