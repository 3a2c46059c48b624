"""How many seats are free in the pools open to a person, at a cost that does not grow with the pools.

Each pool knows its own sum. A pool that holds every item speaks for all; sums are added where no item can
stand in two pools. Groups of documents may overlap, and a target does a language: then few entries are looked
at one by one, and past MOST of them an item that stands in two pools is told twice: the figure is then the
most that is free, never less. Adding up all entries for each item that is asked for would cost a second at
five million.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Pool, PoolKind, metadata
from annotator.store.ready import Ready

POOL, ENTRY = metadata.tables["pool"], metadata.tables["queue_entry"]
MOST = 200  # entries with a free seat, of one pool
WHOLE = {PoolKind.ALL, PoolKind.PEOPLE}  # these hold every item


def seats(session: Session, pools: Sequence[Pool]) -> int:
    """Free seats of these pools, or the most that they can be: see above. 0 only if none is free."""
    told = dict(_TOLD.rows(session, pools=[pool.id for pool in pools]))
    whole = [told[pool.id] for pool in pools if pool.kind in WHOLE]
    if whole:
        return int(max(whole))
    total = int(sum(told.values()))
    return total if _are_apart(pools) else _one_by_one(session, pools, total)


def _are_apart(pools: Sequence[Pool]) -> bool:
    """Whether no item can stand in two of them: different targets, or different languages."""
    if len({pool.kind for pool in pools}) > 1:
        return False
    names = {pool.target_id or pool.language or pool.id for pool in pools if pool.group_id is None}
    return len(names) == len(pools) or len(pools) == 1


def _one_by_one(session: Session, pools: Sequence[Pool], total: int) -> int:
    free: dict[int, int] = {}
    for pool in pools:
        found = _FREE.rows(session, pool=pool.id, generation=pool.generation, most=MOST + 1)
        if len(found) > MOST:
            return total
        free |= dict(found)
    return sum(free.values())


_TOLD = Ready.of_many(
    "pools", lambda pools: sa.select(POOL.c.id, POOL.c.free_seats).where(POOL.c.id.in_(pools))
)
_FREE = Ready(
    sa.select(ENTRY.c.item_id, ENTRY.c.free_seats)
    .where(
        ENTRY.c.pool_id == sa.bindparam("pool"),
        ENTRY.c.generation == sa.bindparam("generation"),
        ENTRY.c.free_seats > 0,
    )
    .limit(sa.bindparam("most", type_=sa.Integer))
)
