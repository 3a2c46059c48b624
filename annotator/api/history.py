"""A person's own answers: listed, searched, and their items opened again."""

from datetime import datetime
from typing import Self
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import query
from annotator.api.answers import NamedStanceOut
from annotator.api.openapi import PREFIX, describes
from annotator.api.question import ItemOut, items_out
from annotator.api.schemas import NamedOut, Outgoing
from annotator.domain import Entity, Label, Role
from annotator.http.session import requires
from annotator.store import arms, history, items, named, questions
from annotator.store.history import OwnAnswer

MOST = 100

bp = Blueprint("api_history", __name__, url_prefix=f"{PREFIX}/projects/<slug>")


class SourceOut(Outgoing):
    """The document that an answer is about."""

    id: str
    title: str | None


class OwnAnswerOut(Outgoing):
    """An answer as it stands, with what it was given to. `cursor` is where a list goes on after it."""

    cursor: str
    item: str
    uuid: UUID
    revision: int
    occasion: int
    created_at: datetime
    answered_at: datetime | None
    counted: bool
    outcome: str
    stances: list[NamedStanceOut]
    flags: list[str]
    comment: str | None
    text: str  # of the segment
    document: SourceOut
    target: NamedOut | None  # where the item fixes it
    holder: NamedOut | None

    @classmethod
    def of(
        cls, told: OwnAnswer, *, entities: dict[int, Entity], labels: dict[int, Label], is_masked: bool
    ) -> Self:
        """From its row and the rows that they name; masked, without the holder that its item fixes."""
        fixed = {
            "target": entities.get(told.item.target_id or 0),
            "holder": None if is_masked else entities.get(told.item.holder_id or 0),
        }
        hides = is_masked and told.item.holder_id is not None
        said = [
            NamedStanceOut.of(each, entities=entities, labels=labels, is_masked=hides)
            for each in told.annotation.stances
        ]
        return cls.model_validate(
            {
                **told.annotation.model_dump(),
                **fixed,
                "cursor": str(told.annotation.uuid),
                "item": told.item.external_id,
                "stances": said,
                "text": told.text,
                "document": SourceOut(id=told.document, title=told.title),
            }
        )


class OwnAnswersOut(Outgoing):
    """Own answers, the newest first. `next`: ask with `before` for those that follow; null: that is all."""

    answers: list[OwnAnswerOut]
    next: str | None


@bp.get("/answers")
@requires(Role.ANNOTATOR)
@describes(
    gives={200: OwnAnswersOut},
    query={
        "q": {"type": "string", "maxLength": 1_000},
        "label": {"type": "string", "maxLength": 1_000},
        "before": {"type": "string", "format": "uuid"},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 20},
    },
)
def own_answers() -> ResponseReturnValue:
    """This person's own answers as they stand, the newest first.

    `q` looks in texts, titles, comments, labels and names of entities; `label` wants a stance of it;
    `before` goes on after the answer with this cursor, which is the uuid of any answer of theirs, also of
    one that was corrected since. The earlier answer to an item that is put to them once more is hidden.
    About ten queries.
    """
    told, has_more = history.page(
        g.session,
        g.project,
        g.user,
        limit=query.number("limit", most=MOST, usual=20),
        before=query.uuid("before"),
        words=query.text("q"),
        label=query.text("label"),
    )
    fixed = {i for each in told for i in (each.item.target_id, each.item.holder_id) if i is not None}
    entities, labels = named.of(g.session, [each.annotation for each in told], also=fixed)
    masked = arms.masked(g.session, g.project, g.user, [each.annotation.item_id for each in told])
    answers = [
        OwnAnswerOut.of(each, entities=entities, labels=labels, is_masked=each.item.id in masked)
        for each in told
    ]
    following = answers[-1].cursor if has_more else None
    return OwnAnswersOut(answers=answers, next=following).model_dump(mode="json")


@bp.get("/items")
@requires(Role.ANNOTATOR)
@describes(gives={200: ItemOut}, query={"id": {"type": "string"}})
def open_again() -> ResponseReturnValue:
    """An item that this person has answered or holds, with their answer as `current`.

    Its uuid is the `replaces` of a correction. 404 for every other item. About 15 queries.
    """
    asked = items.opened(g.session, g.project, g.user, query.needed("id"))
    put = questions.put(g.session, g.project, g.user, [asked])
    [item] = items_out(g.session, g.project, g.user, put)
    return item.model_dump(mode="json")
