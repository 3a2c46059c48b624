"""Change the scheme and the registry while work goes on: rename, merge, split, retire, restore.

Each is an event that stays. An answer keeps the ids that it was given with; `merged_into_id` of labels and
entities is what the events come to, so that reading needs no events. Whoever names the `version` of the
scheme that they saw is refused if somebody has changed it since.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from annotator.domain import (
    Entity,
    EntityStatus,
    Label,
    Project,
    SchemeChange,
    SchemeEvent,
)
from annotator.errors import Conflict, Invalid
from annotator.store import audit, entries, parts, touching
from annotator.store.entries import Entry, Of
from annotator.store.registry import Registry


def lock(session: Session, project: Project, version: int | None = None) -> None:
    """One change of a project's scheme at a time; refuse who has not seen the last one.

    Raises
    ------
    Conflict
        If the scheme is not of `version` any more.
    """
    session.flush()
    session.refresh(project, with_for_update={"key_share": True})
    if version is not None and project.scheme_version != version:
        raise Conflict("Somebody has changed the scheme since you began: look at it, then try again.")


def rename(
    session: Session,
    project: Project,
    of: Of,
    old: str,
    new: str,
    *,
    version: int | None = None,
    note: str | None = None,
    by_id: int | None = None,
) -> SchemeEvent:
    """Give a label or an entity (by its key) another name. The old one stays understood.

    Raises
    ------
    Conflict
        If another label has or had the name, or the scheme is of another version.
    Invalid
        If it is no name.
    """
    lock(session, project, version)
    entry = entries.in_use(session, project, of, old)
    new = new.strip()
    if not new or len(new) > entries.LONGEST[of] or not new.isprintable():
        raise Invalid(f"{new!r} is no name for a {of}: use 1 to {entries.LONGEST[of]} printable characters.")
    if isinstance(entry, Label):
        entries.require_free(session, project, new, entry)
        entry.name, before = new, entry.name
    else:
        registry = Registry.load(session, _id(project))
        registry.alias(entry, entry.name)  # answers and files from before are still understood
        registry.alias(entry, new)
        entry.name, before = new, entry.name
        entries.stamp(entry, by_id)
    names = {str(entry.id): before, "to": new}
    mapping: dict[str, object] = {str(entry.id): entry.id}
    return _record(
        session, project, SchemeChange.RENAME, of, mapping=mapping, names=names, note=note, by_id=by_id
    )


def merge(
    session: Session,
    project: Project,
    of: Of,
    olds: Sequence[str],
    into: str,
    *,
    version: int | None = None,
    note: str | None = None,
    by_id: int | None = None,
) -> SchemeEvent:
    """Read the answers that name `olds` as if they named `into`; the old ones are retired.

    An answer in which two stances become one with different labels is put to its annotator once more.

    Raises
    ------
    Invalid
        If one is merged into itself, or an actor into what cannot hold a stance.
    """
    lock(session, project, version)
    target = entries.in_use(session, project, of, into)
    merged = [entries.in_use(session, project, of, old) for old in dict.fromkeys(olds)]
    if not merged:
        raise Invalid(f"Name at least one {of} that is to be merged into {into!r}.")
    for entry in merged:
        if entry is target:
            raise Invalid(f"{into!r} cannot be merged into itself: name another one.")
        if isinstance(entry, Entity) and isinstance(target, Entity):
            entries.require_alike(entry, target)
            parts.share_relations(session, entry, target)
        entries.retire(entry, by_id)
    entries.require_some(session, project, of)
    mapping: dict[str, object] = {str(entry.id): target.id for entry in merged}
    names = {str(entry.id): entry.name for entry in (*merged, target)}
    event = _record(
        session, project, SchemeChange.MERGE, of, mapping=mapping, names=names, note=note, by_id=by_id
    )
    if of == "entity":
        touching.ask_about_collisions(session, project, target.id or 0)
    return event


def split(
    session: Session,
    project: Project,
    of: Of,
    old: str,
    into: Sequence[str],
    *,
    version: int | None = None,
    note: str | None = None,
    by_id: int | None = None,
) -> SchemeEvent:
    """Retire an entry whose answers only their annotators can sort into `into`.

    Parts that there are none of are made: labels with the polarity of the old one, entities of its kind.
    The answers are put to their annotators once more; until they come back, they are read with the old
    name.

    Raises
    ------
    Invalid
        If there are not two parts, or the old one is among them.
    """
    lock(session, project, version)
    entry = entries.in_use(session, project, of, old)
    wanted = list(dict.fromkeys(part.strip() for part in into))
    if len(wanted) < 2 or old in wanted:
        raise Invalid(f"Name two or more parts of {old!r}, which is not one of them itself.")
    made = [parts.part(session, project, entry, name, by_id) for name in wanted]
    entries.retire(entry, by_id)
    session.flush()
    mapping: dict[str, object] = {str(entry.id): [part.id for part in made]}
    names = {str(each.id): each.name for each in (entry, *made)}
    event = _record(
        session, project, SchemeChange.SPLIT, of, mapping=mapping, names=names, note=note, by_id=by_id
    )
    touching.ask_again(session, project, of, [entry.id or 0], version=event.version)
    return event


def retire(
    session: Session,
    project: Project,
    of: Of,
    name: str,
    *,
    version: int | None = None,
    note: str | None = None,
    by_id: int | None = None,
) -> SchemeEvent:
    """Offer an entry no more. Answers that name it stand."""
    lock(session, project, version)
    entry = entries.in_use(session, project, of, name)
    entries.retire(entry, by_id)
    entries.require_some(session, project, of)
    names = {str(entry.id): entry.name}
    return _record(
        session,
        project,
        SchemeChange.RETIRE,
        of,
        mapping={str(entry.id): None},
        names=names,
        note=note,
        by_id=by_id,
    )


def restore(
    session: Session,
    project: Project,
    of: Of,
    name: str,
    *,
    version: int | None = None,
    note: str | None = None,
    by_id: int | None = None,
) -> SchemeEvent:
    """Take back that an entry was merged, split or retired: it is offered, and its answers name it again.

    The second looks that a split asked for are taken back with it; those that were given stand.

    Raises
    ------
    Invalid
        If it is in use.
    """
    lock(session, project, version)
    entry = entries.find(session, project, of, name)
    if entries.is_in_use(entry):
        raise Invalid(f"{name!r} is in use: there is nothing to restore.")
    if isinstance(entry, Label):
        entry.retired_at = None
        taken = select(Label).where(Label.project_id == project.id, col(Label.retired_at).is_(None))
        keys = {label.key for label in session.exec(taken) if label is not entry}
        entry.key = None if entry.key in keys else entry.key
    else:
        entry.status = EntityStatus.ACTIVE
        entries.stamp(entry, by_id)
    was_split = entry.id in entries.mapping(session, project, of).parts
    names = {str(entry.id): entry.name}
    event = _record(
        session,
        project,
        SchemeChange.RESTORE,
        of,
        mapping={str(entry.id): None},
        names=names,
        note=note,
        by_id=by_id,
    )
    if was_split:
        touching.take_back(session, project)
    return event


def events(session: Session, project: Project) -> list[SchemeEvent]:
    """All events of a project, in their order."""
    return entries.events(session, project)


def _record(
    session: Session,
    project: Project,
    change: SchemeChange,
    of: Of,
    *,
    mapping: dict[str, object],
    names: dict[str, str],
    note: str | None,
    by_id: int | None,
) -> SchemeEvent:
    project.scheme_version += 1
    event = SchemeEvent(
        project_id=_id(project),
        version=project.scheme_version,
        change=change,
        of=of,
        mapping=mapping,
        names=names,
        note=note or None,
        created_by_id=by_id,
    )
    session.add_all([project, event])
    session.flush()
    _project_onto_rows(session, project, of)
    touching.weigh_again(session, project, of, list(map(int, mapping)))
    audit.note(
        session, f"{change} {of}", project=project, by_id=by_id, names=names, version=event.version, why=note
    )
    session.flush()
    return event


def _project_onto_rows(session: Session, project: Project, of: Of) -> None:
    """Write where each entry stands, and let labels in use come first without gaps."""
    found = entries.mapping(session, project, of)
    labels = session.exec(select(Label).where(Label.project_id == project.id))
    registry = session.exec(select(Entity).where(Entity.project_id == project.id))
    entry: Entry
    for entry in labels if of == "label" else registry:
        stands = found.stands(entry.id or 0)
        entry.merged_into_id = stands if stands != entry.id else None
        session.add(entry)
    if of == "label":
        entries.number_labels(session, project)


def _id(project: Project) -> int:
    assert project.id is not None
    return project.id
