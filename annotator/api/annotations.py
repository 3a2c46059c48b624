"""Answers: a PUT under a uuid that the client made, so that sending twice saves once."""

from uuid import UUID

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from annotator.api import body
from annotator.api.answers import AnnotationOut, ConflictProblem, conflict_out
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Problem
from annotator.domain import Annotation, Project
from annotator.domain.answering import AnswerIn
from annotator.errors import Conflict
from annotator.http import metrics
from annotator.http.session import shares_commit, signed_in
from annotator.store import annotations
from annotator.store.annotations import Saved

bp = Blueprint("api_annotations", __name__, url_prefix=PREFIX)


@bp.put("/annotations/<uuid:uuid>")
@shares_commit
@signed_in
@describes(
    takes=AnswerIn,
    gives={201: AnnotationOut, 200: AnnotationOut, 404: Problem, 409: ConflictProblem, 422: Problem},
)
def put(uuid: UUID) -> ResponseReturnValue:
    """Save one answer: 201 if it is new, 200 if this uuid was saved before with the same body.

    409 if the uuid has another body or `replaces` is not the current answer, which comes with it;
    422 says what is wrong where. A late answer is stored, as surplus where its seat has gone.
    """
    saved, is_new = save(uuid, body.read(AnswerIn))
    told = AnnotationOut.of(g.session, saved).model_dump_json()
    return current_app.response_class(told, 201 if is_new else 200, mimetype="application/json")


def save(uuid: UUID, answer: AnswerIn, *, within: Project | None = None) -> tuple[Saved, bool]:
    """Append an answer of the person who asks; return what is stored, and whether it is new.

    Raises
    ------
    StandpointError
        As `annotations.append`; a Conflict carries the current answer in the shape of the API.
    """
    minutes = current_app.config["STANDPOINT"].lease_minutes
    try:
        saved = annotations.append(g.session, g.user, uuid, answer, within=within, lease_minutes=minutes)
        metrics.note("new" if saved[1] else "repeated")
        return saved
    except Conflict as conflict:
        metrics.note("conflict")
        if isinstance(conflict.current, Annotation):
            shown = conflict_out(g.session, conflict.current, item=answer.item)
            conflict.current = shown.model_dump(mode="json")
        raise
