"""A project, its labels, its guidelines and what changed in its scheme."""

import secrets
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import SoftlyDeleted, UTCDateTime, now, one_of, unique_undeleted


class ProjectKind(StrEnum):
    """Directed fixes the target of every item; open fixes nothing."""

    DIRECTED = "directed"
    OPEN = "open"


class Serve(StrEnum):
    """What is lent at once: single items, or a document's items in reading order."""

    ITEM = "item"
    DOCUMENT = "document"


class Order(StrEnum):
    """How a pool is ordered."""

    AS_GIVEN = "as_given"
    SHUFFLED = "shuffled"
    UNCERTAIN = "uncertain"


class Polarity(StrEnum):
    """What a label means whatever its name. None and unrelated exist only where the target is fixed."""

    FAVOR = "favor"
    AGAINST = "against"
    MIXED = "mixed"
    NEUTRAL = "neutral"
    NONE = "none"
    UNRELATED = "unrelated"
    OTHER = "other"


class Project(SoftlyDeleted, table=True):
    """One annotation effort.

    `scheme_version` and `guidelines_version` count every change of the scheme and of any guideline,
    so that an answer can say what it was given under.
    """

    __table_args__ = (
        unique_undeleted("uq_project_slug", "slug"),
        sa.CheckConstraint("overlap >= 1", name="overlap_at_least_one"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str
    name: str
    kind: ProjectKind = Field(sa_type=one_of(ProjectKind))
    description: str = ""
    language: str | None = None
    licence: str | None = None
    overlap: int = 1
    serve: Serve = Field(default=Serve.ITEM, sa_type=one_of(Serve))
    order: Order = Field(default=Order.AS_GIVEN, sa_type=one_of(Order))
    context: int = 2  # segments shown before and after
    entities_open: bool = True  # may annotators propose entities?
    scheme_version: int = 1
    guidelines_version: int = 0
    seed: int = 0  # of splits and shuffles
    pseudonym_key: str = Field(default_factory=lambda: secrets.token_hex(32))
    settings: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)


class Label(SoftlyDeleted, table=True):
    """An entry of the scheme."""

    __table_args__ = (unique_undeleted("uq_label_name", "project_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    name: str
    names: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)  # by interface language
    definitions: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    polarity: Polarity = Field(sa_type=one_of(Polarity))
    key: str | None = None
    hue: int | None = None  # degrees, of OKLCH
    rank: int | None = None  # in a graded scheme
    position: int
    retired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    merged_into_id: int | None = None  # where its answers are read now; what the scheme events come to


class Guidelines(SQLModel, table=True):
    """A version of the guidelines: of the project, or of one label or entity of it. Append-only."""

    __table_args__ = (sa.UniqueConstraint("project_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    version: int
    label_id: int | None = Field(default=None, foreign_key="label.id")
    entity_id: int | None = Field(default=None, foreign_key="entity.id")
    text: str  # Markdown
    note: str | None = None  # what changed, in a sentence
    must_read: bool = False
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")


class GuidelinesRead(SQLModel, table=True):
    """The newest version of a project's guidelines that a person has seen."""

    __tablename__ = "guidelines_read"

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    project_id: int = Field(foreign_key="project.id", primary_key=True)
    version: int
    read_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class SchemeChange(StrEnum):
    """What happened to a label or an entity."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    RETIRE = "retire"
    RESTORE = "restore"  # takes the merge, split or retirement of an entry back


class SchemeEvent(SQLModel, table=True):
    """A change of the scheme. Append-only: a stance keeps its ids, reading maps through these.

    `mapping` is old id → new id, or → list of ids where an entry was split; → null where it was retired
    or restored. A renamed entry keeps its id. `names` are those of all entries by id, as they were before;
    "to" is the new name of a renamed one.
    """

    __tablename__ = "scheme_event"
    __table_args__ = (sa.UniqueConstraint("project_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    version: int  # the project's scheme_version after it
    change: SchemeChange = Field(sa_type=one_of(SchemeChange))
    of: str  # "label" or "entity"
    mapping: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    names: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    note: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")
