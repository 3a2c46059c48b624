"""What models say of items: which have, when annotators see it, and what an order would put first."""

from datetime import datetime
from typing import Self

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Role
from annotator.domain.answering import Incoming, Name
from annotator.domain.workforce import Show
from annotator.http.session import requires
from annotator.store import assistance, reordering, suggestions
from annotator.store.reordering import Planned

bp = Blueprint("api_suggestions", __name__, url_prefix=f"{PREFIX}/projects/<slug>/suggestions")


class SuggestingModelOut(Outgoing):
    """A model: items that it said something of, and those of them where nothing newer stands."""

    name: str
    items: int
    stands: int
    last: datetime


class OrderOut(Outgoing):
    """The order in force. Answers to items lent under it carry the arm of its name."""

    name: str
    method: str
    control: float
    seed: int


class SuggestionsOut(Outgoing):
    """How it stands; `order` is null where nobody has ordered the queue."""

    models: list[SuggestingModelOut]
    show: Show
    order: OrderOut | None


class OrderIn(Incoming):
    """An order: most-uncertain, diverse-uncertain, shuffled or as-given."""

    method: Name
    control: float | None = Field(default=None, ge=0, le=reordering.MOST_CONTROL)
    seed: int = Field(default=0, ge=0, lt=2**31)


class FirstOut(Outgoing):
    """One of the items that would come first."""

    item: str
    text: str
    uncertainty: float | None
    control: bool


class PlannedOrderOut(Outgoing):
    """What an order comes to: items in it, those with a suggestion, those that chance puts in line."""

    items: int
    suggested: int
    control: int
    first: list[FirstOut]

    @classmethod
    def of(cls, planned: Planned) -> Self:
        """From what was planned."""
        first = [
            FirstOut(item=each.item, text=each.text, uncertainty=each.doubt, control=each.is_control)
            for each in planned.first
        ]
        return cls(items=planned.items, suggested=planned.suggested, control=planned.control, first=first)


class ShareOut(Outgoing):
    """`n` of `of`, with Wilson's 95 % interval; nulls where there is none."""

    n: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class FollowedOut(Outgoing):
    """Answers of a group that a suggestion stands beside: what became of them after a look."""

    name: str
    cases: int
    agreed: ShareOut
    followed: ShareOut
    kept: int
    otherwise: int


class RelianceOut(Outgoing):
    """Where gold is known. `over`: wrong suggestions followed; `under`: right ones that were not."""

    cases: int
    right_first: ShareOut
    right_after: ShareOut
    right_model: ShareOut
    over: ShareOut
    under: ShareOut
    harmed: int
    helped: int


class BetweenOut(Outgoing):
    """Agreement between annotators: the share of pairs, and Krippendorff's alpha, nominal."""

    items: int
    percent: float | None
    alpha: float | None


class FiguresOut(Outgoing):
    """Answers before and after a look at a suggestion."""

    whole: FollowedOut
    labels: list[FollowedOut]
    suggested: list[FollowedOut]
    annotators: list[FollowedOut]
    unaided: BetweenOut
    assisted: BetweenOut
    reliance: RelianceOut | None


class ReportOut(FiguresOut):
    """Those of items; `stances`: the same of single stances, null where no suggestion named any."""

    stances: FiguresOut | None


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: SuggestionsOut})
def show() -> ResponseReturnValue:
    """How it stands. When annotators see it is a part of the settings."""
    order = reordering.current(g.project)
    told = SuggestionsOut(
        models=[SuggestingModelOut.model_validate(each) for each in suggestions.models(g.session, g.project)],
        show=suggestions.shown(g.project),
        order=OrderOut(**{name: order[name] for name in OrderOut.model_fields}) if order else None,
    )
    return told.model_dump(mode="json")


@bp.get("/report")
@requires(Role.CURATOR)
@describes(gives={200: ReportOut})
def report() -> ResponseReturnValue:
    """How often annotators followed suggestions, and how often they should not have.

    In open projects labels of items are stance and absent. A suggestion that names stances is counted in
    `stances`, each by itself: the label that an answer gives to its holder and target, or absent.
    """
    found = assistance.measure(g.session, g.project)
    return ReportOut.model_validate(found.as_json()).model_dump(mode="json")


@bp.post("/order/preview")
@requires(Role.CURATOR)
@describes(takes=OrderIn, gives={200: PlannedOrderOut})
def preview() -> ResponseReturnValue:
    """What would come first; nothing is changed. Ask for it by the job `order`, with the same arguments."""
    given = body.read(OrderIn)
    wanted = reordering.checked(given.method, given.control, given.seed)
    return PlannedOrderOut.of(reordering.preview(g.session, g.project, wanted)).model_dump()
