"""Members of a project: invite them, change what they may do, let them go and come back.

Nobody gives a role above their own, nor a link to somebody who may do more than they themselves: a link
signs in as its person everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Membership, Project, Role, User, UserKind, now
from annotator.errors import Conflict, Forbidden, Invalid, NotFound
from annotator.store import accounts, audit, projects, queue, sessions, standing

ORDER = list(Role)


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the project; `membership.deleted_at` is set for one who was let go."""

    user: User
    membership: Membership


def listed(
    session: Session, project: Project, *, after: str | None = None, limit: int | None = None
) -> list[Member]:
    """Everybody who is or was a member, by name; each once. Of a page: up to `limit` after a name."""
    place = sa.func.row_number().over(
        partition_by=col(Membership.user_id),
        order_by=(col(Membership.deleted_at).is_not(None), col(Membership.id).desc()),
    )
    ranked = sa.select(col(Membership.id), place.label("place")).where(
        col(Membership.project_id) == project.id
    )
    newest = ranked.subquery()
    query = (
        select(User, Membership)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .join(newest, newest.c.id == col(Membership.id))
        .where(newest.c.place == 1, col(User.deleted_at).is_(None), User.kind == UserKind.PERSON)
        .order_by(col(User.name))
        .limit(limit)
    )
    if after is not None:
        query = query.where(col(User.name) > after)
    return [Member(*row) for row in session.exec(query)]


def invite(session: Session, project: Project, name: str, role: Role, *, by: User) -> tuple[User, str | None]:
    """Let a person join. A new one gets the token of a sign-in link; the others have their own way in.

    Raises
    ------
    Conflict
        If they are a member.
    Forbidden
        If the role is above that of who invites.
    Invalid
        If it is no name.
    """
    _may_give(session, project, role, by)
    known = session.exec(select(User).where(User.name == name, col(User.deleted_at).is_(None))).first()
    if known is not None and session.exec(projects.seat(project, known)).first() is not None:
        raise Conflict(f"{name} is a member already.")
    user = known or accounts.add_user(session, name, by_id=by.id)
    projects.join(session, project, user, role, by_id=by.id)
    audit.note(session, "invite", project=project, by_id=by.id, name=name, role=role)
    return user, accounts.sign_in_link(session, user, asks_password=True) if known is None else None


def link(session: Session, project: Project, user_id: int, *, by: User) -> tuple[User, str]:
    """The token of a new sign-in link for a member.

    Raises
    ------
    Forbidden
        If they may do something, here or elsewhere, that who asks may not.
    """
    member = _commanded(session, project, user_id, by)
    audit.note(session, "new sign-in link", project=project, by_id=by.id, name=member.user.name)
    return member.user, accounts.sign_in_link(session, member.user, asks_password=True)


def sign_out(session: Session, project: Project, user_id: int, *, by: User) -> User:
    """End all sessions of a member. Raises as `link`."""
    member = _commanded(session, project, user_id, by)
    sessions.end_all(session, member.user, by_id=by.id)
    return member.user


def change_role(session: Session, project: Project, user_id: int, role: Role, *, by: User) -> Member:
    """Give a member another role.

    Raises
    ------
    Forbidden
        If the new role, or the one they have, is above that of who asks.
    """
    member = find(session, project, user_id)
    _may_give(session, project, member.membership.role, by)
    _may_give(session, project, role, by)
    was = member.membership.role
    projects.join(session, project, member.user, role, by_id=by.id)
    audit.note(
        session, "change role", project=project, by_id=by.id, name=member.user.name, was=was, role=role
    )
    return member


def remove(session: Session, project: Project, user_id: int, *, by: User) -> Member:
    """Let a member go: what they hold goes back, what they answered stays. `restore` undoes it.

    Raises
    ------
    Forbidden
        If their role is above that of who asks.
    Invalid
        If it is oneself.
    """
    member = find(session, project, user_id)
    if user_id == by.id:
        raise Invalid("You cannot remove yourself: another curator can.")
    _may_give(session, project, member.membership.role, by)
    queue.give_back(session, project, member.user)
    member.membership.deleted_at, member.membership.deleted_by_id = now(), by.id
    session.add(member.membership)
    said = {"user": member.user.name, "role": str(member.membership.role)}  # what undoing it needs
    audit.note(session, "remove member", project=project, by_id=by.id, **said)
    session.flush()
    return member


def restore(session: Session, project: Project, user_id: int, *, by: User) -> Member:
    """Take back that a member was let go; they are what they were.

    Raises
    ------
    NotFound
        If nobody like that was let go.
    Forbidden
        If their role is above that of who asks.
    """
    gone = [each for each in listed(session, project) if each.user.id == user_id]
    if not gone or gone[0].membership.deleted_at is None:
        raise NotFound("Nobody like that was removed from this project.")
    _may_give(session, project, gone[0].membership.role, by)
    gone[0].membership.deleted_at = gone[0].membership.deleted_by_id = None
    session.add(gone[0].membership)
    audit.note(session, "restore member", project=project, by_id=by.id, name=gone[0].user.name)
    session.flush()
    return gone[0]


def find(session: Session, project: Project, user_id: int) -> Member:
    """The member of this row id.

    Raises
    ------
    NotFound
        If there is none.
    """
    user = session.get(User, user_id) if user_id <= accounts.LARGEST_ID else None
    membership = session.exec(projects.seat(project, user)).first() if user is not None else None
    if user is None or membership is None or user.deleted_at is not None:
        raise NotFound("There is no such member in this project.")
    return Member(user, membership)


def answers(session: Session, project: Project, among: Sequence[int] | None = None) -> dict[int, int]:
    """How many items each person, or each of these, has answered here, by row id."""
    query = (
        sa.select(col(Annotation.annotator_id), sa.func.count())
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(col(Item.project_id) == project.id, standing.is_current())
        .group_by(col(Annotation.annotator_id))
    )
    if among is not None:
        query = query.where(col(Annotation.annotator_id).in_(among))
    return dict(session.execute(query).all())


def may_give(session: Session, project: Project, role: Role, by: User) -> bool:
    """Whether somebody may give this role, and change who has it."""
    return _reaches(projects.role_of(session, project, by), role)


def _commanded(session: Session, project: Project, user_id: int, by: User) -> Member:
    """A member who may do nothing, here or elsewhere, that `by` may not: else a link would be a gift."""
    member = find(session, project, user_id)
    others = session.exec(
        select(Membership, Project)
        .join(Project, col(Project.id) == col(Membership.project_id))
        .where(Membership.user_id == user_id, col(Membership.deleted_at).is_(None))
    )
    may_more = member.user.is_admin or any(
        not _reaches(projects.role_of(session, elsewhere, by), membership.role)
        for membership, elsewhere in others
    )
    if may_more and not by.is_admin and member.user.id != by.id:
        raise Forbidden(
            f"{member.user.name} works elsewhere or may do more than you: an administrator makes their link."
        )
    return member


def _may_give(session: Session, project: Project, role: Role, by: User) -> None:
    if not may_give(session, project, role, by):
        raise Forbidden(f"The role {role} is above your own: an admin of the project can do this.")


def _reaches(mine: Role | None, role: Role) -> bool:
    return mine is not None and ORDER.index(mine) >= ORDER.index(role)
