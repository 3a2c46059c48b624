"""A project's webhooks: made, changed, listed; what was sent to each, and sending it again."""

import base64
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, AuditEntry, Delivery, DeliveryState, Project, Webhook, now
from annotator.domain.webhook import CHOICES, Happening
from annotator.errors import Invalid, NotFound
from annotator.store import audit

MOST = 20  # webhooks of a project
MOST_URL = 1_000
SECRET_BYTES = 32
PAGE = 50
LARGEST_ID = 2**31 - 1


def listed(session: Session, project: Project) -> list[Webhook]:
    """The webhooks of a project, the oldest first."""
    undeleted = select(Webhook).where(Webhook.project_id == project.id, col(Webhook.deleted_at).is_(None))
    return list(session.exec(undeleted.order_by(col(Webhook.id))))


def find(session: Session, project: Project, number: int) -> Webhook:
    """The webhook of this number.

    Raises
    ------
    NotFound
        If the project has none.
    """
    found = session.get(Webhook, number) if number <= LARGEST_ID else None
    if found is None or found.project_id != project.id or found.deleted_at is not None:
        raise NotFound(f"{project.slug!r} has no webhook {number}.")
    return found


def create(
    session: Session, project: Project, url: str, events: Sequence[str], *, by_id: int | None = None
) -> Webhook:
    """A new webhook, told of what happens from now on. Its secret is to be shown once.

    Raises
    ------
    Invalid
        If it is no address that can be sent to, there is no such event, or there are MOST already.
    """
    if len(listed(session, project)) >= MOST:
        raise Invalid(f"A project has {MOST} webhooks at most: take one away first.")
    assert project.id is not None
    made = Webhook(
        project_id=project.id,
        url=checked_url(url),
        events=_checked(events),
        secret=_secret(),
        created_by_id=by_id,
    )
    _begin_here(session, made)
    session.add(made)
    session.flush()
    _note(session, "add webhook", project, made, by_id)
    return made


def change(
    session: Session,
    project: Project,
    webhook: Webhook,
    *,
    url: str,
    events: Sequence[str],
    is_active: bool,
    by_id: int | None = None,
) -> None:
    """Another address, other events; switched off or on. What happened meanwhile is not told."""
    webhook.url, webhook.events = checked_url(url), _checked(events)
    if not is_active:
        webhook.disabled_at, webhook.disabled_because = webhook.disabled_at or now(), None
    elif webhook.disabled_at is not None:
        webhook.disabled_at = webhook.disabled_because = webhook.failing_since = None
        _begin_here(session, webhook)
    webhook.updated_at, webhook.updated_by_id = now(), by_id
    session.add(webhook)
    session.flush()
    _note(session, "change webhook", project, webhook, by_id)


def renew_secret(session: Session, project: Project, webhook: Webhook, *, by_id: int | None = None) -> None:
    """Another secret: what is sent from now on is signed with it."""
    webhook.secret, webhook.updated_at, webhook.updated_by_id = _secret(), now(), by_id
    session.add(webhook)
    session.flush()
    _note(session, "renew webhook secret", project, webhook, by_id)


def remove(session: Session, project: Project, webhook: Webhook, *, by_id: int | None = None) -> None:
    """Tell this address nothing any more. What was sent stays listed in the database."""
    webhook.deleted_at, webhook.deleted_by_id = now(), by_id
    session.add(webhook)
    _give_up(session, webhook)
    _note(session, "remove webhook", project, webhook, by_id)
    session.flush()


def test(session: Session, project: Project, webhook: Webhook) -> Delivery:
    """A message that says nothing, to see whether it arrives."""
    assert webhook.id is not None
    made = Delivery(
        webhook_id=webhook.id,
        event=Happening.TEST,
        subject=secrets.token_hex(8),
        data={"project": project.slug},
    )
    session.add(made)
    session.flush()
    return made


def deliveries(
    session: Session, webhook: Webhook, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[Delivery], bool]:
    """Up to `limit` messages to a webhook, the newest first, and whether there are more; by key."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id)
    if before is not None:
        query = query.where(col(Delivery.id) < before)
    found = list(session.exec(query.order_by(col(Delivery.id).desc()).limit(limit + 1)))
    return found[:limit], len(found) > limit


def send_again(session: Session, webhook: Webhook, number: int) -> Delivery:
    """Send a message once more, under its own id, with all its tries.

    Raises
    ------
    NotFound
        If the webhook has none of this number.
    """
    found = session.get(Delivery, number) if number <= LARGEST_ID else None
    if found is None or found.webhook_id != webhook.id:
        raise NotFound(f"Webhook {webhook.id} has no delivery {number}.")
    found.state, found.attempts, found.next_at, found.finished_at = DeliveryState.WAITING, 0, now(), None
    session.add(found)
    session.flush()
    return found


def checked_url(url: str) -> str:
    """The address, if it is one of http or https; whether it may be sent to is seen when it is.

    Raises
    ------
    Invalid
        If it is none, or holds a password.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Invalid("This is no address: write https://HOST/PATH.", {"url": "is no address"}) from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MOST_URL
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_plain:
        raise Invalid("This is no address: write https://HOST/PATH.", {"url": "is no address"})
    if parts.username or parts.password:
        raise Invalid(
            "Leave the password out of the address: the signature tells who sends.", {"url": "has one"}
        )
    return url


def _checked(events: Sequence[str]) -> list[str]:
    if unknown := set(events) - set(CHOICES):
        raise Invalid(
            f"There is no event {min(unknown)!r}: choose of {', '.join(CHOICES)}.", {"events": "unknown"}
        )
    if not events:
        raise Invalid("Choose what this webhook is to be told of.", {"events": "are missing"})
    return [each for each in CHOICES if each in events]


def _begin_here(session: Session, webhook: Webhook) -> None:
    """What is there already is not told."""
    for table, name in ((Annotation, "annotation_id"), (AuditEntry, "audit_entry_id")):
        newest = session.execute(sa.select(sa.func.max(col(table.id)))).scalar_one()
        setattr(webhook, name, newest or 0)


def _give_up(session: Session, webhook: Webhook) -> None:
    waiting = (col(Delivery.webhook_id) == webhook.id, col(Delivery.state) == DeliveryState.WAITING)
    session.execute(sa.update(Delivery).where(*waiting).values(state=DeliveryState.FAILED, finished_at=now()))


def _secret() -> str:
    """In the form of Standard Webhooks."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def _note(session: Session, action: str, project: Project, webhook: Webhook, by_id: int | None) -> None:
    audit.note(session, action, project=project, by_id=by_id, number=webhook.id, url=webhook.url)
