"""What a curator does to many items at once: ask for one answer more, ask again, retire; and undo of each.

Nothing is lost by it. An item that is asked again keeps its answers as revisions that were withdrawn; undo
appends them anew, for those who have not answered since, and without a seat where others took it.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Batch, BulkChange, Item, Project, Source, Span, Stance, User, now
from annotator.domain.answering import AnswerIn
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import audit, seats, standing

MOST = 5_000  # items at once
CHUNK = 500
LISTED = 5

Before = dict[str, list[int | None]]


class Action(StrEnum):
    """What can be done to many items."""

    RAISE = "raise"
    CLEAR = "clear"
    RETIRE = "retire"
    RESTORE = "restore"


def touched(session: Session, project: Project, action: Action, items: Sequence[int]) -> list[int]:
    """Those of the items that the action would change, in order."""
    found: list[int] = []
    for chunk in _chunks(sorted(items)):
        query = sa.select(col(Item.id)).where(
            col(Item.project_id) == project.id,
            col(Item.id).in_(chunk),
            col(Item.deleted_at).is_(None),
            _changes(action),
        )
        found += sorted(item for item in session.execute(query).scalars() if item is not None)
    return found


def change(
    session: Session, project: Project, action: Action, items: Sequence[int], *, by: User
) -> BulkChange:
    """Do it, and keep what undo needs. Items that it would not change are passed over. Flushes.

    Raises
    ------
    Invalid
        If it is more than MOST items, or none that it changes.
    """
    wanted = touched(session, project, action, items)
    if not wanted:
        raise Invalid("None of these items would be changed: choose others.")
    if len(wanted) > MOST:
        raise Invalid(f"These are more than {MOST} items: narrow the choice down, and go on in parts.")
    assert project.id is not None
    before = _DO[action](session, project, wanted, by)
    made = BulkChange(
        project_id=project.id, action=str(action), items=len(wanted), before=before, made_by_id=by.id
    )
    session.add(made)
    session.flush()
    audit.note(
        session, f"{action} items", project=project, by_id=by.id, bulk_change=made.id, items=len(wanted)
    )
    session.flush()
    return made


def undo(session: Session, project: Project, change_id: int, *, by: User) -> BulkChange:
    """Take a change back. Flushes.

    Raises
    ------
    NotFound
        If the project has none of this number.
    Conflict
        If it was undone already.
    """
    made = session.get(BulkChange, change_id, with_for_update=True, populate_existing=True)
    if made is None or made.project_id != project.id:
        raise NotFound(f"There is no change {change_id} in {project.slug!r}.")
    if made.undone_at is not None:
        raise Conflict("This change was undone already.")
    _UNDO[Action(made.action)](session, project, made.before, by)
    made.undone_at, made.undone_by_id = now(), by.id
    session.add(made)
    audit.note(
        session,
        f"undo {made.action} items",
        project=project,
        by_id=by.id,
        bulk_change=made.id,
        items=made.items,
    )
    session.flush()
    return made


def newest(session: Session, project: Project) -> list[BulkChange]:
    """The last changes, newest first."""
    query = select(BulkChange).where(BulkChange.project_id == project.id)
    return list(session.exec(query.order_by(col(BulkChange.id).desc()).limit(LISTED)))


def _changes(action: Action) -> sa.ColumnElement[bool]:
    if action is Action.RESTORE:
        return col(Item.retired_at).is_not(None)
    is_open = col(Item.retired_at).is_(None)
    if action is not Action.CLEAR:
        return is_open
    answered = sa.exists().where(col(Annotation.item_id) == col(Item.id), standing.stands())
    return sa.and_(is_open, answered)


def _raise(session: Session, project: Project, items: Sequence[int], by: User) -> Before:
    overlaps: list[int | None] = []
    for item, batch in _rows(session, items):
        overlaps.append(item.overlap)
        item.overlap = (item.overlap or (batch and batch.overlap) or project.overlap) + 1
        item.updated_at, item.updated_by_id = now(), by.id
    session.flush()
    seats.reopen(session, project, items)
    return {"items": [*items], "overlaps": overlaps}


def _lower(session: Session, project: Project, before: Before, by: User) -> None:
    items = [item for item in before["items"] if item is not None]
    overlaps = dict(zip(items, before["overlaps"], strict=True))
    for item, _ in _rows(session, items):
        item.overlap = overlaps[item.id or 0]
        item.updated_at, item.updated_by_id = now(), by.id
    session.flush()
    seats.reopen(session, project, items)


def _retire(session: Session, project: Project, items: Sequence[int], by: User) -> Before:
    _set_retired(session, project, items, by, is_retired=True)
    return {"items": [*items]}


def _restore(session: Session, project: Project, items: Sequence[int], by: User) -> Before:
    _set_retired(session, project, items, by, is_retired=False)
    return {"items": [*items]}


def _set_retired(
    session: Session, project: Project, items: Sequence[int], by: User, *, is_retired: bool
) -> None:
    moment = now()
    values = {"retired_at": moment if is_retired else None, "updated_at": moment, "updated_by_id": by.id}
    for chunk in _chunks(items):
        session.execute(sa.update(Item).where(col(Item.id).in_(chunk)).values(**values))
    session.expire_all()
    seats.reopen(session, project, items)


def _unretire(session: Session, project: Project, before: Before, by: User) -> None:
    _restore(session, project, [item for item in before["items"] if item is not None], by)


def _retire_again(session: Session, project: Project, before: Before, by: User) -> None:
    _retire(session, project, [item for item in before["items"] if item is not None], by)


def _clear(session: Session, project: Project, items: Sequence[int], by: User) -> Before:
    """Withdraw all answers that stand, in their authors' place."""
    revisions = []
    for answer, external_id in _standing(session, items):
        body = AnswerIn(item=external_id, replaces=answer.uuid, withdrawn=True)
        revision = Annotation(
            uuid=uuid4(),
            item_id=answer.item_id,
            annotator_id=answer.annotator_id,
            kind=answer.kind,
            occasion=answer.occasion,
            revision=answer.revision + 1,
            replaces=answer.uuid,
            withdrawn=True,
            counted=answer.counted,
            created_by_id=by.id,
            body_sha256=body.sha256(),
        )
        revisions.append(revision)
    session.add_all(revisions)
    session.flush()
    seats.reopen(session, project, items)
    return {"items": [*items], "withdrawn": [revision.id for revision in revisions]}


