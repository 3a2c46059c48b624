"""The stances of an answer: names become entries of the registry and labels of the scheme, or are refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import (
    Entity,
    EntityKind,
    Outcome,
    Polarity,
    Project,
    ProjectKind,
    Reserved,
    Source,
    Span,
    SpanRole,
    Stance,
    StanceFlag,
    metadata,
)
from annotator.domain.answering import AnswerIn, StanceIn
from annotator.errors import Invalid
from annotator.store import entries
from annotator.store.asking import Asked
from annotator.store.ready import Ready
from annotator.store.registry import Registry

UNIQUE = ("holder_id", "target_id", "former")  # within an answer
LABEL, DOCUMENT, STANCE = (metadata.tables[name] for name in ("label", "document", "stance"))


@dataclass(frozen=True, slots=True)
class Called:
    """As much of a label as an answer that names it needs."""

    id: int
    name: str
    polarity: Polarity
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the stances of one item may name."""

    asked: Asked
    labels: dict[str, Called]  # retired ones and former names too: an answer under an older scheme is kept
    registry: Registry | None  # None: nothing is named
    document: str | None  # external id; some aliases hold in it only


@dataclass(frozen=True, slots=True)
class Made:
    """A stance to be stored: its columns, and the rows that hang on it."""

    columns: dict[str, Any]
    spans: list[tuple[SpanRole, int, int]]  # code points
    sources: list[int]  # row ids of entities, the nearest to the text first

    def as_row(self) -> Stance:
        """The mapped object of it, not added yet."""
        return Stance(
            **self.columns,
            spans=[Span(role=role, start=start, end=end) for role, start, end in self.spans],
            sources=[Source(position=n, entity_id=source) for n, source in enumerate(self.sources)],
        )


def made(session: Session, asked: Asked, answer: AnswerIn, shown: tuple[int, int]) -> list[Made]:
    """An answer's stances, not stored yet. `shown` is the context, in code points.

    Raises
    ------
    Invalid
        If a label or name is unknown or ambiguous, a span lies outside the context, or two stances
        have the same holder and target; says where.
    """
    if answer.outcome is not Outcome.JUDGED:
        return []
    if _asks_for_one(asked) and len(answer.stances) != 1:
        raise Invalid("This item asks for one label.", {"stances": "must be exactly one"})
    if not answer.stances:
        return []
    scheme = _scheme(session, asked, answer)
    stances = [_at(scheme, position, given, shown) for position, given in enumerate(answer.stances)]
    if len({tuple(each.columns[name] for name in UNIQUE) for each in stances}) < len(stances):
        twice = "repeat a holder and target"
        raise Invalid("Two stances have the same holder and target.", {"stances": twice})
    return stances


def insert(session: Session, annotation: int, stances: Iterable[Made]) -> None:
    """Store the stances of an answer: a statement each, and one each for all spans and all sources."""
    spans: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    for each in stances:
        [stance] = _INSERT.values(session, **each.columns, annotation_id=annotation)
        spans += (
            {"stance_id": stance, "role": role, "start": start, "end": end} for role, start, end in each.spans
        )
        sources += (
            {"stance_id": stance, "position": n, "entity_id": source} for n, source in enumerate(each.sources)
        )
    _INSERT_SPANS.run_each(session, spans)
    _INSERT_SOURCES.run_each(session, sources)


def _asks_for_one(asked: Asked) -> bool:
    fixed = asked.target_id is not None and asked.holder_id is not None
    return asked.kind is ProjectKind.DIRECTED and fixed


def _scheme(session: Session, asked: Asked, answer: AnswerIn) -> Scheme:
    """The labels, and the entities that the answer's names may mean: none where all is fixed and unnamed."""
    rows = _LABELS.rows(session, project=asked.project_id)
    labels = {label.name: label for label in (Called(*row) for row in rows)}
    if asked.scheme_version > 1:
        by_id = {label.id: label for label in labels.values()}
        former = entries.former_names(session, session.get_one(Project, asked.project_id))
        labels = {name: by_id[id_] for name, id_ in former.items() if id_ in by_id} | labels
    names = set(_names(asked, answer))
    if not names:
        return Scheme(asked, labels, None, None)
    [document] = _DOCUMENT.values(session, document=asked.document_id)
    fixed = [entity for entity in (asked.target_id, asked.holder_id) if entity is not None]
    registry = Registry.naming(session, asked.project_id, names, document=document, ids=fixed)
    return Scheme(asked, labels, registry, document)


