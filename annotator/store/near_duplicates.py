"""Documents that are nearly the same, found when they come in: each gets the name of its cluster.

A cluster is all documents that hang together by bands of their fingerprints (`domain.near_duplicates`),
whatever the order they came in; a new one may join two clusters. Of each band a row is kept with the first
document that has it, so that the look-up costs the same however often a text was repeated. Deleted
documents stay in their cluster, because their text may be out; by an erased one nobody is found any more.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from annotator.domain import metadata
from annotator.domain.near_duplicates import bands

CHUNK = 5_000
DOCUMENT, PROJECT = metadata.tables["document"], metadata.tables["project"]
NEAR = metadata.tables["near_duplicate"]


class Joined:
    """Which of many things hang together, by the least of each."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def least(self, one: int) -> int:
        """The least of those that `one` hangs together with."""
        while (above := self._above.get(one, one)) != one:
            self._above[one] = self._above.get(above, above)
            one = above
        return one

    def join(self, one: int, other: int) -> None:
        """From now on they hang together."""
        first, second = sorted((self.least(one), self.least(other)))
        self._above[second] = first
        self._above.setdefault(first, first)

    def sets(self) -> list[list[int]]:
        """All that hang together with another, in order."""
        found: dict[int, list[int]] = {}
        for one in sorted(self._above):
            found.setdefault(self.least(one), []).append(one)
        return [some for some in found.values() if len(some) > 1]


def link(session: Session, project_id: int, documents: Sequence[tuple[int, bytes]]) -> None:
    """Find the near-duplicates of new documents, (id, fingerprint) each, in the order they came."""
    connection = session.connection()
    lock = sa.select(PROJECT.c.id).where(PROJECT.c.id == project_id)  # two imports would miss each other
    connection.execute(lock.with_for_update(key_share=True))
    found = {id_: bands(fingerprint) for id_, fingerprint in documents}
    first = _first(connection, project_id, sorted({band for some in found.values() for band in some}))
    joined, new = Joined(), {}
    for id_, some in found.items():
        for band in some:
            if (other := first.setdefault(band, id_)) != id_:
                joined.join(other, id_)
            else:
                new[band] = id_
    rows = [{"project_id": project_id, "band": band, "document_id": new[band]} for band in sorted(new)]
    for start in range(0, len(rows), CHUNK):
        connection.execute(sa.insert(NEAR), rows[start : start + CHUNK])
    if together := joined.sets():
        _name(connection, project_id, together)


def forget(session: Session, document_id: int) -> None:
    """Take a document out of its cluster, after its fingerprint is gone; the others may be two now.

    They keep the name of their cluster: who has been held together once is not parted.
    """
    connection = session.connection()
    d = DOCUMENT.c
    project_id, cluster = connection.execute(
        sa.select(d.project_id, d.cluster).where(d.id == document_id)
    ).one()
    connection.execute(sa.delete(NEAR).where(NEAR.c.document_id == document_id))
    if cluster is None:
        return
    others = sa.select(d.id, d.fingerprint).where(
        d.project_id == project_id, d.cluster == cluster, d.fingerprint.is_not(None)
    )
    link(session, project_id, [(id_, of) for id_, of in connection.execute(others.order_by(d.id))])


def _first(connection: Connection, project_id: int, wanted: Sequence[int]) -> dict[int, int]:
    """Band → the first document that has it, of those that one has."""
    query = sa.select(NEAR.c.band, NEAR.c.document_id).where(NEAR.c.project_id == project_id)
    return {
        band: document
        for some in _chunks(wanted)
        for band, document in connection.execute(query.where(_is_of(NEAR.c.band, some)))
    }


def _name(connection: Connection, project_id: int, together: Iterable[Sequence[int]]) -> None:
    """Give all of them, and all of the clusters that they stand in already, one name."""
    together = list(together)
    of = sa.select(DOCUMENT.c.id, DOCUMENT.c.external_id, DOCUMENT.c.cluster)
    known = {
        row.id: row
        for some in _chunks([id_ for ids in together for id_ in ids])
        for row in connection.execute(of.where(_is_of(DOCUMENT.c.id, some)))
    }
    renamed: list[dict[str, Any]] = []
    named: list[dict[str, Any]] = []
    now: dict[str, str] = {}  # name of a cluster that has been renamed here → its new one
    for ids in together:
        clusters = {_newest(now, known[id_].cluster) for id_ in ids} - {None}
        name = _oldest(connection, project_id, clusters) if clusters else known[ids[0]].external_id
        now |= dict.fromkeys(clusters - {name}, name)
        named += [{"of": id_, "name": name} for id_ in ids if known[id_].cluster is None]
    d = DOCUMENT.c
    renamed = [{"of": old, "name": _newest(now, old)} for old in sorted(now)]
    update = sa.update(DOCUMENT).values(cluster=sa.bindparam("name", type_=sa.String))
    if named:
        named = [row | {"name": _newest(now, row["name"])} for row in named]
        connection.execute(update.where(d.id == sa.bindparam("of", type_=sa.Integer)), named)
    if renamed:
        is_of = d.cluster == sa.bindparam("of", type_=sa.String)
        connection.execute(update.where(d.project_id == project_id, is_of), renamed)


def _newest(now: dict[str, str], name: str | None) -> Any:
    while name in now:
        name = now[name]
    return name


def _oldest(connection: Connection, project_id: int, names: set[Any]) -> str:
    """Of the names of clusters that whose document came first."""
    if len(names) == 1:
        return str(next(iter(names)))
    d = DOCUMENT.c
    query = sa.select(d.external_id).where(d.project_id == project_id, d.external_id.in_(sorted(names)))
    return str(connection.execute(query.order_by(d.id).limit(1)).scalar_one())


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _is_of(column: sa.ColumnElement[Any], values: Sequence[int]) -> sa.ColumnElement[bool]:
    """`column IN values`, the numbers written out: databases limit the number of parameters."""
    return column.in_(sa.bindparam("values", values, expanding=True, literal_execute=True))
