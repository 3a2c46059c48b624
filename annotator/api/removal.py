"""Taking a document away: hidden, which can be undone, or erased, which cannot."""

from typing import Self

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from annotator.api import body, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Role
from annotator.domain.answering import Incoming, Name
from annotator.errors import Invalid
from annotator.http.session import requires
from annotator.store import erasing, removing
from annotator.store.erasing import Erasure

bp = Blueprint("api_removal", __name__, url_prefix=f"{PREFIX}/projects/<slug>/removal")


class ErasureOut(Outgoing):
    """What goes with a document. `alike` hold nearly the same words; `guidelines`: versions that quote it."""

    document: str
    characters: int
    answers: int
    releases: list[int]
    alike: list[str]
    guidelines: list[int]
    is_hidden: bool

    @classmethod
    def of(cls, erasure: Erasure, *, is_hidden: bool) -> Self:
        """From what the store counted."""
        return cls(
            document=erasure.document,
            characters=erasure.characters,
            answers=erasure.answers,
            releases=[each.number for each in erasure.releases],
            alike=erasure.alike,
            guidelines=erasure.guidelines,
            is_hidden=is_hidden,
        )


class HideIn(Incoming):
    """A document to hide."""

    document: Name


class EraseIn(Incoming):
    """A document to erase: its id twice, because nothing brings it back."""

    document: Name
    again: Name
    why: Name | None = None


class ErasedOut(Outgoing):
    """`is_clean`: no byte of it is left in the database's files; else run `standpoint erase` later."""

    erased: ErasureOut
    is_clean: bool


@bp.get("")
@requires(Role.ADMIN)
@describes(gives={200: ErasureOut}, query={"document": {"type": "string"}})
def show() -> ResponseReturnValue:
    """What would go with a document."""
    external_id = query.needed("document")
    erasure = erasing.preview(g.session, g.project, external_id)
    is_hidden = removing.document(g.session, g.project, external_id).deleted_at is not None
    return ErasureOut.of(erasure, is_hidden=is_hidden).model_dump()


@bp.post("")
@requires(Role.ADMIN)
@describes(takes=HideIn, gives={204: None})
def hide() -> ResponseReturnValue:
    """Hide a document from annotators and releases. The trail takes it back."""
    removing.delete_document(g.session, g.project, body.read(HideIn).document, by_id=g.user.id)
    return "", 204


@bp.post("/erasure")
@requires(Role.ADMIN)
@describes(takes=EraseIn, gives={200: ErasedOut})
def erase() -> ResponseReturnValue:
    """Overwrite a document for good."""
    wanted = body.read(EraseIn)
    if wanted.again != wanted.document:
        raise Invalid(
            "Give the id of the document once more: nothing brings it back.", {"again": "is another id"}
        )
    erasure = erasing.erase(g.session, g.project, wanted.document, why=wanted.why or None, by_id=g.user.id)
    told = ErasureOut.of(erasure, is_hidden=True)
    g.session.commit()  # old bytes can only be overwritten once nobody may need them
    is_clean = erasing.scrub(current_app.extensions["standpoint_engine"])
    return ErasedOut(erased=told, is_clean=is_clean).model_dump()
