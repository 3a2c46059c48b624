"""Answers: a PUT under a uuid that the client made, so that sending twice saves once."""

from uuid import UUID

from flask import Blueprint, current_app, g, request
from flask.typing import ResponseReturnValue

from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import AnnotationOut, AnswerIn, Problem
from annotator.http.session import signed_in
from annotator.store import annotations

bp = Blueprint("api_annotations", __name__, url_prefix=PREFIX)


@bp.put("/annotations/<uuid:uuid>")
@signed_in
@describes(
    takes=AnswerIn, gives={201: AnnotationOut, 200: AnnotationOut, 404: Problem, 409: Problem, 422: Problem}
)
def put(uuid: UUID) -> ResponseReturnValue:
    """Save one answer: 201 if it is new, 200 if this uuid was saved before with the same body.

    409 if the uuid has another body or `replaces` is not the current answer, which comes with it;
    422 says what is wrong where. A late answer is stored, as surplus where its seat has gone.
    """
    answer = AnswerIn.model_validate_json(request.data)
    minutes = current_app.config["STANDPOINT"].lease_minutes
    annotation, is_new = annotations.append(g.session, g.user, uuid, answer, lease_minutes=minutes)
    return AnnotationOut.of(annotation).model_dump(mode="json"), 201 if is_new else 200
