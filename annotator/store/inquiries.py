"""What annotators ask the curator about an item, and the replies. The item is parked meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Document, Entity, Inquiry, Item, Project, Segment, User, now
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import audit, context, loaded, parking, seats
from annotator.store.ready import Ready

DAYS = 14  # that an item waits for the reply, and then for its person to come back
LISTED = 50  # of each state


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its item and who asks."""

    inquiry: Inquiry
    item: Item
    asker: User


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with the words that it is about, as the asker saw them."""

    asked: Asked
    document: Document
    before: str
    segment: str
    after: str
    target: Entity | None


def ask(session: Session, user: User, item: Item, uuid: UUID, text: str) -> tuple[Inquiry, bool]:
    """Store a question under the uuid that its client made, and park its item. False: it was there before.

    A lease that has run out, or that an answer ended, is enough: nothing is refused because time passed.

    Raises
    ------
    Conflict
        If another question has this uuid.
    Invalid
        If the item was never put to this person, so that they cannot have seen it.
    """
    assert user.id is not None and item.id is not None
    seats.lock(session, user)
    known = session.exec(select(Inquiry).where(Inquiry.uuid == uuid)).first()
    if known is not None:
        if (known.user_id, known.item_id, known.text) != (user.id, item.id, text):
            raise Conflict(f"The uuid {uuid} is of another question: make a new one for each.")
        return known, False
    if not seats.was_put_to(session, user, item):
        raise Invalid(
            f"The item {item.external_id!r} was never put to you: ask about one that you were given."
        )
    parking.park(session, user, item, days=DAYS)
    inquiry = Inquiry(uuid=uuid, item_id=item.id, user_id=user.id, text=text)
    session.add(inquiry)
    session.flush()
    return inquiry, True


def withdraw(session: Session, asked: Asked, *, minutes: int) -> None:
    """Take a question back; its item comes to its asker again. Done twice it is done once.

    Raises
    ------
    Conflict
        If the reply is there already.
    """
    inquiry = asked.inquiry
    session.refresh(inquiry, with_for_update=True)
    if inquiry.replied_at is not None:
        raise Conflict("The curator has replied already: the item comes back to you with the reply.")
    if inquiry.withdrawn_at is None:
        inquiry.withdrawn_at = now()
        session.add(inquiry)
        _let_go(session, asked.asker, asked.item, minutes=minutes)


def reply(session: Session, asked: Asked, text: str, *, by: User) -> None:
    """Store the curator's word; the item comes back to the asker with it.

    Raises
    ------
    Conflict
        If another curator was first, or the question was taken back; `current` is it as it stands.
    """
    inquiry = asked.inquiry
    session.refresh(inquiry, with_for_update=True)
    if inquiry.replied_at is not None:
        raise Conflict("Somebody has replied to this question already.", inquiry)
    if inquiry.withdrawn_at is not None:
        raise Conflict("This question was taken back meanwhile.", inquiry)
    inquiry.reply, inquiry.replied_at, inquiry.replied_by_id = text, now(), by.id
    session.add(inquiry)
    _let_go(session, asked.asker, asked.item, minutes=DAYS * 24 * 60)
    project = session.get_one(Project, asked.item.project_id)
    audit.note(session, "reply to inquiry", project=project, by_id=by.id, inquiry=str(inquiry.uuid))
    session.flush()


def find(session: Session, project: Project, uuid: UUID, *, user: User | None = None) -> Asked:
    """The question of this uuid; with `user`, only if it is theirs.

    Raises
    ------
    NotFound
        If there is none: nobody learns of another's.
    """
    found = session.execute(_asked(project).where(col(Inquiry.uuid) == uuid)).first()
    if found is None or (user is not None and found[0].user_id != user.id):
        raise NotFound(f"There is no question {uuid} in {project.slug!r}.")
    return Asked(*found)


def listed(session: Session, project: Project, *, user: User | None = None, is_open: bool) -> list[Asked]:
    """The questions that wait, oldest first, or those answered, newest first; of one asker or of all."""
    query = _asked(project).where(
        col(Inquiry.replied_at).is_(None) if is_open else col(Inquiry.replied_at).is_not(None),
        col(Inquiry.withdrawn_at).is_(None),
    )
    if user is not None:
        query = query.where(col(Inquiry.user_id) == user.id)
    order = col(Inquiry.asked_at) if is_open else col(Inquiry.replied_at).desc()
    return [Asked(*row) for row in session.execute(query.order_by(order, col(Inquiry.id)).limit(LISTED))]


def waiting(session: Session, projects: Iterable[Project], *, user: User | None = None) -> dict[int, int]:
    """Project id → how many questions wait for a reply, where any does; of one asker or all."""
    query = (
        sa.select(col(Item.project_id), sa.func.count())
        .join(Inquiry, col(Inquiry.item_id) == col(Item.id))
        .where(
            col(Item.project_id).in_([project.id for project in projects]),
            col(Inquiry.replied_at).is_(None),
            col(Inquiry.withdrawn_at).is_(None),
        )
        .group_by(col(Item.project_id))
    )
    if user is not None:
        query = query.where(col(Inquiry.user_id) == user.id)
    return dict(session.execute(query).all())


def replies(session: Session, user: User, items: Iterable[int]) -> dict[int, Inquiry]:
    """Item id → this person's newest question about it that has its reply. One query."""
    session.flush()
    rows = _REPLIED.rows(session, user=user.id, items=list(items))
    found = (loaded.of(session, Inquiry, loaded.names(Inquiry), row) for row in rows)
    return {inquiry.item_id: inquiry for inquiry in found}


def shown(session: Session, project: Project, asked: Sequence[Asked]) -> list[Shown]:
    """The questions with their words around them."""
    return [_shown(session, project, each) for each in asked]


def _shown(session: Session, project: Project, asked: Asked) -> Shown:
    segment = session.get_one(Segment, asked.item.segment_id)
    document = session.get_one(Document, segment.document_id)
    start, end = context.span(session, segment, project.context)
    target = asked.item.target_id
    return Shown(
        asked=asked,
        document=document,
        before=document.text[start : segment.start],
        segment=document.text[segment.start : segment.end],
        after=document.text[segment.end : end],
        target=session.get(Entity, target) if target is not None else None,
    )


def _asked(project: Project) -> sa.Select[Inquiry, Item, User]:
    return (
        sa.select(Inquiry, Item, User)
        .join(Item, col(Item.id) == col(Inquiry.item_id))
        .join(User, col(User.id) == col(Inquiry.user_id))
        .where(col(Item.project_id) == project.id)
    )


def _let_go(session: Session, user: User, item: Item, *, minutes: int) -> None:
    """Unpark, unless another question of this person about the item waits."""
    session.flush()
    another = sa.exists().where(
        col(Inquiry.item_id) == item.id,
        col(Inquiry.user_id) == user.id,
        col(Inquiry.replied_at).is_(None),
        col(Inquiry.withdrawn_at).is_(None),
    )
    if not session.execute(sa.select(another)).scalar_one():
        parking.unpark(session, user, item, minutes=minutes)


_REPLIED = Ready.of_many(
    "items",
    lambda items: (
        sa.select(*loaded.columns(Inquiry))
        .where(
            col(Inquiry.user_id) == sa.bindparam("user"),
            col(Inquiry.item_id).in_(items),
            col(Inquiry.replied_at).is_not(None),
        )
        .order_by(col(Inquiry.replied_at))
    ),
)
