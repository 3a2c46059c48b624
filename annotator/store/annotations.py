"""Append an answer with its stances and spans, and read the current one.

An answer is never refused because time passed: without a free seat it is kept as surplus.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Document,
    Item,
    Kind,
    Membership,
    Project,
    Purpose,
    Segment,
    User,
)
from annotator.domain.answering import AnswerIn
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import arms, context, mixing, seats, stances, touching

USED = "This uuid was used for another answer: make a new one for each answer."


def append(
    session: Session,
    user: User,
    uuid: UUID,
    answer: AnswerIn,
    *,
    within: Project | None = None,
    lease_minutes: int = 30,
) -> tuple[Annotation, bool]:
    """Save one answer; return it, and whether it is new. The same answer sent twice is saved once.

    The item is looked for in the project `within`, else in all of the person's. About 15 queries, and
    two for each stance.

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
    seats.lock(session, user)
    saved = session.exec(select(Annotation).where(Annotation.uuid == uuid)).first()
    if saved is not None:
        if saved.annotator_id != user.id or saved.body_sha256 != answer.sha256():
            raise Conflict(USED)
        return saved, False
    item, project = _find_item(session, user, answer, within)
    annotation, stood = _next_revision(session, user, item, uuid, answer)
    arm = arms.of(session, project, user, [item.id or 0]).get(item.id or 0)
    annotation.arm_id = arm.id if arm is not None else None
    shown = _context(session, item, answer, width=arms.width(arm, project))
    annotation.context_start, annotation.context_end = shown
    if not answer.withdrawn:
        annotation.stances = stances.made(session, project, item, answer, shown)
    _take_or_keep_seat(session, user, item, annotation, stood=stood, minutes=lease_minutes)
    session.add(annotation)
    _flush(session)
    mixing.answered(session, user, item, annotation, stood=stood is not None)
    touching.ask_if_ambiguous(session, project, user, item, annotation)
    session.flush()
    return annotation, True


def current(session: Session, user: User, item: Item, *, occasion: int = 0) -> Annotation | None:
    """The person's answer as it stands: the newest revision, unless it withdraws the answer."""
    newest = _newest(session, user, item, occasion)
    return None if newest is None or newest.withdrawn else newest


def _find_item(
    session: Session, user: User, answer: AnswerIn, within: Project | None
) -> tuple[Item, Project]:
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
    if within is not None:
        query = query.where(Project.id == within.id)
    if not user.is_admin:
        memberships = sa.select(col(Membership.project_id)).where(
            col(Membership.user_id) == user.id, col(Membership.deleted_at).is_(None)
        )
        query = query.where(col(Project.id).in_(memberships))
    found = list(session.exec(query.limit(2)))
    if not found:
        raise NotFound(f"There is no item {answer.item!r} in your projects.")
    if len(found) > 1:
        message = f'Several of your projects have an item {answer.item!r}: add "project" with the slug.'
        raise Invalid(message, {"project": "is needed here"})
    return found[0]


def _next_revision(
    session: Session, user: User, item: Item, uuid: UUID, answer: AnswerIn
) -> tuple[Annotation, Annotation | None]:
    """The new revision, and the answer that stands before it."""
    assert user.id is not None and item.id is not None
    occasion = _occasion(session, user, item, answer)
    newest = _newest(session, user, item, occasion)
    stands = newest if newest is not None and not newest.withdrawn else None
    replaced = newest.uuid if newest is not None else None
    if answer.replaces != replaced and (stands is not None or answer.replaces is not None):
        raise Conflict("Another answer of yours stands here: look at both and choose.", current=stands)
    if answer.withdrawn and stands is None:
        raise Conflict("There is no answer here to withdraw.")
    annotation = Annotation(
        uuid=uuid,
        item_id=item.id,
        annotator_id=user.id,
        occasion=occasion,
        revision=newest.revision + 1 if newest is not None else 0,
        replaces=replaced,
        withdrawn=answer.withdrawn,
        outcome=answer.outcome,
        flags=sorted({str(flag) for flag in answer.flags}),
        comment=answer.comment,
        seconds=answer.seconds,
        answered_at=answer.answered_at,
        guidelines_version=answer.shown.guidelines,
        scheme_version=answer.shown.scheme,
        suggestion=answer.shown.suggestion,
        candidates_shown=answer.shown.candidates,
        body_sha256=answer.sha256(),
    )
    return annotation, stands


def _occasion(session: Session, user: User, item: Item, answer: AnswerIn) -> int:
    """That of the answer which is replaced; else the one the item is lent for."""
    lease = seats.live_lease(session, user, item)
    own = (col(Annotation.item_id) == item.id, col(Annotation.annotator_id) == user.id)
    replaced = select(Annotation.occasion).where(*own, Annotation.uuid == answer.replaces)
    found = session.exec(replaced).first() if answer.replaces is not None else None
    if found is not None:
        return found
    return lease.occasion if lease is not None else 0


def _newest(session: Session, user: User, item: Item, occasion: int) -> Annotation | None:
    query = select(Annotation).where(
        Annotation.item_id == item.id,
        Annotation.annotator_id == user.id,
        Annotation.kind == Kind.ANNOTATION,
        Annotation.occasion == occasion,
    )
    return session.exec(query.order_by(col(Annotation.revision).desc()).limit(1)).first()


def _take_or_keep_seat(
    session: Session,
    user: User,
    item: Item,
    annotation: Annotation,
    *,
    stood: Annotation | None,
    minutes: int,
) -> None:
    """A correction keeps the seat of the answer that stood; undo turns it into a lease; else one is taken."""
    counted = stood is not None and stood.counted
    if annotation.occasion > 0 or item.purpose is not Purpose.WORK:
        _go_without_seat(session, user, item, annotation, minutes=minutes)
    elif annotation.withdrawn:
        annotation.counted = counted
        occasion = annotation.occasion
        seats.lend_again(session, user, item, occasion=occasion, takes_seat=counted, minutes=minutes)
    elif counted:
        seats.close(session, user, item, occasion=annotation.occasion)
    else:
        annotation.counted = seats.take(session, user, item)


def _go_without_seat(
    session: Session, user: User, item: Item, annotation: Annotation, *, minutes: int
) -> None:
    """A repeat, a check and a training item are limited by no overlap: every answer counts as given."""
    occasion = annotation.occasion
    if annotation.withdrawn:
        seats.lend_again(session, user, item, occasion=occasion, takes_seat=False, minutes=minutes)
    else:
        seats.close(session, user, item, occasion=occasion)


def _context(session: Session, item: Item, answer: AnswerIn, *, width: int) -> tuple[int, int]:
    """The span that was on the screen: as the page says, else so many segments on each side."""
    segment = session.get_one(Segment, item.segment_id)
    if answer.shown.context is None:
        return context.span(session, segment, width)
    start, end = answer.shown.context
    if not (0 <= start <= segment.start and segment.end <= end):
        where = f"is [{start}, {end}], which does not hold the segment [{segment.start}, {segment.end}]"
        raise Invalid(f"shown.context {where}.", {"shown.context": where})
    length = session.exec(
        select(sa.func.length(Document.text)).where(col(Document.id) == segment.document_id)
    ).one()
    return start, min(end, length)


def _flush(session: Session) -> None:
    """Store; of two people who use one uuid at the same moment, one hears that it is used."""
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        if "uuid" in str(error.orig):
            raise Conflict(USED) from error
        raise
