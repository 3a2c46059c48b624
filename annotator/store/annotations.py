"""Append an answer with its stances and spans, and read the current one.

An answer is never refused because time passed: without a free seat it is kept as surplus.

Context: an answer is saved for every key that an annotator presses. Choice: statements that are made once,
over tables; what is out of the ordinary (an answer taken back, training, a scheme that has changed) loads
mapped objects. Cost: columns are named here that the mapped class has defaults for. The alternative, mapped
objects throughout, took four times the CPU.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from annotator.domain import Annotation, Item, Kind, Project, Purpose, User, metadata, now
from annotator.domain.answering import AnswerIn
from annotator.errors import Conflict, Invalid
from annotator.store import arms, asking, assisted, context, mixing, seats, stances, touching
from annotator.store.asking import Asked
from annotator.store.ready import Ready
from annotator.store.seats import Held

USED = "This uuid was used for another answer: make a new one for each answer."
ANNOTATION, ITEM, DOCUMENT = (metadata.tables[name] for name in ("annotation", "item", "document"))


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it is stored, and its question's purpose; ids are those of rows."""

    id: int
    uuid: UUID
    item_id: int
    annotator_id: int
    occasion: int
    revision: int
    counted: bool
    withdrawn: bool
    created_at: datetime
    body_sha256: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class _Newest:
    """The last revision of an answer."""

    id: int
    uuid: UUID
    revision: int
    counted: bool
    withdrawn: bool


def append(
    session: Session,
    user: User,
    uuid: UUID,
    answer: AnswerIn,
    *,
    within: Project | None = None,
    lease_minutes: int = 30,
) -> tuple[Saved, bool]:
    """Save one answer; return it, and whether it is new. The same answer sent twice is saved once.

    The item is looked for in the project `within`, else in all of the person's. About ten statements, one
    more for each stance, and two where a stance names an entity.

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
    assert user.id is not None
    session.flush()  # statements on the connection do not see to that
    seats.lock(session, user)
    saved = _saved(session, uuid)
    if saved is not None:
        if saved.annotator_id != user.id or saved.body_sha256 != answer.sha256():
            raise Conflict(USED)
        return saved, False
    asked = asking.find(session, user, answer, within.id if within is not None else None)
    held = seats.held(session, user.id, asked.item_id)
    occasion = _occasion(session, user, asked, answer, held)
    newest = _newest(session, user.id, asked.item_id, occasion)
    stood = _stood(session, newest, answer)
    arm = arms.of(session, asked, user, [asked.item_id]).get(asked.item_id)
    shown = _context(session, asked, answer, width=arms.width(arm, asked))
    made = [] if answer.withdrawn else stances.made(session, asked, answer, shown)
    row = _row(uuid, user, asked, answer, occasion=occasion, newest=newest)
    row["suggestion"] = _seen(session, user.id, asked, answer, occasion)
    row |= {"context_start": shown[0], "context_end": shown[1], "arm_id": arm.id if arm is not None else None}
    row["counted"] = _take_or_keep_seat(
        session, user, asked, row, held=held, stood=stood, minutes=lease_minutes
    )
    number = _insert(session, row)
    stances.insert(session, number, made)
    saved = Saved(number, purpose=asked.purpose, **{name: row[name] for name in _OF_ROW})
    mixing.answered(
        session, user, asked, occasion=occasion, stands=not answer.withdrawn, stood=stood is not None
    )
    if asked.scheme_version > 1 and made:
        touching.ask_if_ambiguous(session, user, session.get_one(Annotation, number))
    return saved, True


def current(session: Session, user: User, item: Item, *, occasion: int = 0) -> Annotation | None:
    """The person's answer as it stands: the newest revision, unless it withdraws the answer."""
    assert user.id is not None and item.id is not None
    newest = _newest(session, user.id, item.id, occasion)
    return None if newest is None or newest.withdrawn else session.get_one(Annotation, newest.id)


def _saved(session: Session, uuid: UUID) -> Saved | None:
    found = _BY_UUID.first(session, uuid=uuid)
    return Saved(*found) if found is not None else None


def _stood(session: Session, newest: _Newest | None, answer: AnswerIn) -> _Newest | None:
    """The answer that stands before this one, which must say that it knows it."""
    stands = newest if newest is not None and not newest.withdrawn else None
    replaced = newest.uuid if newest is not None else None
    if answer.replaces != replaced and (stands is not None or answer.replaces is not None):
        current = session.get_one(Annotation, stands.id) if stands is not None else None
        raise Conflict("Another answer of yours stands here: look at both and choose.", current=current)
    if answer.withdrawn and stands is None:
        raise Conflict("There is no answer here to withdraw.")
    return stands


def _occasion(session: Session, user: User, asked: Asked, answer: AnswerIn, held: Held | None) -> int:
    """That of the answer which is replaced; the one after a suggestion; else the one the item is lent for."""
    if answer.replaces is not None:
        own = (Annotation.item_id == asked.item_id, Annotation.annotator_id == user.id)
        found = session.exec(select(Annotation.occasion).where(*own, Annotation.uuid == answer.replaces))
        replaced = found.first()
        if replaced is not None:
            return replaced
    occasion = held.occasion if held is not None else 0
    if occasion == 0 and answer.shown.suggestion is not None and not answer.withdrawn:
        first = _newest(session, user.id or 0, asked.item_id, 0)
        return assisted.OCCASION if first is not None and not first.withdrawn else 0
    return occasion


