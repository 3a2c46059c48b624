"""The texts: documents, the segments that are judged, groups, and who read what."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import SoftlyDeleted, UTCDateTime, now, one_of, unique_undeleted


class SegmentType(StrEnum):
    """Only body is queued, unless the project says otherwise."""

    BODY = "body"
    HEADING = "heading"
    BOILERPLATE = "boilerplate"


class Split(StrEnum):
    """The side of a document, in training or out of it."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Document(SoftlyDeleted, table=True):
    """A source text. Every offset of ours is a Unicode code point into `text`, the cleaned one.

    `official_split` came with the import; `split` is given at the document's first release and never
    changes. `cluster` names its near-duplicates: the external id of the first of them. `fingerprint` is
    what they are found by; a row that an erasure emptied has none.
    """

    __table_args__ = (unique_undeleted("uq_document_external_id", "project_id", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    external_id: str
    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    url: str | None = None
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    language: str | None = None
    licence: str | None = None
    text: str
    raw_text: str | None = None  # None where cleaning changed nothing
    raw_sha256: str
    repairs: list[dict[str, object]] = Field(default_factory=list, sa_type=sa.JSON)
    segmenter: str  # name and version
    extra: dict[str, object] = Field(
        default_factory=dict, sa_column=sa.Column("metadata", sa.JSON, nullable=False)
    )
    cluster: str | None = Field(default=None, index=True)
    fingerprint: bytes | None = None
    official_split: Split | None = Field(default=None, sa_type=one_of(Split))
    split: str | None = Field(default=None, max_length=32)
    erased_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class NearDuplicate(SQLModel, table=True):
    """A band of a fingerprint and the first document of the project that has it: who has it too is alike."""

    __tablename__ = "near_duplicate"
    __table_args__ = {"sqlite_with_rowid": False}

    project_id: int = Field(foreign_key="project.id", primary_key=True)
    band: int = Field(sa_type=sa.BigInteger, primary_key=True)
    document_id: int = Field(foreign_key="document.id", index=True)


class Segment(SQLModel, table=True):
    """A span of a document that is judged: `document.text[start:end]`."""

    __table_args__ = (
        sa.UniqueConstraint("document_id", "position"),
        sa.CheckConstraint('0 <= start AND start < "end"', name="not_empty"),
    )

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    external_id: str
    position: int  # in reading order, from 0
    paragraph: int
    start: int  # code points
    end: int
    type: SegmentType = Field(default=SegmentType.BODY, sa_type=one_of(SegmentType))
    speaker: str | None = None
    extra: dict[str, object] = Field(
        default_factory=dict, sa_column=sa.Column("metadata", sa.JSON, nullable=False)
    )


class Group(SoftlyDeleted, table=True):
    """A named set of documents."""

    __table_args__ = (unique_undeleted("uq_group_name", "project_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    name: str


class GroupDocument(SQLModel, table=True):
    """A document in a group."""

    __tablename__ = "group_document"

    group_id: int = Field(foreign_key="group.id", primary_key=True)
    document_id: int = Field(foreign_key="document.id", primary_key=True, index=True)


class Coverage(SQLModel, table=True):
    """This person judged the whole of this document: a segment without a row is their "no stance"."""

    document_id: int = Field(foreign_key="document.id", primary_key=True)
    annotator_id: int = Field(foreign_key="user.id", primary_key=True, index=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")
