"""Webhooks of a project: where it is told what happens, and what was sent there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body, pages
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Delivery, DeliveryState, Role, Webhook
from annotator.domain.answering import Incoming, Name
from annotator.domain.webhook import CHOICES, Happening
from annotator.http.session import requires
from annotator.store import webhooks

bp = Blueprint("api_webhooks", __name__, url_prefix=f"{PREFIX}/projects/<slug>/webhooks")

Events = Annotated[list[Name], Field(min_length=1, max_length=len(CHOICES))]
DELIVERIES = pages.newest_first(usual=webhooks.PAGE, most=webhooks.PAGE)


class WebhookIn(Incoming):
    """Where to send, and of which events."""

    url: Name
    events: Events


class WebhookChangeIn(WebhookIn):
    """The same of a webhook that is there; `active` false sends nothing."""

    active: bool = True


class WebhookOut(Outgoing):
    """A webhook without its secret. `disabled_because` says why Standpoint has switched it off."""

    id: int
    url: str
    events: list[str]
    created_at: datetime
    active: bool
    disabled_at: datetime | None
    disabled_because: str | None
    failing_since: datetime | None

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """From its row."""
        return cls.model_validate({**webhook.model_dump(), "active": webhook.disabled_at is None})


class WebhookSecretOut(WebhookOut):
    """A webhook with its secret, which is told here only."""

    secret: str

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """From its row."""
        told = WebhookOut.of(webhook).model_dump()
        return cls(**told, secret=webhook.secret)


class WebhooksOut(Outgoing):
    """The webhooks of a project."""

    webhooks: list[WebhookOut]


class DeliveryOut(Outgoing):
    """A message; `uuid` stands in its header webhook-id. `next_at` is the next try of one that waits."""

    id: int
    uuid: UUID
    event: Happening
    data: Mapping[str, Any]
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_at: datetime
    last_status: int | None
    last_problem: str | None
    finished_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """From its row."""
        return cls.model_validate(delivery)


class DeliveriesOut(Outgoing):
    """Messages, the newest first. `next`: ask with `before` for older ones; null: that is all."""

    deliveries: list[DeliveryOut]
    next: int | None


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: WebhooksOut})
def listed() -> ResponseReturnValue:
    """The webhooks of the project; there are 20 at most."""
    found = [WebhookOut.of(each) for each in webhooks.listed(g.session, g.project)]
    return WebhooksOut(webhooks=found).model_dump(mode="json")


@bp.post("")
@requires(Role.CURATOR)
@describes(takes=WebhookIn, gives={201: WebhookSecretOut})
def create() -> ResponseReturnValue:
    """Make a webhook. Its `secret`, by which the receiver knows our signature, is told here only.

    Events are item.completed, round.closed, adjudication.decided, import.finished, release.published.
    """
    wanted = body.read(WebhookIn)
    made = webhooks.create(g.session, g.project, wanted.url, wanted.events, by_id=g.user.id)
    return WebhookSecretOut.of(made).model_dump(mode="json"), 201


@bp.get("/<int:number>")
@requires(Role.CURATOR)
@describes(gives={200: WebhookOut})
def show(number: int) -> ResponseReturnValue:
    """One webhook."""
    return WebhookOut.of(webhooks.find(g.session, g.project, number)).model_dump(mode="json")


@bp.put("/<int:number>")
@requires(Role.CURATOR)
@describes(takes=WebhookChangeIn, gives={200: WebhookOut})
def change(number: int) -> ResponseReturnValue:
    """Another address, other events; off or on. What happens while it is off is never told."""
    found, wanted = webhooks.find(g.session, g.project, number), body.read(WebhookChangeIn)
    webhooks.change(
        g.session,
        g.project,
        found,
        url=wanted.url,
        events=wanted.events,
        is_active=wanted.active,
        by_id=g.user.id,
    )
    return WebhookOut.of(found).model_dump(mode="json")


@bp.delete("/<int:number>")
@requires(Role.CURATOR)
@describes(gives={204: None})
def remove(number: int) -> ResponseReturnValue:
    """Take a webhook away; what waits is not sent any more."""
    webhooks.remove(g.session, g.project, webhooks.find(g.session, g.project, number), by_id=g.user.id)
    return "", 204


@bp.post("/<int:number>/secret")
@requires(Role.CURATOR)
@describes(gives={200: WebhookSecretOut})
def renew(number: int) -> ResponseReturnValue:
    """Make another secret, for what is sent from now on. It is told here only."""
    found = webhooks.find(g.session, g.project, number)
    webhooks.renew_secret(g.session, g.project, found, by_id=g.user.id)
    return WebhookSecretOut.of(found).model_dump(mode="json")


@bp.post("/<int:number>/test")
@requires(Role.CURATOR)
@describes(gives={202: DeliveryOut})
def test(number: int) -> ResponseReturnValue:
    """Send the event webhook.test, to see whether it arrives."""
    found = webhooks.find(g.session, g.project, number)
    return DeliveryOut.of(webhooks.test(g.session, g.project, found)).model_dump(mode="json"), 202


@bp.get("/<int:number>/deliveries")
@requires(Role.CURATOR)
@describes(gives={200: DeliveriesOut}, query=DELIVERIES)
def deliveries(number: int) -> ResponseReturnValue:
    """What was sent to a webhook, and what waits."""
    found, more = webhooks.deliveries(
        g.session,
        webhooks.find(g.session, g.project, number),
        before=pages.before(),
        limit=pages.limit(DELIVERIES),
    )
    told = [DeliveryOut.of(each) for each in found]
    return DeliveriesOut(deliveries=told, next=told[-1].id if more else None).model_dump(mode="json")


@bp.post("/<int:number>/deliveries/<int:delivery>/redelivery")
@requires(Role.CURATOR)
@describes(gives={202: DeliveryOut})
def send_again(number: int, delivery: int) -> ResponseReturnValue:
    """Send a message once more, under its own id."""
    found = webhooks.find(g.session, g.project, number)
    return DeliveryOut.of(webhooks.send_again(g.session, found, delivery)).model_dump(mode="json"), 202
