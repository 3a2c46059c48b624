"""Pools: which items are open to whom, made to stand in the queue as the project's settings say."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Document,
    Entity,
    Group,
    GroupDocument,
    Item,
    Membership,
    Pool,
    PoolKind,
    PoolMember,
    Project,
    Purpose,
    QueueEntry,
    Returned,
    User,
    now,
)
from annotator.domain.workforce import PoolEntry, Workforce
from annotator.errors import Invalid
from annotator.store import belonging, free_seats, ordering, queue, seats

SOME = 500  # items of a part


def apply(session: Session, project: Project) -> None:
    """Make the pools and what stands in them be what the settings say; without any, one is for all.

    Scans the items once for each pool.

    Raises
    ------
    Invalid
        If a pool names a target, a document or a member that the project lacks.
    """
    if arrange(session, project):
        seats.recount(session, project)


def arrange(session: Session, project: Project, breathe: Callable[[], None] = lambda: None) -> bool:
    """As `apply`, but what is new in a pool has no free seats until they are counted; False if nothing was.

    `breathe` may commit: what was written until then holds for itself, and somebody else may go on.

    Raises
    ------
    Invalid
        As `apply`.
    """
    said = Workforce.of(project).pools
    known = list(
        session.exec(select(Pool).where(Pool.project_id == project.id, col(Pool.deleted_at).is_(None)))
    )
    if not said and [(pool.kind, _members(session, pool)) for pool in known] == [(PoolKind.ALL, set())]:
        return False
    seats.lock_project(session, project.id or 0)
    kept = [_pool(session, project, entry, known) for entry in said or [PoolEntry(kind=PoolKind.ALL)]]
    for pool in known:
        if pool not in kept:
            _close(session, pool)
    session.flush()
    breathe()
    for pool in kept:
        _fill(session, project, pool, breathe)
    return True


def outside(session: Session, project: Project) -> int:
    """How many items of work no pool holds: they are lent to nobody."""
    pools = list(
        session.exec(select(Pool).where(Pool.project_id == project.id, col(Pool.deleted_at).is_(None)))
    )
    query = sa.select(sa.func.count()).select_from(Item).where(*_work(project), ~belonging.to_any(pools))
    return int(session.execute(query).scalar_one())


def _pool(session: Session, project: Project, entry: PoolEntry, known: Sequence[Pool]) -> Pool:
    assert project.id is not None
    target, group = _target(session, project, entry), _group(session, project, entry)
    name = entry.name if entry.kind is PoolKind.PEOPLE else None
    says = (entry.kind, name, target, group, entry.language)
    for pool in known:
        if (pool.kind, pool.name, pool.target_id, pool.group_id, pool.language) == says:
            break
    else:
        pool = Pool(
            project_id=project.id,
            kind=entry.kind,
            name=name,
            target_id=target,
            group_id=group,
            language=entry.language,
        )
    session.add(pool)
    session.flush()
    _name_people(session, project, pool, entry)
    return pool


def _name_people(session: Session, project: Project, pool: Pool, entry: PoolEntry) -> None:
    members = sa.select(col(User.name), col(User.id)).join(
        Membership, col(Membership.user_id) == col(User.id)
    )
    found = dict(
        session.execute(
            members.where(
                col(Membership.project_id) == project.id,
                col(Membership.deleted_at).is_(None),
                col(User.deleted_at).is_(None),
                col(User.name).in_(entry.people),
            )
        ).all()
    )
    if missing := sorted(set(entry.people) - found.keys()):
        raise Invalid(
            f"a pool names {missing[0]!r}, who is no member here: "
            f"`standpoint user add {missing[0]} --project {project.slug}` lets them join."
        )
    assert pool.id is not None
    session.execute(sa.delete(PoolMember).where(col(PoolMember.pool_id) == pool.id))
    session.add_all([PoolMember(pool_id=pool.id, user_id=user) for user in found.values()])
    session.flush()


def _members(session: Session, pool: Pool) -> set[int]:
    query = sa.select(col(PoolMember.user_id)).where(col(PoolMember.pool_id) == pool.id)
    return set(session.execute(query).scalars())


def _target(session: Session, project: Project, entry: PoolEntry) -> int | None:
    if entry.target is None:
        return None
    query = select(Entity.id).where(Entity.project_id == project.id, Entity.key == entry.target)
    found = session.exec(query).first()
    if found is None:
        raise Invalid(f"a pool names the target {entry.target!r}, which the registry lacks: add it first.")
    return found


def _group(session: Session, project: Project, entry: PoolEntry) -> int | None:
    """The group of these documents, made or changed."""
    if entry.kind is not PoolKind.GROUP:
        return None
    assert project.id is not None and entry.name is not None
    query = select(Group).where(
        Group.project_id == project.id, Group.name == entry.name, col(Group.deleted_at).is_(None)
    )
    group = session.exec(query).first() or Group(project_id=project.id, name=entry.name)
    session.add(group)
    session.flush()
    documents = dict(
        session.execute(
            sa.select(col(Document.external_id), col(Document.id)).where(
                col(Document.project_id) == project.id,
                col(Document.deleted_at).is_(None),
                col(Document.external_id).in_(entry.documents),
            )
        ).all()
    )
    if missing := sorted(set(entry.documents) - documents.keys()):
        raise Invalid(f"the pool {entry.name!r} names the document {missing[0]!r}: import it first.")
    assert group.id is not None
    session.execute(sa.delete(GroupDocument).where(col(GroupDocument.group_id) == group.id))
    session.add_all([GroupDocument(group_id=group.id, document_id=id_) for id_ in documents.values()])
    session.flush()
    return group.id


def _close(session: Session, pool: Pool) -> None:
    """Nobody takes from it any more; what is lent stays lent."""
    assert pool.id is not None
    pool.deleted_at = now()
    session.add(pool)
    free_seats.none(session, pool.id)
    session.execute(sa.delete(QueueEntry).where(col(QueueEntry.pool_id) == pool.id))
    session.execute(sa.delete(Returned).where(col(Returned.pool_id) == pool.id))


def _fill(session: Session, project: Project, pool: Pool, breathe: Callable[[], None]) -> None:
    """Let the pool hold what belongs to it: what is there keeps its place, what is new comes last."""
    seats.lock_project(session, project.id or 0)
    entries = sa.select(col(QueueEntry.item_id)).where(*_place(pool))
    gone = entries.join(Item, col(Item.id) == col(QueueEntry.item_id))
    if session.execute(gone.where(_belongs(project, pool).is_not(sa.true())).limit(1)).first() is not None:
        kept = entries.join(Item, col(Item.id) == col(QueueEntry.item_id)).where(_belongs(project, pool))
        there = session.execute(kept.order_by(col(QueueEntry.rank))).scalars().all()
        ordering.replace(session, project, pool, [(item, 0) for item in there])
    last = 0
    while new := _new(session, project, pool, last):
        queue.enqueue(session, pool, [(item, 0) for item in new])
        last = new[-1]
        breathe()
        seats.lock_project(session, project.id or 0)
        session.refresh(pool)  # somebody may have put it in another order


def _new(session: Session, project: Project, pool: Pool, last: int) -> Sequence[int]:
    """Some of what belongs to a pool and does not stand in it, after an id; nothing once it was closed."""
    if pool.deleted_at is not None:
        return []
    stands = sa.exists().where(*_place(pool), col(QueueEntry.item_id) == col(Item.id))
    query = sa.select(col(Item.id)).where(_belongs(project, pool), col(Item.id) > last, ~stands)
    return session.execute(query.order_by(col(Item.id)).limit(SOME)).scalars().all()


def _place(pool: Pool) -> tuple[sa.ColumnElement[bool], ...]:
    return col(QueueEntry.pool_id) == pool.id, col(QueueEntry.generation) == pool.generation


def _belongs(project: Project, pool: Pool) -> sa.ColumnElement[bool]:
    return sa.and_(*_work(project), belonging.to(pool))


def _work(project: Project) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Item.project_id) == project.id,
        col(Item.purpose) == Purpose.WORK,
        col(Item.retired_at).is_(None),
        col(Item.deleted_at).is_(None),
    )