def _standing(session: Session, items: Sequence[int]) -> list[tuple[Annotation, str]]:
    """The answers that stand, with their items' external ids. Their authors are locked, in order of id."""
    people = sa.select(col(Annotation.annotator_id)).where(
        col(Annotation.item_id).in_(items), standing.stands()
    )
    locked = select(User).where(col(User.id).in_(people)).order_by(col(User.id))
    for person in session.exec(locked).all():
        seats.lock(session, person)
    found: list[tuple[Annotation, str]] = []
    for chunk in _chunks(items):
        query = (
            select(Annotation, Item.external_id)
            .join(Item, col(Item.id) == col(Annotation.item_id))
            .where(col(Annotation.item_id).in_(chunk), standing.stands())
            .order_by(col(Annotation.id))
        )
        found += session.exec(query).all()
    return found


def _give_again(session: Session, project: Project, before: Before, by: User) -> None:
    """Append once more what was withdrawn, where nothing came after."""
    for chunk in _chunks([number for number in before["withdrawn"] if number is not None]):
        for withdrawn, answer in _replaced(session, chunk):
            person, item = session.get_one(User, answer.annotator_id), session.get_one(Item, answer.item_id)
            seats.lock(session, person)
            again = _copy(answer, revision=withdrawn.revision + 1, replaces=withdrawn.uuid, by=by)
            again.counted = answer.counted and answer.occasion == 0 and _takes(session, person, item)
            session.add(again)
            session.flush()
    seats.reopen(session, project, [item for item in before["items"] if item is not None])


def _takes(session: Session, person: User, item: Item) -> bool:
    assert person.id is not None and item.id is not None
    held = seats.held(session, person.id, item.id)
    return seats.take(session, held, item=item.id, project=item.project_id)


def _replaced(session: Session, withdrawn: Sequence[int]) -> list[tuple[Annotation, Annotation]]:
    """(revision that withdrew, answer before it), where that revision is still the newest."""
    before, later = sa.orm.aliased(Annotation), sa.orm.aliased(Annotation)
    followed = sa.exists().where(col(later.replaces) == col(Annotation.uuid))
    query = (
        select(Annotation, before)
        .join(before, col(before.uuid) == col(Annotation.replaces))
        .where(col(Annotation.id).in_(withdrawn), ~followed, col(before.item_id) == col(Annotation.item_id))
        .order_by(col(Annotation.id))
    )
    return list(session.exec(query).all())


def _copy(answer: Annotation, *, revision: int, replaces: UUID, by: User) -> Annotation:
    own = {"id", "uuid", "revision", "replaces", "created_at", "created_by_id"}
    again = Annotation(
        **answer.model_dump(exclude=own),
        uuid=uuid4(),
        revision=revision,
        replaces=replaces,
        created_by_id=by.id,
    )
    again.stances = [_copied(stance) for stance in answer.stances]
    return again


def _copied(stance: Stance) -> Stance:
    again = Stance(**stance.model_dump(exclude={"id", "annotation_id"}))
    again.spans = [Span(role=span.role, start=span.start, end=span.end) for span in stance.spans]
    again.sources = [Source(position=each.position, entity_id=each.entity_id) for each in stance.sources]
    return again


def _rows(session: Session, items: Sequence[int]) -> Iterator[tuple[Item, Batch | None]]:
    """The items with their batches, in the order of their ids, as the list has them."""
    for chunk in _chunks(items):
        query = (
            select(Item, Batch)
            .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
            .where(col(Item.id).in_(chunk))
            .order_by(col(Item.id))
        )
        yield from session.exec(query).all()


def _chunks(items: Sequence[int]) -> Iterator[Sequence[int]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


_DO: dict[Action, Callable[[Session, Project, Sequence[int], User], Before]] = {
    Action.RAISE: _raise,
    Action.CLEAR: _clear,
    Action.RETIRE: _retire,
    Action.RESTORE: _restore,
}
_UNDO: dict[Action, Callable[[Session, Project, Before, User], None]] = {
    Action.RAISE: _lower,
    Action.CLEAR: _give_again,
    Action.RETIRE: _unretire,
    Action.RESTORE: _retire_again,
}
