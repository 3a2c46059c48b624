"""The registry of a project: names to entities, after Unicode and Arabic normalisation."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from annotator.domain import ActorType, Alias, Entity, EntityKind, EntityStatus, Project, Reserved, User
from annotator.domain.naming import normalise
from annotator.errors import Conflict, Forbidden, Invalid
from annotator.store import audit

MOST_NAME = 200


@dataclass
class Registry:
    """The entities of one project in memory, for as long as an import or a request needs them.

    `find` never guesses: an alias of several entities is an error that names them.
    """

    session: Session
    project_id: int
    entities: dict[int, Entity] = field(default_factory=dict)
    by_key: dict[str, Entity] = field(default_factory=dict)
    by_name: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    by_alias: dict[tuple[str, str | None], list[Entity]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, session: Session, project_id: int) -> "Registry":
        """Read all undeleted entities and aliases of a project: two queries."""
        entities = select(Entity).where(Entity.project_id == project_id, col(Entity.deleted_at).is_(None))
        aliases = select(Alias).where(Alias.project_id == project_id)
        return cls._of(session, project_id, entities, aliases)

    @classmethod
    def naming(
        cls,
        session: Session,
        project_id: int,
        names: Iterable[str],
        *,
        document: str | None = None,
        ids: Iterable[int] = (),
    ) -> "Registry":
        """Read what these names may mean in this document, and the entities of these ids: two queries.

        `find` answers for these names as it does in a whole registry, whose size makes no difference.
        """
        names = set(names)
        aliases = select(Alias).where(
            Alias.project_id == project_id,
            col(Alias.normalised).in_({normalise(name) for name in names}),
            sa.or_(col(Alias.document).is_(None), col(Alias.document) == document),
        )
        meant = aliases.with_only_columns(col(Alias.entity_id))
        entities = select(Entity).where(
            Entity.project_id == project_id,
            sa.or_(
                col(Entity.id).in_(ids),
                sa.and_(
                    col(Entity.deleted_at).is_(None),
                    sa.or_(col(Entity.key).in_(names), col(Entity.id).in_(meant)),
                ),
            ),
        )
        return cls._of(session, project_id, entities, aliases)

    def find(self, name: str, document: str | None = None) -> Entity | None:
        """The entity of this key, name, or alias (of that document first); None if nobody has it.

        Raises
        ------
        Invalid
            If several entities answer to the name.
        """
        if name in self.by_key:
            return self.by_key[name]
        normalised = normalise(name)
        if not normalised:
            return None
        local = self.by_alias.get((normalised, document), []) if document else []
        for found in (local, self.by_name.get(normalised, []), self.by_alias.get((normalised, None), [])):
            if len({entity.merged_into_id or entity.id for entity in found}) > 1:
                keys = ", ".join(sorted(entity.key for entity in found))
                raise Invalid(
                    f"{name!r} may mean several entities ({keys}): write the key of the one that is meant"
                )
            if found:
                return next((entity for entity in found if entity.merged_into_id is None), found[0])
        return None

    def is_clear(self, entity: Entity) -> bool:
        """Whether its name means nothing else, in no document."""
        name = normalise(entity.name)
        try:
            found = self.find(entity.name.strip())
        except Invalid:
            return False
        others = (other for (alias, _), of in self.by_alias.items() if alias == name for other in of)
        return found is entity and all(other is entity for other in others)

    def register(
        self,
        name: str,
        *,
        kind: EntityKind,
        key: str | None = None,
        actor_type: ActorType | None = None,
        status: EntityStatus = EntityStatus.ACTIVE,
        by_id: int | None = None,
        audited: Mapping[str, datetime | None] | None = None,
    ) -> Entity:
        """A new entity of this name, with a key made from the name unless one is given.

        `audited` is its `created_at`, and its `deleted_at` where it is to be hidden for a while.
        """
        entity = Entity(
            project_id=self.project_id,
            key=key or self._free_key(name),
            kind=kind,
            actor_type=actor_type,
            name=name,
            status=status,
            created_by_id=by_id,
        )
        for column, moment in (audited or {}).items():
            setattr(entity, column, moment)
        self.session.add(entity)
        self.session.flush()
        self._index(entity)
        self.alias(entity, name)
        return entity

    def alias(
        self, entity: Entity, name: str, *, document: str | None = None, language: str | None = None
    ) -> bool:
        """One more name for an entity; said twice it stands once. True if it is new."""
        normalised = normalise(name)
        known = self.by_alias.get((normalised, document), [])
        if not normalised or any(entity.id in {each.id, each.merged_into_id} for each in known):
            return False
        assert entity.id is not None
        alias = Alias(
            project_id=self.project_id,
            entity_id=entity.id,
            name=name,
            normalised=normalised,
            language=language,
            document=document,
        )
        self.session.add(alias)
        self._index_alias(alias)
        return True

    def ensure_reserved(self) -> None:
        """Author, unspecified and everyone exist in every project."""
        for reserved in Reserved:
            if reserved not in self.by_key:
                self.register(str(reserved), key=str(reserved), kind=EntityKind.ACTOR).reserved = True

    def can_hold(self, entity: Entity) -> Entity:
        """The entity as a holder. What an import knew only as a target becomes an actor.

        Raises
        ------
        Invalid
            If its entry says what it is, and that is no actor.
        """
        if entity.kind is not EntityKind.ACTOR:
            if entity.favor_means or entity.happened_on:
                raise Invalid(
                    f"{entity.name!r} is registered as {entity.kind}: only an actor can hold a stance"
                )
            entity.kind = EntityKind.ACTOR
            self.session.add(entity)
        return entity

    @classmethod
    def _of(
        cls,
        session: Session,
        project_id: int,
        entities: SelectOfScalar[Entity],
        aliases: SelectOfScalar[Alias],
    ) -> "Registry":
        registry = cls(session, project_id)
        for entity in session.exec(entities.order_by(col(Entity.id))):
            registry._index(entity)
        for alias in session.exec(aliases.order_by(col(Alias.id))):
            if alias.entity_id in registry.entities:
                registry._index_alias(alias)
        return registry

    def _index(self, entity: Entity) -> None:
        assert entity.id is not None
        self.entities[entity.id] = entity
        self.by_key[entity.key] = entity
        self.by_name[normalise(entity.name)].append(entity)

    def _index_alias(self, alias: Alias) -> None:
        entity = self.entities[alias.entity_id]
        known = self.by_alias[alias.normalised, alias.document]
        if entity not in known:
            known.append(entity)

    def _free_key(self, name: str) -> str:
        key = re.sub(r"[^\w]+", "-", normalise(name)).strip("-_")
        if len(key) > 60 or not key:
            key = f"{key[:50]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".strip("-")
        free, number = key, 2
        while free in self.by_key or free in set(Reserved):
            free, number = f"{key}-{number}", number + 1
        return free


def with_aliases(session: Session, project: Project) -> list[tuple[Entity, list[Alias]]]:
    """The entities in use, by name, each with all aliases that mean it now: two queries."""
    in_use = (
        Entity.project_id == project.id,
        col(Entity.deleted_at).is_(None),
        Entity.status != EntityStatus.RETIRED,
    )
    aliases = aliases_of(session, project)
    entities = session.exec(select(Entity).where(*in_use).order_by(Entity.name, Entity.key))
    return [(entity, aliases[entity.id or 0]) for entity in entities]


def aliases_of(session: Session, project: Project) -> dict[int, list[Alias]]:
    """Aliases by the id of the entity that they mean now, each name once: one query."""
    query = (
        sa.select(Alias, sa.func.coalesce(Entity.merged_into_id, Entity.id))
        .join(Entity, col(Entity.id) == col(Alias.entity_id))
        .where(col(Alias.project_id) == project.id)
        .order_by(col(Alias.id))
    )
    found: dict[int, list[Alias]] = defaultdict(list)
    seen: set[tuple[int, str, str | None]] = set()
    for alias, stands in session.execute(query):
        if (stands, alias.normalised, alias.document) not in seen:
            seen.add((stands, alias.normalised, alias.document))
            found[stands].append(alias)
    return found


def propose(session: Session, project: Project, name: str, *, kind: EntityKind, by: User) -> Entity:
    """An entity that an annotator missed, flagged for the curator.

    Raises
    ------
    Forbidden
        If the project's registry is closed.
    Conflict
        If the registry has the name already.
    """
    if not project.entities_open:
        raise Forbidden(f"The registry of {project.slug!r} is closed: ask the curator for {name!r}.")
    if not normalise(name) or len(name) > MOST_NAME:
        problem = "has no letters" if len(name) <= MOST_NAME else "is too long"
        raise Invalid(f"A name has 1 to {MOST_NAME} characters, letters among them.", {"name": problem})
    assert project.id is not None
    registry = Registry.load(session, project.id)
    known = registry.by_alias.get((normalise(name), None))
    if known:
        raise Conflict(f"{name!r} is in the registry already, as {known[0].key!r}.")
    entity = registry.register(name.strip(), kind=kind, status=EntityStatus.PROPOSED, by_id=by.id)
    audit.note(session, "propose entity", project=project, by_id=by.id, key=entity.key, name=entity.name)
    return entity
