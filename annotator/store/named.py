"""The entities and labels that stances name, as they are read now."""

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Entity, Label
from annotator.store import loaded
from annotator.store.ready import Ready

Row = TypeVar("Row", Entity, Label)


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


@cache
def _query(table: type[Row]) -> Ready:
    return Ready.of_many("ids", lambda ids: sa.select(*loaded.columns(table)).where(col(table.id).in_(ids)))
