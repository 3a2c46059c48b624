"""Names that may leave the house: pseudonyms for people, names that are told apart for entities."""

import hashlib
import hmac
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.domain import Reserved, UserKind, metadata
from annotator.reading.rows import Entity

MODEL = "model:"  # before a model's name; a pseudonym holds no colon
SIMULATED = "simulated:"  # before the pseudonym of an annotator that is none
RESERVED = frozenset(map(str, Reserved))  # keys of holders who are nobody in particular
USER, ENTITY = metadata.tables["user"], metadata.tables["entity"]


def pseudonym(name: str, key: str) -> str:
    """Twelve hexadecimal digits that stand for a person in one project, and tell nothing without its key.

    >>> pseudonym("ada", "of one project") == pseudonym("ada", "of another")
    False
    """
    return hmac.new(key.encode(), name.encode(), hashlib.sha256).hexdigest()[:12]


def annotators(connection: Connection, key: str, *, named: bool = False) -> dict[int, str]:
    """Pseudonyms by user id. A model is no person: it keeps its name. Simulated annotators are called so.

    With `named`, their names instead.
    """
    rows = connection.execute(sa.select(USER.c.id, USER.c.name, USER.c.kind, USER.c.simulated))
    return {
        id_: MODEL + name
        if kind is UserKind.MODEL
        else _prefix(is_simulated) + (name if named else pseudonym(name, key))
        for id_, name, kind, is_simulated in rows
    }


def simulated(connection: Connection, key: str) -> frozenset[str]:
    """The pseudonyms of annotators that are none: a program answered in their place."""
    rows = connection.execute(sa.select(USER.c.name).where(USER.c.simulated))
    return frozenset(SIMULATED + pseudonym(name, key) for (name,) in rows)


def _prefix(is_simulated: bool) -> str:
    return SIMULATED if is_simulated else ""


def entities(connection: Connection, project_id: int) -> dict[int, Entity]:
    """The registry by id, deleted entries included: answers may name them. A merged one is what it became.

    Where entries share a name, each one's key is added to it: "the ministry (interior)".
    """
    e = ENTITY.c
    query = sa.select(e.id, e.key, e.name, e.merged_into_id).where(e.project_id == project_id)
    rows = connection.execute(query).all()
    often = Counter(name for _, _, name, into in rows if into is None)
    stand = {
        id_: Entity(key, f"{name} ({key})" if often[name] > 1 else name)
        for id_, key, name, into in rows
        if into is None
    }
    return {id_: stand[id_ if into is None else into] for id_, _, _, into in rows}
