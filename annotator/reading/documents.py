"""Documents with their items and answers, streamed in one order on both databases.

Documents are ordered by external id, byte by byte: SQLite does so by itself, PostgreSQL under COLLATE "C".
What is within a document is sorted here. Documents come in chunks, all that belongs to a chunk by a few
queries: memory holds one chunk, whatever the project's size.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.domain import metadata
from annotator.reading import answers
from annotator.reading.answers import Names
from annotator.reading.rows import (
    ANNOTATION,
    JUDGED,
    WORK,
    Answer,
    Document,
    Entity,
    Item,
    Project,
    Segment,
)
from annotator.store.plain import parsed, plain, within

CHUNK_DOCUMENTS = 500
CHUNK_CHARACTERS = 200_000
IMPLIED = UUID("c0ef6a39-2b3c-4fb1-9a55-3f3bd4d2a6c4")  # the namespace of answers that coverage implies

DOCUMENT, SEGMENT, ITEM = (metadata.tables[name] for name in ("document", "segment", "item"))
BATCH, COVERAGE = metadata.tables["batch"], metadata.tables["coverage"]


def stream(
    connection: Connection, project: Project, names: Names, *, segments: bool = False
) -> Iterator[Document]:
    """Every undeleted document by external id, its items by position and external id.

    With `segments`, these too: a release does without.
    """
    for chunk in chunks(connection, ordered(connection, project.row, *whole())):
        yield from built(connection, chunk, project, names, segments=segments)


def built(
    connection: Connection, chunk: Sequence[Any], project: Project, names: Names, *, segments: bool = False
) -> Iterator[Document]:
    """The documents of these rows, with what belongs to them."""
    documents = {row.id: row for row in chunk}
    items = _items(connection, list(documents))
    texts = {item.id: documents[item.document_id].text for item in items}
    found = answers.current(connection, texts, names) if items else {}
    _add_implied(connection, items, found, names)
    contexts = _contexts(connection, list(documents), project.context) if items else {}
    of: dict[int, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.position, item.external_id)):
        document = documents[item.document_id]
        of[document.id].append(
            _item(item, document, contexts[item.segment_id], found.get(item.id, []), names.entities)
        )
    parts = _segments(connection, list(documents)) if segments else {}
    for row in chunk:
        yield _document(row, of.get(row.id, []), parts.get(row.id, []))


def undeleted(project_id: int) -> sa.ColumnElement[bool]:
    """The documents of a project that are not deleted."""
    return sa.and_(DOCUMENT.c.project_id == project_id, DOCUMENT.c.deleted_at.is_(None))


def of_items(project_id: int, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """A query over the undeleted items of undeleted documents."""
    tables = ITEM.join(SEGMENT, SEGMENT.c.id == ITEM.c.segment_id)
    tables = tables.join(DOCUMENT, DOCUMENT.c.id == SEGMENT.c.document_id)
    tables = tables.outerjoin(BATCH, BATCH.c.id == ITEM.c.batch_id)
    return sa.select(*columns).select_from(tables).where(undeleted(project_id), ITEM.c.deleted_at.is_(None))


def chunks(
    connection: Connection,
    query: sa.Select[Any],
    n: int = CHUNK_DOCUMENTS,
    characters: int = CHUNK_CHARACTERS,
) -> Iterator[list[Any]]:
    """The rows of a query that gives a `text`: about `n` of them or so many characters at a time."""
    chunk: list[Any] = []
    length = 0
    for row in connection.execute(query.execution_options(yield_per=n)):
        chunk.append(row)
        length += len(row.text)
        if len(chunk) >= n or length >= characters:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk


def ordered(connection: Connection, project_id: int, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """A query for the undeleted documents in the one order."""
    id_ = DOCUMENT.c.external_id
    order = id_.collate("C") if connection.dialect.name == "postgresql" else id_
    return sa.select(*columns).where(undeleted(project_id)).order_by(order)


def whole() -> tuple[sa.ColumnElement[Any], ...]:
    """The columns that make a `Document`."""
    d = DOCUMENT.c
    return (
        d.id,
        d.external_id,
        sa.func.coalesce(d.cluster, d.external_id).label("group"),
        d.split,
        plain(d.official_split).label("official_split"),
        d.title,
        d.author,
        d.outlet,
        d.url,
        d.published_at,
        d.language,
        d.licence,
        d.text,
        plain(d["metadata"]).label("extra"),
    )


def _items(connection: Connection, documents: Sequence[int]) -> list[Any]:
    """The undeleted items of these documents. Theirs are not asked again: all of a project's would be."""
    query = sa.select(
        ITEM.c.id,
        ITEM.c.external_id,
        ITEM.c.segment_id,
        SEGMENT.c.document_id,
        SEGMENT.c.position,
        SEGMENT.c.start,
        SEGMENT.c.end,
        SEGMENT.c.speaker,
        plain(SEGMENT.c["metadata"]).label("extra"),
        ITEM.c.holder_id,
        ITEM.c.target_id,
        plain(ITEM.c.purpose).label("purpose"),
        plain(BATCH.c.round).label("round"),
        ITEM.c.retired_at,
    )
    tables = SEGMENT.join(ITEM, ITEM.c.segment_id == SEGMENT.c.id)
    tables = tables.outerjoin(BATCH, BATCH.c.id == ITEM.c.batch_id)
    query = query.select_from(tables).where(within(SEGMENT.c.document_id, documents))
    return list(connection.execute(query.where(ITEM.c.deleted_at.is_(None))).all())


