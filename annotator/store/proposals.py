"""Proposals for questions, by the names of their project's registry: compiled once for each of its states."""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from threading import Lock

from sqlmodel import Session, col, func, select

from annotator.domain import (
    ActorType,
    Alias,
    Entity,
    EntityKind,
    EntityStatus,
    Project,
    ProjectKind,
    Relation,
    RelationKind,
)
from annotator.domain.proposing import Candidate, Entry, Names, propose
from annotator.store import registry
from annotator.store.questions import Question

MOST_PROJECTS = 16  # whose names are kept in memory

State = tuple[object, ...]


class Proposals:
    """The names of the projects that were asked for lately. One for all threads of a process."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[State, Names]] = OrderedDict()
        self._lock = Lock()

    def of(
        self, session: Session, project: Project, questions: Sequence[Question]
    ) -> dict[int, list[Candidate]]:
        """Row id of the item → its proposals; empty where the project wants none."""
        if not questions or not wanted(project):
            return {}
        names = self._names(session, project)
        return {question.item.id or 0: _of(question, names) for question in questions}

    def _names(self, session: Session, project: Project) -> Names:
        assert project.id is not None
        state = _state(session, project)
        with self._lock:
            known = self._known.get(project.id)
            if known is not None and known[0] == state:
                self._known.move_to_end(project.id)
                return known[1]
        names = _read(session, project)
        with self._lock:
            self._known[project.id] = state, names
            self._known.move_to_end(project.id)
            while len(self._known) > MOST_PROJECTS:
                self._known.popitem(last=False)
        return names


def wanted(project: Project) -> bool:
    """Whether the project shows proposals: an open one does unless its file says no."""
    return project.kind is ProjectKind.OPEN and project.settings.get("candidates", True) is not False


def _of(question: Question, names: Names) -> list[Candidate]:
    """The proposals of one item, but for those that what it fixes rules out."""
    text, segment = question.document.text, question.segment
    found = propose(
        text[segment.start : segment.end],
        start=segment.start,
        names=names,
        document=question.document.external_id,
        language=question.document.language,
        speaker=segment.speaker,
        before=text[question.start : segment.start],
    )
    holder = question.holder.key if question.holder is not None else None
    target = question.target.key if question.target is not None else None
    return [
        each
        for each in found
        if holder in (None, each.holder) and (target is None or each.target in (None, target))
    ]


def _state(session: Session, project: Project) -> State:
    """Differs as soon as an entity or an alias was added, changed or taken away."""
    aliases = select(func.count(), func.max(Alias.id)).where(Alias.project_id == project.id)
    entities = select(func.count(), func.max(Entity.updated_at), func.max(Entity.deleted_at)).where(
        Entity.project_id == project.id
    )
    return (project.scheme_version, *session.exec(aliases).one(), *session.exec(entities).one())


def _read(session: Session, project: Project) -> Names:
    in_use = (
        Entity.project_id == project.id,
        col(Entity.deleted_at).is_(None),
        Entity.status != EntityStatus.RETIRED,
    )
    entities = {each.id: each for each in session.exec(select(Entity).where(*in_use))}
    speaks_for: dict[int, list[str]] = defaultdict(list)
    relations = select(Relation).join(Entity, col(Entity.id) == col(Relation.subject_id)).where(*in_use)
    for relation in session.exec(relations.where(Relation.kind == RelationKind.SPEAKS_FOR)):
        if relation.object_id in entities:
            speaks_for[relation.subject_id].append(entities[relation.object_id].key)
    aliases = registry.aliases_of(session, project)
    return Names(
        [
            Entry(
                key=each.key,
                is_actor=each.kind is EntityKind.ACTOR,
                is_person=each.actor_type is ActorType.PERSON,
                speaks_for=tuple(speaks_for[each.id or 0]),
            )
            for each in entities.values()
        ],
        [
            (alias.normalised, entities[stands].key, alias.document)
            for stands, own in aliases.items()
            for alias in own
            if stands in entities
        ],
    )
