"""What people said unaided and after a look at a suggestion, with gold where it is known: case by case.

In an open project a case is about detection: any stance in the item, or none, where a model said this much
and no more. Suggestions that name stances are not counted: several may be followed in part.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Kind, Project, ProjectKind, metadata
from annotator.domain.answer import ABSENT_BEYOND
from annotator.quality.assistance import Case, Report, report
from annotator.store import assisted
from annotator.store.open_suggestions import NO_STANCE

ANNOTATION, STANCE, LABEL, ITEM, USER = (
    metadata.tables[name] for name in ("annotation", "stance", "label", "item", "user")
)
JUDGED = "judged"
FOUND, ABSENT = "stance", "absent"  # the labels of a case of an open project


def measure(session: Session, project: Project) -> Report:
    """The report of a project. Reads its answers to items that a model has said something of."""
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
    """Item, annotator, uuid, label and the suggestion seen of answers, the oldest first.

    `stands`: nothing later revises or withdraws it. The label is the one of a directed project's answer; of
    an open project's FOUND or ABSENT, and None of a suggestion that names stances.
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
    label, source = _detected(kind) if project.kind is ProjectKind.OPEN else _labelled()
    query = (
        sa.select(a.item_id, a.annotator_id, a.uuid, a.suggestion, USER.c.name, label.label("label"))
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


def _detected(kind: Kind) -> tuple[sa.ColumnElement[Any], sa.FromClause]:
    """Likewise of an answer to an item of an open project."""
    if kind is Kind.SUGGESTION:
        p = ANNOTATION.c.p_absent
        return sa.case((p.is_(None), None), (p > ABSENT_BEYOND, ABSENT), else_=FOUND), ANNOTATION
    found = sa.exists().where(
        STANCE.c.annotation_id == ANNOTATION.c.id,
        STANCE.c.label_id == LABEL.c.id,
        LABEL.c.polarity.not_in(NO_STANCE),
    )
    return sa.case((found, FOUND), else_=ABSENT), ANNOTATION
