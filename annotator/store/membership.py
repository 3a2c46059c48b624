"""Which project somebody asks for, and what they may do in it: asked in every request about a project."""

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Membership, Project, Role, User
from annotator.errors import NotFound
from annotator.store import loaded, projects
from annotator.store.ready import Ready


def of(session: Session, slug: str, user: User) -> tuple[Project, Role]:
    """A project that this user may see, and their role in it; an admin of the installation is admin of all.

    Raises
    ------
    NotFound
        If they are no member, or there is none: a project is not there for strangers.
    """
    if user.is_admin:
        return projects.find(session, slug), Role.ADMIN
    found = _OF_MEMBER.first(session, slug=slug, user=user.id)
    if found is None:
        raise NotFound(f"You have no project {slug!r}.")
    return loaded.of(session, Project, loaded.names(Project), found[:-1]), found[-1]


_OF_MEMBER = Ready(
    sa.select(*loaded.columns(Project), col(Membership.role))
    .join(Membership, col(Membership.project_id) == col(Project.id))
    .where(
        col(Project.slug) == sa.bindparam("slug"),
        col(Project.deleted_at).is_(None),
        col(Membership.user_id) == sa.bindparam("user"),
        col(Membership.deleted_at).is_(None),
    )
)
