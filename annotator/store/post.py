"""Messages that wait to be sent: claimed by whoever sends, and what came of it.

A claim moves the next try on by CLAIMED, so that a sender that dies leaves the message to the next one:
each is sent at least once, and more than once where nobody could tell.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Delivery, DeliveryState, Webhook, now

CLAIMED = timedelta(minutes=2)
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # between tries, as Standard Webhooks advises: three days in all
FAILING = timedelta(days=5)  # so long nothing arrives, then no more is sent
KEPT = timedelta(days=30)
GONE = 410  # how a receiver says that it wants nothing more
MOST_PROBLEM = 300


class Letter(NamedTuple):
    """A message as it is sent; `number` and `try_` tell this try from others."""

    number: int
    try_: int
    uuid: UUID
    url: str
    secret: str
    event: str
    data: dict[str, object]
    happened_at: datetime


def is_any(session: Session, *, at: datetime | None = None) -> bool:
    """Whether a message is due, by an index that holds only what waits."""
    return session.exec(_due(at or now()).limit(1)).first() is not None


def claim(session: Session, *, at: datetime | None = None) -> Letter | None:
    """The next message that is due, for this sender alone; None if none is. Flushes."""
    at = at or now()
    in_order = _due(at).order_by(col(Delivery.next_at), col(Delivery.id)).limit(1)
    found = session.exec(in_order.with_for_update(of=Delivery, skip_locked=True)).first()
    if found is None:
        return None
    delivery, webhook = found
    delivery.attempts, delivery.next_at = delivery.attempts + 1, at + CLAIMED
    session.add(delivery)
    session.flush()
    assert delivery.id is not None
    return Letter(
        number=delivery.id,
        try_=delivery.attempts,
        uuid=delivery.uuid,
        url=webhook.url,
        secret=webhook.secret,
        event=str(delivery.event),
        data=delivery.data,
        happened_at=delivery.created_at,
    )


def arrived(session: Session, letter: Letter, status: int, *, at: datetime | None = None) -> None:
    """The receiver has taken it. Flushes."""
    for delivery, webhook in _of(session, letter):
        delivery.state, delivery.finished_at = DeliveryState.DELIVERED, at or now()
        delivery.last_status, delivery.last_problem = status, None
        webhook.failing_since = None
        session.add_all([delivery, webhook])
    session.flush()


def failed(
    session: Session, letter: Letter, problem: str, *, status: int | None = None, at: datetime | None = None
) -> None:
    """It was not taken: it waits for its next try, if there is one. Flushes.

    A webhook that has taken nothing for FAILING, or says that it is gone, is switched off.
    """
    at = at or now()
    for delivery, webhook in _of(session, letter):
        delivery.last_status, delivery.last_problem = status, problem[:MOST_PROBLEM]
        if delivery.attempts > len(WAITS):
            delivery.state, delivery.finished_at = DeliveryState.FAILED, at
        else:
            delivery.next_at = at + WAITS[delivery.attempts - 1]
        webhook.failing_since = webhook.failing_since or at
        if status == GONE:
            _disable(webhook, "The receiver says that it is gone (410).", at)
        elif at - webhook.failing_since >= FAILING:
            _disable(webhook, f"Nothing has arrived for {FAILING.days} days.", at)
        session.add_all([delivery, webhook])
    session.flush()


def tidy(session: Session, *, at: datetime | None = None) -> int:
    """Forget what was sent long ago; how many messages that were."""
    old = col(Delivery.finished_at) < (at or now()) - KEPT
    result = session.execute(sa.delete(Delivery).where(old))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _due(at: datetime) -> Any:
    """Messages that wait for nothing more, with their webhooks, which are on."""
    return (
        select(Delivery, Webhook)
        .join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        .where(
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at <= at,
            col(Webhook.disabled_at).is_(None),
            col(Webhook.deleted_at).is_(None),
        )
    )


def _of(session: Session, letter: Letter) -> Iterator[tuple[Delivery, Webhook]]:
    """The message and its webhook, if nobody has taken it up since."""
    delivery = session.get(Delivery, letter.number, with_for_update=True)
    is_ours = delivery is not None and delivery.attempts == letter.try_
    if delivery is not None and is_ours and delivery.state is DeliveryState.WAITING:
        yield delivery, session.get_one(Webhook, delivery.webhook_id)


def _disable(webhook: Webhook, why: str, at: datetime) -> None:
    webhook.disabled_at, webhook.disabled_because = at, why
