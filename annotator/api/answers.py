"""Answers as the API gives them back: the receipt, and what stands where another answer was sent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlmodel import Session

from annotator.api.schemas import Outgoing, Problem
from annotator.domain import Annotation, Entity, Item, Label, Project, Purpose, SpanRole, Stance, User
from annotator.store import arms, expected, named
from annotator.store.annotations import Saved


class ExpectedOut(Outgoing):
    """What a training item expects, told after the answer to it."""

    met: bool
    outcome: str
    stances: "list[NamedStanceOut]"
    explanation: str | None


class AnnotationOut(Outgoing):
    """What was stored. `counted` false: others had all seats; the answer is kept as surplus."""

    uuid: UUID
    revision: int
    counted: bool
    withdrawn: bool
    created_at: datetime
    expected: ExpectedOut | None = None  # of a training item alone

    @classmethod
    def of(cls, session: Session, saved: Saved) -> Self:
        """From what was saved; with what was expected, where it is an answer to a training item."""
        is_training = saved.purpose is Purpose.TRAINING and not saved.withdrawn
        return cls(
            uuid=saved.uuid,
            revision=saved.revision,
            counted=saved.counted,
            withdrawn=saved.withdrawn,
            created_at=saved.created_at,
            expected=_expected(session, session.get_one(Annotation, saved.id)) if is_training else None,
        )


class MentionsOut(Outgoing):
    """Where the text names the holder and the target, in code points."""

    holder: list[tuple[int, int]]
    target: list[tuple[int, int]]


class StanceOut(Outgoing):
    """A stance in the shape that it is sent in: entities by key, the label by name."""

    label: str
    target: str
    holder: str | None  # None: hidden from this person
    attribution: str | None
    voice: str | None
    sources: list[str]
    confidence: float | None
    flags: list[str]
    rationales: list[tuple[int, int]]
    mentions: MentionsOut
    candidate: str | None

    @classmethod
    def of(
        cls,
        stance: Stance,
        *,
        entities: dict[int, Entity],
        labels: dict[int, Label],
        is_masked: bool = False,
    ) -> Self:
        """From its row and the rows that it names; masked, without the holder that its item fixes."""
        spans: dict[str, list[tuple[int, int]]] = {role: [] for role in SpanRole}
        for span in stance.spans:
            spans[span.role].append((span.start, span.end))
        return cls(
            label=labels[stance.label_id].name,
            target=entities[stance.target_id].key,
            holder=None if is_masked else entities[stance.holder_id].key,
            attribution=stance.attribution,
            voice=entities[stance.voice_id].key if stance.voice_id is not None else None,
            sources=[entities[source.entity_id].key for source in stance.sources],
            confidence=stance.confidence,
            flags=stance.flags,
            rationales=spans[SpanRole.RATIONALE],
            mentions=MentionsOut(holder=spans[SpanRole.HOLDER], target=spans[SpanRole.TARGET]),
            candidate=stance.candidate,
        )


class NamedStanceOut(StanceOut):
    """A stance with the names of what it names by key: the page's registry may not have them any more."""

    holder_name: str | None
    target_name: str
    voice_name: str | None

    @classmethod
    def of(
        cls,
        stance: Stance,
        *,
        entities: dict[int, Entity],
        labels: dict[int, Label],
        is_masked: bool = False,
    ) -> Self:
        """From its row and the rows that it names; masked, without the holder that its item fixes."""
        said = StanceOut.of(stance, entities=entities, labels=labels, is_masked=is_masked)
        return cls(
            **said.model_dump(),
            holder_name=None if is_masked else entities[stance.holder_id].name,
            target_name=entities[stance.target_id].name,
            voice_name=entities[stance.voice_id].name if stance.voice_id is not None else None,
        )


def _expected(session: Session, annotation: Annotation) -> ExpectedOut | None:
    item = session.get_one(Item, annotation.item_id)
    known = expected.of(session, [item.id]).get(item.id) if item.id is not None else None
    if known is None:
        return None
    entities, labels = named.of(session, [known])
    is_masked = item.holder_id is not None and item.id in _masked_from(session, annotation)
    told = [
        NamedStanceOut.of(each, entities=entities, labels=labels, is_masked=is_masked)
        for each in known.stances
    ]
    is_met = expected.is_met(annotation, known)
    return ExpectedOut(met=is_met, outcome=known.outcome, stances=told, explanation=item.explanation)


def _masked_from(session: Session, annotation: Annotation) -> set[int]:
    """The item of an answer, if its holder is hidden from who gave it."""
    item = session.get_one(Item, annotation.item_id)
    project = session.get_one(Project, item.project_id)
    return arms.masked(session, project, session.get_one(User, annotation.annotator_id), [annotation.item_id])


class AnswerOut(Outgoing):
    """An answer as it stands."""

    uuid: UUID
    item: str
    revision: int
    counted: bool
    outcome: str
    stances: list[StanceOut]
    flags: list[str]
    comment: str | None
    created_at: datetime

    @classmethod
    def of(
        cls,
        annotation: Annotation,
        *,
        item: str,
        entities: dict[int, Entity],
        labels: dict[int, Label],
        is_masked: bool = False,
    ) -> Self:
        """From its row, its item's id and the rows that its stances name; masked, without the holder."""
        said = [
            StanceOut.of(each, entities=entities, labels=labels, is_masked=is_masked)
            for each in annotation.stances
        ]
        return cls.model_validate({**annotation.model_dump(), "item": item, "stances": said})


def answers_out(
    session: Session,
    annotations: Sequence[Annotation],
    *,
    items: Mapping[int, str],
    masked: Collection[int] = (),
) -> list[AnswerOut]:
    """Answers with the names that they use, in two queries; `items` are external ids by row id.

    `masked` are the row ids of items that fix a holder which this person is not to know.
    """
    entities, labels = named.of(session, annotations)
    return [
        AnswerOut.of(
            each,
            item=items[each.item_id],
            entities=entities,
            labels=labels,
            is_masked=each.item_id in masked,
        )
        for each in annotations
    ]


def conflict_out(session: Session, current: Annotation, *, item: str) -> AnswerOut:
    """The answer that stands where its annotator sent another one."""
    fixed = session.get_one(Item, current.item_id).holder_id is not None
    masked = _masked_from(session, current) if fixed else set()
    [told] = answers_out(session, [current], items={current.item_id: item}, masked=masked)
    return told


class ConflictProblem(Problem):
    """Somebody else, or an earlier request, was there first; `current` is what stands there now."""

    current: AnswerOut | None = None
