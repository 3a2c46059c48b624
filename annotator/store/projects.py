"""Projects, their schemes and their members."""

from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from annotator.domain import (
    EntityStatus,
    Label,
    Membership,
    Pool,
    Project,
    Relation,
    RelationKind,
    Reserved,
    Role,
    User,
    now,
)
from annotator.domain.project_file import AliasEntry, EntityEntry, ProjectFile
from annotator.domain.workforce import Workforce
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import audit, guidelines, labelling, pools, rounds, scheme, seats
from annotator.store.registry import Registry

ENGLISH = "en"


def find(session: Session, slug: str) -> Project:
    """The undeleted project of this slug.

    Raises
    ------
    NotFound
        If there is none; the message lists those there are.
    """
    found = session.exec(
        select(Project).where(Project.slug == slug, col(Project.deleted_at).is_(None))
    ).first()
    if found is None:
        slugs = session.exec(
            select(Project.slug).where(col(Project.deleted_at).is_(None)).order_by(Project.slug)
        )
        raise NotFound(f"There is no project {slug!r}; there are: {', '.join(slugs) or 'none yet'}.")
    return found


def create(session: Session, file: ProjectFile, *, by_id: int | None = None) -> Project:
    """A new project, its scheme, registry and one pool for all.

    Raises
    ------
    Conflict
        If the slug is taken.
    """
    taken = select(Project).where(Project.slug == file.slug, col(Project.deleted_at).is_(None))
    if session.exec(taken).first() is not None:
        raise Conflict(f"The project {file.slug!r} exists: change it with `standpoint project apply FILE`.")
    project = Project(slug=file.slug, name=file.slug, kind=file.kind, created_by_id=by_id)
    session.add(project)
    session.flush()
    assert project.id is not None
    session.add(Pool(project_id=project.id))
    apply(session, project, file, by_id=by_id)
    project.scheme_version = 1
    audit.note(session, "create project", project=project, by_id=by_id)
    return project


def apply(
    session: Session,
    project: Project,
    file: ProjectFile,
    *,
    note: str | None = None,
    must_read: bool = False,
    version: int | None = None,
    by_id: int | None = None,
) -> list[str]:
    """Make a project be what the file says; return what changed, a sentence each. Again: nothing.

    Labels and entities that the file leaves out stay: answers may name them. `note` and `must_read` are
    of a new version of the guidelines; `version` is that of the scheme that the writer had before them.

    Raises
    ------
    Invalid
        If the file wants another kind: the items of the project were made for the one it has; or what only
        a scheme event can do.
    Conflict
        If somebody has changed the scheme meanwhile, or a label has or had a new one's name.
    """
    scheme.lock(session, project, version)
    if project.kind is not file.kind:
        raise Invalid(f"{project.slug!r} is {project.kind}: its kind cannot become {file.kind}.")
    overlap, was = project.overlap, Workforce.of(project)
    changed = _apply_fields(project, file) + labelling.apply(session, project, file.labels)
    changed += _apply_entities(session, project, file.entities)
    text = file.guidelines_text
    changed += _apply_guidelines(session, project, text, note=note, must_read=must_read, by_id=by_id)
    if project.overlap != overlap:
        session.flush()
        seats.recount(session, project)
    session.flush()
    if Workforce.of(project).pools != was.pools:
        pools.apply(session, project)
    if Workforce.of(project).rounds != was.rounds:
        rounds.apply(session, project)
    if changed:
        project.scheme_version += 1
        project.updated_at, project.updated_by_id = now(), by_id
        audit.note(session, "apply project", project=project, by_id=by_id, changes=changed)
    session.add(project)
    session.flush()
    return changed


def labels(session: Session, project: Project) -> list[Label]:
    """The labels of the scheme, retired ones included, in their order."""
    undeleted = select(Label).where(Label.project_id == project.id, col(Label.deleted_at).is_(None))
    return list(session.exec(undeleted.order_by(col(Label.position), col(Label.id))))


def labels_in_use(session: Session, project: Project) -> list[Label]:
    """The labels that an answer may name now, in their order."""
    return [label for label in labels(session, project) if label.retired_at is None]


def role_of(session: Session, project: Project, user: User) -> Role | None:
    """The user's role here; an admin of the installation is admin everywhere; None for strangers."""
    if user.is_admin:
        return Role.ADMIN
    membership = session.exec(seat(project, user)).first()
    return membership.role if membership is not None else None


def join(session: Session, project: Project, user: User, role: Role, *, by_id: int | None = None) -> None:
    """Give a user a role in a project, in place of the one they had."""
    assert project.id is not None and user.id is not None
    membership = session.exec(seat(project, user)).first() or Membership(
        project_id=project.id, user_id=user.id, role=role
    )
    membership.role, membership.updated_by_id = role, by_id
    session.add(membership)
    audit.note(session, "set role", project=project, by_id=by_id, user=user.name, role=str(role))
    session.flush()


def of_user(session: Session, user: User) -> list[Project]:
    """The projects that a user may see, by name."""
    query = select(Project).where(col(Project.deleted_at).is_(None)).order_by(Project.name)
    if not user.is_admin:
        seats = select(Membership.project_id).where(
            Membership.user_id == user.id, col(Membership.deleted_at).is_(None)
        )
        query = query.where(col(Project.id).in_(seats))
    return list(session.exec(query))


