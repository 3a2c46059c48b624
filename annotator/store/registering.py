"""The registry as its curators see it: page by page, what each entry is called, how often it is used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Alias,
    Entity,
    EntityStatus,
    Item,
    Project,
    Relation,
    Stance,
)
from annotator.domain.naming import normalise
from annotator.errors import Conflict, Invalid
from annotator.store import audit, entries, scheme
from annotator.store.registry import MOST_NAME, Registry

PAGE = 50
_ORDER = {EntityStatus.PROPOSED: 0, EntityStatus.ACTIVE: 1, EntityStatus.RETIRED: 2}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity with what belongs to it."""

    entity: Entity
    aliases: list[Alias]
    relations: list[tuple[str, Entity]]  # kind, object
    into: Entity | None  # what it was merged into
    stances: int  # that name it as holder or target, in any answer there ever was
    items: int  # that fix it


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the registry; `after` is where the next one begins."""

    entries: list[Entry]
    after: str | None


def page(session: Session, project: Project, *, words: str = "", after: str | None = None) -> Page:
    """Up to PAGE entries: the proposed first, then by name; the retired ones last. Six queries.

    `words` are looked for in names, aliases and keys. `after` is what the page before gave.
    """
    place = _place()
    query = select(Entity).where(Entity.project_id == project.id, col(Entity.deleted_at).is_(None))
    if words.strip():
        query = query.where(_is_called(project, words))
    if after is not None:
        query = query.where(place > _after(after))
    found = list(session.exec(query.order_by(*place).limit(PAGE + 1)))
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    next_ = f"{_ORDER[last.status]}:{last.id}:{last.name}" if last is not None else None
    return Page(_entries(session, shown), next_)


def accept(
    session: Session, project: Project, key: str, *, version: int | None = None, by_id: int | None = None
) -> Entity:
    """Make an entity that an annotator proposed one of the registry's own.

    Raises
    ------
    Invalid
        If it is not proposed.
    """
    scheme.lock(session, project, version)
    entity = entries.find(session, project, "entity", key)
    if not isinstance(entity, Entity) or entity.status is not EntityStatus.PROPOSED:
        raise Invalid(f"{key!r} is not proposed: there is nothing to accept.")
    entity.status = EntityStatus.ACTIVE
    _changed(session, project, entity, by_id)
    audit.note(session, "accept entity", project=project, by_id=by_id, key=key, name=entity.name)
    session.flush()
    return entity


def add_alias(
    session: Session,
    project: Project,
    key: str,
    name: str,
    *,
    document: str | None = None,
    language: str | None = None,
    version: int | None = None,
    by_id: int | None = None,
) -> None:
    """One more name for an entity; with `document`, in that document only.

    Raises
    ------
    Invalid
        If it has no letters or is too long.
    Conflict
        If the entity is called so already.
    """
    scheme.lock(session, project, version)
    entity = entries.in_use(session, project, "entity", key, reserved_too=True)
    assert isinstance(entity, Entity) and project.id is not None
    name = name.strip()
    if not normalise(name) or len(name) > MOST_NAME:
        raise Invalid(f"A name has 1 to {MOST_NAME} characters, letters among them.")
    registry = Registry.load(session, project.id)
    if not registry.alias(entity, name, document=document or None, language=language or None):
        raise Conflict(f"{key!r} is called {name!r} already.")
    _changed(session, project, entity, by_id)
    audit.note(session, "add alias", project=project, by_id=by_id, key=key, name=name, document=document)
    session.flush()


def _changed(session: Session, project: Project, entity: Entity, by_id: int | None) -> None:
    entries.stamp(entity, by_id)
    project.scheme_version += 1
    session.add_all([project, entity])


def _place() -> sa.Tuple:
    order = sa.case(
        {str(status): place for status, place in _ORDER.items()}, value=sa.cast(Entity.status, sa.String)
    )
    return sa.tuple_(order, col(Entity.name), col(Entity.id))


def _after(after: str) -> sa.Tuple:
    order, _, rest = after.partition(":")
    id_, _, name = rest.partition(":")
    if not (order.isascii() and order.isdigit() and id_.isascii() and id_.isdigit() and len(id_) < 10):
        raise Invalid("The address of this page of the registry is damaged: begin at its first page.")
    return sa.tuple_(sa.literal(int(order)), sa.literal(name), sa.literal(int(id_)))


def _is_called(project: Project, words: str) -> sa.ColumnElement[bool]:
    normalised = normalise(words) or words
    named = sa.select(col(Alias.entity_id)).where(
        col(Alias.project_id) == project.id, col(Alias.normalised).contains(normalised, autoescape=True)
    )
    return sa.or_(col(Entity.id).in_(named), col(Entity.key).icontains(words.strip(), autoescape=True))


def _entries(session: Session, shown: Sequence[Entity]) -> list[Entry]:
    ids = [entity.id or 0 for entity in shown]
    aliases: dict[int, list[Alias]] = {id_: [] for id_ in ids}
    for alias in session.exec(select(Alias).where(col(Alias.entity_id).in_(ids)).order_by(col(Alias.id))):
        aliases[alias.entity_id].append(alias)
    relations = list(session.exec(select(Relation).where(col(Relation.subject_id).in_(ids))))
    other_ids = {relation.object_id for relation in relations}
    other_ids |= {entity.merged_into_id for entity in shown if entity.merged_into_id is not None}
    others = {each.id: each for each in session.exec(select(Entity).where(col(Entity.id).in_(other_ids)))}
    stances, items = _used(session, ids)
    return [
        Entry(
            entity=entity,
            aliases=[alias for alias in aliases[entity.id or 0] if alias.name != entity.name],
            relations=[
                (relation.kind, others[relation.object_id])
                for relation in relations
                if relation.subject_id == entity.id
            ],
            into=others.get(entity.merged_into_id),
            stances=stances.get(entity.id or 0, 0),
            items=items.get(entity.id or 0, 0),
        )
        for entity in shown
    ]


def _used(session: Session, ids: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Stances and items by entity."""
    found: list[dict[int, int]] = []
    for table in (Stance, Item):
        counts: dict[int, int] = {}
        for end in (table.holder_id, table.target_id):
            query = sa.select(col(end), sa.func.count()).where(col(end).in_(ids)).group_by(col(end))
            for id_, number in session.execute(query):
                counts[id_] = counts.get(id_, 0) + number
        found.append(counts)
    return found[0], found[1]
