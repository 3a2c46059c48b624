"""The labels of a project file → the scheme. What answers rest on is not overwritten: that takes an event."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Label, Project, Stance
from annotator.domain.project_file import LabelEntry
from annotator.errors import Invalid
from annotator.store import entries

ENGLISH = "en"


def apply(session: Session, project: Project, wanted: list[LabelEntry]) -> list[str]:
    """Make the labels in use be as the file says, in its order; return what changed, a sentence each.

    Labels that it leaves out stay, behind its own.

    Raises
    ------
    Invalid
        If a label is retired or was renamed, another polarity is wanted for one that answers name, or two
        labels would share a key.
    Conflict
        If a new label has the name that another has or had.
    """
    known = entries.labels_by_name(session, project)
    before = [label.id for label in in_use(session, project)]
    changed, listed = [], []
    for entry in wanted:
        label = known.get(entry.name)
        if label is None:
            entries.require_free(session, project, entry.name)
            label = Label(project_id=project.id or 0, position=len(known), **_columns(entry))
            changed.append(f"label {entry.name} added")
        elif _differs(session, label, entry):
            label.sqlmodel_update(_columns(entry))
            changed.append(f"label {entry.name} changed")
        session.add(label)
        listed.append(label)
    session.flush()
    _put_in_order(session, project, listed)
    _require_own_keys(session, project)
    after = [label.id for label in in_use(session, project)]
    if before != [id_ for id_ in after if id_ in before]:
        changed.append("the order of labels changed")
    return changed


def in_use(session: Session, project: Project) -> list[Label]:
    """The labels that are not retired, in their order."""
    query = select(Label).where(
        Label.project_id == project.id, col(Label.deleted_at).is_(None), col(Label.retired_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Label.position), col(Label.id))))


def named_by(session: Session, label: Label) -> int:
    """How many stances name the label, in any answer there ever was."""
    query = sa.select(sa.func.count()).where(col(Stance.label_id) == label.id)
    return int(session.execute(query).scalar_one())


def _columns(entry: LabelEntry) -> dict[str, Any]:
    definitions = {ENGLISH: entry.definition} | entry.definitions if entry.definition else entry.definitions
    return {**entry.model_dump(exclude={"definition", "definitions"}), "definitions": definitions}


def _differs(session: Session, label: Label, entry: LabelEntry) -> bool:
    if label.name != entry.name:
        raise Invalid(
            f"label {entry.name!r} is called {label.name!r} since it was renamed: write so in the file."
        )
    if label.retired_at is not None:
        raise Invalid(
            f"label {entry.name!r} was retired, merged or split: take it out of the file, or restore it "
            "first (`standpoint scheme restore SLUG label NAME`)."
        )
    if label.polarity is not entry.polarity and (number := named_by(session, label)):
        raise Invalid(
            f"label {entry.name!r} means {label.polarity} in {number:,} stances: its polarity stays. Add a "
            "label with the other one, then merge or split this one (`standpoint scheme`)."
        )
    return any(getattr(label, name) != value for name, value in _columns(entry).items())


def _put_in_order(session: Session, project: Project, listed: list[Label]) -> None:
    first = {label.id: place for place, label in enumerate(listed)}
    for label in in_use(session, project):
        label.position = first.get(label.id, len(first) + label.position)
        session.add(label)
    session.flush()
    entries.number_labels(session, project)


def _require_own_keys(session: Session, project: Project) -> None:
    holders: dict[str, str] = {}
    for label in in_use(session, project):
        if label.key is None:
            continue
        if label.key in holders:
            raise Invalid(
                f"labels {holders[label.key]!r} and {label.name!r} would share the key {label.key}: give one "
                "of them another in the file, or retire it (`standpoint scheme retire SLUG label NAME`)."
            )
        holders[label.key] = label.name
