"""A project as a project file would describe it: what `projects.apply` read, told again."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, col, select

from annotator.domain import Alias, Entity, EntityStatus, Project, Relation, RelationKind, Reserved
from annotator.domain.naming import normalise
from annotator.domain.project_file import AliasEntry, EntityEntry, LabelEntry, ProjectFile
from annotator.store import guidelines, labelling, projects, registry


def describe(session: Session, project: Project) -> ProjectFile:
    """The file that this project could have been made from; applied again, it changes nothing.

    Entities that a curator has not confirmed, and retired labels and entities, are not in it.
    """
    text = guidelines.newest(session, project)
    settings: dict[str, Any] = {
        name: project.settings[name] for name in projects.KEPT if name in project.settings
    }
    return ProjectFile(
        **{name: getattr(project, name) for name in ("slug", "kind", "name", *projects.FIELDS)},
        **settings,
        guidelines_text=text.text if text is not None else None,
        labels=[LabelEntry(**_own(label, LabelEntry)) for label in labelling.in_use(session, project)],
        entities=_entities(session, project),
    )


def _entities(session: Session, project: Project) -> list[EntityEntry]:
    active = select(Entity).where(
        Entity.project_id == project.id,
        Entity.status == EntityStatus.ACTIVE,
        col(Entity.deleted_at).is_(None),
    )
    entities = {entity.id: entity for entity in session.exec(active.order_by(col(Entity.id)))}
    aliases, relations = registry.aliases_of(session, project), _relations(session, entities)
    entries = [_entity(entity, aliases[id_ or 0], relations[id_]) for id_, entity in entities.items()]
    return [entry for entry in entries if entry.key not in set(Reserved) or _says_something(entry)]


def _says_something(entry: EntityEntry) -> bool:
    return bool(entry.aliases or any(getattr(entry, kind) for kind in RelationKind))


def _entity(entity: Entity, aliases: Iterable[Alias], relations: dict[str, list[str]]) -> EntityEntry:
    named = {normalise(name) for name in (entity.name, *entity.names.values())}
    others = [
        AliasEntry(**_own(alias, AliasEntry))
        for alias in aliases
        if alias.document or alias.normalised not in named
    ]
    if entity.reserved:
        return EntityEntry(key=entity.key, aliases=others, **relations)
    return EntityEntry(**_own(entity, EntityEntry), aliases=others, **relations)


def _relations(
    session: Session, entities: dict[int | None, Entity]
) -> dict[int | None, dict[str, list[str]]]:
    """Subject id → kind of relation → keys of its objects."""
    found: dict[int | None, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for relation in session.exec(select(Relation).order_by(col(Relation.id))):
        if relation.subject_id in entities and relation.object_id in entities:
            found[relation.subject_id][relation.kind].append(entities[relation.object_id].key)
    return found


def _own(row: object, entry: type[LabelEntry | AliasEntry | EntityEntry]) -> dict[str, Any]:
    """The columns of a row that are fields of the entry, too."""
    return {name: getattr(row, name) for name in entry.model_fields if name in type(row).model_fields}  # type: ignore[attr-defined]
