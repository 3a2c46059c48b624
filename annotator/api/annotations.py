"""Answers: a PUT under a uuid that the client made, so that sending twice saves once."""

from uuid import UUID

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from annotator.api import body
from annotator.api.answers import AnnotationOut, AnswerOut, ConflictProblem
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Problem
from annotator.domain import Annotation
from annotator.domain.answering import AnswerIn
from annotator.errors import Conflict
from annotator.http.session import signed_in
from annotator.store import annotations, stances

bp = Blueprint("api_annotations", __name__, url_prefix=PREFIX)


@bp.put("/annotations/<uuid:uuid>")
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
    answer = body.read(AnswerIn)
    minutes = current_app.config["STANDPOINT"].lease_minutes
    try:
        annotation, is_new = annotations.append(g.session, g.user, uuid, answer, lease_minutes=minutes)
    except Conflict as conflict:
        if isinstance(conflict.current, Annotation):
            conflict.current = _shown(conflict.current, item=answer.item)
        raise
    return AnnotationOut.of(annotation).model_dump(mode="json"), 201 if is_new else 200


def _shown(annotation: Annotation, *, item: str) -> dict[str, object]:
    entities, labels = stances.names_of(g.session, annotation)
    return AnswerOut.of(annotation, item=item, entities=entities, labels=labels).model_dump(mode="json")
