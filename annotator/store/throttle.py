"""How often somebody may try to sign in, counted in the database: for all processes and hosts.

A try is counted before its password is looked at, so that many at once get no more than many in a row. Who
comes with the cookie of a browser that has signed in to this account before is counted by that browser and by
nothing else: strangers who try an account, or sit behind the same address, keep nobody out but strangers.
A sign-in that succeeds is taken off again.

Source: OWASP, https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, col

from annotator.domain import Tries, now

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

STRETCH = timedelta(minutes=15)
KEPT = timedelta(days=1)


class Kind(StrEnum):
    """What is counted."""

    ADDRESS = "address"  # of the network, whoever is tried from there
    ACCOUNT = "account"  # by browsers that it does not know
    BROWSER = "browser"  # that the account knows


MOST = {Kind.ADDRESS: 100, Kind.ACCOUNT: 10, Kind.BROWSER: 10}  # tries in a STRETCH
Counted = Sequence[tuple[Kind, str]]


def count(session: Session, tries: Counted, *, at: datetime | None = None) -> int:
    """Count a try; return the seconds to wait, 0 if it may be made. Commit before anything slow.

    Two who try at once lock the same rows in the same order: `tries` go from the address to the account.
    """
    moment = at or now()
    since = _stretch(moment)
    over = [kind for kind, name in tries if _add(session, _of(kind, name), since, 1) > MOST[kind]]
    return int((since + STRETCH - moment).total_seconds()) + 1 if over else 0


def forgive(session: Session, tries: Counted, *, at: datetime | None = None) -> None:
    """Take a try off again that was right."""
    since = _stretch(at or now())
    for kind, name in tries:
        session.execute(
            sa.update(Tries)
            .where(col(Tries.of) == _of(kind, name), col(Tries.since) == since, col(Tries.count) > 0)
            .values(count=col(Tries.count) - 1)
        )


def _add(session: Session, of: str, since: datetime, number: int) -> int:
    """The count after adding to it. The first of a stretch clears away what is old."""
    row = _insert(session).values(of=of, since=since, count=number)
    total = row.on_conflict_do_update(
        index_elements=["of", "since"], set_={"count": col(Tries.count) + number}
    ).returning(col(Tries.count))
    counted: int = session.execute(total).scalar_one()
    if counted == number:
        session.execute(sa.delete(Tries).where(col(Tries.since) < since - KEPT))
    return counted


def _insert(session: Session) -> "sqlite.Insert | postgresql.Insert":
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(Tries)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - drivers and types that SQLite never uses

    return postgresql.insert(Tries)


def _stretch(moment: datetime) -> datetime:
    """When the stretch of this moment began."""
    seconds = int(moment.timestamp()) // int(STRETCH.total_seconds()) * int(STRETCH.total_seconds())
    return datetime.fromtimestamp(seconds, UTC)


def _of(kind: Kind, name: str) -> str:
    return f"{kind} {hashlib.sha256(name.encode()).hexdigest()}"
