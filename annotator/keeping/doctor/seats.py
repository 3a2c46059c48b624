"""Invariant 2: people who hold a seat of an item, against the overlap in force and the seats told free."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Batch, Item, Lease, Pool, Project, Purpose, QueueEntry, now
from annotator.keeping.doctor.finding import Findings, Patient, ok, problem, told, warning
from annotator.keeping.doctor.ranges import named, over
from annotator.store import standing

REPAIR = "`standpoint doctor --repair` counts the seats anew"
LOWERED = (
    "answers that were imported and an overlap that was lowered explain it; what is served is not affected"
)


def seats(patient: Patient) -> Findings:
    """2: nobody is served what others hold already, and no seat is hidden."""
    free, hidden, over_full = [], [], []
    for row in over(patient, "item", _counted()):
        left = max(0, row.overlap - row.held) if row.is_open else 0
        if row.free > left:
            free.append(f"{named(row)} ({row.free} told free, {left} are)")
        elif row.free < left:
            hidden.append(f"{named(row)} ({row.free} told free, {left} are)")
        if row.is_open and row.held > row.overlap:
            over_full.append(f"{named(row)} ({row.held} people for {row.overlap})")
    if free:
        yield problem("seats", f"more people would be served than the overlap: {told(free)}.", REPAIR)
    if hidden:
        yield problem("seats", f"items with a free seat are not served: {told(hidden)}.", REPAIR)
    sums = [f"project {row.slug} ({row.told} told free, {row.free} are)" for row in _wrong_sums(patient)]
    if sums and not (free or hidden):
        yield problem("seats", f"what is left of a pool is told wrong: {told(sums)}.", REPAIR)
    if over_full:
        yield warning("seats", f"more people hold an item than its overlap: {told(over_full)}.", LOWERED)
    if not (free or hidden or sums or over_full):
        yield ok("seats", "every item has the seats that answers and leases leave")


def leases(patient: Patient) -> Findings:
    """Leases that have been overdue for a day: nobody came to take them back."""
    overdue = sa.text(
        "SELECT project.slug, item.external_id AS item FROM lease JOIN item ON item.id = lease.item_id "
        "JOIN project ON project.id = item.project_id "
        "WHERE lease.ended_at IS NULL AND lease.expires_at < :moment ORDER BY lease.id"
    ).bindparams(sa.bindparam("moment", type_=Lease.__table__.c.expires_at.type))  # type: ignore[attr-defined]
    moment = now() - timedelta(days=1)
    found = [named(row) for row in patient.connection.execute(overdue, {"moment": moment})]
    if found:
        advice = "nobody has worked there since; the next person who asks for an item takes them back"
        yield warning(
            "leases", f"{len(found):,} have been overdue for more than a day: {told(found)}.", advice
        )
    else:
        yield ok("leases", "none has been overdue for a day")


def damaged_projects(patient: Patient) -> Iterator[int]:
    """The projects with items whose free seats are told wrong."""
    seen = set()
    for row in over(patient, "item", _counted()):
        left = max(0, row.overlap - row.held) if row.is_open else 0
        if row.free != left and row.project_id not in seen:
            seen.add(row.project_id)
            yield row.project_id
    yield from {row.project_id for row in _wrong_sums(patient)} - seen


def add_up(session: Session, project_id: int) -> None:
    """Let each pool of a project say what its entries have free."""
    free = sa.select(sa.func.coalesce(sa.func.sum(QueueEntry.free_seats), 0))
    here = free.where(col(QueueEntry.pool_id) == col(Pool.id)).scalar_subquery()
    session.execute(sa.update(Pool).where(col(Pool.project_id) == project_id).values(free_seats=here))


def _wrong_sums(patient: Patient) -> Sequence[sa.Row[Any]]:
    """The pools that say another number of free seats than their entries have."""
    entries = sa.select(sa.func.coalesce(sa.func.sum(QueueEntry.free_seats), 0))
    free = entries.where(col(QueueEntry.pool_id) == col(Pool.id)).scalar_subquery()
    query: sa.Executable = (
        sa.select(col(Project.slug), col(Project.id).label("project_id"), col(Pool.free_seats).label("told"))
        .add_columns(free.label("free"))
        .join(Project, col(Project.id) == col(Pool.project_id))
        .where(col(Pool.deleted_at).is_(None), col(Pool.free_seats) != free)
        .order_by(col(Pool.id))
    )
    return patient.connection.execute(query).all()


def _counted() -> sa.Executable:
    """Each place of an item in the queue: the overlap in force, who holds a seat, and the seats told free."""
    within: tuple[Any, Any] = sa.bindparam("first"), sa.bindparam("last")
    answered: Any = sa.select(
        col(Annotation.item_id).label("item_id"), col(Annotation.annotator_id).label("user_id")
    ).where(col(Annotation.item_id).between(*within), col(Annotation.counted), standing.is_current())
    lent: Any = sa.select(col(Lease.item_id), col(Lease.user_id)).where(
        col(Lease.item_id).between(*within), col(Lease.ended_at).is_(None), col(Lease.takes_seat)
    )
    holders = sa.union(answered, lent).subquery()
    held = sa.select(holders.c.item_id, sa.func.count().label("held")).group_by(holders.c.item_id).subquery()
    counted: sa.Executable = (
        sa.select(
            col(Project.slug),
            col(Project.id).label("project_id"),
            col(Item.external_id).label("item"),
            col(QueueEntry.free_seats).label("free"),
            sa.func.coalesce(Item.overlap, Batch.overlap, Project.overlap).label("overlap"),
            sa.func.coalesce(held.c.held, 0).label("held"),
            sa.and_(col(Item.retired_at).is_(None), col(Item.deleted_at).is_(None)).label("is_open"),
        )
        .join(QueueEntry, col(QueueEntry.item_id) == col(Item.id))
        .join(Pool, col(Pool.id) == col(QueueEntry.pool_id))
        .join(Project, col(Project.id) == col(Item.project_id))
        .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        .outerjoin(held, held.c.item_id == col(Item.id))
        .where(col(Item.id).between(*within), col(Item.purpose) == Purpose.WORK)
        .order_by(col(Item.id))
    )
    return counted
