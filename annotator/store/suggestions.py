"""What models have said of a project's items, as it stands: the last that came in for an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Item, Kind, Label, Project, Stance, User
from annotator.domain.workforce import Ruled, Show, Suggestions, Workforce
from annotator.store import audit
from annotator.store.ready import Ready

KEY = "suggestions"  # in a project's settings
_ANNOTATION, _LABEL = (Annotation.metadata.tables[name] for name in ("annotation", "label"))
_NEWER, _REVISED, _WITHDRAWS = (_ANNOTATION.alias(name) for name in ("newer", "revised", "withdraws"))
_SAID = _LABEL.alias("said")


@dataclass(frozen=True, slots=True)
class Model:
    """A model, and how many items it has said something of."""

    name: str
    items: int
    stands: int  # of them those where nothing newer stands
    last: datetime


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a model says of an item that asks for one label."""

    uuid: UUID
    label: str
    p: float | None  # of this label


def of_items(session: Session, project: Project, items: Sequence[int]) -> dict[int, Suggested]:
    """What stands for these items of a directed project, by row id; items with several stances are left out.

    One query, and one for labels where something was said; none without items.
    """
    if not items:
        return {}
    rows = _STANDING.rows(session, items=items)
    order = labels(session, project) if rows else []
    found: dict[int, Suggested] = {}
    several: set[int] = set()
    for item, uuid, label, name, shares in rows:
        if item in found:
            several.add(item)
        place = order.index(label) if label in order else len(order)
        found[item] = Suggested(uuid, name, shares[place] if shares and place < len(shares) else None)
    return {item: said for item, said in found.items() if item not in several}


def _standing(items: list[sa.BindParameter[int]]) -> Any:
    return (
        sa.select(
            col(Annotation.item_id),
            col(Annotation.uuid),
            col(Label.id),
            col(Label.name),
            col(Stance.label_distribution),
        )
        .join(Stance, col(Stance.annotation_id) == col(Annotation.id))
        .join(_SAID, _SAID.c.id == col(Stance.label_id))
        .join(Label, col(Label.id) == sa.func.coalesce(_SAID.c.merged_into_id, _SAID.c.id))
        .where(col(Annotation.item_id).in_(items), is_newest(), col(Label.retired_at).is_(None))
    )


_STANDING = Ready.of_many("items", _standing)  # asked with each item that is lent


def models(session: Session, project: Project) -> list[Model]:
    """The models that have said something, the last that came in first."""
    last = sa.func.max(Annotation.created_at)
    query = (
        sa.select(
            col(User.name),
            sa.func.count(sa.distinct(col(Annotation.item_id))),
            sa.func.sum(sa.case((is_newest(), 1), else_=0)),
            last,
        )
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .join(User, col(User.id) == col(Annotation.annotator_id))
        .where(col(Item.project_id) == project.id, col(Item.deleted_at).is_(None), _stands())
        .group_by(col(User.id), col(User.name))
        .order_by(last.desc(), col(User.name))
    )
    return [Model(name, items, int(stand or 0), at) for name, items, stand, at in session.execute(query)]


def shown(project: Ruled) -> Show:
    """When annotators of this project see what a model says."""
    return Workforce.of(project).suggestions.show


def show(session: Session, project: Project, when: Show, *, by: User) -> None:
    """Let annotators see it then."""
    others = {name: value for name, value in project.settings.items() if name != KEY}
    said = Suggestions(show=when).model_dump(mode="json", exclude_defaults=True)
    project.settings = others | ({KEY: said} if said else {})
    session.add(project)
    audit.note(session, "change suggestions", project=project, by_id=by.id, show=str(when))
    session.flush()


def labels(session: Session, project: Project) -> list[int]:
    """Ids of all labels that a project ever had, ascending: the order of a stored distribution.

    A label that is added later has a higher id, so that an older distribution is only shorter.
    """
    query = sa.select(col(Label.id)).where(col(Label.project_id) == project.id).order_by(col(Label.id))
    return list(session.execute(query).scalars())


def is_newest() -> sa.ColumnElement[bool]:
    """The suggestion that stands for its item: of any model, the last that came in and is not withdrawn."""
    newer, withdraws = _NEWER, _WITHDRAWS
    gone = sa.exists().where(
        withdraws.c.item_id == newer.c.item_id,
        withdraws.c.annotator_id == newer.c.annotator_id,
        withdraws.c.kind == Kind.SUGGESTION,
        withdraws.c.revision > newer.c.revision,
    )
    overtaken = sa.exists().where(
        newer.c.item_id == col(Annotation.item_id),
        newer.c.kind == Kind.SUGGESTION,
        newer.c.id > col(Annotation.id),
        newer.c.withdrawn.is_(False),
        ~gone,
    )
    return sa.and_(_stands(), ~overtaken)


def _stands() -> sa.ColumnElement[bool]:
    revised = _REVISED
    superseded = sa.exists().where(
        revised.c.item_id == col(Annotation.item_id),
        revised.c.annotator_id == col(Annotation.annotator_id),
        revised.c.kind == Kind.SUGGESTION,
        revised.c.revision > col(Annotation.revision),
    )
    return sa.and_(col(Annotation.kind) == Kind.SUGGESTION, col(Annotation.withdrawn).is_(False), ~superseded)
