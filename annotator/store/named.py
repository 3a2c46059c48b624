"""The entities and labels that stances name, as they are read now."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import ActorType, Annotation, Entity, EntityKind, EntityStatus, Label
from annotator.store import loaded
from annotator.store.ready import Ready

Row = TypeVar("Row", Entity, Label)


class EntityRow(NamedTuple):
    """As much of an entity as showing it to an annotator needs."""

    id: int
    key: str
    name: str
    names: dict[str, str]
    kind: EntityKind
    actor_type: ActorType | None
    definitions: dict[str, str]
    favor_means: str | None
    against_means: str | None
    reserved: bool
    status: EntityStatus
    merged_into_id: int | None


def of(
    session: Session, annotations: Iterable[Annotation], *, also: Iterable[int] = ()
) -> tuple[dict[int, Entity], dict[int, Label]]:
    """The entities and labels that the stances of these answers name, by id, as they are read now.

    What was merged is what it stands for. Two queries, and one more for each kind of which some were
    merged. `also` are ids of further entities.
    """
    stances = [stance for annotation in annotations for stance in annotation.stances]
    entities = set(also)
    if not stances and not entities:
        return {}, {}
    entities |= {each.holder_id for each in stances} | {each.target_id for each in stances}
    entities |= {each.voice_id for each in stances if each.voice_id is not None}
    entities |= {source.entity_id for each in stances for source in each.sources}
    labels = {each.label_id for each in stances}
    return standing(session, Entity, entities), standing(session, Label, labels)


def standing(session: Session, table: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    """The entities or labels of these ids; in the place of a merged one, what it stands for."""
    rows = _by_ids(session, table, ids)
    into = {row.merged_into_id for row in rows.values() if row.merged_into_id is not None}
    if not into:
        return rows
    found = _by_ids(session, table, into)
    return {id_: found.get(row.merged_into_id or 0, row) for id_, row in rows.items()}


def _by_ids(session: Session, table: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    session.flush()
    rows = _query(table).rows(session, ids=list(ids))
    found = (loaded.of(session, table, loaded.names(table), row) for row in rows)
    return {row.id: row for row in found if row.id is not None}


def entities(session: Session, ids: Iterable[int]) -> dict[int, EntityRow]:
    """As `standing`, without mapped objects: asked for each page of the queue."""
    found = [EntityRow(*row) for row in _ENTITIES.rows(session, ids=list(ids))]
    into = {row.merged_into_id for row in found if row.merged_into_id is not None}
    heirs = {row[0]: EntityRow(*row) for row in _ENTITIES.rows(session, ids=list(into))}
    return {row.id: heirs.get(row.merged_into_id or 0, row) for row in found}


_ENTITIES = Ready.of_many(
    "ids", lambda ids: sa.select(*loaded.columns(Entity, *EntityRow._fields)).where(col(Entity.id).in_(ids))
)


@cache
def _query(table: type[Row]) -> Ready:
    return Ready.of_many("ids", lambda ids: sa.select(*loaded.columns(table)).where(col(table.id).in_(ids)))