def page_of_user(session: Session, user: User, *, after: str, limit: int) -> list[tuple[Project, Role]]:
    """Up to `limit` projects that a user may see, by slug, those behind `after`; with their role there."""
    undeleted = (col(Project.deleted_at).is_(None), col(Project.slug) > after)
    if user.is_admin:
        everywhere = select(Project).where(*undeleted).order_by(Project.slug).limit(limit)
        return [(project, Role.ADMIN) for project in session.exec(everywhere)]
    query = select(Project, Membership.role).join(Membership, col(Membership.project_id) == col(Project.id))
    own = (Membership.user_id == user.id, col(Membership.deleted_at).is_(None))
    return [
        (project, Role(role))
        for project, role in session.exec(query.where(*undeleted, *own).order_by(Project.slug).limit(limit))
    ]


def seat(project: Project, user: User) -> SelectOfScalar[Membership]:
    """The membership of this user here, if they are a member."""
    return select(Membership).where(
        Membership.project_id == project.id,
        Membership.user_id == user.id,
        col(Membership.deleted_at).is_(None),
    )


FIELDS = (
    "description",
    "language",
    "licence",
    "overlap",
    "serve",
    "order",
    "context",
    "entities_open",
    "seed",
)
KEPT = (
    "fixes",
    "splits",
    "candidates",
    "distance",
    "statement",
    "authors",
    *Workforce.model_fields,
)  # in the settings


def _apply_fields(project: Project, file: ProjectFile) -> list[str]:
    wanted = {name: getattr(file, name) for name in FIELDS} | {"name": file.name}
    stated = file.statement.model_dump(exclude_none=True)
    authors = [author.model_dump(exclude_none=True) for author in file.authors]
    others = {name: value for name, value in project.settings.items() if name not in KEPT}
    wanted["settings"] = others | {
        "fixes": file.fixes.model_dump(exclude_none=True),
        "splits": dict(file.splits),
        "candidates": file.candidates,
        **({"distance": file.distance} if file.distance else {}),
        **({"statement": stated} if stated else {}),
        **({"authors": authors} if authors else {}),
        **file.kept_settings(),
    }
    changed = []
    for name, value in wanted.items():
        if getattr(project, name) != value:
            setattr(project, name, value)
            changed.append(f"{name} is now {value}")
    return changed


def _apply_entities(session: Session, project: Project, entries: list[EntityEntry]) -> list[str]:
    assert project.id is not None
    registry = Registry.load(session, project.id)
    registry.ensure_reserved()
    changed = [sentence for entry in entries if (sentence := _apply_entity(registry, entry))]
    for entry in entries:
        for kind in RelationKind:
            for other in getattr(entry, kind):
                changed += _relate(session, registry, entry.key, kind, other)
    session.flush()
    return changed


def _apply_entity(registry: Registry, entry: EntityEntry) -> str | None:
    entity = registry.by_key.get(entry.key)
    is_new = entity is None
    if entity is not None and entity.status is EntityStatus.RETIRED:
        raise Invalid(
            f"entity {entry.key!r} was retired or merged: take it out of the file, or restore it first "
            "(`standpoint scheme restore SLUG entity KEY`)."
        )
    if entity is None:
        entity = registry.register(entry.name or entry.key, key=entry.key, kind=entry.kind)
    if entry.key not in set(Reserved):
        wanted = entry.model_dump(
            include={"kind", "actor_type", "names", "happened_on", "favor_means", "against_means"}
        )
        wanted["name"] = entry.name or entry.key
        wanted["definitions"] = (
            {ENGLISH: entry.definition} | entry.definitions if entry.definition else entry.definitions
        )
        wanted["status"] = EntityStatus.ACTIVE
    else:
        wanted = {}
    differs = any(getattr(entity, name) != value for name, value in wanted.items())
    entity.sqlmodel_update(wanted)
    registry.session.add(entity)
    named = [AliasEntry(name=entity.name)]
    named += [AliasEntry(name=name, language=language) for language, name in entry.names.items()]
    added = [
        registry.alias(entity, alias.name, document=alias.document, language=alias.language)
        for alias in named + entry.aliases
    ]
    if is_new:
        return f"entity {entry.key} added"
    return f"entity {entry.key} changed" if differs or any(added) else None


def _relate(session: Session, registry: Registry, subject: str, kind: RelationKind, other: str) -> list[str]:
    if other not in registry.by_key:
        raise Invalid(
            f"entity {subject!r} is {kind} {other!r}, which the registry lacks: add it, or correct the key."
        )
    if other == subject:
        raise Invalid(f"entity {subject!r} cannot be {kind} itself: name another one.")
    subject_id, object_id = registry.by_key[subject].id, registry.by_key[other].id
    assert subject_id is not None and object_id is not None
    known = select(Relation).filter_by(kind=kind, subject_id=subject_id, object_id=object_id)
    if session.exec(known).first() is not None:
        return []
    session.add(Relation(kind=kind, subject_id=subject_id, object_id=object_id))
    return [f"entity {subject} is {kind} {other}"]


def _apply_guidelines(
    session: Session, project: Project, text: str | None, *, by_id: int | None, **said: Any
) -> list[str]:
    newest = guidelines.newest(session, project)
    if text is None or text == (newest.text if newest is not None else ""):
        return []
    version = guidelines.publish(session, project, text, by_id=by_id, **said)
    return [f"guidelines are now version {version.version}"]
