"""What curators settle: the queue of disagreements, one case with all that was said, and the decision."""

from typing import Any, Self
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import body, query
from annotator.api.cases import CaseOut, DecisionOut, case_out, decision_out
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import EntityOut, Outgoing, Problem
from annotator.domain import Annotation, Role, User
from annotator.domain.answering import Incoming, Name
from annotator.domain.deciding import DecisionIn
from annotator.errors import Conflict, Invalid
from annotator.http.session import requires, writes
from annotator.store import adjudication, cases, disagreements, items, weighing
from annotator.store.disagreements import LISTED, Order, State, Waiting, Wanted

bp = Blueprint("api_adjudications", __name__, url_prefix=f"{PREFIX}/projects/<slug>/adjudications")

NAMES = ("hidden", "shown")
TEXT = {"type": "string"}
FILTERS: dict[str, dict[str, Any]] = {
    "order": {"type": "string", "enum": list(Order), "default": Order.ENTROPY},
    "state": {"type": "string", "enum": list(State), "default": State.OPEN},
    "target": TEXT,
    "label": TEXT,
    "versus": TEXT,
    "flag": TEXT,
}
PAGE: dict[str, dict[str, Any]] = {
    "after": TEXT,
    "limit": {"type": "integer", "minimum": 1, "maximum": LISTED, "default": LISTED},
}


class WaitingOut(Outgoing):
    """An item whose answers differ; `looking` names the other curators who have it open."""

    item: str
    text: str
    title: str | None
    language: str | None
    target: EntityOut | None
    entropy: float  # bits, over all its aligned tuples
    doubt: float | None
    answers: int
    complete: bool
    looking: list[str]

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        """From its rows."""
        own = {
            "item": waiting.item.external_id,
            "text": waiting.text,
            "title": waiting.title,
            "language": waiting.language,
            "target": EntityOut.of(waiting.target) if waiting.target is not None else None,
            "looking": [user.shown_name for user in waiting.looking],
        }
        return cls.model_validate(waiting.apart.model_dump() | own)


class AdjudicationsOut(Outgoing):
    """A page of the queue; `more`: others follow. `unweighed`: answers came that are not in the order yet."""

    items: list[WaitingOut]
    more: bool
    unweighed: bool


class DecisionConflict(Problem):
    """Another curator was first; `current` is what they decided."""

    current: DecisionOut | None = None


class LookIn(Incoming):
    """An item that the curator has open."""

    item: Name


class LookOut(Outgoing):
    """The other curators who have it open, too."""

    looking: list[str]


def wanted() -> Wanted:
    """The queue that the query of this request asks for.

    Raises
    ------
    Invalid
        If it names no such order or state, or one label of a pair without the other.
    """
    label, versus = query.text("label"), query.text("versus")
    if (label is None) != (versus is None):
        raise Invalid("A pair has two labels: give both label and versus.", {"versus": "is missing"})
    return Wanted(
        order=Order(query.one_of("order", list(Order))),
        state=State(query.one_of("state", list(State))),
        target=query.text("target"),
        pair=(label, versus) if label is not None and versus is not None else None,
        flag=query.text("flag"),
    )


@bp.get("")
@writes
@requires(Role.CURATOR)
@describes(gives={200: AdjudicationsOut}, query=FILTERS | PAGE)
def listed() -> ResponseReturnValue:
    """Items where answers differ, the widest apart first, complete ones before others.

    `after` is the id of an item: those behind it follow. `label` and `versus` are two labels given to one
    thing, "-" is absent.
    """
    unweighed = weighing.weigh_new(g.session)
    limit = query.number("limit", most=LISTED, usual=LISTED)
    found, more = disagreements.page(
        g.session, g.project, wanted(), user=g.user, limit=limit, after=query.text("after")
    )
    told = [WaitingOut.of(each) for each in found]
    return AdjudicationsOut(items=told, more=more, unweighed=unweighed).model_dump(mode="json")


@bp.get("/case")
@requires(Role.CURATOR)
@describes(
    gives={200: CaseOut, 404: Problem},
    query={"item": TEXT, "names": {"type": "string", "enum": list(NAMES), "default": NAMES[0]}},
)
def case() -> ResponseReturnValue:
    """One item: every first answer under a letter, what is the same in them, and the decision.

    Who gave which is told by `names=shown` alone.
    """
    item = items.find(g.session, g.project, query.needed("item"))
    found = cases.of(g.session, g.project, item, user=g.user)
    return case_out(g.session, found, names=query.one_of("names", NAMES) == "shown").model_dump(mode="json")


@bp.put("/<uuid:uuid>")
@requires(Role.CURATOR)
@describes(takes=DecisionIn, gives={201: DecisionOut, 200: DecisionOut, 404: Problem, 409: DecisionConflict})
def put(uuid: UUID) -> ResponseReturnValue:
    """Decide an item: 201 if it is new, 200 if this uuid was saved before with the same body.

    `replaces` is the decision that stands, null where none does; 409 brings the one that stands if it is
    another. With `withdrawn` an own decision is taken back.
    """
    decision = body.read(DecisionIn)
    annotation, is_new = decide(uuid, decision)
    told = decision_out(g.session, annotation, item=decision.item, by=g.user)
    return told.model_dump(mode="json"), 201 if is_new else 200


@bp.post("/look")
@requires(Role.CURATOR)
@describes(takes=LookIn, gives={200: LookOut})
def look() -> ResponseReturnValue:
    """Say that one has an item open, for ten minutes: queues of others pass over it; nothing is locked."""
    item = items.find(g.session, g.project, body.read(LookIn).item)
    disagreements.look(g.session, g.user, item)
    others = disagreements.lookers(g.session, [item.id or 0], user=g.user).get(item.id or 0, [])
    return LookOut(looking=[user.shown_name for user in others]).model_dump(mode="json")


def decide(uuid: UUID, decision: DecisionIn) -> tuple[Annotation, bool]:
    """Save a decision of the person who asks; return its row, and whether it is new.

    Raises
    ------
    StandpointError
        As `adjudication.decide`; a Conflict carries the decision that stands in the shape of the API.
    """
    try:
        return adjudication.decide(g.session, g.project, g.user, uuid, decision)
    except Conflict as conflict:
        if isinstance(conflict.current, Annotation):
            stands = conflict.current
            by = g.session.get_one(User, stands.annotator_id)
            told = decision_out(g.session, stands, item=decision.item, by=by)
            conflict.current = told.model_dump(mode="json")
        raise
