"""What all tables share: constraint names, UTC time, closed vocabularies, audit columns.

Not `from __future__ import annotations` in this package: it breaks SQLModel's relationships.
"""

from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.model_config["defer_build"] = True  # tables validate nothing: a fifth less to do at a start
metadata = SQLModel.metadata
WHERE = "where"


def now() -> datetime:
    """The present moment in UTC, to the microsecond."""
    return datetime.now(UTC)


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware datetime, stored as UTC. SQLite forgets the zone; this restores it.

    Raises
    ------
    ValueError
        If a naive datetime is stored: nobody could tell what moment it means.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, and naive where the database keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(vocabulary: type[StrEnum]) -> sa.Enum:
    """A column type for a closed vocabulary: its values as text, held by a check constraint.

    Not a native type: PostgreSQL's would survive the table that used it.
    """
    return sa.Enum(
        vocabulary,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=vocabulary.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def unique_undeleted(name: str, *columns: str) -> sa.Index:
    """A unique index over the rows that are not softly deleted."""
    return partial(name, *columns, unique=True, where=sa.text("deleted_at IS NULL"))


def partial(name: str, *columns: str, where: sa.TextClause, unique: bool = False) -> sa.Index:
    """An index over the rows of which this holds; see `tell_where`."""
    return sa.Index(name, *columns, unique=unique, info={WHERE: where})


def tell_where() -> None:
    """Tell both dialects the condition of each partial index; only who writes migrations needs it.

    SQLAlchemy imports a dialect for each option of it: a start would wait for the one that it does not use.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            if WHERE in index.info:
                for dialect in ("sqlite", "postgresql"):
                    index.dialect_options[dialect]["where"] = index.info[WHERE]


class Audited(SQLModel):
    """Who made a row, who changed it last, and when. `by_id` is empty for the command line."""

    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")
    updated_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    updated_by_id: int | None = Field(default=None, foreign_key="user.id")


class SoftlyDeleted(Audited):
    """A row that is hidden, not destroyed; what must be unique is so among the undeleted."""

    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted_by_id: int | None = Field(default=None, foreign_key="user.id")
