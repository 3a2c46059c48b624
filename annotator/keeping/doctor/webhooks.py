"""Webhooks: whether what happens is told, and to whom it is not."""

import socket
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import col

from annotator.domain import Delivery, DeliveryState, Project, Webhook, now
from annotator.jobs import sending
from annotator.keeping.doctor.finding import Finding, Findings, Patient, ok, problem, told, warning

FAILING = timedelta(hours=1)  # a receiver may be restarted
LATE = timedelta(minutes=10)  # past the time of a message's next try; the postman looks every few seconds
MANY = 1_000  # messages that wait for one webhook

Rows = Sequence[sa.Row[Any]]

PAGE = "on the project's page of webhooks, or by the API"


def webhooks(patient: Patient) -> Findings:
    """Those switched off, those that take nothing, what waits, and hosts that are not sent to."""
    found = [*_switched_off(patient), *_failing(patient), *_waiting(patient), *_given_up(patient)]
    found += _refused(patient)
    yield from found or [ok("webhooks", f"{len(_active(patient)):,} are on, and what happens is told")]


def _switched_off(patient: Patient) -> Iterator[Finding]:
    """By Standpoint, not by a curator, who knows it."""
    query = _of_webhooks(col(Webhook.disabled_because)).where(col(Webhook.disabled_because).is_not(None))
    off = [f"{_named(row)}: {row.disabled_because}" for row in patient.connection.execute(query)]
    if off:
        advice = f"mend the receiver and switch the webhook on {PAGE}; what happened meanwhile is not told"
        yield warning("webhooks", f"these were switched off, because nothing arrived: {told(off)}", advice)


def _failing(patient: Patient) -> Iterator[Finding]:
    since = col(Webhook.failing_since)
    query = _of_webhooks(since).where(col(Webhook.disabled_at).is_(None), since < now() - FAILING)
    failing = [
        f"{_named(row)} since {_moment(row.failing_since)}" for row in patient.connection.execute(query)
    ]
    if failing:
        advice = f"look at what the receiver answers, {PAGE}; after five days without it is switched off"
        yield warning("webhooks", f"these take nothing: {told(failing)}.", advice)


def _waiting(patient: Patient) -> Iterator[Finding]:
    """What should have left long ago, and what has piled up."""
    waiting = _of_deliveries(Delivery.state == DeliveryState.WAITING, col(Webhook.disabled_at).is_(None))
    late = patient.connection.execute(waiting.where(col(Delivery.next_at) < now() - LATE)).all()
    if late:
        advice = "start `standpoint serve`, which sends them; if it runs, its log says what is in the way"
        yield warning("webhooks", f"messages that should have left wait: {_counted(late)}.", advice)
        return
    piled = patient.connection.execute(waiting.having(sa.func.count() > MANY)).all()
    if piled:
        advice = "the receiver is too slow or away: ask for fewer events, or switch the webhook off"
        yield warning("webhooks", f"many messages wait: {_counted(piled)}.", advice)


def _given_up(patient: Patient) -> Iterator[Finding]:
    failed = _of_deliveries(Delivery.state == DeliveryState.FAILED, col(Webhook.disabled_at).is_(None))
    if lost := patient.connection.execute(failed).all():
        advice = f"send them again {PAGE}, once the receiver takes them; after 30 days they are forgotten"
        yield warning("webhooks", f"messages were given up after three days: {_counted(lost)}.", advice)


def _refused(patient: Patient) -> Iterator[Finding]:
    """Hosts that may not be sent to as things stand, and such as nobody finds."""
    allowed = frozenset(patient.settings.webhook_hosts.split())
    refused, lost = [], []
    for row in _active(patient):
        parts = urlsplit(row.url)
        host, port = parts.hostname or "", parts.port or sending.PORTS[parts.scheme]
        try:
            sending.resolved(host, port, is_allowed=bool({host, f"{host}:{port}"} & allowed))
        except sending.Refused:
            refused.append(_named(row))
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, socket.gaierror) else str(error)
            lost.append(f"{_named(row)} ({reason})")
    if refused:
        advice = "name the host in STANDPOINT_WEBHOOK_HOSTS and restart the server, or take the webhook away"
        yield problem("webhooks", f"their hosts have addresses that are not public: {told(refused)}.", advice)
    if lost:
        advice = "correct the address of the webhook, or the name service of this machine"
        yield warning("webhooks", f"their hosts cannot be found: {told(lost)}.", advice)


def _active(patient: Patient) -> Rows:
    return patient.connection.execute(_of_webhooks().where(col(Webhook.disabled_at).is_(None))).all()


def _of_webhooks(*more: Any) -> sa.Select[Any]:
    query: sa.Select[Any] = sa.select(col(Webhook.id), col(Webhook.url), col(Project.slug), *more)
    query = query.join(Project, col(Project.id) == col(Webhook.project_id))
    there = (col(Webhook.deleted_at).is_(None), col(Project.deleted_at).is_(None))
    return query.where(*there).order_by(col(Webhook.id))


def _of_deliveries(*which: Any) -> sa.Select[Any]:
    """Webhooks with how many such messages each has."""
    query = _of_webhooks(sa.func.count().label("messages"))
    query = query.join(Delivery, col(Delivery.webhook_id) == col(Webhook.id)).where(*which)
    return query.group_by(col(Webhook.id), col(Webhook.url), col(Project.slug))


def _counted(rows: Rows) -> str:
    return told([f"{row.messages:,} of {_named(row)}" for row in rows])


def _named(row: sa.Row[Any]) -> str:
    """Without the path of its address, which may hold a secret."""
    return f"webhook {row.id} of {row.slug} to {urlsplit(row.url).hostname}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
