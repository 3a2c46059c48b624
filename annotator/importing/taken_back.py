"""An import that did not come to its end is taken back: what nobody ever saw is removed, part by part."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Alias, Annotation, Document, Entity, Import, Item, Membership, Segment, User
from annotator.importing import stage, twins
from annotator.importing.shown import SOME, hidden, is_held
from annotator.store import search


def all_of(session: Session, of: Import) -> None:
    """Remove what it brought. Each part is stored; whoever is stopped in the middle begins again."""
    while is_held(session, of) and (found := _ids(session, sa.select(col(Item.id)).where(*hidden(Item, of)))):
        twins.forget(session, found)
        stage.breathe(session)
    while is_held(session, of) and (
        found := _ids(session, sa.select(col(Document.id)).where(*hidden(Document, of)))
    ):
        for document in found:
            search.forget(session, document)
        session.execute(sa.delete(Segment).where(col(Segment.document_id).in_(found)))
        session.execute(sa.delete(Document).where(col(Document.id).in_(found)))
        stage.breathe(session)
    while is_held(session, of) and (
        found := _ids(session, sa.select(col(Entity.id)).where(*hidden(Entity, of)))
    ):
        session.execute(sa.delete(Alias).where(col(Alias.entity_id).in_(found)))
        session.execute(sa.delete(Entity).where(col(Entity.id).in_(found)))
        stage.breathe(session)
    if not is_held(session, of):
        return
    session.execute(sa.delete(User).where(*_people(of)).execution_options(synchronize_session=False))


def _ids(session: Session, query: sa.Select[Any]) -> Sequence[int]:
    return [id_ for id_ in session.execute(query.limit(SOME)).scalars() if id_ is not None]


def _people(of: Import) -> tuple[sa.ColumnElement[bool], ...]:
    """Annotators who came with it, and whom nobody else has needed since."""
    answered = sa.exists().where(col(Annotation.annotator_id) == col(User.id))
    joined = sa.exists().where(col(Membership.user_id) == col(User.id))
    return (
        col(User.id) > of.before.get("user", 0),
        col(User.created_at) == of.started_at,
        ~answered,
        ~joined,
    )
