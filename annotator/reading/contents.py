"""What each document is about, counted by the database: enough to choose its split before it is read."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator import domain
from annotator.reading.answers import Names
from annotator.reading.documents import DOCUMENT, ITEM, SEGMENT, undeleted
from annotator.store.plain import plain

ANNOTATION, STANCE = domain.metadata.tables["annotation"], domain.metadata.tables["stance"]
GIVEN = (domain.Kind.ANNOTATION, domain.Kind.ADJUDICATION, domain.Kind.GOLD)
CHUNK = 4_000


class Content(NamedTuple):
    """A document as far as its split hangs on it."""

    group: str  # the same for near-duplicates
    split: str | None  # as stored at its first release
    official_split: str | None
    stances: tuple[tuple[str, str, int], ...]  # (target's key, label, how many answers say so), in order


def stream(connection: Connection, project_id: int, names: Names) -> Iterator[Content]:
    """Every undeleted document in the order they came; memory holds one chunk.

    Counted are the stances of all current answers of people, curators and imported gold.
    """
    d = DOCUMENT.c
    group = sa.func.coalesce(d.cluster, d.external_id)
    query = sa.select(d.id, group, d.split, plain(d.official_split))
    query = query.where(undeleted(project_id)).order_by(d.id).limit(CHUNK)
    last = 0
    while rows := connection.execute(query.where(d.id > last)).all():
        counts = _stances(connection, project_id, names, above=last, upto=rows[-1][0])
        for id_, name, split, official in rows:
            found = sorted(counts.get(id_, {}).items())
            yield Content(
                name, split, official, tuple((target, label, count) for (target, label), count in found)
            )
        last = rows[-1][0]


def is_newest(newest: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether no later revision replaces it; curators share one adjudication of an item."""
    n, later = newest.c, ANNOTATION.alias().c
    return ~sa.exists().where(
        later.item_id == n.item_id,
        (later.annotator_id == n.annotator_id) | (n.kind == domain.Kind.ADJUDICATION),
        later.kind == n.kind,
        later.occasion == n.occasion,
        later.revision > n.revision,
    )


def _stances(
    connection: Connection, project_id: int, names: Names, *, above: int, upto: int
) -> dict[int, dict[tuple[str, str], int]]:
    """Document → (target, label) → how many current answers say so."""
    tables = SEGMENT.join(ITEM, ITEM.c.segment_id == SEGMENT.c.id)
    tables = tables.join(ANNOTATION, ANNOTATION.c.item_id == ITEM.c.id)
    tables = tables.join(STANCE, STANCE.c.annotation_id == ANNOTATION.c.id)
    columns: list[Any] = [SEGMENT.c.document_id, STANCE.c.target_id, STANCE.c.label_id]
    query: sa.Select[Any] = sa.select(*columns, sa.func.count()).select_from(tables).group_by(*columns)
    query = query.where(
        ITEM.c.project_id == project_id,
        SEGMENT.c.document_id > above,
        SEGMENT.c.document_id <= upto,
        ITEM.c.deleted_at.is_(None),
        ANNOTATION.c.kind.in_(GIVEN),
        ~ANNOTATION.c.withdrawn,
        is_newest(ANNOTATION),
    )
    counts: dict[int, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for document, target, label, count in connection.execute(query).all():
        counts[document][names.entities[target].key, names.labels[label]] += count  # merged ones are one
    return counts
