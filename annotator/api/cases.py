"""One case as the API gives it out: the words, every answer under its letter, and the decision."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlmodel import Session

from annotator.api.answers import NamedStanceOut, StanceOut
from annotator.api.question import DocumentOut, SegmentOut
from annotator.api.schemas import EntityOut, Outgoing
from annotator.domain import Annotation, User
from annotator.store import named
from annotator.store.cases import Case, Unit, Voice


class VoiceOut(Outgoing):
    """An annotator's answer under its letter; `annotator` is told only where names were asked for."""

    letter: str
    uuid: UUID
    annotator: str | None
    simulated: bool
    outcome: str
    stances: list[NamedStanceOut]
    flags: list[str]
    comment: str | None
    seconds: float | None
    counted: bool

    @classmethod
    def of(cls, voice: Voice, case: Case, *, names: bool) -> Self:
        """From its rows."""
        own = {
            "letter": voice.letter,
            "annotator": voice.annotator.shown_name if names else None,
            "simulated": voice.annotator.simulated,
            "stances": _named(voice.annotation, case),
        }
        return cls.model_validate(voice.annotation.model_dump() | own)


class UnitOut(Outgoing):
    """What is the same in several answers: letter → the label given, null is absent."""

    holder: str | None
    target: str | None
    former: bool
    labels: dict[str, str | None]

    @classmethod
    def of(cls, unit: Unit, case: Case) -> Self:
        """From its stances, a place a judge."""
        given = zip(case.judges, unit.given, strict=True)
        return cls(
            holder=unit.holder.key if unit.holder is not None else None,
            target=unit.target.key if unit.target is not None else None,
            former=unit.former,
            labels={
                voice.letter: case.labels[stance.label_id].name if stance is not None else None
                for voice, stance in given
            },
        )


class DecisionOut(Outgoing):
    """A decision as it stands, and by whom."""

    uuid: UUID
    item: str
    by: str
    revision: int
    replaces: UUID | None
    withdrawn: bool
    outcome: str
    stances: list[StanceOut]
    flags: list[str]
    reason: str | None
    comment: str | None
    comment_released: bool
    precedent: bool
    accepted: UUID | None
    created_at: datetime


class CaseOut(Outgoing):
    """One item with all that was said of it. Offsets are code points of the document."""

    item: str
    segment: SegmentOut
    context: SegmentOut
    document: DocumentOut
    target: EntityOut | None
    holder: EntityOut | None
    answers: list[VoiceOut]
    units: list[UnitOut]
    decision: DecisionOut | None
    replaces: UUID | None  # for the next decision to name
    looking: list[str]


def case_out(session: Session, case: Case, *, names: bool) -> CaseOut:
    """A case as the API gives it out."""
    question, text = case.question, case.question.document.text
    segment = question.segment
    by, decision = case.decided_by, case.decision
    return CaseOut(
        item=case.item.external_id,
        segment=SegmentOut(text=text[segment.start : segment.end], start=segment.start, end=segment.end),
        context=SegmentOut(text=text[case.start : case.end], start=case.start, end=case.end),
        document=DocumentOut.of(question.document),
        target=EntityOut.of(question.target) if question.target is not None else None,
        holder=EntityOut.of(question.holder) if question.holder is not None else None,
        answers=[VoiceOut.of(voice, case, names=names) for voice in case.voices],
        units=[UnitOut.of(unit, case) for unit in case.units],
        decision=(
            decision_out(session, decision, item=case.item.external_id, by=by)
            if decision is not None and by is not None
            else None
        ),
        replaces=case.newest.uuid if case.newest is not None else None,
        looking=[user.shown_name for user in case.looking],
    )


def decision_out(session: Session, decision: Annotation, *, item: str, by: User) -> DecisionOut:
    """A decision as the API gives it out."""
    entities, labels = named.of(session, [decision])
    said = [StanceOut.of(each, entities=entities, labels=labels) for each in decision.stances]
    own = {"item": item, "by": by.shown_name, "stances": said}
    return DecisionOut.model_validate(decision.model_dump() | own)


def _named(annotation: Annotation, case: Case) -> list[NamedStanceOut]:
    return [
        NamedStanceOut.of(each, entities=case.entities, labels=case.labels) for each in annotation.stances
    ]
