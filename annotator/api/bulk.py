"""Many lines at once: documents with their items, and answers; a receipt for each, the good ones stored.

Sent again, what was stored is told as `exists`. The page's own way for a few answers is
`annotator/api/lines.py`, which answers once all are stored.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from annotator.api import lines, streams
from annotator.api.answers import AnswerOut
from annotator.api.lines import LineIn
from annotator.api.openapi import NDJSON, PREFIX, describes
from annotator.api.schemas import Outgoing, Where
from annotator.api.streams import Line
from annotator.domain import Role
from annotator.http.arriving import long_body
from annotator.http.session import requires, writes_itself

if TYPE_CHECKING:
    from annotator.importing.streaming import Became

bp = Blueprint("api_bulk", __name__, url_prefix=f"{PREFIX}/projects/<slug>")

ANSWERS = 50  # lines a transaction: nobody else writes meanwhile, where the database is SQLite
DOCUMENTS = 1_000
State = Literal["created", "exists", "refused"]


class DocumentLine(BaseModel):
    """A line as `standpoint import` reads it; its columns are those of docs/import.md."""

    model_config = ConfigDict(extra="allow")

    id: str | None = None
    text: str | None = None


class LineReceiptOut(Outgoing):
    """What became of a line: `code` is the status that it would have had alone, `detail` says why not."""

    line: int
    status: State
    code: int
    detail: str | None = None
    errors: list[Where] = Field(default_factory=list)


class AnswerReceiptOut(LineReceiptOut):
    """Of an answer, whose `uuid` is null where the line does not tell it."""

    uuid: UUID | None
    revision: int | None = None
    counted: bool | None = None
    current: AnswerOut | None = None


class DocumentReceiptOut(LineReceiptOut):
    """Of a document, a segment, or what is told about an item, by its `id`."""

    id: str | None


@bp.post("/annotations/bulk")
@long_body
@writes_itself
@requires(Role.ANNOTATOR)
@describes(takes=LineIn, gives={200: AnswerReceiptOut}, media=NDJSON)
def answers() -> ResponseReturnValue:
    """Save any number of answers, one a line with its `uuid`: a stream of receipts, in order.

    Each is as a PUT of the same body. 50 are stored at a time; a receipt leaves once its line is on the
    disk, so what was cut off is sent again as it was. A line has 1 MiB at most.
    """
    return streams.receipts(_answers, _refused_answer, lines=ANSWERS)


@bp.post("/documents")
@long_body
@writes_itself
@requires(Role.CURATOR)
@describes(takes=DocumentLine, gives={200: DocumentReceiptOut}, media=NDJSON)
def documents() -> ResponseReturnValue:
    """Bring in documents, their items and the answers they bring, one object a line: a stream of receipts.

    The lines are those of a file that `standpoint import` reads. 1,000 are stored at a time. Rows of one
    document stand together; `segments` in one line is the better form.
    """
    return streams.receipts(_documents, _refused_document, lines=DOCUMENTS)


def _answers(group: Sequence[Line]) -> Iterator[AnswerReceiptOut]:
    for line in group:
        told: dict[str, Any] = lines.save(line.text or b"").model_dump(exclude_unset=True)
        code = told.pop("status")
        for name in ("withdrawn", "created_at", "expected", "sentence"):
            told.pop(name, None)
        yield AnswerReceiptOut(line=line.number, status=_state(code), code=code, **told)


def _documents(group: Sequence[Line]) -> Iterator[DocumentReceiptOut]:
    from annotator.importing import streaming  # noqa: PLC0415 - a start needs nothing that imports need

    texts = {line.number: (line.text or b"").decode("utf-8", "replace").strip() for line in group}
    for became in streaming.store(g.session, g.project, texts, by_id=g.user.id):
        yield _receipt(became)


def _receipt(became: "Became") -> DocumentReceiptOut:
    if became.refused is not None:
        where = [Where(where=became.column, problem=became.refused)] if became.column else []
        return DocumentReceiptOut(
            line=became.line, id=became.id, status="refused", code=422, detail=became.refused, errors=where
        )
    code = 201 if became.is_new else 200
    return DocumentReceiptOut(line=became.line, id=became.id, status=_state(code), code=code)


def _refused_answer(line: Line, code: int, detail: str) -> AnswerReceiptOut:
    uuid = lines.uuid_of(line.text) if line.text else None
    return AnswerReceiptOut(line=line.number, uuid=uuid, status="refused", code=code, detail=detail)


def _refused_document(line: Line, code: int, detail: str) -> DocumentReceiptOut:
    return DocumentReceiptOut(line=line.number, id=None, status="refused", code=code, detail=detail)


def _state(code: int) -> State:
    return "created" if code == 201 else "exists" if code == 200 else "refused"
