"""Answers → how far they lie apart, item by item: the rows that the adjudication queue is read from.

Context: the queue is ordered by something that all answers to an item make together. Choice: every answer
is stored as not yet weighed, by whatever way it comes, and the items of such answers are weighed before the
queue is read next. Cost: a column of the answer that is bookkeeping and no part of what was said; a read of
the queue that also writes. The alternative, weighing in the transaction of each answer, makes the annotator
wait for what only the curator needs, and two who answer at once would each miss the other.

An item's row is locked while it is weighed, so that of two weighings the later one has seen all.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, islice

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session, col

from annotator.domain import Annotation, Batch, Disagreement, Item, MarkKind, Project, metadata
from annotator.quality.alignment import align
from annotator.quality.disagreement import entropy
from annotator.store import said
from annotator.store.plain import rows, within
from annotator.store.said import Said

AT_ONCE = 10_000  # answers that one request takes in
CHUNK = 1_000  # items a statement names
ABSENT = 0  # in place of a label's id
KNOWN = 4_096  # votes whose entropy and pairs are remembered: most items are told by few of them
_UNWEIGHED = sa.text("weighed = false")  # as the index says it
DISAGREEMENT, MARK = metadata.tables["disagreement"], metadata.tables["disagreement_mark"]


def weigh_new(session: Session, *, most: int = AT_ONCE) -> bool:
    """Weigh the items whose answers came since. True if more wait than one request takes in.

    One probe of an index where nothing is new.
    """
    unweighed = sa.select(col(Annotation.id)).where(_UNWEIGHED).order_by(col(Annotation.id)).limit(most)
    new = unweighed.with_for_update(skip_locked=True).cte("new")
    taken = sa.update(Annotation).where(col(Annotation.id).in_(sa.select(new.c.id))).values(weighed=True)
    session.flush()
    items = [row[0] for row in rows(session.connection(), taken.returning(col(Annotation.item_id)))]
    weigh(session, items)
    return len(items) == most


def weigh(session: Session, items: Iterable[int]) -> None:
    """Weigh these items anew: eight statements for CHUNK of them."""
    session.flush()
    wanted, connection = sorted(set(items)), session.connection()
    for chunk in _chunks(wanted):
        lock = sa.select(col(Item.id)).where(within(col(Item.id), chunk)).order_by(col(Item.id))
        rows(connection, lock.with_for_update(key_share=True))
    for chunk in _chunks(wanted):
        _replace(connection, chunk, said.of_items(connection, chunk))


def count_complete(session: Session, project: Project) -> None:
    """See anew which items have the answers that their overlap asks for: it was changed. One statement."""
    enough = (
        sa.select(sa.func.coalesce(Item.overlap, Batch.overlap, project.overlap))
        .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        .where(col(Item.id) == col(Disagreement.item_id))
        .scalar_subquery()
    )
    session.execute(
        sa.update(Disagreement)
        .where(col(Disagreement.project_id) == project.id)
        .values(complete=col(Disagreement.answers) >= enough)
        .execution_options(synchronize_session=False)
    )


def _replace(connection: Connection, items: Sequence[int], found: dict[int, Said]) -> None:
    for table in (DISAGREEMENT, MARK):
        connection.execute(sa.delete(table).where(within(table.c.item_id, items)))
    weights: list[dict[str, object]] = []
    marks: list[dict[str, object]] = []
    for item, of_item in found.items():
        answers = len(of_item.judged) + of_item.unjudged
        if not answers and of_item.doubt is None and not of_item.settled:
            continue
        votes = _votes(of_item)
        weights.append(
            {
                "item_id": item,
                "project_id": of_item.project,
                "entropy": round(sum(map(_entropy, votes)) + _entropy(_could(of_item)), 9),
                "doubt": of_item.doubt,
                "answers": answers,
                "complete": answers >= of_item.overlap,
                "settled": of_item.settled,
            }
        )
        marks += [{"item_id": item, "kind": kind, "value": value} for kind, value in _marks(of_item, votes)]
    if weights:
        connection.execute(sa.insert(DISAGREEMENT), weights)
    if marks:
        connection.execute(sa.insert(MARK), marks)


def _votes(of_item: Said) -> list[tuple[int, ...]]:
    """The labels given to each unit, a place a judge."""
    units = align(of_item.judged, lambda stance: stance[0])
    return [tuple(ABSENT if vote is None else vote[1] for vote in votes) for votes in units.values()]


def _could(of_item: Said) -> tuple[int, ...]:
    """Whether the item can be judged at all is a unit, too."""
    return (1,) * len(of_item.judged) + (0,) * of_item.unjudged or (1,)


def _marks(of_item: Said, votes: list[tuple[int, ...]]) -> Iterator[tuple[MarkKind, str]]:
    targets = {stance[2] for stances in of_item.judged for stance in stances} | {of_item.target}
    yield from ((MarkKind.TARGET, str(target)) for target in sorted(filter(None, targets)))
    pairs = {pair for of_unit in votes for pair in _pairs(of_unit)}
    yield from ((MarkKind.PAIR, pair) for pair in pairs)
    yield from ((MarkKind.FLAG, flag) for flag in sorted(of_item.flags))


_entropy = lru_cache(KNOWN)(entropy)


@lru_cache(KNOWN)
def _pairs(votes: tuple[int, ...]) -> tuple[str, ...]:
    """The labels that were given to one unit, two by two."""
    return tuple(f"{one}:{other}" for one, other in combinations(sorted(set(votes)), 2))


def _chunks(values: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
