"""Who judged what, as the table that statistics are computed from.

What is compared: first answers (occasion 0) to work items in use that judge, found a free seat, and were
given before their annotator could have seen a suggestion or the item's decision. Coverage counts: who
judged a document and said nothing of an item found nothing there. Rows come column by column, and no
object is made for any; memory holds the columns, about 200 bytes a judgement.

An answer that was corrected after the decision is left out whole: what it said before is no longer its
annotator's word.
"""

from collections.abc import Iterator, Mapping
from typing import cast

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection
from sqlmodel import Session

from annotator import domain
from annotator.domain import metadata
from annotator.quality import relations
from annotator.quality.judgements import NOT_TOLD, Answers, Flags, Judgements, Reference, Scheme
from annotator.reading import coding, columns, people, words
from annotator.reading.coding import Coding
from annotator.reading.columns import KINDS, Items, Rows, places
from annotator.reading.rows import ADJUDICATION, ANNOTATION, DIRECTED, GOLD, WORK, Entity
from annotator.store import projects
from annotator.store.plain import plain

RELATION, USER = metadata.tables["relation"], metadata.tables["user"]
DISTANCE = "distance"  # where a project's settings keep what its file says of distances
CHECK = "check"


def load(
    session: Session,
    project: domain.Project,
    *,
    rationales: bool | None = None,
    pseudonyms: bool = False,
    blind: bool = True,
) -> Judgements:
    """The judgements to compare, and those to hold against check items, decisions and imported gold.

    People bear their names, or `pseudonyms`, and stand in the order of these, as they do in a release.
    Rationales are read for open projects, unless `rationales` says otherwise. Not `blind`, every vote is
    there, also those whose annotator had seen the decision.

    Raises
    ------
    Invalid
        If answers name a label that was deleted.
    """
    assert project.id is not None
    scheme, connection = scheme_of(session, project), session.connection()
    items, rows = columns.items(connection, project.id), columns.answers(connection, project.id)
    rows = rows.where(places(rows.item, items.id) != NOT_TOLD)
    stances = columns.stances(connection, project.id)
    wanted = not scheme.directed if rationales is None else rationales
    spans = words.rationales(connection, project.id) if wanted else words.NONE
    masked = people.annotators(connection, project.pseudonym_key)
    called = masked if pseudonyms else _names(connection)
    entities = people.entities(connection, project.id)
    codes = Coding.of(items, rows, masked, entities, _labels(session, project))
    every = coding.answers(rows, items, stances, spans, codes)
    fair = (rows.kind == KINDS.index(ANNOTATION)) & (rows.counted == 1) & (rows.judged == 1)
    fair &= (rows.blind == 1) | (not blind)
    is_work = np.array([purpose == WORK for purpose in items.purposes], dtype=bool) & items.in_use
    return Judgements(
        scheme,
        items.names,
        [called[id_] for id_ in codes.annotators],
        [entities[id_].name for id_ in codes.entities],
        codes.rounds,
        [columns.monday(week) for week in codes.weeks],
        codes.entity(items.holder),
        codes.entity(items.target),
        every.where(fair & is_work[every.item]),
        *relations.of([entities[id_].name for id_ in codes.entities], relations_of(connection, entities)),
        dict(_references(items, rows, every, fair, is_work)),
    )


def scheme_of(session: Session, project: domain.Project) -> Scheme:
    """The labels of a project, retired ones included, and what its file says of their distances."""
    labels = projects.labels(session, project)
    given = cast(Mapping[str, Mapping[str, float]], project.settings.get(DISTANCE) or {})
    return Scheme(
        labels=tuple(label.name for label in labels),
        polarities=tuple(str(label.polarity) for label in labels),
        ranks=tuple(label.rank for label in labels),
        directed=str(project.kind) == DIRECTED,
        distance={(one, other): far for one, row in given.items() for other, far in row.items()},
    )


def relations_of(connection: Connection, entities: Mapping[int, Entity]) -> list[tuple[str, str, str]]:
    """(subject's name, kind, object's name) of all relations between these entities, in order."""
    found = connection.execute(sa.select(RELATION.c.subject_id, plain(RELATION.c.kind), RELATION.c.object_id))
    return sorted(
        (entities[subject].name, kind, entities[object_].name)
        for subject, kind, object_ in found
        if subject in entities and object_ in entities
    )


def _labels(session: Session, project: domain.Project) -> dict[int, int]:
    """Code by label id."""
    return {cast(int, label.id): code for code, label in enumerate(projects.labels(session, project))}


def _names(connection: Connection) -> dict[int, str]:
    """What people are called, by id. Nobody's name is another's."""
    return {row.id: row.name for row in connection.execute(sa.select(USER.c.id, USER.c.name))}


def _references(
    items: Items, rows: Rows, every: Answers, fair: Flags, is_work: Flags
) -> Iterator[tuple[str, Reference]]:
    """What can be held against what; only where both are there."""
    is_check = np.array([purpose == CHECK for purpose in items.purposes], dtype=bool)
    for name, kind, of in (
        (CHECK, GOLD, is_check),
        (ADJUDICATION, ADJUDICATION, is_work),
        (GOLD, GOLD, is_work),
    ):
        decides = (rows.kind == KINDS.index(kind)) & (rows.judged == 1) & of[every.item]
        truth = every.where(_newest(every.item, rows.id, decides))
        given = every.where(fair & np.isin(every.item, truth.item))
        if len(given):
            yield name, Reference(given, truth)


def _newest(item: NDArray[np.int64], id_: NDArray[np.int64], among: Flags) -> Flags:
    """Of each item's answers `among` these, the one that came last."""
    order = np.lexsort((id_, item))
    order = order[among[order]]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = item[order[1:]] != item[order[:-1]]
    kept = np.zeros(len(item), dtype=bool)
    kept[order[last]] = True
    return kept
