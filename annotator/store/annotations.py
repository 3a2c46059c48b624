"""Append an answer with its stances and spans, and read the current one.

An answer is never refused because time passed: without a free seat it is kept as surplus.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Document,
    Entity,
    Item,
    Kind,
    Label,
    Membership,
    Polarity,
    Project,
    ProjectKind,
    Purpose,
    Reserved,
    Segment,
    Source,
    Span,
    SpanRole,
    Stance,
    StanceFlag,
    User,
)
from annotator.domain.answer import Outcome
from annotator.domain.answering import AnswerIn, StanceIn
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import context, projects, queue
from annotator.store.registry import Registry

USED = "This uuid was used for another answer: make a new one for each answer."


def append(
    session: Session, user: User, uuid: UUID, answer: AnswerIn, *, lease_minutes: int = 30
) -> tuple[Annotation, bool]:
    """Save one answer; return it, and whether it is new. The same answer sent twice is saved once.

    Raises
    ------
    NotFound
        If the item is in no project of this person.
    Conflict
        If the uuid has another body, or `replaces` is not the current answer; carries the current one.
    Invalid
        If the scheme has no such label, a name is unknown or ambiguous, or a span is not within
        the context shown.
    """
    queue.lock(session, user)
    saved = session.exec(select(Annotation).where(Annotation.uuid == uuid)).first()
    if saved is not None:
        if saved.annotator_id != user.id or saved.body_sha256 != answer.sha256():
            raise Conflict(USED)
        return saved, False
    item, project = _find_item(session, user, answer)
    annotation = _next_revision(session, user, item, uuid, answer)
    shown = _context(session, project, item, answer)
    annotation.context_start, annotation.context_end = shown
    if not answer.withdrawn:
        annotation.stances = _stances(session, project, item, answer, shown)
    _take_or_keep_seat(session, user, item, annotation, lease_minutes)
    session.add(annotation)
    session.flush()
    return annotation, True


def current(session: Session, user: User, item: Item, *, occasion: int = 0) -> Annotation | None:
    """The person's answer as it stands: the newest revision, unless it withdraws the answer."""
    newest = _newest(session, user, item, occasion)
    return None if newest is None or newest.withdrawn else newest


def _find_item(session: Session, user: User, answer: AnswerIn) -> tuple[Item, Project]:
    query = (
        select(Item, Project)
        .join(Project, col(Project.id) == col(Item.project_id))
        .where(
            Item.external_id == answer.item,
            col(Item.deleted_at).is_(None),
            col(Project.deleted_at).is_(None),
        )
    )
    if answer.project is not None:
        query = query.where(Project.slug == answer.project)
    if not user.is_admin:
        seats = sa.select(col(Membership.project_id)).where(
            col(Membership.user_id) == user.id, col(Membership.deleted_at).is_(None)
        )
        query = query.where(col(Project.id).in_(seats))
    found = list(session.exec(query.limit(2)))
    if not found:
        raise NotFound(f"There is no item {answer.item!r} in your projects.")
    if len(found) > 1:
        message = f'Several of your projects have an item {answer.item!r}: add "project" with the slug.'
        raise Invalid(message, {"project": "is needed here"})
    return found[0]


def _next_revision(session: Session, user: User, item: Item, uuid: UUID, answer: AnswerIn) -> Annotation:
    assert user.id is not None and item.id is not None
    lease = queue.live_lease(session, user, item)
    occasion = lease.occasion if lease is not None else 0
    newest = _newest(session, user, item, occasion)
    stands = newest if newest is not None and not newest.withdrawn else None
    replaced = str(newest.uuid) if newest is not None else None
    if answer.replaces != replaced and (stands is not None or answer.replaces is not None):
        raise Conflict("Another answer of yours stands here: look at both and choose.", current=stands)
    if answer.withdrawn and stands is None:
        raise Conflict("There is no answer here to withdraw.")
    return Annotation(
        uuid=uuid,
        item_id=item.id,
        annotator_id=user.id,
        occasion=occasion,
        revision=newest.revision + 1 if newest is not None else 0,
        replaces=newest.uuid if newest is not None else None,
        withdrawn=answer.withdrawn,
        counted=newest.counted if newest is not None else True,
        outcome=answer.outcome,
        flags=[str(flag) for flag in answer.flags],
        comment=answer.comment,
        seconds=answer.seconds,
        answered_at=answer.answered_at,
        guidelines_version=answer.shown.guidelines,
        scheme_version=answer.shown.scheme,
        body_sha256=answer.sha256(),
    )


def _newest(session: Session, user: User, item: Item, occasion: int) -> Annotation | None:
    query = select(Annotation).where(
        Annotation.item_id == item.id,
        Annotation.annotator_id == user.id,
        Annotation.kind == Kind.ANNOTATION,
        Annotation.occasion == occasion,
    )
    return session.exec(query.order_by(col(Annotation.revision).desc()).limit(1)).first()


def _take_or_keep_seat(
    session: Session, user: User, item: Item, annotation: Annotation, lease_minutes: int
) -> None:
    if item.purpose is not Purpose.WORK:
        return
    if annotation.withdrawn:
        queue.lend_again(session, user, item, takes_seat=annotation.counted, minutes=lease_minutes)
    elif (
        annotation.revision == 0
        or queue.live_lease(session, user, item) is not None
        or not annotation.counted
    ):
        annotation.counted = queue.take_seat(session, user, item)


def _context(session: Session, project: Project, item: Item, answer: AnswerIn) -> tuple[int, int]:
    """The span that was on the screen: as the page says, else what the project shows."""
    segment = session.get_one(Segment, item.segment_id)
    if answer.shown.context is None:
        return context.span(session, segment, project.context)
    start, end = answer.shown.context
    if not (0 <= start <= segment.start and segment.end <= end):
        where = f"is [{start}, {end}], which does not hold the segment [{segment.start}, {segment.end}]"
        raise Invalid(f"shown.context {where}.", {"shown.context": where})
    length = session.exec(
        select(sa.func.length(Document.text)).where(col(Document.id) == segment.document_id)
    ).one()
    return start, min(end, length)


def _stances(
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
