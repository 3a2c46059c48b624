"""The registry as its curators see it: what entries are called, how often they are used; proposals."""

from datetime import date
from typing import Self

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import body, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import EntityOut, NamedOut, Outgoing, Problem
from annotator.domain import Role
from annotator.domain.answering import Incoming, Name, Version
from annotator.http.session import requires
from annotator.store import entries, registering
from annotator.store.registering import Entry

bp = Blueprint("api_registry", __name__, url_prefix=f"{PREFIX}/projects/<slug>/registry")


class RelationOut(Outgoing):
    """What this entity is to another: part_of, speaks_for, opposite_of."""

    kind: str
    entity: NamedOut


class RegisteredOut(EntityOut):
    """An entity with what belongs to it; `stances` and `items` name it."""

    happened_on: date | None
    relations: list[RelationOut]
    into: NamedOut | None
    stances: int
    items: int

    @classmethod
    def of_entry(cls, entry: Entry) -> Self:
        """From its rows."""
        return cls(
            **EntityOut.of(entry.entity, entry.aliases).model_dump(),
            happened_on=entry.entity.happened_on,
            relations=[
                RelationOut(kind=kind, entity=NamedOut.model_validate(other))
                for kind, other in entry.relations
            ],
            into=NamedOut.model_validate(entry.into) if entry.into is not None else None,
            stances=entry.stances,
            items=entry.items,
        )


class RegistryOut(Outgoing):
    """A page of the registry. `next`: ask with `after` for those that follow; null: that is all."""

    scheme_version: int
    entities: list[RegisteredOut]
    next: str | None


class AcceptIn(Incoming):
    """A proposed entity; `version` is the scheme's that was seen."""

    key: Name
    version: Version | None = None


class AliasIn(Incoming):
    """One more name; with `document`, in that document only."""

    key: Name
    name: Name
    document: Name | None = None
    language: Name | None = None
    version: Version | None = None


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: RegistryOut}, query={"q": {"type": "string"}, "after": {"type": "string"}})
def listed() -> ResponseReturnValue:
    """The registry, 50 a page, the proposed first; `q` is looked for in names, aliases and keys."""
    page = registering.page(
        g.session, g.project, words=(query.text("q") or "")[:200], after=query.text("after")
    )
    told = [RegisteredOut.of_entry(each) for each in page.entries]
    return RegistryOut(scheme_version=g.project.scheme_version, entities=told, next=page.after).model_dump(
        mode="json"
    )


@bp.post("/accepted")
@requires(Role.CURATOR)
@describes(takes=AcceptIn, gives={200: EntityOut, 409: Problem})
def accept() -> ResponseReturnValue:
    """Make a proposed entity one of the registry's own. 409 where the scheme has changed since `version`."""
    wanted = body.read(AcceptIn)
    entity = registering.accept(g.session, g.project, wanted.key, version=wanted.version, by_id=g.user.id)
    return EntityOut.of(entity).model_dump(mode="json")


@bp.post("/aliases")
@requires(Role.CURATOR)
@describes(takes=AliasIn, gives={201: EntityOut, 409: Problem})
def add_alias() -> ResponseReturnValue:
    """Give an entity one more name. 409 if it is called so, or the scheme has changed since `version`."""
    wanted = body.read(AliasIn)
    registering.add_alias(
        g.session,
        g.project,
        wanted.key,
        wanted.name,
        document=wanted.document or None,
        language=wanted.language or None,
        version=wanted.version,
        by_id=g.user.id,
    )
    entity = entries.find(g.session, g.project, "entity", wanted.key)
    return EntityOut.model_validate({**entity.model_dump(), "definition": None}).model_dump(mode="json"), 201
