"""What the registry makes of a question: proposals, and who is likely in it.

It is compiled once for each of its states.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import sqlalchemy as sa
from sqlmodel import Session, col, select

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
    metadata,
)
from annotator.domain.likeness import Likeness, merged
from annotator.domain.proposing import Candidate, Entry, Names, propose
from annotator.domain.proposing.words import words
from annotator.store import arms, registry
from annotator.store.questions import Question
from annotator.store.ready import Ready

ALIAS, ENTITY = metadata.tables["alias"], metadata.tables["entity"]
MOST_PROJECTS = 16  # whose names are kept in memory
MOST_LIKELY = 27  # entities of a question: three lists of nine

State = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A registry, ready to be found in texts."""

    names: Names
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands beside a question: stances without a label, and keys of entities, the likeliest first."""

    candidates: Sequence[Candidate] = ()
    likely: Sequence[str] = ()


class Proposals:
    """The names of the projects that were asked for lately. One for all threads of a process."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[State, Known]] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, project: Project, questions: Sequence[Question]) -> dict[int, Offer]:
        """Row id of the item → its proposals, if the project wants them, and who is likely in it.

        Empty where nothing is left open.
        """
        if not questions or project.kind is not ProjectKind.OPEN:
            return {}
        known = self._compiled(session, project)
        likely = _likely(questions, known)
        return {
            question.item.id: Offer(
                _of(question, known.names) if wanted(project) else (), likely[question.item.id]
            )
            for question in questions
        }

    def _compiled(self, session: Session, project: Project) -> Known:
        assert project.id is not None
        state = _state(session, project)
        with self._lock:
            known = self._known.get(project.id)
            if known is not None and known[0] == state:
                self._known.move_to_end(project.id)
                return known[1]
        read = _read(session, project)
        with self._lock:
            self._known[project.id] = state, read
            self._known.move_to_end(project.id)
            while len(self._known) > MOST_PROJECTS:
                self._known.popitem(last=False)
        return read


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
        speaker=None if arms.masks_holder(question.arm) else segment.speaker,
        before=text[question.start : segment.start],
    )
    holder = question.holder.key if question.holder is not None else None
    target = question.target.key if question.target is not None else None
    return [
        each
        for each in found
        if holder in (None, each.holder) and (target is None or each.target in (None, target))
    ]


def _likely(questions: Sequence[Question], known: Known) -> dict[int, list[str]]:
    """Row id of the item → keys; each document is read once."""
    of_document: dict[int, tuple[list[str], list[str]]] = {}  # its row id → by its words, by its names
    found = {}
    for question in questions:
        document, segment = question.document, question.segment
        if (document.id) not in of_document:
            text = words(document.text, document.language or "")
            named = [each.key for each in known.names.mentions(text, document.external_id) if each.key]
            by_words = known.likeness.rank(text, most=MOST_LIKELY)
            of_document[document.id] = by_words, list(dict.fromkeys(named))
        by_words, named = of_document[document.id]
        sentence = words(document.text[segment.start : segment.end], document.language or "")
        found[question.item.id] = merged(
            sentence=known.likeness.rank(sentence, most=MOST_LIKELY),
            document=by_words,
            named=named,
            most=MOST_LIKELY,
        )
    return found


def _state(session: Session, project: Project) -> State:
    """Differs as soon as an entity or an alias was added, changed or taken away."""
    session.flush()
    [aliases] = _ALIASES.rows(session, project=project.id)
    [entities] = _ENTITIES.rows(session, project=project.id)
    return (project.scheme_version, *aliases, *entities)


def _read(session: Session, project: Project) -> Known:
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
    names = Names(
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
    return Known(names, Likeness(_said(list(entities.values()), aliases)))


def _said(
    entities: Sequence[Entity], aliases: Mapping[int, Sequence[Alias]]
) -> dict[str, list[tuple[str, str]]]:
    """Key → what the registry says of it, each with its language. Reserved holders are in every text."""
    return {
        each.key: [
            (each.name, ""),
            *((text, language) for language, text in each.names.items()),
            *((text, language) for language, text in each.definitions.items()),
            *((pole, "") for pole in (each.favor_means, each.against_means) if pole),
            *((alias.name, alias.language or "") for alias in aliases.get(each.id or 0, ())),
        ]
        for each in entities
        if not each.reserved
    }


_ALIASES = Ready(
    sa.select(sa.func.count(), sa.func.max(ALIAS.c.id)).where(ALIAS.c.project_id == sa.bindparam("project"))
)
_ENTITIES = Ready(
    sa.select(sa.func.count(), sa.func.sum(ENTITY.c.id), sa.func.max(ENTITY.c.updated_at)).where(
        ENTITY.c.project_id == sa.bindparam("project"),
        ENTITY.c.deleted_at.is_(None),  # the index knows no others; one that went changes count and sum
    )
)
