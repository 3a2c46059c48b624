"""Guidelines: texts of the project, of a label, of an entity. Each change is a version; none is overwritten.

The versions of a project are counted together, so one number says what stood in all of its texts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Entity, Guidelines, Label, Project, User
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import audit

Row = TypeVar("Row", Label, Entity, User)

MOST_TEXT = 200_000  # characters of one text
MOST_NOTE = 500


class Scope(StrEnum):
    """How far a text reaches."""

    PROJECT = "project"
    LABEL = "label"
    ENTITY = "entity"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about: the project as a whole, one label (`of` its name) or one entity (its key)."""

    scope: Scope = Scope.PROJECT
    of: str | None = None
    name: str | None = None
    label_id: int | None = None
    entity_id: int | None = None

    @classmethod
    def label(cls, label: Label) -> "Subject":
        """A label of the scheme."""
        return cls(Scope.LABEL, label.name, label.name, label_id=label.id)

    @classmethod
    def entity(cls, entity: Entity) -> "Subject":
        """An entry of the registry."""
        return cls(Scope.ENTITY, entity.key, entity.name, entity_id=entity.id)


WHOLE = Subject()


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one text: the version that stood, the one that stands, and all after the first."""

    subject: Subject
    before: Guidelines | None
    versions: list[Guidelines]  # oldest first

    @property
    def after(self) -> Guidelines:
        """The version that stands."""
        return self.versions[-1]


def subject(session: Session, project: Project, scope: Scope, of: str | None = None) -> Subject:
    """The project, its label of this name or its entity of this key.

    Raises
    ------
    NotFound
        If there is no such label or entity.
    """
    if scope is Scope.PROJECT:
        return WHOLE
    label = select(Label).where(
        Label.project_id == project.id, Label.name == of, col(Label.deleted_at).is_(None)
    )
    entity = select(Entity).where(
        Entity.project_id == project.id, Entity.key == of, col(Entity.deleted_at).is_(None)
    )
    if scope is Scope.LABEL and (one := session.exec(label).first()) is not None:
        return Subject.label(one)
    if scope is Scope.ENTITY and (other := session.exec(entity).first()) is not None:
        return Subject.entity(other)
    raise NotFound(f"There is no {scope} {of!r} in {project.slug!r}.")


def possible(session: Session, project: Project) -> list[Subject]:
    """All that a text may be about: the project, its labels in use, its entities by name."""
    labels = select(Label).where(
        Label.project_id == project.id, col(Label.deleted_at).is_(None), col(Label.retired_at).is_(None)
    )
    entities = select(Entity).where(
        Entity.project_id == project.id, col(Entity.deleted_at).is_(None), ~col(Entity.reserved)
    )
    return [
        WHOLE,
        *map(Subject.label, session.exec(labels.order_by(col(Label.position)))),
        *map(Subject.entity, session.exec(entities.order_by(col(Entity.name)))),
    ]


def newest(session: Session, project: Project, subject: Subject = WHOLE) -> Guidelines | None:
    """The text in force about one subject; None if there never was one."""
    about = select(Guidelines).where(
        Guidelines.project_id == project.id,
        Guidelines.label_id == subject.label_id,
        Guidelines.entity_id == subject.entity_id,
    )
    return session.exec(about.order_by(col(Guidelines.version).desc())).first()


def publish(
    session: Session,
    project: Project,
    text: str,
    *,
    subject: Subject = WHOLE,
    note: str | None = None,
    must_read: bool = False,
    replaces: int | None = None,
    by_id: int | None = None,
) -> Guidelines:
    """Append a version. `replaces` is the version that the writer had before them, 0 where none was.

    Raises
    ------
    Conflict
        If somebody has published meanwhile; `current` is their version.
    Invalid
        If the text is the one in force, and would be read for nothing, or the note is too long.
    """
    session.flush()
    session.refresh(project, with_for_update={"key_share": True})  # one version after the other
    assert project.id is not None
    current = newest(session, project, subject)
    if replaces is not None and replaces != (current.version if current is not None else 0):
        raise Conflict(
            "Somebody has published a version since you began: compare, then publish again.", current
        )
    if note is not None and len(note) > MOST_NOTE:
        raise Invalid(f"The note has {len(note)} characters: {MOST_NOTE} at most.", {"note": "is too long"})
    if text == (current.text if current is not None else "") and not must_read:
        raise Invalid("This is the text in force already: change it, or mark it as to be read.")
    project.guidelines_version += 1
    version = Guidelines(
        project_id=project.id,
        version=project.guidelines_version,
        label_id=subject.label_id,
        entity_id=subject.entity_id,
        text=text,
        note=note or None,
        must_read=must_read,
        created_by_id=by_id,
    )
    session.add_all([project, version])
    audit.note(session, "publish guidelines", project=project, by_id=by_id, version=version.version)
    session.flush()
    return version


def in_force(session: Session, project: Project, *, at: int | None = None) -> list[Guidelines]:
    """The newest version about each subject, or what it was when the project's count stood `at`."""
    counted = sa.select(sa.func.max(Guidelines.version)).where(col(Guidelines.project_id) == project.id)
    if at is not None:
        counted = counted.where(col(Guidelines.version) <= at)
    newest_each = counted.group_by(col(Guidelines.label_id), col(Guidelines.entity_id))
    query = select(Guidelines).where(
        Guidelines.project_id == project.id, col(Guidelines.version).in_(newest_each)
    )
    return list(session.exec(query.order_by(col(Guidelines.version))))


def versions(session: Session, project: Project, *, since: int = 0) -> list[Guidelines]:
    """All versions after this one, newest first."""
    query = select(Guidelines).where(Guidelines.project_id == project.id, Guidelines.version > since)
    return list(session.exec(query.order_by(col(Guidelines.version).desc())))


def changes(session: Session, project: Project, *, since: int) -> list[Change]:
    """What changed after version `since`: the project first, then labels and entities."""
    later = list(reversed(versions(session, project, since=since)))
    about = subjects(session, later)
    before = {_key(version): version for version in in_force(session, project, at=since)}
    grouped: dict[tuple[int | None, int | None], list[Guidelines]] = {}
    for version in later:
        grouped.setdefault(_key(version), []).append(version)
    found = [Change(about[each[0].version], before.get(key), each) for key, each in grouped.items()]
    return sorted(found, key=lambda change: list(Scope).index(change.subject.scope))


def subjects(session: Session, rows: Sequence[Guidelines]) -> dict[int, Subject]:
    """Version → what it is about, in two queries however many there are."""
    labels = _by_id(session, Label, (row.label_id for row in rows))
    entities = _by_id(session, Entity, (row.entity_id for row in rows))
    found = {}
    for row in rows:
        if row.label_id is not None:
            found[row.version] = Subject.label(labels[row.label_id])
        elif row.entity_id is not None:
            found[row.version] = Subject.entity(entities[row.entity_id])
        else:
            found[row.version] = WHOLE
    return found


def authors(session: Session, rows: Sequence[Guidelines]) -> dict[int, str]:
    """Version → the name of who published it; the command line has none."""
    people = _by_id(session, User, (row.created_by_id for row in rows))
    return {
        row.version: people[row.created_by_id].shown_name for row in rows if row.created_by_id is not None
    }


def _key(version: Guidelines) -> tuple[int | None, int | None]:
    return version.label_id, version.entity_id


def _by_id(session: Session, table: type[Row], ids: Iterable[int | None]) -> dict[int, Row]:
    wanted = {each for each in ids if each is not None}
    rows = session.exec(select(table).where(col(table.id).in_(wanted))) if wanted else ()
    return {row.id: row for row in rows if row.id is not None}
