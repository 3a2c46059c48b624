"""What people said unaided and after a look at a suggestion, with gold where it is known: case by case.

In an open project a suggestion of a whole item makes a case of the item: any stance, or none. One that names
stances makes a case of each of them: store/assisted_stances.py.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Kind, Project, ProjectKind, metadata
from annotator.quality.assistance import Case, Report, report
from annotator.store import assisted, assisted_stances
from annotator.store.assisted_stances import Beside

ANNOTATION, STANCE, LABEL, ITEM, USER = (
    metadata.tables[name] for name in ("annotation", "stance", "label", "item", "user")
)
JUDGED = "judged"


def measure(session: Session, project: Project) -> Report:
    """The report of a project. Reads its answers to items that a model has said something of."""
    return report(*cases(session, project))


def cases(session: Session, project: Project) -> tuple[list[Case], list[Case]]:
    """A case for each first answer beside a suggestion, and in an open project one for each stance named.

    Not those given after seeing a suggestion. A person who looked was shown the suggestion that their second
    answer names; else it is the newest.
    """
    found = _beside(session, project)
    if project.kind is ProjectKind.OPEN:
        return assisted_stances.cases(found, assisted_stances.told(session, project))
    return [
        Case(each.item, each.annotator, each.first, each.suggested, each.final, each.gold) for each in found
    ], []


def _beside(session: Session, project: Project) -> list[Beside]:
    """First answers beside suggestions: what was said is a label, in an open project the answer's row id."""
    first = _said(session, project, Kind.ANNOTATION, occasion=0)
    after = _said(session, project, Kind.ANNOTATION, occasion=assisted.OCCASION)
    suggested = _said(session, project, Kind.SUGGESTION)
    by_uuid = {row.uuid: row.said for row in suggested}
    newest = {row.item_id: row.said for row in suggested if row.stands}
    gold = {row.item_id: row.said for row in _said(session, project, Kind.GOLD) if row.stands}
    gold |= {row.item_id: row.said for row in _said(session, project, Kind.ADJUDICATION) if row.stands}
    looked = {
        (row.item_id, row.annotator_id): row for row in after if row.stands and row.suggestion in by_uuid
    }
    found = []
    for row in first:
        second = looked.get((row.item_id, row.annotator_id))
        shown = by_uuid[second.suggestion] if second else newest.get(row.item_id)
        is_unaided = row.suggestion is None or (second is not None and row.suggestion == second.suggestion)
        if row.stands and is_unaided and shown is not None:
            final = second.said if second else None
            found.append(Beside(row.item_id, row.name, row.said, shown, final, gold.get(row.item_id)))
    return found


def _said(session: Session, project: Project, kind: Kind, *, occasion: int = 0) -> list[Any]:
    """Item, annotator, uuid, what was said and the suggestion seen of answers, the oldest first.

    `stands`: nothing later revises or withdraws it. Said is the label of a directed project's answer, of an
    open project's its row id.
    """
    a, later = ANNOTATION.c, ANNOTATION.alias("later")
    whose = sa.true() if kind is Kind.ADJUDICATION else later.c.annotator_id == a.annotator_id
    revised = sa.exists().where(
        later.c.item_id == a.item_id,
        whose,
        later.c.kind == a.kind,
        later.c.occasion == a.occasion,
        later.c.revision > a.revision,
    )
    said, source = (a.id, ANNOTATION) if project.kind is ProjectKind.OPEN else _labelled()
    query = (
        sa.select(a.item_id, a.annotator_id, a.uuid, a.suggestion, USER.c.name, said.label("said"))
        .add_columns(sa.and_(~a.withdrawn, ~revised).label("stands"))
        .select_from(source)
        .join(USER, USER.c.id == a.annotator_id)
        .join(ITEM, ITEM.c.id == a.item_id)
        .where(
            ITEM.c.project_id == project.id,
            ITEM.c.deleted_at.is_(None),
            a.kind == kind,
            a.occasion == occasion,
            a.outcome == JUDGED,
        )
        .order_by(a.id)
    )
    return list(session.execute(query).all())


def _labelled() -> tuple[sa.ColumnElement[str], sa.FromClause]:
    """The label of an answer with one, and where it comes from."""
    now = LABEL.alias("now")
    became = now.c.id == sa.func.coalesce(LABEL.c.merged_into_id, LABEL.c.id)
    source = ANNOTATION.join(STANCE, STANCE.c.annotation_id == ANNOTATION.c.id)
    return now.c.name, source.join(LABEL, LABEL.c.id == STANCE.c.label_id).join(now, became)
