"""Who may come in: users, one-time sign-in links, browsers' sessions, API tokens.

A token is 256 random bits; the database keeps its SHA-256 only, so reading it lets nobody in.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlmodel import Session, col, select

from annotator.domain import ApiToken, SignInLink, User, WebSession, now
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import audit

LINK_HOURS = 24
MOST_NAME = 100
MOST_DAYS = 36_500


def add_user(session: Session, name: str, *, is_admin: bool = False, by_id: int | None = None) -> User:
    """A new person.

    Raises
    ------
    Invalid
        If the name is empty, long, or holds a line break.
    Conflict
        If somebody has it.
    """
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise Invalid(f"{name!r} is no user name: use 1 to {MOST_NAME} printable characters.")
    if _named(session, name) is not None:
        raise Conflict(f"There is a user {name!r} already: `standpoint user link {name}` prints a new link.")
    user = User(name=name, is_admin=is_admin, created_by_id=by_id)
    session.add(user)
    session.flush()
    audit.note(session, "add user", by_id=by_id, name=name, is_admin=is_admin)
    return user


def find_user(session: Session, name: str) -> User:
    """The user of this name.

    Raises
    ------
    NotFound
        If there is none.
    """
    user = _named(session, name)
    if user is None:
        raise NotFound(f"There is no user {name!r}: add one with `standpoint user add {name}`.")
    return user


def sign_in_link(session: Session, user: User, *, by_id: int | None = None) -> str:
    """A token that signs the user in once, within a day."""
    token = secrets.token_urlsafe(32)
    expires_at = now() + timedelta(hours=LINK_HOURS)
    session.add(SignInLink(token_sha256=_sha256(token), user_id=_id(user), expires_at=expires_at))
    audit.note(session, "make sign-in link", by_id=by_id, name=user.name)
    session.flush()
    return token


def redeem(session: Session, token: str, *, days: int) -> str:
    """Use a sign-in link up; return the token of the browser's new session.

    Raises
    ------
    NotFound
        If the link is unknown, used or too old.
    """
    link = session.exec(
        select(SignInLink).where(SignInLink.token_sha256 == _sha256(token)).with_for_update()
    ).first()
    if link is None or link.used_at is not None or link.expires_at <= now():
        raise NotFound(
            "This sign-in link was used or is too old: ask for a new one (`standpoint user link NAME`)."
        )
    link.used_at = now()
    browser = secrets.token_urlsafe(32)
    expires_at = now() + timedelta(days=days)
    session.add(link)
    session.add(WebSession(token_sha256=_sha256(browser), user_id=link.user_id, expires_at=expires_at))
    audit.note(session, "sign in", by_id=link.user_id)
    session.flush()
    return browser


def is_for_another(session: Session, token: str, user: User) -> bool:
    """Whether this is a sign-in link that works, and another person's."""
    link = session.exec(select(SignInLink).where(SignInLink.token_sha256 == _sha256(token))).first()
    works = link is not None and link.used_at is None and link.expires_at > now()
    return works and link is not None and link.user_id != user.id


def user_of_session(session: Session, token: str) -> User | None:
    """Whose browser this is; None if its session ended."""
    query = (
        select(User)
        .join(WebSession, col(WebSession.user_id) == col(User.id))
        .where(
            WebSession.token_sha256 == _sha256(token),
            col(WebSession.revoked_at).is_(None),
            WebSession.expires_at > now(),
            col(User.deleted_at).is_(None),
        )
    )
    return session.exec(query).first()


def sign_out(session: Session, token: str) -> None:
    """End a browser's session for good."""
    found = session.exec(select(WebSession).where(WebSession.token_sha256 == _sha256(token))).first()
    if found is not None:
        found.revoked_at = now()
        session.add(found)
        audit.note(session, "sign out", by_id=found.user_id)
        session.flush()


def create_token(
    session: Session, user: User, *, name: str, scopes: list[str] | None = None, days: int | None = None
) -> str:
    """A new API token of this user. This is the only time that it can be seen.

    Raises
    ------
    Invalid
        If it would last less than a day or more than MOST_DAYS.
    """
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token lasts 1 to {MOST_DAYS} days, not {days}.")
    token = f"sp_{secrets.token_urlsafe(32)}"
    expires_at = now() + timedelta(days=days) if days is not None else None
    row = ApiToken(
        token_sha256=_sha256(token), user_id=_id(user), name=name, scopes=scopes or [], expires_at=expires_at
    )
    session.add(row)
    session.flush()
    audit.note(session, "create token", by_id=user.id, name=name)
    return token


def user_of_token(session: Session, token: str) -> tuple[User, list[str]] | None:
    """Whose API token this is and what it may do; None if it is unknown, revoked or too old."""
    query = (
        select(User, ApiToken)
        .join(ApiToken, col(ApiToken.user_id) == col(User.id))
        .where(
            ApiToken.token_sha256 == _sha256(token),
            col(ApiToken.revoked_at).is_(None),
            col(User.deleted_at).is_(None),
        )
    )
    found = session.exec(query).first()
    if found is None or (found[1].expires_at is not None and found[1].expires_at <= now()):
        return None
    return found[0], found[1].scopes


def _named(session: Session, name: str) -> User | None:
    return session.exec(select(User).where(User.name == name, col(User.deleted_at).is_(None))).first()


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _id(user: User) -> int:
    assert user.id is not None
    return user.id
