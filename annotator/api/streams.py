"""Streams of lines: bodies of any length within a fixed memory, a receipt for each line once it is stored.

The whole body is taken in first, on the disk where it is long, because a client that still sends reads no
receipts; then a group of lines at a time is stored in one transaction, and its receipts leave after that is
committed. The request's own transaction is over by then.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO, NamedTuple

import sqlalchemy as sa
from flask import Response, current_app, g, stream_with_context
from pydantic import BaseModel
from sqlmodel import Session

from annotator.domain import Project, User
from annotator.http.arriving import arrived
from annotator.http.described import NDJSON
from annotator.store.engine import reading, writing

LONGEST = 2**20  # bytes of a line
AWAY = "The database does not answer now; this line was not stored. Send it again."
TOO_LONG = f"The line is longer than {LONGEST >> 20} MiB."


log = logging.getLogger(__name__)


class Line(NamedTuple):
    """A line of the body, from 1; blank ones are counted and not handed on. None: it is too long."""

    number: int
    text: bytes | None


Refuse = Callable[[Line, int, str], BaseModel]
Store = Callable[[Sequence[Line]], Iterable[BaseModel]]


def receipts(store: Store, refuse: Refuse, *, lines: int, bytes_: int = 2**22) -> Response:
    """A receipt for each line of the body: `store` is given up to so many lines, in their own transaction.

    In `store`, `g.session` is that transaction's, `g.user` and `g.project` are of it. `refuse` makes the
    receipt of a line of which nothing was stored, of a status and a sentence.
    """
    body = arrived()
    g.session.commit()  # ends what it read
    project_id, user_id = g.project.id, g.user.id

    def told() -> Iterator[str]:
        is_away = False
        with body:
            for group in _groups(body, lines, bytes_):
                stored = None if is_away else _stored(store, group, project_id, user_id)
                is_away = stored is None
                for receipt in _in_order(group, stored, refuse):
                    yield receipt.model_dump_json(exclude_unset=True) + "\n"

    return Response(stream_with_context(told()), mimetype=NDJSON)


def told_lines(batches: Callable[[Session], Iterable[BaseModel] | None]) -> Response:
    """A stream of lines: `batches` is called with a new read transaction until it gives None."""
    g.session.commit()
    engine = current_app.extensions["standpoint_engine"]

    def told() -> Iterator[str]:
        while True:
            with reading(engine) as session:
                batch = batches(session)
                if batch is None:
                    return
                lines = [line.model_dump_json() + "\n" for line in batch]
            yield "".join(lines)

    return Response(stream_with_context(told()), mimetype=NDJSON)


def _in_order(
    group: Sequence[Line], stored: Sequence[BaseModel] | None, refuse: Refuse
) -> Iterator[BaseModel]:
    """The receipts of all lines of a group, those of which nothing was stored among them."""
    whole = iter(stored or ())
    for line in group:
        if line.text is None:
            yield refuse(line, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LONG)
        elif stored is None:
            yield refuse(line, HTTPStatus.SERVICE_UNAVAILABLE, AWAY)
        else:
            yield next(whole)


def _stored(store: Store, group: Sequence[Line], project_id: int, user_id: int) -> Sequence[BaseModel] | None:
    """The receipts of a group's lines, but for those that are too long; None if the database is away."""
    try:
        with _bound(project_id, user_id):
            return list(store([line for line in group if line.text is not None]))
    except sa.exc.OperationalError as error:
        log.error("the database failed in a stream: %s", error.orig)
        return None


@contextmanager
def _bound(project_id: int, user_id: int) -> Iterator[None]:
    """A write transaction as `g.session`, with the project and the person read in it."""
    before = g.get("session")  # none, where the server ends the request before its stream
    with writing(current_app.extensions["standpoint_engine"]) as session:
        g.session = session
        g.user, g.project = session.get_one(User, user_id), session.get_one(Project, project_id)
        try:
            yield
            session.commit()
        finally:
            g.session = before
            if before is None:
                g.pop("session")


def _groups(body: IO[bytes], lines: int, bytes_: int) -> Iterator[list[Line]]:
    group: list[Line] = []
    size = 0
    for line in _lines(body):
        group.append(line)
        size += len(line.text or b"")
        if len(group) >= lines or size >= bytes_:
            yield group
            group, size = [], 0
    if group:
        yield group


def _lines(body: IO[bytes]) -> Iterator[Line]:
    """The lines that are not blank. Split at line feeds alone: JSON may hold other breaks."""
    number = 0
    while text := body.readline(LONGEST + 1):
        number += 1
        if len(text) > LONGEST and not text.endswith(b"\n"):
            while (rest := body.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield Line(number, None)
        elif text.strip():
            yield Line(number, text)
