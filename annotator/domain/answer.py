"""Answers: annotations, their stances, and the spans that show them. Appended, never overwritten."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from annotator.domain.base import UTCDateTime, now, one_of, partial


class Kind(StrEnum):
    """Who speaks: an annotator, a curator, an imported gold standard or a model."""

    ANNOTATION = "annotation"
    ADJUDICATION = "adjudication"
    GOLD = "gold"
    SUGGESTION = "suggestion"


class Outcome(StrEnum):
    """Judged covers "no stance at all"; cannot judge says so, and its flags say why."""

    JUDGED = "judged"
    CANNOT_JUDGE = "cannot_judge"


class AnnotationFlag(StrEnum):
    """What is wrong with the item itself."""

    NEEDS_CONTEXT = "needs_context"
    BAD_SEGMENTATION = "bad_segmentation"
    GARBLED = "garbled"
    DISTRESSING = "distressing"


class Attribution(StrEnum):
    """How the stance comes into the text."""

    AUTHOR = "author"
    DIRECT_QUOTE = "direct_quote"
    INDIRECT = "indirect"
    MIXED_QUOTE = "mixed_quote"
    ACT = "act"


class StanceFlag(StrEnum):
    """What qualifies a stance. Hedged is the holder's commitment; confidence is the annotator's."""

    IRONIC = "ironic"
    HYPOTHETICAL = "hypothetical"
    CONDITIONAL = "conditional"
    HEDGED = "hedged"
    IMPLICIT_TARGET = "implicit_target"
    FORMER = "former"


class SpanRole(StrEnum):
    """A rationale shows the stance; a mention names its holder or its target."""

    RATIONALE = "rationale"
    HOLDER = "holder"
    TARGET = "target"


ABSENT_BEYOND = 0.5  # p_absent from which a suggestion of a whole item says that there is no stance in it
_IS_ADJUDICATION = sa.text("kind = 'adjudication'")
_IS_NEW = sa.text("weighed = false")


class Annotation(SQLModel, table=True):
    """One annotator's answer to one item. Revisions are appended, never overwritten.

    The client makes the uuid, so that sending twice saves once. Current is the highest revision of an
    occasion, unless it withdraws the answer: then there is none. An answer that found no free seat is
    kept with `counted` false.
    """

    __table_args__ = (
        sa.UniqueConstraint("item_id", "annotator_id", "kind", "occasion", "revision"),
        sa.Index("ix_annotation_annotator_id_created_at", "annotator_id", "created_at"),
        sa.CheckConstraint("seconds >= 0", name="seconds_not_negative"),
        sa.CheckConstraint("occasion >= 0 AND revision >= 0", name="counts_not_negative"),
        # revisions of an adjudication are the item's, not the curator's: two cannot both be the newest
        partial(
            "uq_annotation_adjudication",
            "item_id",
            "revision",
            unique=True,
            where=_IS_ADJUDICATION,
        ),
        partial("ix_annotation_unweighed", "id", where=_IS_NEW),
    )

    id: int | None = Field(default=None, primary_key=True)
    uuid: UUID = Field(unique=True)
    item_id: int = Field(foreign_key="item.id")
    annotator_id: int = Field(foreign_key="user.id")
    kind: Kind = Field(default=Kind.ANNOTATION, sa_type=one_of(Kind))
    occasion: int = 0  # 0 is the first; a hidden repeat is the next
    revision: int = 0
    replaces: UUID | None = None  # the revision before
    withdrawn: bool = False
    counted: bool = True
    outcome: Outcome = Field(default=Outcome.JUDGED, sa_type=one_of(Outcome))
    flags: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    comment: str | None = None
    seconds: float | None = None  # s of activity, from the item being shown to the answer
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # by the annotator's clock
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")  # who imported it
    context_start: int | None = None  # the span of the document that was on the screen
    context_end: int | None = None
    guidelines_version: int | None = None
    scheme_version: int | None = None
    suggestion: UUID | None = None  # the suggestion that was seen
    candidates_shown: int | None = None  # how many proposals stood beside the item; None: not told
    arm_id: int | None = Field(default=None, foreign_key="arm.id")
    uncertainty: float | None = None  # of a suggestion
    p_absent: float | None = None  # of one about the whole item: that there is no stance in it at all
    reason: str | None = None  # of an adjudication
    precedent: bool = False
    comment_released: bool = False  # may the comment stand in a release?
    accepted: UUID | None = None  # the answer that an adjudication took as it was
    weighed: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})  # store/weighing.py
    body_sha256: str  # tells the same answer sent twice from another under its uuid

    stances: list["Stance"] = Relationship(
        back_populates="annotation", sa_relationship_kwargs={"order_by": "Stance.position"}
    )


class Stance(SQLModel, table=True):
    """Holder, target, label. (holder, target, former) is unique within an annotation."""

    __table_args__ = (
        sa.UniqueConstraint("annotation_id", "holder_id", "target_id", "former"),
        sa.CheckConstraint(
            "confidence IS NULL OR (confidence >= 0 AND confidence <= 1)", name="confidence_a_share"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    annotation_id: int | None = Field(default=None, foreign_key="annotation.id", nullable=False)
    position: int
    holder_id: int = Field(foreign_key="entity.id", index=True)
    target_id: int = Field(foreign_key="entity.id", index=True)
    label_id: int = Field(foreign_key="label.id")
    attribution: Attribution | None = Field(default=None, sa_type=one_of(Attribution))
    voice_id: int | None = Field(default=None, foreign_key="entity.id")
    confidence: float | None = None  # 0–1, the annotator's
    former: bool = False
    flags: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    candidate: str | None = None  # the rule whose proposal was accepted, "speech-verb/1"; None: found unaided
    label_distribution: list[float] | None = Field(default=None, sa_type=sa.JSON)  # of a suggestion

    annotation: Annotation = Relationship(back_populates="stances")
    spans: list["Span"] = Relationship(sa_relationship_kwargs={"order_by": "Span.id"})
    sources: list["Source"] = Relationship(sa_relationship_kwargs={"order_by": "Source.position"})


class Source(SQLModel, table=True):
    """A link in the chain of who says so; position 0 is nearest to the text."""

    stance_id: int | None = Field(default=None, foreign_key="stance.id", primary_key=True)
    position: int = Field(primary_key=True)
    entity_id: int = Field(foreign_key="entity.id")


class Span(SQLModel, table=True):
    """A rationale or a mention: `document.text[start:end]`, within the context that was shown."""

    __table_args__ = (sa.CheckConstraint('0 <= start AND start < "end"', name="not_empty"),)

    id: int | None = Field(default=None, primary_key=True)
    stance_id: int | None = Field(default=None, foreign_key="stance.id", index=True, nullable=False)
    role: SpanRole = Field(sa_type=one_of(SpanRole))
    start: int
    end: int
