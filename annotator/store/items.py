"""Items by the ids that people and files use."""

from sqlmodel import Session, col, select

from annotator.domain import Item, Project
from annotator.errors import NotFound


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
        raise NotFound(f"There is no item {external_id!r} in {project.slug!r}.")
    return item
