"""The stances of an answer: names become entries of the registry and labels of the scheme, or are refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Document,
    Entity,
    EntityKind,
    Item,
    Label,
    Outcome,
    Polarity,
    Project,
    ProjectKind,
    Reserved,
    Segment,
    Source,
    Span,
    SpanRole,
    Stance,
    StanceFlag,
)
from annotator.domain.answering import AnswerIn, StanceIn
from annotator.errors import Invalid
from annotator.store import entries
from annotator.store.registry import Registry

Row = TypeVar("Row", Entity, Label)


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the stances of one item may name."""

    item: Item
    document: str  # external id; some aliases hold in it only
    labels: dict[str, Label]  # retired ones and former names too: an answer under an older scheme is kept
    registry: Registry


def made(
    session: Session, project: Project, item: Item, answer: AnswerIn, shown: tuple[int, int]
) -> list[Stance]:
    """The rows of an answer's stances, not added yet. `shown` is the context, in code points.

    Raises
    ------
    Invalid
        If a label or name is unknown or ambiguous, a span lies outside the context, or two stances
        have the same holder and target; says where.
    """
    if answer.outcome is not Outcome.JUDGED:
        return []
    if _asks_for_one(project, item) and len(answer.stances) != 1:
        raise Invalid("This item asks for one label.", {"stances": "must be exactly one"})
    if not answer.stances:
        return []
    scheme = _scheme(session, project, item, answer)
    stances = [_at(scheme, position, given, shown) for position, given in enumerate(answer.stances)]
    if len({(each.holder_id, each.target_id, each.former) for each in stances}) < len(stances):
        twice = "repeat a holder and target"
        raise Invalid("Two stances have the same holder and target.", {"stances": twice})
    return stances


def names_of(
    session: Session, annotations: Iterable[Annotation], *, also: Iterable[int] = ()
) -> tuple[dict[int, Entity], dict[int, Label]]:
    """The entities and labels that the stances of these answers name, by id, as they are read now.

    What was merged is what it stands for. Two queries, and one more for each kind of which some were
    merged. `also` are ids of further entities.
    """
    stances = [stance for annotation in annotations for stance in annotation.stances]
    entities = set(also)
    if not stances and not entities:
        return {}, {}
    entities |= {each.holder_id for each in stances} | {each.target_id for each in stances}
    entities |= {each.voice_id for each in stances if each.voice_id is not None}
    entities |= {source.entity_id for each in stances for source in each.sources}
    labels = {each.label_id for each in stances}
    return standing(session, Entity, entities), standing(session, Label, labels)


def standing(session: Session, table: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    """The entities or labels of these ids; in the place of a merged one, what it stands for."""
    rows = {row.id: row for row in session.exec(select(table).where(col(table.id).in_(ids))) if row.id}
    into = {row.merged_into_id for row in rows.values() if row.merged_into_id is not None}
    if not into:
        return rows
    found = {row.id: row for row in session.exec(select(table).where(col(table.id).in_(into)))}
    return {id_: found.get(row.merged_into_id, row) for id_, row in rows.items()}


def _asks_for_one(project: Project, item: Item) -> bool:
    fixed = item.target_id is not None and item.holder_id is not None
    return project.kind is ProjectKind.DIRECTED and fixed


def _scheme(session: Session, project: Project, item: Item, answer: AnswerIn) -> Scheme:
    assert project.id is not None
    document = session.exec(
        select(Document.external_id).join(Segment).where(col(Segment.id) == item.segment_id)
    ).one()
    fixed = [entity for entity in (item.target_id, item.holder_id) if entity is not None]
    registry = Registry.naming(session, project.id, _names(answer), document=document, ids=fixed)
    labels = entries.labels_by_name(session, project)
    return Scheme(item, document, labels, registry)


def _names(answer: AnswerIn) -> Iterable[str]:
    yield Reserved.AUTHOR
    for stance in answer.stances:
        yield from filter(None, (stance.target, stance.holder, stance.voice))
        yield from stance.sources


def _at(scheme: Scheme, position: int, given: StanceIn, shown: tuple[int, int]) -> Stance:
    try:
        stance = _stance(scheme, given)
        _check_spans(given, shown)
    except Invalid as error:
        field, problem = next(iter(error.where.items()))
        where = f"stances.{position}.{field}"
        raise Invalid(f"{where}: {problem}", {where: problem}) from None
    stance.position = position
    return stance


def _stance(scheme: Scheme, given: StanceIn) -> Stance:
    label = _label(scheme, given.label)
    holder = _holder(scheme, given.holder)
    target = _target(scheme, given.target)
    voice = _named(scheme, given.voice, "voice") if given.voice else None
    sources = [_named(scheme, name, "sources") for name in given.sources]
    return Stance(
        position=0,
        holder_id=_id(holder),
        target_id=_id(target),
        label_id=label.id or 0,
        attribution=given.attribution,
        voice_id=_id(voice) if voice is not None else None,
        confidence=given.confidence,
        former=StanceFlag.FORMER in given.flags,
        flags=sorted({str(flag) for flag in given.flags}),
        candidate=given.candidate,
        spans=_spans(given),
        sources=[Source(position=n, entity_id=_id(source)) for n, source in enumerate(sources)],
    )


def _label(scheme: Scheme, name: str) -> Label:
    label = scheme.labels.get(name)
    if label is None:
        in_use = ", ".join(
            called
            for called, each in scheme.labels.items()
            if each.retired_at is None and called == each.name
        )
        _refuse("label", f"{name!r} is no label of this project; there are {in_use}")
    if label.polarity in {Polarity.NONE, Polarity.UNRELATED} and scheme.item.target_id is None:
        _refuse("label", f"{name} exists only where the target is fixed; here, leave the stance out")
    return label


def _holder(scheme: Scheme, name: str | None) -> Entity:
    if scheme.item.holder_id is not None:
        return _fixed(scheme, scheme.item.holder_id, name, "holder")
    holder = _named(scheme, name or Reserved.AUTHOR, "holder")
    if holder.kind is not EntityKind.ACTOR:
        _refuse("holder", f"{holder.name!r} is registered as {holder.kind}: only an actor can hold a stance")
    return holder


def _target(scheme: Scheme, name: str | None) -> Entity:
    if scheme.item.target_id is not None:
        return _fixed(scheme, scheme.item.target_id, name, "target")
    if not name:
        _refuse("target", "is missing: this item does not fix it")
    return _named(scheme, name, "target")


def _fixed(scheme: Scheme, fixed: int, name: str | None, field: str) -> Entity:
    entity = scheme.registry.entities[fixed]
    if name and entries.stands(_named(scheme, name, field)) != entries.stands(entity):
        _refuse(field, f"is {name!r}, but this item fixes it as {entity.name!r}")
    return entity


def _named(scheme: Scheme, name: str, field: str) -> Entity:
    try:
        entity = scheme.registry.find(name, scheme.document)
    except Invalid as error:
        _refuse(field, str(error))
    if entity is None:
        _refuse(field, f"{name!r} is not in the registry of this project")
    return entity


def _refuse(field: str, problem: str) -> NoReturn:
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
    first, last = shown
    for _, field, spans in _by_role(given):
        for start, end in spans:
            if not first <= start < end <= last:
                _refuse(field, f"[{start}, {end}] does not lie in the context shown, [{first}, {last}]")
