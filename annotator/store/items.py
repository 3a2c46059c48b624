"""Items by the ids that people and files use."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Item, Project, User
from annotator.errors import NotFound
from annotator.store import history
from annotator.store.questions import Asked


def find(session: Session, project: Project, external_id: str) -> Item:
    """The project's item of this id.

    Raises
    ------
    NotFound
        If there is none.
    """
    query = select(Item).where(
        Item.project_id == project.id, Item.external_id == external_id, col(Item.deleted_at).is_(None)
    )
    item = session.exec(query).first()
    if item is None:
        raise NotFound(_missing(project, external_id))
    return item


def has_any(session: Session, project: Project) -> bool:
    """Whether the project has an item at all, for whomever it is."""
    there = select(Item.id).where(Item.project_id == project.id, col(Item.deleted_at).is_(None))
    return bool(session.execute(sa.select(there.exists())).scalar_one())


def opened(session: Session, project: Project, user: User, external_id: str) -> Asked:
    """The item of this id as it is put to a person who has answered it or holds it: three queries.

    Where it is lent for another occasion, it is put as new: their earlier answer is not to be seen then.

    Raises
    ------
    NotFound
        If they neither hold it nor ever answered it, or there is none.
    """
    item = find(session, project, external_id)
    assert item.id is not None
    occasions = history.answered(session, user, [item.id]) | history.held(session, user, [item.id])
    if item.id not in occasions:
        raise NotFound(_missing(project, external_id))
    return Asked(item.id, occasions[item.id])


def _missing(project: Project, external_id: str) -> str:
    return f"There is no item {external_id!r} in {project.slug!r}."
