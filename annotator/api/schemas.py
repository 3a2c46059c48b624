"""What the API takes and gives, as pydantic models; `openapi.py` describes the routes from these."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from annotator.domain import (
    Alias,
    Document,
    Entity,
    EntityKind,
    Label,
    Project,
)
from annotator.domain.answering import Incoming, Name
from annotator.store.questions import Question


class Outgoing(BaseModel):
    """A closed shape, read from rows."""

    model_config = ConfigDict(from_attributes=True)


class LabelOut(Outgoing):
    """A label of the scheme."""

    name: str
    names: dict[str, str]
    definition: str | None
    definitions: dict[str, str]
    polarity: str
    key: str | None
    hue: int | None
    rank: int | None

    @classmethod
    def of(cls, label: Label) -> Self:
        """From its row; the definition in English stands alone too."""
        return cls.model_validate({**label.model_dump(), "definition": label.definitions.get("en")})


class ProjectOut(Outgoing):
    """A project and its scheme: what a page needs to draw its buttons."""

    slug: str
    name: str
    kind: str
    language: str | None
    labels: list[LabelOut]
    scheme_version: int
    guidelines_version: int
    context: int
    entities_open: bool

    @classmethod
    def of(cls, project: Project, labels: list[Label]) -> Self:
        """From its row and its labels that are in use."""
        in_use = [LabelOut.of(label) for label in labels if label.retired_at is None]
        return cls.model_validate({**project.model_dump(), "labels": in_use})


class AliasOut(Outgoing):
    """Another name; with `document`, in that document only."""

    name: str
    document: str | None
    language: str | None


class EntityOut(Outgoing):
    """An entry of the registry."""

    key: str
    name: str
    names: dict[str, str]
    kind: str
    actor_type: str | None
    definition: str | None
    definitions: dict[str, str]
    favor_means: str | None
    against_means: str | None
    reserved: bool
    status: str
    aliases: list[AliasOut] = []

    @classmethod
    def of(cls, entity: Entity, aliases: list[Alias] | None = None) -> Self:
        """From its row."""
        names = [AliasOut.model_validate(alias) for alias in aliases or [] if alias.name != entity.name]
        return cls.model_validate(
            {**entity.model_dump(), "definition": entity.definitions.get("en"), "aliases": names}
        )


class EntitiesOut(Outgoing):
    """The registry of a project."""

    entities: list[EntityOut]


class EntityIn(Incoming):
    """An entity that an annotator proposes."""

    name: Name
    kind: EntityKind = EntityKind.ACTOR


class GuidelinesOut(Outgoing):
    """The guidelines in force; version 0 and empty where there are none."""

    version: int
    markdown: str
    html: str


class ProgressOut(Outgoing):
    """How far this person is."""

    answered: int
    open: int
    today: int


class SkipIn(Incoming):
    """The item to put off."""

    item: Name


class SegmentOut(Outgoing):
    """The words to judge; offsets are code points into the document's text."""

    text: str
    start: int
    end: int


class ContextOut(Outgoing):
    """The words before or after, as the document has them."""

    text: str
    start: int


class DocumentOut(Outgoing):
    """Where the words come from."""

    id: str
    title: str | None
    author: str | None
    outlet: str | None
    url: str | None
    published_at: datetime | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """From its row; its id is the external one."""
        return cls.model_validate({**document.model_dump(), "id": document.external_id})


class ItemOut(Outgoing):
    """One question with all that its page shows. What is fixed is not asked."""

    id: str
    occasion: int
    segment: SegmentOut
    before: ContextOut
    after: ContextOut
    heading: str | None
    document: DocumentOut
    speaker: str | None
    language: str | None
    target: EntityOut | None
    holder: EntityOut | None
    current: None = None  # an item that is served has no answer of this person yet,
    suggestion: None = None  # and no model and no experiment has a say in it
    arm: None = None
    lease_expires_at: datetime

    @classmethod
    def of(cls, question: Question) -> Self:
        """From the question, its text cut out of the document."""
        text, segment = question.document.text, question.segment
        return cls(
            id=question.item.external_id,
            occasion=question.lease.occasion,
            segment=SegmentOut(text=text[segment.start : segment.end], start=segment.start, end=segment.end),
            before=ContextOut(text=text[question.start : segment.start], start=question.start),
            after=ContextOut(text=text[segment.end : question.end], start=segment.end),
            heading=question.heading,
            document=DocumentOut.of(question.document),
            speaker=segment.speaker,
            language=question.document.language,
            target=EntityOut.of(question.target) if question.target is not None else None,
            holder=EntityOut.of(question.holder) if question.holder is not None else None,
            lease_expires_at=question.lease.expires_at,
        )


class QueueOut(Outgoing):
    """What this person may answer now. Empty with `retry_after`: all seats are lent, come back then."""

    items: list[ItemOut]
    remaining: int  # free seats of the pools open to this person
    retry_after: int | None  # s
    scheme_version: int
    guidelines_version: int


class Where(Outgoing):
    """A part of the request that is wrong, "stances.0.label", and why."""

    where: str
    problem: str


class Problem(Outgoing):
    """RFC 9457: what went wrong, in a sentence; `errors` say where."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Where] = []
