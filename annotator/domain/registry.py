"""The registry: who can hold a stance and what one can be about."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import SoftlyDeleted, one_of, unique_undeleted


class EntityKind(StrEnum):
    """Any actor can hold; anything can be a target."""

    ACTOR = "actor"
    EVENT = "event"
    ISSUE = "issue"
    CLAIM = "claim"


class ActorType(StrEnum):
    """What sort of actor."""

    PERSON = "person"
    ORGANISATION = "organisation"
    STATE = "state"
    GROUP = "group"


class EntityStatus(StrEnum):
    """Proposed: an annotator added it, and a curator has not looked yet."""

    ACTIVE = "active"
    PROPOSED = "proposed"
    RETIRED = "retired"


class Reserved(StrEnum):
    """Holders that every project has; also their keys in the registry."""

    AUTHOR = "author"
    UNSPECIFIED = "unspecified"
    EVERYONE = "everyone"


class Entity(SoftlyDeleted, table=True):
    """An entry of the project's registry. An issue or a claim has a direction: both poles are named."""

    __table_args__ = (unique_undeleted("uq_entity_key", "project_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    key: str  # stable, the id in files
    kind: EntityKind = Field(sa_type=one_of(EntityKind))
    actor_type: ActorType | None = Field(default=None, sa_type=one_of(ActorType))
    name: str
    names: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)  # by language
    definitions: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    happened_on: date | None = None  # of an event
    favor_means: str | None = None  # "tighter limits": what favor is for
    against_means: str | None = None
    reserved: bool = False
    status: EntityStatus = Field(default=EntityStatus.ACTIVE, sa_type=one_of(EntityStatus))
    merged_into_id: int | None = None  # where its answers are read now; what the scheme events come to


class Alias(SQLModel, table=True):
    """A name that may mean the entity; its own names stand here too, so that one index finds all.

    Need not be unique: where several entities answer to it, a person decides. With `document_id` it
    holds in that document only ("they"). `normalised` is what `naming.normalise` makes of it.
    """

    __table_args__ = (sa.Index("ix_alias_project_id_normalised", "project_id", "normalised"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    entity_id: int = Field(foreign_key="entity.id", index=True)
    name: str
    normalised: str
    language: str | None = None
    document: str | None = None  # external id: an alias may be known before its document is imported


class RelationKind(StrEnum):
    """How two entities stand to each other; opposite_of maps favor of one to against of the other."""

    PART_OF = "part_of"
    SPEAKS_FOR = "speaks_for"
    OPPOSITE_OF = "opposite_of"


class Relation(SQLModel, table=True):
    """`subject` is part of, speaks for, or is the opposite of `object`."""

    __table_args__ = (
        sa.UniqueConstraint("subject_id", "kind", "object_id"),
        sa.CheckConstraint("subject_id <> object_id", name="not_itself"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject_id: int = Field(foreign_key="entity.id")
    kind: RelationKind = Field(sa_type=one_of(RelationKind))
    object_id: int = Field(foreign_key="entity.id", index=True)
