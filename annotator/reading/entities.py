"""The registry as a codebook tells it: what each entry is, and what is meant by it."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.domain import metadata
from annotator.reading.rows import Entity
from annotator.store.projects import ENGLISH

ENTITY = metadata.tables["entity"]


class Described(NamedTuple):
    """An entry of the registry, by the name that it has in files."""

    key: str
    name: str
    kind: str
    actor_type: str | None
    definition: str  # in English, else in the first language by its code; "" where there is none
    favor_means: str | None
    against_means: str | None
    happened_on: date | None  # of an event


def described(connection: Connection, project: int, names: Mapping[int, Entity]) -> list[Described]:
    """Every entry of a project's registry that no other one stands for, by key; `names` are theirs by id."""
    e = ENTITY.c
    columns = (e.id, e.kind, e.actor_type, e.definitions, e.favor_means, e.against_means, e.happened_on)
    query = sa.select(*columns).where(e.project_id == project, e.merged_into_id.is_(None))
    found = [
        Described(
            *names[row.id],
            str(row.kind),
            str(row.actor_type) if row.actor_type else None,
            _definition(row.definitions),
            row.favor_means,
            row.against_means,
            row.happened_on,
        )
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda entry: entry.key)


def _definition(definitions: Mapping[str, str]) -> str:
    said = sorted((language != ENGLISH, language) for language, text in definitions.items() if text)
    return definitions[said[0][1]] if said else ""
