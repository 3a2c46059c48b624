"""What an event makes besides itself: the parts of a split, the relations of a merge."""

from sqlmodel import Session, select

from annotator.domain import Entity, Label, Project, Relation
from annotator.errors import Invalid, NotFound
from annotator.store import entries
from annotator.store.entries import Entry, Of
from annotator.store.registry import Registry


def part(session: Session, project: Project, old: Entry, name: str, by_id: int | None) -> Entry:
    """The label or entity of this name, as a part of `old`; made like that one if there is none."""
    of: Of = "label" if isinstance(old, Label) else "entity"
    try:
        return entries.in_use(session, project, of, name)
    except NotFound:
        pass
    if not name or len(name) > entries.LONGEST[of] or not name.isprintable():
        raise Invalid(f"{name!r} is no name for a {of}: use 1 to {entries.LONGEST[of]} printable characters.")
    if isinstance(old, Entity):
        registry = Registry.load(session, project.id or 0)
        return registry.register(name, kind=old.kind, actor_type=old.actor_type, by_id=by_id)
    entries.require_free(session, project, name)
    made = Label(
        project_id=project.id or 0,
        name=name,
        polarity=old.polarity,
        hue=old.hue,
        position=old.position,
        created_by_id=by_id,
    )
    session.add(made)
    session.flush()
    return made


def share_relations(session: Session, entry: Entity, target: Entity) -> None:
    """What the merged entity is part of, speaks for or opposes, the one that stands is, too."""
    known = {
        (each.subject_id, each.kind, each.object_id)
        for each in session.exec(
            select(Relation).where((Relation.subject_id == target.id) | (Relation.object_id == target.id))
        )
    }
    own = select(Relation).where((Relation.subject_id == entry.id) | (Relation.object_id == entry.id))
    for relation in session.exec(own).all():
        stays = target.id or 0
        subject, object_ = (
            stays if end == entry.id else end for end in (relation.subject_id, relation.object_id)
        )
        if subject != object_ and (subject, relation.kind, object_) not in known:
            session.add(Relation(subject_id=subject, kind=relation.kind, object_id=object_))
            known.add((subject, relation.kind, object_))
