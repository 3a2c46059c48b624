"""Gold that a model doubts, for curators; `PUT …/adjudications/…` settles a doubt."""

from datetime import datetime
from typing import Self

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import pages, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Role
from annotator.http.session import requires
from annotator.store import doubts

bp = Blueprint("api_doubts", __name__, url_prefix=f"{PREFIX}/projects/<slug>/doubts")

AFTER = {"after": {"type": "integer", "minimum": 0, "maximum": pages.MOST_ID}}


class DoubtOut(Outgoing):
    """A label that a model contradicts, which had not learned from it. Shares are 0 to 1."""

    id: int
    item: str
    text: str
    holder: str | None
    target: str | None
    label: str
    predicted: str
    p_label: float
    p_predicted: float
    doubt: float
    is_confident: bool
    model: str
    release: str | None
    released_at: datetime

    @classmethod
    def of(cls, found: doubts.Doubted) -> Self:
        """From its rows."""
        return cls.model_validate(
            {**found.doubt.model_dump(), "item": found.item.external_id, "text": found.text}
        )


class DoubtsOut(Outgoing):
    """The labels to look at, the most doubtful first, and how many there are; `settled` ones are decided.

    `next`: ask with `after` for more; null: that is all.
    """

    doubts: list[DoubtOut]
    open: int
    settled: int
    next: int | None


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: DoubtsOut}, query=AFTER)
def listed() -> ResponseReturnValue:
    """The labels that are still doubted, a page of them."""
    after = query.number("after", least=0, most=pages.MOST_ID, usual=0)
    found, more = doubts.page(g.session, g.project, after=after or None)
    still, every = doubts.count(g.session, g.project)
    told = DoubtsOut(
        doubts=[DoubtOut.of(each) for each in found],
        open=still,
        settled=every - still,
        next=found[-1].doubt.id if more else None,
    )
    return told.model_dump(mode="json")
