"""The curator's final answer to an item: appended, one current at most, whoever gives it.

Decisions about an item are one chain of revisions, whoever makes them: a unique index over (item, revision)
holds it, and the highest one is current unless it withdraws. What annotators said stays as it is.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Document, Item, Kind, Look, Project, Segment, User
from annotator.domain.deciding import DecisionIn
from annotator.errors import Conflict, Forbidden, Invalid, NotFound
from annotator.store import asking, audit, context, items, stances, weighing

USED = "This uuid was used for another decision: make a new one for each."
FIRST = "Another curator has decided this item meanwhile: look at both decisions."


def decide(
    session: Session, project: Project, curator: User, uuid: UUID, decision: DecisionIn
) -> tuple[Annotation, bool]:
    """Save one decision; return it, and whether it is new. The same one sent twice is saved once.

    About 20 statements, and two for each stance.

    Raises
    ------
    NotFound
        If the project has no such item, or no such answer to accept.
    Conflict
        If the uuid has another body, or `replaces` is not the decision that stands; carries that one.
    Forbidden
        If somebody else's decision is to be withdrawn.
    Invalid
        If the scheme has no such label, a name is unknown or ambiguous, or a span is outside the context.
    """
    item = items.find(session, project, decision.item)
    assert item.id is not None and curator.id is not None
    _lock(session, item)
    saved = session.exec(select(Annotation).where(Annotation.uuid == uuid)).first()
    if saved is not None:
        if saved.annotator_id != curator.id or saved.body_sha256 != decision.sha256():
            raise Conflict(USED)
        return saved, False
    annotation = _next_revision(session, curator, item, uuid, decision)
    shown = _context(session, project, item, decision)
    annotation.context_start, annotation.context_end = shown
    if not decision.withdrawn:
        made = stances.made(session, asking.of(session, item), decision, shown)
        annotation.stances = [each.as_row() for each in made]
    _store(session, annotation)
    mine = sa.delete(Look).where(col(Look.item_id) == item.id, col(Look.user_id) == curator.id)
    session.execute(mine)
    weighing.weigh(session, [item.id])
    action = "withdraw adjudication" if decision.withdrawn else "adjudicate"
    about = {"item": item.external_id, "annotation": str(uuid)}
    audit.note(session, action, project=project, by_id=curator.id, **about)
    return annotation, True


def current(session: Session, item: Item) -> Annotation | None:
    """The decision that stands, by whomever."""
    newest = newest_of(session, item)
    return None if newest is None or newest.withdrawn else newest


def newest_of(session: Session, item: Item) -> Annotation | None:
    """The last revision of the item's decision, withdrawn or not."""
    query = select(Annotation).where(Annotation.item_id == item.id, Annotation.kind == Kind.ADJUDICATION)
    return session.exec(query.order_by(col(Annotation.revision).desc()).limit(1)).first()


def span(session: Session, project: Project, item: Item) -> tuple[int, int]:
    """The context in which an item is decided: what the project shows, and all that an annotator saw."""
    segment = session.get_one(Segment, item.segment_id)
    start, end = context.span(session, segment, project.context)
    seen = sa.select(sa.func.min(Annotation.context_start), sa.func.max(Annotation.context_end)).where(
        col(Annotation.item_id) == item.id
    )
    first, last = session.execute(seen).one()
    return min(start, start if first is None else first), max(end, end if last is None else last)


def _lock(session: Session, item: Item) -> None:
    """One decision of an item at a time; on SQLite the write transaction sees to that already."""
    row = sa.select(col(Item.id)).where(col(Item.id) == item.id)
    session.execute(row.with_for_update(key_share=True))


def _next_revision(
    session: Session, curator: User, item: Item, uuid: UUID, decision: DecisionIn
) -> Annotation:
    assert curator.id is not None and item.id is not None
    newest = newest_of(session, item)
    stands = newest if newest is not None and not newest.withdrawn else None
    replaced = newest.uuid if newest is not None else None
    if decision.replaces != replaced and (stands is not None or decision.replaces is not None):
        raise Conflict(FIRST, current=stands)
    if decision.withdrawn and stands is None:
        raise Conflict("There is no decision here to withdraw.")
    if decision.withdrawn and stands is not None and stands.annotator_id != curator.id:
        raise Forbidden("This is another curator's decision: decide anew instead of withdrawing it.")
    _check_accepted(session, item, decision)
    return Annotation(
        uuid=uuid,
        item_id=item.id,
        annotator_id=curator.id,
        kind=Kind.ADJUDICATION,
        revision=newest.revision + 1 if newest is not None else 0,
        replaces=replaced,
        withdrawn=decision.withdrawn,
        outcome=decision.outcome,
        flags=sorted({str(flag) for flag in decision.flags}),
        comment=decision.comment,
        comment_released=decision.comment_released,
        reason=decision.reason,
        precedent=decision.precedent,
        accepted=decision.accepted,
        seconds=decision.seconds,
        answered_at=decision.answered_at,
        guidelines_version=decision.shown.guidelines,
        scheme_version=decision.shown.scheme,
        body_sha256=decision.sha256(),
    )


def _check_accepted(session: Session, item: Item, decision: DecisionIn) -> None:
    if decision.accepted is None:
        return
    query = select(Annotation.id).where(
        Annotation.uuid == decision.accepted,
        Annotation.item_id == item.id,
        Annotation.kind == Kind.ANNOTATION,
    )
    if session.exec(query).first() is None:
        raise NotFound(f"There is no answer {decision.accepted} to the item {item.external_id!r}.")


def _context(session: Session, project: Project, item: Item, decision: DecisionIn) -> tuple[int, int]:
    """The span that was on the screen: as the page says, else all that anybody saw."""
    if decision.shown.context is None:
        return span(session, project, item)
    start, end = decision.shown.context
    segment = session.get_one(Segment, item.segment_id)
    if not start <= segment.start < segment.end <= end:
        where = f"is [{start}, {end}], which does not hold the segment [{segment.start}, {segment.end}]"
        raise Invalid(f"shown.context {where}.", {"shown.context": where})
    length = sa.select(sa.func.length(Document.text)).where(col(Document.id) == segment.document_id)
    return start, min(end, session.execute(length).scalar_one())


def _store(session: Session, annotation: Annotation) -> None:
    """Store; of two who use one uuid, or decide one item, at the same moment, one hears of it."""
    try:
        with session.begin_nested():
            session.add(annotation)
    except sa.exc.IntegrityError as error:
        raise Conflict(USED if "uuid" in str(error.orig) else FIRST) from error
