"""Who may come in: users, one-time sign-in links, API tokens.

A token is 256 random bits; the database keeps its SHA-256 only, so reading it lets nobody in.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import ApiToken, SignInLink, User, Way, now
from annotator.domain.people import SCOPES
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import audit, loaded, sessions
from annotator.store.ready import Ready

LINK_HOURS = 24
MOST_NAME = 100
MOST_DAYS = 36_500
TOKEN_DAYS = 90  # where nobody says otherwise
LARGEST_ID = 2**31 - 1


class Pass(NamedTuple):
    """As much of an API token as a request needs."""

    id: int
    scopes: list[str]
    expires_at: datetime | None
    used_at: datetime | None


def add_user(
    session: Session,
    name: str,
    *,
    is_admin: bool = False,
    email: str | None = None,
    by_id: int | None = None,
) -> User:
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
    user = User(name=name, is_admin=is_admin, email=email, created_by_id=by_id)
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


def sign_in_link(
    session: Session, user: User, *, by_id: int | None = None, asks_password: bool = False
) -> str:
    """A token that signs the user in once, within a day, and then may ask for a new password."""
    token = secrets.token_urlsafe(32)
    expires_at = now() + timedelta(hours=LINK_HOURS)
    session.add(
        SignInLink(
            token_sha256=_sha256(token),
            user_id=_id(user),
            expires_at=expires_at,
            asks_password=asks_password,
        )
    )
    audit.note(session, "make sign-in link", by_id=by_id, name=user.name)
    session.flush()
    return token


def redeem(session: Session, token: str, *, days: int, browser: str = "") -> str:
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
    session.add(link)
    return sessions.begin(session, link.user_id, days=days, way=Way.LINK, browser=browser)


def asks_password(session: Session, token: str) -> bool:
    """Whether this link is an invitation or a reset: whoever it signs in is asked for a new password."""
    link = session.exec(select(SignInLink).where(SignInLink.token_sha256 == _sha256(token))).first()
    return link is not None and link.asks_password


def is_for_another(session: Session, token: str, user: User) -> bool:
    """Whether this is a sign-in link that works, and another person's."""
    link = session.exec(select(SignInLink).where(SignInLink.token_sha256 == _sha256(token))).first()
    works = link is not None and link.used_at is None and link.expires_at > now()
    return works and link is not None and link.user_id != user.id


def set_password(session: Session, user: User, hashed: str, *, keep: int | None = None) -> None:
    """Give a person a new password. All their browsers are signed out, but for the session `keep`."""
    user.password_hash = hashed
    session.add(user)
    sessions.end_all(session, user, but=keep, by_id=user.id)
    _end_links(session, user)
    audit.note(session, "set password", by_id=user.id, name=user.name)
    session.flush()


def delete_user(session: Session, user: User, *, by_id: int | None = None) -> None:
    """Let a person go for good: no browser, token or link of theirs opens anything. Their answers stay."""
    sessions.end_all(session, user, by_id=by_id)
    _end_links(session, user)
    open_tokens = select(ApiToken).where(ApiToken.user_id == user.id, col(ApiToken.revoked_at).is_(None))
    for token in session.exec(open_tokens):
        token.revoked_at = now()
        session.add(token)
    user.deleted_at, user.deleted_by_id, user.password_hash = now(), by_id, None
    session.add(user)
    audit.note(session, "delete user", by_id=by_id, name=user.name)
    session.flush()


def create_token(
    session: Session, user: User, *, name: str, scopes: Sequence[str] = (), days: int | None = None
) -> str:
    """A new API token of this user. This is the only time that it can be seen.

    Raises
    ------
    Invalid
        If it would last less than a day or more than MOST_DAYS, has no name, or a scope that there is not.
    """
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token lasts 1 to {MOST_DAYS} days, not {days}.")
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise Invalid("Give the token a name by which you will know it again.")
    if unknown := set(scopes) - set(SCOPES):
        raise Invalid(f"There is no scope {min(unknown)!r}: choose of {', '.join(SCOPES)}.")
    token = f"sp_{secrets.token_urlsafe(32)}"
    expires_at = now() + timedelta(days=days) if days is not None else None
    row = ApiToken(
        token_sha256=_sha256(token),
        user_id=_id(user),
        name=name,
        scopes=[scope for scope in SCOPES if scope in scopes],
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    audit.note(session, "create token", by_id=user.id, name=name, number=row.id)
    return token


def tokens(session: Session, user: User) -> list[ApiToken]:
    """A person's API tokens that open something, the newest first."""
    query = select(ApiToken).where(
        ApiToken.user_id == user.id,
        col(ApiToken.revoked_at).is_(None),
        sa.or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > now()),
    )
    return list(session.exec(query.order_by(col(ApiToken.id).desc())))


def revoke_token(session: Session, user: User, number: int) -> None:
    """End an API token for good. Done twice it is done once.

    Raises
    ------
    NotFound
        If this person has none of this number.
    """
    row = session.get(ApiToken, number) if number <= LARGEST_ID else None
    if row is None or row.user_id != user.id:
        raise NotFound("You have no such API token.")
    if row.revoked_at is None:
        row.revoked_at = now()
        session.add(row)
        audit.note(session, "revoke token", by_id=user.id, name=row.name, number=number)
        session.flush()


def user_of_token(session: Session, token: str) -> tuple[User, Pass] | None:
    """Whose API token this is and what it may do, by one query; None if it is unknown, revoked or too old."""
    found = _OF_TOKEN.first(session, hash=_sha256(token))
    if found is None:
        return None
    row = Pass(*found[len(sessions.USUAL) :])
    if row.expires_at is not None and row.expires_at <= now():
        return None
    return loaded.aside(User, sessions.USUAL, found[: len(sessions.USUAL)]), row


def find_with_email(session: Session, email: str) -> User | None:
    """The one person who has this address; None if nobody or several have."""
    query = select(User).where(
        sa.func.lower(col(User.email)) == email.lower(), col(User.deleted_at).is_(None)
    )
    found = list(session.exec(query.limit(2)))
    return found[0] if len(found) == 1 else None


def named(session: Session, name: str) -> User | None:
    """The user of this name, None if there is none."""
    return _named(session, name)


def _end_links(session: Session, user: User) -> None:
    unused = select(SignInLink).where(SignInLink.user_id == user.id, col(SignInLink.used_at).is_(None))
    for link in session.exec(unused):
        link.used_at = now()
        session.add(link)


def _named(session: Session, name: str) -> User | None:
    return session.exec(select(User).where(User.name == name, col(User.deleted_at).is_(None))).first()


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _id(user: User) -> int:
    assert user.id is not None
    return user.id


_OF_TOKEN = Ready(  # asked in every request, with the columns that most of them need
    sa.select(*loaded.columns(User, *sessions.USUAL), *loaded.columns(ApiToken, *Pass._fields))
    .join(ApiToken, col(ApiToken.user_id) == col(User.id))
    .where(
        col(ApiToken.token_sha256) == sa.bindparam("hash"),
        col(ApiToken.revoked_at).is_(None),
        col(User.deleted_at).is_(None),
    )
)
