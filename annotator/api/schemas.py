"""What the API takes and gives, as pydantic models; `openapi.py` describes the routes from these."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from annotator.domain import (
    Alias,
    Entity,
    EntityKind,
    Label,
    Project,
)
from annotator.domain.answering import Incoming, Name
from annotator.store.named import EntityRow


class Outgoing(BaseModel):
    """A closed shape, read from rows."""

    model_config = ConfigDict(from_attributes=True, defer_build=True)


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
        return cls.model_validate({**project.model_dump(), "labels": [LabelOut.of(each) for each in labels]})


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
    def of(cls, entity: Entity | EntityRow, aliases: list[Alias] | None = None) -> Self:
        """From its row."""
        names = [AliasOut.model_validate(alias) for alias in aliases or [] if alias.name != entity.name]
        return cls(
            key=entity.key,
            name=entity.name,
            names=entity.names,
            kind=entity.kind,
            actor_type=entity.actor_type,
            definition=entity.definitions.get("en"),
            definitions=entity.definitions,
            favor_means=entity.favor_means,
            against_means=entity.against_means,
            reserved=entity.reserved,
            status=entity.status,
            aliases=names,
        )


class NamedOut(Outgoing):
    """An entity as a list shows it."""

    key: str
    name: str
    names: dict[str, str]


class EntitiesOut(Outgoing):
    """The registry of a project."""

    entities: list[EntityOut]


class EntityIn(Incoming):
    """An entity that an annotator proposes."""

    name: Name
    kind: EntityKind = EntityKind.ACTOR


class ProgressOut(Outgoing):
    """How far this person is."""

    answered: int
    open: int
    today: int


class SkipIn(Incoming):
    """The item to put off; with a uuid of the client's, a request that is sent twice counts once."""

    item: Name
    uuid: UUID | None = None


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
    sentence: str | None = None  # the same in the language of the asker's pages, where that is not English
    errors: list[Where] = []
    request_id: str | None = None  # under which the server's log tells more