def _names(asked: Asked, answer: AnswerIn) -> Iterable[str]:
    for stance in answer.stances:
        if asked.holder_id is None and not stance.holder:
            yield Reserved.AUTHOR
        yield from filter(None, (stance.target, stance.holder, stance.voice))
        yield from stance.sources


def _at(scheme: Scheme, position: int, given: StanceIn, shown: tuple[int, int]) -> Made:
    try:
        made = _stance(scheme, given, position)
        _check_spans(given, shown)
    except Invalid as error:
        field, problem = next(iter(error.where.items()))
        where = f"stances.{position}.{field}"
        raise Invalid(f"{where}: {problem}", {where: problem}) from None
    return made


def _stance(scheme: Scheme, given: StanceIn, position: int) -> Made:
    columns = {
        "position": position,
        "label_id": _label(scheme, given.label),
        "holder_id": _holder(scheme, given.holder),
        "target_id": _target(scheme, given.target),
        "attribution": given.attribution,
        "voice_id": _id(_named(scheme, given.voice, "voice")) if given.voice else None,
        "confidence": given.confidence,
        "former": StanceFlag.FORMER in given.flags,
        "flags": sorted({str(flag) for flag in given.flags}),
        "candidate": given.candidate,
    }
    sources = [_id(_named(scheme, name, "sources")) for name in given.sources]
    return Made(columns, _spans(given), sources)


def _label(scheme: Scheme, name: str) -> int:
    label = scheme.labels.get(name)
    if label is None:
        in_use = ", ".join(
            called
            for called, each in scheme.labels.items()
            if each.retired_at is None and called == each.name
        )
        _refuse("label", f"{name!r} is no label of this project; there are {in_use}")
    if label.polarity in {Polarity.NONE, Polarity.UNRELATED} and scheme.asked.target_id is None:
        _refuse("label", f"{name} exists only where the target is fixed; here, leave the stance out")
    return label.id


def _holder(scheme: Scheme, name: str | None) -> int:
    if scheme.asked.holder_id is not None:
        return _fixed(scheme, scheme.asked.holder_id, name, "holder")
    holder = _named(scheme, name or Reserved.AUTHOR, "holder")
    if holder.kind is not EntityKind.ACTOR:
        _refuse("holder", f"{holder.name!r} is registered as {holder.kind}: only an actor can hold a stance")
    return _id(holder)


def _target(scheme: Scheme, name: str | None) -> int:
    if scheme.asked.target_id is not None:
        return _fixed(scheme, scheme.asked.target_id, name, "target")
    if not name:
        _refuse("target", "is missing: this item does not fix it")
    return _id(_named(scheme, name, "target"))


def _fixed(scheme: Scheme, fixed: int, name: str | None, field: str) -> int:
    if not name:
        return fixed
    assert scheme.registry is not None
    entity = scheme.registry.entities[fixed]
    if entries.stands(_named(scheme, name, field)) != entries.stands(entity):
        _refuse(field, f"is {name!r}, but this item fixes it as {entity.name!r}")
    return fixed


def _named(scheme: Scheme, name: str, field: str) -> Entity:
    assert scheme.registry is not None
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


def _spans(given: StanceIn) -> list[tuple[SpanRole, int, int]]:
    return [(role, start, end) for role, _, spans in _by_role(given) for start, end in sorted(set(spans))]


def _check_spans(given: StanceIn, shown: tuple[int, int]) -> None:
    first, last = shown
    for _, field, spans in _by_role(given):
        for start, end in spans:
            if not first <= start < end <= last:
                _refuse(field, f"[{start}, {end}] does not lie in the context shown, [{first}, {last}]")


_INSERT = Ready(sa.insert(STANCE).returning(STANCE.c.id))
_INSERT_SPANS = Ready(sa.insert(metadata.tables["span"]))
_INSERT_SOURCES = Ready(sa.insert(metadata.tables["source"]))
_LABELS = Ready(
    sa.select(LABEL.c.id, LABEL.c.name, LABEL.c.polarity, LABEL.c.retired_at)
    .where(LABEL.c.project_id == sa.bindparam("project"), LABEL.c.deleted_at.is_(None))
    .order_by(LABEL.c.position, LABEL.c.id)
)
_DOCUMENT = Ready(sa.select(DOCUMENT.c.external_id).where(DOCUMENT.c.id == sa.bindparam("document")))
