"""Curators' decisions to look up."""

from datetime import datetime
from typing import Self

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import query
from annotator.api.answers import NamedStanceOut
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import EntityOut, Outgoing
from annotator.domain import Role
from annotator.http.session import requires
from annotator.store import arms, precedents
from annotator.store.precedents import Precedent

bp = Blueprint("api_precedents", __name__, url_prefix=f"{PREFIX}/projects/<slug>")

MOST = 200  # characters searched for


class PrecedentOut(Outgoing):
    """A decision with the words that it is about, and why it was taken."""

    item: str
    text: str
    title: str | None
    language: str | None
    target: EntityOut | None
    outcome: str
    flags: list[str]
    stances: list[NamedStanceOut]
    reason: str | None
    comment: str | None
    created_at: datetime

    @classmethod
    def of(cls, precedent: Precedent, *, is_masked: bool) -> Self:
        """From its rows; masked, without the holder that its item fixes."""
        target = precedent.target
        about = {
            "item": precedent.item.external_id,
            "text": precedent.text,
            "title": precedent.document.title,
            "language": precedent.document.language,
            "target": EntityOut.of(target) if target is not None else None,
            "stances": [
                NamedStanceOut.of(
                    each,
                    entities=precedent.entities,
                    labels=precedent.labels,
                    is_masked=is_masked and precedent.item.holder_id is not None,
                )
                for each in precedent.decision.stances
            ],
        }
        return cls.model_validate(precedent.decision.model_dump() | about)


class PrecedentsOut(Outgoing):
    """Precedents, newest first; `more`: others match too."""

    precedents: list[PrecedentOut]
    more: bool


@bp.get("/precedents")
@requires(Role.ANNOTATOR)
@describes(
    gives={200: PrecedentsOut},
    query={"q": {"type": "string", "maxLength": MOST}, "target": {"type": "string", "maxLength": MOST}},
)
def listed() -> ResponseReturnValue:
    """Curators' decisions that may be looked up, 50 at most: all words of `q` are in them.

    None of an item that this person may still have to answer, nor of one like it.
    """
    words, target = query.text("q", most=MOST), query.text("target", most=MOST)
    found, more = precedents.search(g.session, g.project, g.user, words=words or "", target=target)
    masked = arms.masked(g.session, g.project, g.user, [each.decision.item_id for each in found])
    told = [PrecedentOut.of(each, is_masked=each.item.id in masked) for each in found]
    return PrecedentsOut(precedents=told, more=more).model_dump(mode="json")
