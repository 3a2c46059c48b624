"""Who somebody is to a single sign-on."""

from sqlmodel import Session, col, select

from annotator.domain import Identity, User
from annotator.errors import Conflict
from annotator.store import audit


def find(session: Session, issuer: str, subject: str) -> User | None:
    """The person whom this provider calls so; None if nobody is."""
    query = (
        select(User)
        .join(Identity, col(Identity.user_id) == col(User.id))
        .where(Identity.issuer == issuer, Identity.subject == subject, col(User.deleted_at).is_(None))
    )
    return session.exec(query).first()


def of(session: Session, user: User) -> list[Identity]:
    """What providers call a person."""
    return list(session.exec(select(Identity).where(Identity.user_id == user.id)))


def link(session: Session, user: User, issuer: str, subject: str) -> None:
    """Let a person in by this provider from now on. Done twice it is done once.

    Raises
    ------
    Conflict
        If the provider calls somebody else so, or this person otherwise.
    """
    query = select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    known = session.exec(query).first()
    if known is not None and known.user_id == user.id:
        return
    if known is not None or any(each.issuer == issuer for each in of(session, user)):
        raise Conflict("This single sign-on belongs to another account, or the account to another one.")
    assert user.id is not None
    session.add(Identity(issuer=issuer, subject=subject, user_id=user.id))
    audit.note(session, "link single sign-on", by_id=user.id, name=user.name, issuer=issuer)
    session.flush()
