"""What people said unaided and after a look at a suggestion, with gold where it is known: case by case."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Kind, Project, ProjectKind, metadata
from annotator.errors import Invalid
from annotator.quality.assistance import Case, Report, report
from annotator.store import assisted

ANNOTATION, STANCE, LABEL, ITEM, USER = (
    metadata.tables[name] for name in ("annotation", "stance", "label", "item", "user")
)
JUDGED = "judged"


def measure(session: Session, project: Project) -> Report:
    """The report of a directed project. Reads its answers to items that a model has said something of.

    Raises
    ------
    Invalid
        If the project is open: there annotators see no suggestions.
    """
    if project.kind is ProjectKind.OPEN:
        raise Invalid(f"{project.slug!r} is an open project: annotators see no suggestions there.")
    return report(cases(session, project))


def cases(session: Session, project: Project) -> list[Case]:
    """A case for each first answer that a suggestion stands beside, but not those given after seeing one.

    A person who looked was shown the suggestion that their second answer names; else it is the newest.
    """
    first = _labels(session, project, Kind.ANNOTATION, occasion=0)
    after = _labels(session, project, Kind.ANNOTATION, occasion=assisted.OCCASION)
    said = _labels(session, project, Kind.SUGGESTION)
    by_uuid = {row.uuid: row.label for row in said}
    newest = {row.item_id: row.label for row in said if row.stands}
    gold = {row.item_id: row.label for row in _labels(session, project, Kind.GOLD) if row.stands}
    gold |= {row.item_id: row.label for row in _labels(session, project, Kind.ADJUDICATION) if row.stands}
    looked = {
        (row.item_id, row.annotator_id): row for row in after if row.stands and row.suggestion in by_uuid
    }
    found = []
    for row in first:
        second = looked.get((row.item_id, row.annotator_id))
        suggested = by_uuid[second.suggestion] if second else newest.get(row.item_id)
        is_unaided = row.suggestion is None or (second is not None and row.suggestion == second.suggestion)
        if row.stands and is_unaided and suggested is not None:
            final = second.label if second else None
            found.append(Case(row.item_id, row.name, row.label, suggested, final, gold.get(row.item_id)))
    return found


def _labels(session: Session, project: Project, kind: Kind, *, occasion: int = 0) -> list[Any]:
    """Item, annotator, uuid, label and the suggestion seen of answers with one label, the oldest first.

    `stands`: nothing later revises or withdraws it.
    """
    a, later, now = ANNOTATION.c, ANNOTATION.alias("later"), LABEL.alias("now")
    whose = sa.true() if kind is Kind.ADJUDICATION else later.c.annotator_id == a.annotator_id
    revised = sa.exists().where(
        later.c.item_id == a.item_id,
        whose,
        later.c.kind == a.kind,
        later.c.occasion == a.occasion,
        later.c.revision > a.revision,
    )
    query = (
        sa.select(a.item_id, a.annotator_id, a.uuid, a.suggestion, USER.c.name, now.c.name.label("label"))
        .add_columns(sa.and_(~a.withdrawn, ~revised).label("stands"))
        .join(STANCE, STANCE.c.annotation_id == a.id)
        .join(LABEL, LABEL.c.id == STANCE.c.label_id)
        .join(now, now.c.id == sa.func.coalesce(LABEL.c.merged_into_id, LABEL.c.id))
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
