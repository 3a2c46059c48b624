"""One item as a curator settles it: its words, who said what of it, and what is the same in their answers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import (
    Annotation,
    Disagreement,
    Entity,
    Item,
    Label,
    Outcome,
    Project,
    ProjectKind,
    Stance,
    User,
)
from annotator.quality.alignment import align
from annotator.store import adjudication, disagreements, history, named, questions, standing
from annotator.store.questions import Question


@dataclass(frozen=True, slots=True)
class Voice:
    """An annotator's answer under a letter that tells nothing of who gave it."""

    letter: str
    annotation: Annotation
    annotator: User


@dataclass(frozen=True, slots=True)
class Unit:
    """What several answers say of one thing: holder and target, or the one label that is asked."""

    holder: Entity | None
    target: Entity | None
    former: bool
    given: tuple[Stance | None, ...]  # a place a voice; None is absent

    @property
    def is_agreed(self) -> bool:
        """Whether all who judged gave the same label."""
        return len({stance.label_id if stance is not None else None for stance in self.given}) == 1


@dataclass(frozen=True, slots=True)
class Case:
    """All that is to be seen of one item before it is decided. Offsets are into the document's text."""

    item: Item
    question: Question
    start: int  # of the context
    end: int
    one_label: bool
    voices: tuple[Voice, ...]
    units: tuple[Unit, ...]  # over those voices that judged
    apart: Disagreement | None
    decision: Annotation | None  # that stands
    newest: Annotation | None  # the last revision, withdrawn or not: what the next one replaces
    decided_by: User | None
    looking: tuple[User, ...]  # others who have it open
    entities: dict[int, Entity]
    labels: dict[int, Label]

    @property
    def judges(self) -> tuple[Voice, ...]:
        """The voices that judged."""
        return tuple(voice for voice in self.voices if voice.annotation.outcome is Outcome.JUDGED)


def of(session: Session, project: Project, item: Item, *, user: User) -> Case:
    """The case of this item as it stands: about 20 queries, whatever the project's size."""
    assert item.id is not None
    [question] = questions.put(session, project, user, [questions.Asked(item.id, 0)])
    start, end = adjudication.span(session, project, item)
    voices = _voices(session, project, item)
    newest = adjudication.newest_of(session, item)
    decision = newest if newest is not None and not newest.withdrawn else None
    said = [voice.annotation for voice in voices] + ([decision] if decision is not None else [])
    fixed = [entity for entity in (item.holder_id, item.target_id) if entity is not None]
    entities, labels = named.of(session, said, also=fixed)
    one_label = project.kind is ProjectKind.DIRECTED or None not in {item.holder_id, item.target_id}
    return Case(
        item=item,
        question=question,
        start=start,
        end=end,
        one_label=one_label,
        voices=voices,
        units=_units(voices, entities, one_label=one_label),
        apart=session.get(Disagreement, item.id),
        decision=decision,
        newest=newest,
        decided_by=session.get(User, decision.annotator_id) if decision is not None else None,
        looking=tuple(disagreements.lookers(session, [item.id], user=user).get(item.id, ())),
        entities=entities,
        labels=labels,
    )


def letter(number: int) -> str:
    """0 → "A", 25 → "Z", 26 → "AA".

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    before, place = divmod(number, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + place)


def _voices(session: Session, project: Project, item: Item) -> tuple[Voice, ...]:
    """First answers that stand, in an order that is the item's own: no letter is always the same person."""
    query = (
        sa.select(Annotation, User)
        .join(User, col(User.id) == col(Annotation.annotator_id))
        .where(col(Annotation.item_id) == item.id, standing.is_current())
        .options(*history.whole())
    )
    rows = sorted(session.execute(query).all(), key=lambda row: _shuffle(project, item, row[1]))
    return tuple(Voice(letter(number), *row) for number, row in enumerate(rows))


def _shuffle(project: Project, item: Item, annotator: User) -> bytes:
    key = f"{project.pseudonym_key}:{item.id}:{annotator.id}"
    return hashlib.sha256(key.encode()).digest()


def _units(voices: Sequence[Voice], entities: dict[int, Entity], *, one_label: bool) -> tuple[Unit, ...]:
    """The aligned stances, the most contested first as nobody reads to the end of a list."""
    judged = [voice.annotation.stances for voice in voices if voice.annotation.outcome is Outcome.JUDGED]

    def unit(stance: Stance) -> object:
        return None if one_label else (stance.holder_id, stance.target_id, stance.former)

    found = []
    for given in align(judged, unit).values():
        first = next(stance for stance in given if stance is not None)
        names = entities[first.holder_id], entities[first.target_id]
        found.append(Unit(*names, former=first.former, given=tuple(given)))
    return tuple(sorted(found, key=lambda each: each.is_agreed))