def _seen(session: Session, user: int, asked: Asked, answer: AnswerIn, occasion: int) -> UUID | None:
    """The suggestion that the answer was given under; a correction may come after a look."""
    if answer.shown.suggestion is not None or answer.replaces is None or occasion != 0:
        return answer.shown.suggestion
    return assisted.seen(session, user, asked.item_id)


def _newest(session: Session, user: int, item: int, occasion: int) -> _Newest | None:
    found = _LAST.first(session, item=item, user=user, occasion=occasion)
    return _Newest(*found) if found is not None else None


def _row(
    uuid: UUID, user: User, asked: Asked, answer: AnswerIn, *, occasion: int, newest: _Newest | None
) -> dict[str, Any]:
    """The columns of the new revision that do not depend on its seat."""
    return {
        "uuid": uuid,
        "item_id": asked.item_id,
        "annotator_id": user.id,
        "kind": Kind.ANNOTATION,
        "occasion": occasion,
        "revision": newest.revision + 1 if newest is not None else 0,
        "replaces": newest.uuid if newest is not None else None,
        "withdrawn": answer.withdrawn,
        "outcome": answer.outcome,
        "flags": sorted({str(flag) for flag in answer.flags}),
        "comment": answer.comment,
        "comment_released": False,
        "seconds": answer.seconds,
        "answered_at": answer.answered_at,
        "created_at": now(),
        "guidelines_version": answer.shown.guidelines,
        "scheme_version": answer.shown.scheme,
        "candidates_shown": answer.shown.candidates,
        "precedent": False,
        "weighed": False,
        "body_sha256": answer.sha256(),
    }


def _take_or_keep_seat(
    session: Session,
    user: User,
    asked: Asked,
    row: dict[str, Any],
    *,
    held: Held | None,
    stood: _Newest | None,
    minutes: int,
) -> bool:
    """A correction keeps the seat of the answer that stood; undo turns it into a lease; else one is taken.

    A repeat, a check and a training item are limited by no overlap: every answer counts as given.
    Return whether the answer counts.
    """
    is_free = row["occasion"] != 0 or asked.purpose is not Purpose.WORK
    counted = stood is not None and stood.counted
    if row["withdrawn"] and row["occasion"] == assisted.OCCASION:
        return True  # nobody is asked for it again: the first answer stands
    if row["withdrawn"]:
        item, occasion = session.get_one(Item, asked.item_id), row["occasion"]
        takes_seat = counted and not is_free
        seats.lend_again(session, user, item, occasion=occasion, takes_seat=takes_seat, minutes=minutes)
        return counted or is_free
    if is_free or counted:
        if held is not None and held.occasion == row["occasion"]:
            seats.end(session, held)
        return True
    return seats.take(session, held, item=asked.item_id, project=asked.project_id)


def _context(session: Session, asked: Asked, answer: AnswerIn, *, width: int) -> tuple[int, int]:
    """The span that was on the screen: as the page says, else so many segments on each side."""
    if answer.shown.context is None:
        return context.around(session, asked.document_id, asked.position, width)
    start, end = answer.shown.context
    if not (0 <= start <= asked.start and asked.end <= end):
        where = f"is [{start}, {end}], which does not hold the segment [{asked.start}, {asked.end}]"
        raise Invalid(f"shown.context {where}.", {"shown.context": where})
    [length] = _LENGTH.values(session, document=asked.document_id)
    return start, min(end, length)


def _insert(session: Session, row: dict[str, Any]) -> int:
    """Store; of two people who use one uuid at the same moment, one hears that it is used."""
    try:
        [stored] = _INSERT.values(session, **row)
    except sa.exc.IntegrityError as error:
        if "uuid" in str(error.orig):
            raise Conflict(USED) from error
        raise
    return int(stored)


_OF_ROW = (
    "uuid",
    "item_id",
    "annotator_id",
    "occasion",
    "revision",
    "counted",
    "withdrawn",
    "created_at",
    "body_sha256",
)
_INSERT = Ready(sa.insert(ANNOTATION).returning(ANNOTATION.c.id))
_LENGTH = Ready(sa.select(sa.func.length(DOCUMENT.c.text)).where(DOCUMENT.c.id == sa.bindparam("document")))
_BY_UUID = Ready(
    sa.select(ANNOTATION.c.id, *(ANNOTATION.c[name] for name in _OF_ROW), ITEM.c.purpose)
    .join_from(ANNOTATION, ITEM, ITEM.c.id == ANNOTATION.c.item_id)
    .where(ANNOTATION.c.uuid == sa.bindparam("uuid"))
)
_LAST = Ready(
    sa.select(*(ANNOTATION.c[name] for name in ("id", "uuid", "revision", "counted", "withdrawn")))
    .where(
        ANNOTATION.c.item_id == sa.bindparam("item"),
        ANNOTATION.c.annotator_id == sa.bindparam("user"),
        ANNOTATION.c.kind == Kind.ANNOTATION,
        ANNOTATION.c.occasion == sa.bindparam("occasion"),
    )
    .order_by(ANNOTATION.c.revision.desc())
    .limit(1)
)
