"""The stances of an answer, held against its item, the scheme and the registry."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Document, Entity, EntityKind, Item, Label, Polarity, Project, ProjectKind, Reserved, Segment, Source, Span, SpanRole, Stance, StanceFlag,
)
from annotator.domain.answer import Outcome
from annotator.domain.answering import AnswerIn, StanceIn
from annotator.errors import Invalid
from annotator.store import projects
from annotator.store.registry import Registry


def made(
    session: Session, project: Project, item: Item, answer: AnswerIn, shown: tuple[int, int]
) -> list[Stance]:
    if answer.outcome is not Outcome.JUDGED:
        return []
    if (
        project.kind is ProjectKind.DIRECTED
        and item.target_id
        and item.holder_id
        and len(answer.stances) != 1
    ):
        raise Invalid("This item asks for one label.", {"stances": "must be exactly one"})
    assert project.id is not None
    registry = Registry.load(session, project.id)
    labels = {label.name: label for label in projects.labels(session, project)}
    document = session.exec(
        select(Document.external_id).join(Segment).where(col(Segment.id) == item.segment_id)
    ).one()
    stances: list[Stance] = []
    for position, given in enumerate(answer.stances):
        where = f"stances.{position}"
        try:
            stances.append(_stance(registry, labels, item, document, given, position=position))
            _check_spans(given, shown)
        except Invalid as error:
            field, problem = next(iter(error.where.items()), ("", str(error)))
            path = f"{where}.{field}" if field else where
            raise Invalid(f"{path}: {problem}", {path: problem}) from None
    tuples = [(stance.holder_id, stance.target_id, stance.former) for stance in stances]
    if len(set(tuples)) < len(tuples):
        raise Invalid(
            "Two stances have the same holder and target.", {"stances": "repeat a holder and target"}
        )
    return stances


def _stance(
    registry: Registry, labels: dict[str, Label], item: Item, document: str, given: StanceIn, *, position: int
) -> Stance:
    label = labels.get(given.label)
    if label is None or label.retired_at is not None:
        _refuse("label", f"{given.label!r} is no label of this project; there are {', '.join(labels)}")
    assert label is not None and label.id is not None
    if label.polarity in {Polarity.NONE, Polarity.UNRELATED} and item.target_id is None:
        _refuse("label", f"{label.name} exists only where the target is fixed; here, leave the stance out")
    holder = _fixed_or_named(
        registry, item.holder_id, given.holder, document, "holder", default=Reserved.AUTHOR
    )
    target = _fixed_or_named(registry, item.target_id, given.target, document, "target")
    if holder.kind != "actor":
        _refuse("holder", f"{holder.name!r} is registered as {holder.kind}: only an actor can hold a stance")
    voice = _named(registry, given.voice, document, "voice") if given.voice else None
    sources = [_named(registry, name, document, "sources") for name in given.sources]
    flags = sorted({str(flag) for flag in given.flags})
    return Stance(
        position=position,
        holder_id=_id(holder),
        target_id=_id(target),
        label_id=label.id,
        attribution=given.attribution,
        voice_id=voice.id if voice is not None else None,
        confidence=given.confidence,
        former=StanceFlag.FORMER in given.flags,
        flags=flags,
        spans=_spans(given),
        sources=[Source(position=n, entity_id=_id(source)) for n, source in enumerate(sources)],
    )


def _fixed_or_named(
    registry: Registry,
    fixed: int | None,
    name: str | None,
    document: str,
    field: str,
    *,
    default: str | None = None,
) -> Entity:
    if name is None and fixed is None and default is None:
        _refuse(field, "is missing: this item does not fix it")
    if fixed is None:
        return _named(registry, name or str(default), document, field)
    entity = registry.entities[fixed]
    if name is not None and _named(registry, name, document, field) is not entity:
        _refuse(field, f"is {name!r}, but this item fixes it as {entity.name!r}")
    return entity


def _named(registry: Registry, name: str, document: str, field: str) -> Entity:
    try:
        entity = registry.find(name, document)
    except Invalid as error:
        _refuse(field, str(error))
    if entity is None:
        _refuse(field, f"{name!r} is not in the registry of this project")
    assert entity is not None
    return entity


def _refuse(field: str, problem: str) -> None:
    raise Invalid(problem, {field: problem})


def _id(entity: Entity) -> int:
    assert entity.id is not None
    return entity.id


def _by_role(given: StanceIn) -> list[tuple[SpanRole, str, list[tuple[int, int]]]]:
    return [
        (SpanRole.RATIONALE, "rationales", given.rationales),
        (SpanRole.HOLDER, "mentions.holder", given.mentions.holder),
        (SpanRole.TARGET, "mentions.target", given.mentions.target),
    ]


def _spans(given: StanceIn) -> list[Span]:
    return [
        Span(role=role, start=start, end=end)
        for role, _, spans in _by_role(given)
        for start, end in sorted(set(spans))
    ]


def _check_spans(given: StanceIn, shown: tuple[int, int]) -> None:
    for _, field, spans in _by_role(given):
        for start, end in spans:
            if not shown[0] <= start < end <= shown[1]:
                _refuse(
                    field, f"[{start}, {end}] does not lie in the context shown, [{shown[0]}, {shown[1]}]"
                )
