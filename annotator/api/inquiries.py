"""Asking the curator about an item, and the curator's reply. Nobody sees another annotator's questions."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, StringConstraints

from annotator.api import body, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Inquiry, Role
from annotator.domain.answering import Incoming, Name, storable
from annotator.errors import Conflict, Forbidden
from annotator.http.session import requires
from annotator.store import inquiries, items, projects
from annotator.store.inquiries import Asked, Shown

bp = Blueprint("api_inquiries", __name__, url_prefix=f"{PREFIX}/projects/<slug>/inquiries")

STATES = ("open", "replied")
WHOSE = ("mine", "all")
LIST = {
    "state": {"type": "string", "enum": list(STATES), "default": "open"},
    "whose": {"type": "string", "enum": list(WHOSE), "default": "mine"},
}

Said = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000), AfterValidator(storable)
]


class InquiryIn(Incoming):
    """A question about an item."""

    item: Name
    text: Said


class ReplyIn(Incoming):
    """The curator's word."""

    reply: Said


class InquiryOut(Outgoing):
    """A question and, once it is there, the reply."""

    uuid: UUID
    item: str
    text: str
    asked_at: datetime
    by: str
    reply: str | None
    replied_at: datetime | None
    withdrawn: bool

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """From its row, its item and its asker."""
        return cls.model_validate(asked.inquiry.model_dump() | _beside(asked))


class ListedOut(InquiryOut):
    """A question with the words that it is about."""

    before: str
    segment: str
    after: str
    title: str | None
    target: str | None

    @classmethod
    def of_shown(cls, shown: Shown) -> Self:
        """From what the store cut out."""
        words = {"before": shown.before, "segment": shown.segment, "after": shown.after}
        more = {"title": shown.document.title, "target": shown.target.name if shown.target else None}
        return cls.model_validate(shown.asked.inquiry.model_dump() | _beside(shown.asked) | words | more)


class InquiriesOut(Outgoing):
    """Questions, and how many wait for a reply, also those that are not listed."""

    inquiries: list[ListedOut]
    open: int


@bp.get("")
@requires(Role.ANNOTATOR)
@describes(gives={200: InquiriesOut}, query=LIST)
def listed() -> ResponseReturnValue:
    """One's own questions; `whose=all` gives a curator everybody's.

    50 at most: of the open ones the oldest, of those that were answered the newest.
    """
    is_open = query.one_of("state", STATES) == "open"
    user = g.user if query.one_of("whose", WHOSE) == "mine" else None
    if user is None and projects.role_of(g.session, g.project, g.user) is Role.ANNOTATOR:
        raise Forbidden(f"Everybody's questions are for the curators of {g.project.slug!r}.")
    found = inquiries.listed(g.session, g.project, user=user, is_open=is_open)
    waiting = inquiries.waiting(g.session, [g.project], user=user)
    told = [ListedOut.of_shown(each) for each in inquiries.shown(g.session, g.project, found)]
    return InquiriesOut(inquiries=told, open=waiting.get(g.project.id, 0)).model_dump(mode="json")


@bp.put("/<uuid:uuid>")
@requires(Role.ANNOTATOR)
@describes(takes=InquiryIn, gives={201: InquiryOut, 200: InquiryOut})
def ask(uuid: UUID) -> ResponseReturnValue:
    """Ask about an item: it is parked, and comes back with the reply. 200 if this uuid was stored before."""
    wanted = body.read(InquiryIn)
    item = items.find(g.session, g.project, wanted.item)
    inquiry, is_new = inquiries.ask(g.session, g.user, item, uuid, wanted.text)
    told = InquiryOut.of(Asked(inquiry, item, g.user))
    return told.model_dump(mode="json"), 201 if is_new else 200


@bp.delete("/<uuid:uuid>")
@requires(Role.ANNOTATOR)
@describes(gives={204: None})
def withdraw(uuid: UUID) -> ResponseReturnValue:
    """Take an own question back: its item comes again. 409 if the reply is there already."""
    asked = inquiries.find(g.session, g.project, uuid, user=g.user)
    inquiries.withdraw(g.session, asked, minutes=current_app.config["STANDPOINT"].lease_minutes)
    return "", 204


@bp.post("/<uuid:uuid>/reply")
@requires(Role.CURATOR)
@describes(takes=ReplyIn, gives={200: InquiryOut})
def reply(uuid: UUID) -> ResponseReturnValue:
    """Reply to a question: its item goes back to who asked. 409 if somebody has replied."""
    wanted = body.read(ReplyIn)
    asked = inquiries.find(g.session, g.project, uuid)
    try:
        inquiries.reply(g.session, asked, wanted.reply, by=g.user)
    except Conflict as conflict:
        if isinstance(conflict.current, Inquiry):
            conflict.current = InquiryOut.of(asked).model_dump(mode="json")
        raise
    return InquiryOut.of(asked).model_dump(mode="json")


def _beside(asked: Asked) -> dict[str, object]:
    return {
        "item": asked.item.external_id,
        "by": asked.asker.shown_name,
        "withdrawn": asked.inquiry.withdrawn_at is not None,
    }
