"""Items by the words of their segment: FTS5 on SQLite, a tsvector under a GIN index on PostgreSQL.

The index is one row a segment, written by whoever writes segments: the import, in the same transaction, and
the migration for what was there. Verbs and not triggers, because no database folds words as
`domain.searching` does. It costs an import about 0.13 ms a segment. Whoever erases a text calls `forget`.

The index is no table of the models: it can be made again from the texts, and nothing refers to it.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Item, Project, Segment
from annotator.domain.searching import phrases, words

INDEX = "segment_words"
SQLITE = (f"CREATE VIRTUAL TABLE {INDEX} USING fts5(words, tokenize='unicode61 remove_diacritics 0')",)
POSTGRESQL = (
    f"CREATE TABLE {INDEX} (segment_id integer CONSTRAINT pk_{INDEX} PRIMARY KEY, words tsvector NOT NULL)",
    f"CREATE INDEX ix_{INDEX}_words ON {INDEX} USING gin (words)",
)
_PUT = {
    "sqlite": f"INSERT INTO {INDEX} (rowid, words) VALUES (:segment, :words)",  # noqa: S608 a constant
    "postgresql": f"INSERT INTO {INDEX} VALUES (:segment, CAST(:words AS tsvector))",  # noqa: S608
}
_FIND = {
    "sqlite": f"SELECT rowid AS segment_id FROM {INDEX} WHERE {INDEX} MATCH :wanted",  # noqa: S608
    "postgresql": f"SELECT segment_id FROM {INDEX} WHERE words @@ CAST(:wanted AS tsquery)",  # noqa: S608
}
_KEY = {"sqlite": "rowid", "postgresql": "segment_id"}
MOST_PLACES = 16_383  # that a tsvector tells apart


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether Alembic is to compare a table with the models: the index and its shadows are in none."""
    return kind != "table" or name is None or not name.startswith(INDEX)


def put(session: Session, texts: Iterable[tuple[int, str]]) -> None:
    """Index segments, (id, text) each, that are not in the index yet."""
    dialect = session.get_bind().dialect.name
    written = _as_document if dialect == "sqlite" else _as_vector
    rows = [{"segment": segment, "words": written(words(text))} for segment, text in texts]
    if rows:
        session.connection().execute(sa.text(_PUT[dialect]), rows)


def forget(session: Session, document_id: int) -> None:
    """Take the segments of a document out of the index: its text is to be found no more."""
    key = _KEY[session.get_bind().dialect.name]
    statement = f"DELETE FROM {INDEX} WHERE {key} IN (SELECT id FROM segment WHERE document_id = :document)"  # noqa: S608
    session.connection().execute(sa.text(statement), {"document": document_id})


def items(session: Session, project: Project, query: str) -> list[int]:
    """The ids of the items in whose segment all words of the query stand, or that have it as their id.

    A word finds all that begin with it; words in quotes stand side by side.
    """
    named = sa.select(col(Item.id)).where(
        col(Item.project_id) == project.id, col(Item.external_id) == query.strip()
    )
    found: set[int | None] = set(session.execute(named).scalars())
    if wanted := phrases(query):
        found |= set(session.execute(_with_words(session, project, wanted)).scalars())
    return sorted(item for item in found if item is not None)


def _with_words(session: Session, project: Project, wanted: list[list[str]]) -> sa.Select[int | None]:
    dialect = session.get_bind().dialect.name
    written = _as_match if dialect == "sqlite" else _as_tsquery
    matching = sa.text(_FIND[dialect]).bindparams(wanted=written(wanted)).columns(segment_id=sa.Integer)
    return (
        sa.select(col(Item.id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .where(
            col(Item.project_id) == project.id,
            col(Item.segment_id).in_(sa.select(matching.subquery().c.segment_id)),
        )
    )


def _as_document(said: list[str]) -> str:
    return " ".join(said)


def _as_vector(said: list[str]) -> str:
    return " ".join(f"{word}:{place}" for place, word in enumerate(said[:MOST_PLACES], start=1))


def _as_match(wanted: list[list[str]]) -> str:
    return " AND ".join(f'"{" ".join(phrase)}" *' for phrase in wanted)


def _as_tsquery(wanted: list[list[str]]) -> str:
    return " & ".join("(" + " <-> ".join([*phrase[:-1], f"{phrase[-1]}:*"]) + ")" for phrase in wanted)
