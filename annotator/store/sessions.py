"""Browsers that are signed in: begun, found again, listed, ended.

A session ends after so many days in all, and after so many without a request. When it was used last is
written once an hour, so that the usual request writes nothing.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import ApiToken, User, Way, WebSession, now
from annotator.errors import NotFound
from annotator.store import audit, loaded
from annotator.store.ready import Ready

COARSE = timedelta(hours=1)
IDLE_DAYS = 14
MOST_BROWSER = 80  # characters
LARGEST_ID = 2**31 - 1
USUAL = ("id", "name", "is_admin", "locale", "preferences", "display_name")  # of a user


class Browser(NamedTuple):
    """As much of a session as a request needs."""

    id: int
    created_at: datetime
    used_at: datetime
    way: Way


def begin(session: Session, user_id: int, *, days: int, way: Way = Way.LINK, browser: str = "") -> str:
    """The token of a new session. Only its SHA-256 is kept."""
    token = secrets.token_urlsafe(32)
    row = WebSession(
        token_sha256=_sha256(token),
        user_id=user_id,
        expires_at=now() + timedelta(days=days),
        way=way,
        browser=browser[:MOST_BROWSER],
    )
    session.add(row)
    audit.note(session, "sign in", by_id=user_id, way=str(way))
    session.flush()
    return token


def find(session: Session, token: str, *, idle_days: int = IDLE_DAYS) -> tuple[User, Browser] | None:
    """Whose browser this is, by one query; None if its session ended or was not used for too long."""
    moment = now()
    found = _OF_BROWSER.first(session, hash=_sha256(token), now=moment, idle=_idle_since(moment, idle_days))
    if found is None:
        return None
    return loaded.aside(User, USUAL, found[: len(USUAL)]), Browser(*found[len(USUAL) :])


def listed(session: Session, user: User, *, idle_days: int = IDLE_DAYS) -> list[WebSession]:
    """A person's sessions that go on, the one used last first."""
    query = select(WebSession).where(WebSession.user_id == user.id, *_live(idle_days))
    return list(session.exec(query.order_by(col(WebSession.used_at).desc(), col(WebSession.id).desc())))


def end(session: Session, user: User, number: int) -> None:
    """End one of a person's sessions for good.

    Raises
    ------
    NotFound
        If they have none of this number.
    """
    row = session.get(WebSession, number) if number <= LARGEST_ID else None
    if row is None or row.user_id != user.id:
        raise NotFound("You have no such session.")
    if row.revoked_at is None:
        row.revoked_at = now()
        session.add(row)
        audit.note(session, "sign out", by_id=user.id)
        session.flush()


def end_all(session: Session, user: User, *, but: int | None = None, by_id: int | None = None) -> int:
    """End a person's sessions, all or all but one; return how many that were."""
    live = [row for row in listed(session, user) if row.id != but]
    for row in live:
        row.revoked_at = now()
        session.add(row)
    if live:
        audit.note(session, "end sessions", by_id=by_id, name=user.name, sessions=len(live))
    session.flush()
    return len(live)


def is_stale(used_at: datetime | None) -> bool:
    """Whether it is time to write down that something is used."""
    return used_at is None or used_at < now() - COARSE


def used(session: Session, table: type[WebSession | ApiToken], number: int) -> None:
    """Write down that a session or a token is used now; of many at once, one."""
    stale = sa.or_(col(table.used_at).is_(None), col(table.used_at) < now() - COARSE)
    session.execute(sa.update(table).where(col(table.id) == number, stale).values(used_at=now()))


def _live(idle_days: int) -> list[sa.ColumnElement[bool]]:
    moment = now()
    return [
        col(WebSession.revoked_at).is_(None),
        col(WebSession.expires_at) > moment,
        col(WebSession.used_at) > _idle_since(moment, idle_days),
    ]


def _idle_since(moment: datetime, days: int) -> datetime:
    return moment - timedelta(days=days) - COARSE


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_OF_BROWSER = Ready(  # asked in every request, with the columns that most of them need
    sa.select(*loaded.columns(User, *USUAL), *loaded.columns(WebSession, *Browser._fields))
    .join(WebSession, col(WebSession.user_id) == col(User.id))
    .where(
        col(WebSession.token_sha256) == sa.bindparam("hash"),
        col(WebSession.revoked_at).is_(None),
        col(WebSession.expires_at) > sa.bindparam("now"),
        col(WebSession.used_at) > sa.bindparam("idle"),
        col(User.deleted_at).is_(None),
    )
)