def _contexts(
    connection: Connection, documents: Sequence[int], neighbours: int
) -> dict[int, tuple[int, int]]:
    """The span of each segment with its neighbours, by segment id: what the page shows."""
    s = SEGMENT.c
    query = sa.select(s.id, s.document_id, s.start, s.end).where(within(s.document_id, documents))
    by_document: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for id_, document, start, end in connection.execute(query.order_by(s.document_id, s.position)):
        by_document[document].append((id_, start, end))
    contexts = {}
    for segments in by_document.values():
        for number, (id_, _, _) in enumerate(segments):
            near = segments[max(0, number - neighbours) : number + neighbours + 1]
            contexts[id_] = near[0][1], near[-1][2]
    return contexts


def _segments(connection: Connection, documents: Sequence[int]) -> dict[int, list[Segment]]:
    """All segments by document id, in reading order."""
    s = SEGMENT.c
    columns = (s.external_id, s.start, s.end, plain(s.type), s.paragraph, s.speaker)
    query = sa.select(s.document_id, *columns, plain(s["metadata"]).label("extra"))
    found: dict[int, list[Segment]] = defaultdict(list)
    query = query.where(within(s.document_id, documents)).order_by(s.document_id, s.position)
    for document, *told, extra in connection.execute(query):
        found[document].append(Segment._make([*told, parsed(extra)]))
    return found


def _add_implied(
    connection: Connection, items: Sequence[Any], found: dict[int, list[Answer]], names: Names
) -> None:
    """Give people whose coverage says that they judged the document an answer without stances.

    Only to work items that they never answered: who withdrew an answer said that there is none.
    """
    documents = list({item.document_id for item in items})
    query = sa.select(COVERAGE.c.document_id, COVERAGE.c.annotator_id, COVERAGE.c.created_at)
    covered = defaultdict(list)
    for document, annotator, when in connection.execute(
        query.where(within(COVERAGE.c.document_id, documents))
    ):
        covered[document].append((annotator, when))
    if not covered:
        return
    known = answers.answered(connection, [item.id for item in items])
    for item in items:
        for annotator, when in covered[item.document_id] if item.purpose == WORK else ():
            if (item.id, annotator) not in known:
                name = names.annotators[annotator]
                id_ = implied_id(item.external_id, name)
                implied = Answer(
                    id_,
                    name,
                    ANNOTATION,
                    0,
                    0,
                    JUDGED,
                    (),
                    True,
                    None,
                    when,
                    None,
                    None,
                    False,
                    None,
                    None,
                    (),
                    True,
                )
                found.setdefault(item.id, []).append(implied)


def implied_id(item: str, annotator: str) -> str:
    """What the answer of an annotator is called that coverage implies."""
    return str(uuid5(IMPLIED, f"{item}\n{annotator}"))


def _item(
    row: Any, document: Any, context: tuple[int, int], found: list[Answer], entities: Mapping[int, Entity]
) -> Item:
    speaker = {"speaker": row.speaker} if row.speaker else {}
    return Item(
        row.external_id,
        row.start,
        row.end,
        document.text[row.start : row.end],
        document.text[context[0] : row.start],
        document.text[row.end : context[1]],
        entities.get(row.holder_id),
        entities.get(row.target_id),
        row.purpose,
        row.round,
        row.retired_at is not None,
        {**parsed(document.extra), **parsed(row.extra), **speaker},
        tuple(sorted(found, key=lambda answer: (answer.kind, answer.annotator, answer.occasion, answer.id))),
    )


def _document(row: Any, items: list[Item], segments: list[Segment]) -> Document:
    return Document(
        row.id,
        row.external_id,
        row.group,
        row.split,
        row.official_split,
        row.title,
        row.author,
        row.outlet,
        row.url,
        row.published_at,
        row.language,
        row.licence,
        row.text,
        parsed(row.extra),
        tuple(items),
        tuple(segments),
    )
