"""Labels and entities as the scheme's events need them: found by what they are called, checked, retired."""

from typing import Literal

from sqlmodel import Session, col, select

from annotator.domain import (
    Entity,
    EntityKind,
    EntityStatus,
    Label,
    Project,
    SchemeChange,
    SchemeEvent,
    now,
)
from annotator.domain.mapping import Mapping, fold
from annotator.errors import Conflict, Invalid, NotFound

Of = Literal["label", "entity"]
Entry = Label | Entity
LONGEST = {"label": 60, "entity": 300}  # characters of a name


def find(session: Session, project: Project, of: Of, name: str) -> Entry:
    """The label of this name, or the entity of this key, retired ones too.

    Raises
    ------
    NotFound
        If there is none.
    """
    found: Entry | None
    if of == "label":
        labels = select(Label).where(Label.project_id == project.id, col(Label.deleted_at).is_(None))
        found = session.exec(labels.where(Label.name == name)).first()
    else:
        entities = select(Entity).where(Entity.project_id == project.id, col(Entity.deleted_at).is_(None))
        found = session.exec(entities.where(Entity.key == name)).first()
    if found is None:
        raise NotFound(f"There is no {of} {name!r} in {project.slug!r}.")
    return found


def by_id(session: Session, of: Of, id_: int) -> Entry:
    """The label or the entity of this id, which is there."""
    return session.get_one(Label, id_) if of == "label" else session.get_one(Entity, id_)


def called(entry: Entry) -> str:
    """What `find` finds it by."""
    return entry.name if isinstance(entry, Label) else entry.key


def labels_by_name(session: Session, project: Project) -> dict[str, Label]:
    """Every label by its name, and by those that it had before. One query, two once there were events."""
    query = select(Label).where(Label.project_id == project.id, col(Label.deleted_at).is_(None))
    labels = list(session.exec(query.order_by(col(Label.position), col(Label.id))))
    by_id = {label.id: label for label in labels}
    former = former_names(session, project) if project.scheme_version > 1 else {}
    return {name: by_id[id_] for name, id_ in former.items() if id_ in by_id} | {
        label.name: label for label in labels
    }


def stands(entry: Entry) -> int | None:
    """The id of what the answers that name it are read as."""
    return entry.merged_into_id or entry.id


def is_in_use(entry: Entry) -> bool:
    """Whether new answers may name it."""
    if isinstance(entry, Label):
        return entry.retired_at is None
    return entry.status is not EntityStatus.RETIRED


def events(session: Session, project: Project) -> list[SchemeEvent]:
    """All events, in their order."""
    query = select(SchemeEvent).where(SchemeEvent.project_id == project.id)
    return list(session.exec(query.order_by(col(SchemeEvent.version))))


def mapping(session: Session, project: Project, of: Of) -> Mapping:
    """What the events about labels or entities come to."""
    return fold(events(session, project), of)


def split_by(session: Session, project: Project, of: Of, id_: int) -> int | None:
    """The version of the event that split an entry, or the one that it is read as; None if none did."""
    found = mapping(session, project, of)
    if not found.is_ambiguous(id_):
        return None
    splits = (each for each in events(session, project) if each.of == of)
    return max(each.version for each in splits if isinstance(each.mapping.get(str(found.stands(id_))), list))


def former_names(session: Session, project: Project) -> dict[str, int]:
    """Names that labels had before, with the ids of those labels. No other label may take one."""
    renamed = [each for each in events(session, project) if each.of == "label"]
    return {
        name: int(id_)
        for event in renamed
        if event.change is SchemeChange.RENAME
        for id_, name in event.names.items()
        if id_ != "to"
    }


def first_names(session: Session, project: Project) -> dict[int, str]:
    """What a renamed label was called at first, by its id."""
    found: dict[int, str] = {}
    for name, id_ in former_names(session, project).items():
        found.setdefault(id_, name)
    return found


def number_labels(session: Session, project: Project) -> None:
    """Positions from 0: labels in use in their order, then the retired ones."""
    labels = select(Label).where(Label.project_id == project.id, col(Label.deleted_at).is_(None))
    ordered = sorted(
        session.exec(labels), key=lambda each: (each.retired_at is not None, each.position, each.id)
    )
    for position, label in enumerate(ordered):
        label.position = position
        session.add(label)
    session.flush()


def in_use(session: Session, project: Project, of: Of, name: str, *, reserved_too: bool = False) -> Entry:
    """The entry of this name or key, which new answers may name and which may be changed.

    Raises
    ------
    Invalid
        If it is retired, or reserved in every project.
    """
    entry = find(session, project, of, name)
    if not is_in_use(entry):
        raise Invalid(f"{name!r} is retired: restore it first.")
    if isinstance(entry, Entity) and entry.reserved and not reserved_too:
        raise Invalid(f"{name!r} is in every project: it stays as it is.")
    return entry


def require_free(session: Session, project: Project, name: str, own: Label | None = None) -> None:
    """Refuse a name that a label has or had: old answers and files call it so."""
    labels = session.exec(
        select(Label).where(Label.project_id == project.id, col(Label.deleted_at).is_(None))
    )
    taken = {label.name.casefold(): label.id for label in labels}
    taken |= {former.casefold(): id_ for former, id_ in former_names(session, project).items()}
    holder = taken.get(name.casefold())
    if holder is not None and (own is None or holder != own.id or name == own.name):
        raise Conflict(
            f"{name!r} is or was the name of a label here: old answers call it so. Choose another."
        )


def require_some(session: Session, project: Project, of: Of) -> None:
    """Refuse to leave nothing to answer with."""
    session.flush()
    labels = select(Label).where(
        Label.project_id == project.id, col(Label.deleted_at).is_(None), col(Label.retired_at).is_(None)
    )
    if of == "label" and session.exec(labels).first() is None:
        raise Invalid("This is the last label: nobody could answer any more. Add another one first.")


def require_alike(entry: Entity, target: Entity) -> None:
    """Refuse to merge who may hold stances into what cannot."""
    if entry.kind is EntityKind.ACTOR and target.kind is not EntityKind.ACTOR:
        raise Invalid(
            f"{entry.key!r} is an actor and may hold stances, {target.key!r} is registered as {target.kind}: "
            "merge the other way round."
        )


def retire(entry: Entry, by_id: int | None) -> None:
    """Offer an entry no more."""
    if isinstance(entry, Label):
        entry.retired_at, entry.updated_by_id = now(), by_id
    else:
        entry.status = EntityStatus.RETIRED
        stamp(entry, by_id)


def stamp(entry: Entity, by_id: int | None) -> None:
    """Note who changed an entity, and when: pages that hold the registry read it again."""
    entry.updated_at, entry.updated_by_id = now(), by_id
