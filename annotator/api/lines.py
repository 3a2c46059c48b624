"""Several answers in one request, a line each: what a page sends when its answers have piled up.

One transaction, so that all of them are on the disk once, and a savepoint a line, so that one bad line
holds up nobody.
"""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from pydantic import Field, ValidationError

from annotator.api import annotations, body
from annotator.api.answers import AnnotationOut, AnswerOut, ExpectedOut
from annotator.api.openapi import JSONL, PREFIX, describes
from annotator.api.schemas import Outgoing, Where
from annotator.domain import Role
from annotator.domain.answering import AnswerIn
from annotator.errors import Invalid
from annotator.http import problems, sentences
from annotator.http.session import requires

MOST_LINES = 500

bp = Blueprint("api_lines", __name__, url_prefix=f"{PREFIX}/projects/<slug>")


class LineIn(AnswerIn):
    """An answer with its uuid, as PUT has it in the address."""

    uuid: UUID = Field(exclude=True)  # no part of the fingerprint: a line is the same answer as a PUT


class NamedLine(Outgoing):
    """As much of a line as its receipt needs."""

    uuid: UUID


class ReceiptOut(Outgoing):
    """What became of a line: the fields of AnnotationOut, or of the problem that a PUT would answer."""

    uuid: UUID | None  # None if the line does not tell it
    status: int
    revision: int | None = None
    counted: bool | None = None
    withdrawn: bool | None = None
    created_at: datetime | None = None
    expected: ExpectedOut | None = None
    detail: str | None = None
    sentence: str | None = None  # `detail` in the language of the interface
    errors: list[Where] = Field(default_factory=list)
    current: AnswerOut | None = None


@bp.post("/annotations")
@requires(Role.ANNOTATOR)
@describes(takes=LineIn, gives={200: ReceiptOut}, media=JSONL)
def save_all() -> ResponseReturnValue:
    """Save up to 500 answers, one a line with its `uuid`; a receipt a line tells what became of it.

    `status` is what a PUT would answer: 201, 200, 404, 409, 422. The others are stored whatever is wrong
    with one. 413 if the body is longer than 1 MiB. About 12 queries a line.
    """
    receipts = [save(line) for line in _lines()]
    lines = [receipt.model_dump_json(exclude_unset=True) + "\n" for receipt in receipts]
    return Response("".join(lines), mimetype=JSONL)


def _lines() -> Iterator[bytes]:
    """The lines of the body that are not blank. Split at line feeds alone: JSON may hold other breaks."""
    lines = [line for line in body.raw().split(b"\n") if line.strip()]
    if len(lines) > MOST_LINES:
        raise Invalid(
            f"There are {len(lines)} lines: send {MOST_LINES} at most in one request.",
            {"lines": "are too many"},
        )
    yield from lines


def save(line: bytes) -> ReceiptOut:
    """Save the answer of a line, in a savepoint; what became of it."""
    try:
        answer = LineIn.model_validate_json(line)
        with g.session.begin_nested():
            saved, is_new = annotations.save(answer.uuid, answer, within=g.project)
            receipt = AnnotationOut.of(g.session, saved).model_dump()
    except problems.REFUSALS as error:
        refusal = problems.told(error)
        told = {"sentence": sentences.told(refusal.detail), "detail": refusal.detail, **refusal.more}
        return ReceiptOut.model_validate({"uuid": uuid_of(line), "status": refusal.status, **told})
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return ReceiptOut.model_validate({"status": status, **receipt})


def uuid_of(line: bytes) -> UUID | None:
    """The uuid that a line tells, whatever else is wrong with it."""
    try:
        return NamedLine.model_validate_json(line).uuid
    except ValidationError:
        return None
