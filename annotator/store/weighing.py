"""Answers → how far they lie apart, item by item: the rows that the adjudication queue is read from.

Context: the queue is ordered by something that all answers to an item make together. Choice: every answer
is stored as not yet weighed, by whatever way it comes, and the items of such answers are weighed before the
queue is read next. Cost: a column of the answer that is bookkeeping and no part of what was said; a read of
the queue that also writes. The alternative, weighing in the transaction of each answer, makes the annotator
wait for what only the curator needs, and two who answer at once would each miss the other.

An item's row is locked while it is weighed, so that of two weighings the later one has seen all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import (
    Annotation,
    Batch,
    Disagreement,
    DisagreementMark,
    Entity,
    Item,
    Kind,
    Label,
    MarkKind,
    Outcome,
    Project,
    ProjectKind,
    Purpose,
    Stance,
)
from annotator.quality.alignment import align
from annotator.quality.disagreement import entropy

AT_ONCE = 10_000  # answers that one request takes in: about a second
CHUNK = 500  # items a statement names
ABSENT = 0  # in place of a label's id
_HOLDER, _TARGET = sa.orm.aliased(Entity), sa.orm.aliased(Entity)
_UNWEIGHED = sa.text("weighed = false")  # as the index says it


@dataclass(slots=True)
class Said:
    """What the answers to one item come to."""

    project: int
    one_label: bool
    target: int | None
    overlap: int
    judged: list[list[tuple[Any, ...]]] = field(default_factory=list)  # (unit, label, target) of each judge
    unjudged: int = 0
    flags: set[str] = field(default_factory=set)
    doubt: float | None = None
    settled: bool = False


def weigh_new(session: Session, *, most: int = AT_ONCE) -> bool:
    """Weigh the items whose answers came since. True if more wait than one request takes in.

    One probe of an index where nothing is new; else about 100 µs an answer.
    """
    unweighed = sa.select(col(Annotation.id)).where(_UNWEIGHED).order_by(col(Annotation.id)).limit(most)
    ids = session.execute(unweighed.with_for_update(skip_locked=True)).scalars().all()
    if not ids:
        return False
    items: set[int] = set()
    for chunk in _chunks(ids):
        taken = sa.update(Annotation).where(col(Annotation.id).in_(chunk)).values(weighed=True)
        items.update(session.execute(taken.returning(col(Annotation.item_id))).scalars())
    weigh(session, items)
    return len(ids) == most


def weigh(session: Session, items: Iterable[int]) -> None:
    """Weigh these items anew: six statements for 500 of them."""
    session.flush()
    wanted = sorted(set(items))
    for chunk in _chunks(wanted):
        lock = sa.select(col(Item.id)).where(col(Item.id).in_(chunk)).order_by(col(Item.id))
        session.execute(lock.with_for_update(key_share=True))
    for chunk in _chunks(wanted):
        _replace(session, chunk, _said(session, chunk))


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


def _said(session: Session, items: Sequence[int]) -> dict[int, Said]:
    """Item id → what was said of it; items that are no work are left out."""
    said = _questions(session, items)
    judges: dict[int, int] = {}  # answer id → item id
    for row in _newest(session, items):
        of_item = said.get(row.item_id)
        if of_item is None or row.withdrawn:
            continue
        if row.kind is Kind.ADJUDICATION:
            of_item.settled = True
        elif row.kind is Kind.SUGGESTION:
            of_item.doubt = row.uncertainty
        elif row.kind is Kind.ANNOTATION and row.occasion == 0 and row.counted:
            of_item.flags.update(row.flags)
            if row.outcome is Outcome.JUDGED:
                judges[row.id] = row.item_id
            else:
                of_item.unjudged += 1
    stances = _stances(session, items, judges)
    for answer, item in judges.items():
        of_item, given = said[item], stances.get(answer, [])
        of_item.judged.append(
            [(_unit(of_item, stance), stance.label_id, stance.target_id) for stance in given]
        )
        of_item.flags.update(flag for stance in given for flag in stance.flags)
    return said


def _questions(session: Session, items: Sequence[int]) -> dict[int, Said]:
    query = (
        sa.select(
            col(Item.id),
            col(Project.id),
            col(Project.kind),
            col(Item.target_id),
            col(Item.holder_id),
            sa.func.coalesce(Item.overlap, Batch.overlap, Project.overlap),
        )
        .join(Project, col(Project.id) == col(Item.project_id))
        .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        .where(col(Item.id).in_(items), col(Item.purpose) == Purpose.WORK)
    )
    found = {}
    for item, project, kind, target, holder, overlap in session.execute(query):
        is_fixed = target is not None and holder is not None
        found[item] = Said(project, is_fixed or kind is ProjectKind.DIRECTED, target, overlap)
    return found


def _newest(session: Session, items: Sequence[int]) -> Iterator[sa.Row[Any]]:
    """The highest revision of each answer, the newest suggestion last. A decision is the item's own."""
    columns = ("id", "item_id", "annotator_id", "kind", "occasion", "revision", "withdrawn", "counted")
    more = ("outcome", "flags", "uncertainty")
    query = sa.select(*(getattr(Annotation, name) for name in columns + more)).where(
        col(Annotation.item_id).in_(items)
    )
    newest: dict[tuple[object, ...], sa.Row[Any]] = {}
    for row in session.execute(query.order_by(col(Annotation.revision), col(Annotation.id))):
        who = None if row.kind is Kind.ADJUDICATION else row.annotator_id
        newest[row.item_id, who, row.kind, row.occasion] = row
    yield from sorted(newest.values(), key=lambda row: row.id)


def _stances(session: Session, items: Sequence[int], judges: dict[int, int]) -> dict[int, list[sa.Row[Any]]]:
    columns: tuple[Any, ...] = (Stance.annotation_id, Stance.former, Stance.flags)
    names = (("holder_id", _HOLDER), ("target_id", _TARGET), ("label_id", Label))  # what they became
    stand = [sa.func.coalesce(of.merged_into_id, getattr(Stance, name)).label(name) for name, of in names]
    query = (
        sa.select(*columns, *stand)
        .join(Annotation, col(Annotation.id) == col(Stance.annotation_id))
        .join(_HOLDER, col(_HOLDER.id) == col(Stance.holder_id))
        .join(_TARGET, col(_TARGET.id) == col(Stance.target_id))
        .join(Label, col(Label.id) == col(Stance.label_id))
        .where(col(Annotation.item_id).in_(items))
        .order_by(col(Stance.annotation_id), col(Stance.position))
    )
    found: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    for row in session.execute(query):
        if row.annotation_id in judges:
            found[row.annotation_id].append(row)
    return found


def _unit(said: Said, stance: sa.Row[Any]) -> object:
    """What is the same in stances that answer the same: one label is asked, or they name one tuple."""
    return None if said.one_label else (stance.holder_id, stance.target_id, stance.former)


def _replace(session: Session, items: Sequence[int], said: dict[int, Said]) -> None:
    for table in (DisagreementMark, Disagreement):
        session.execute(sa.delete(table).where(col(table.item_id).in_(items)))
    rows, marks = [], []
    for item, of_item in said.items():
        answers = len(of_item.judged) + of_item.unjudged
        if not answers and of_item.doubt is None and not of_item.settled:
            continue
        votes = _votes(of_item)
        rows.append(
            {
                "item_id": item,
                "project_id": of_item.project,
                "entropy": round(sum(map(entropy, votes)) + entropy(_could(of_item)), 9),
                "doubt": of_item.doubt,
                "answers": answers,
                "complete": answers >= of_item.overlap,
                "settled": of_item.settled,
            }
        )
        marks += [{"item_id": item, "kind": kind, "value": value} for kind, value in _marks(of_item, votes)]
    for table, given in ((Disagreement, rows), (DisagreementMark, marks)):
        if given:
            session.execute(sa.insert(table), given)


def _votes(said: Said) -> list[list[int]]:
    """The labels given to each unit, a place a judge."""
    units = align(said.judged, lambda stance: stance[0])
    return [[vote[1] if vote is not None else ABSENT for vote in votes] for votes in units.values()]


def _could(said: Said) -> list[bool]:
    """Whether the item can be judged at all is a unit, too."""
    return [True] * len(said.judged) + [False] * said.unjudged or [True]


def _marks(said: Said, votes: list[list[int]]) -> Iterator[tuple[MarkKind, str]]:
    targets = {stance[2] for stances in said.judged for stance in stances} | {said.target}
    yield from ((MarkKind.TARGET, str(target)) for target in sorted(filter(None, targets)))
    pairs = {pair for of_unit in votes for pair in combinations(sorted(set(of_unit)), 2)}
    yield from ((MarkKind.PAIR, f"{one}:{other}") for one, other in sorted(pairs))
    yield from ((MarkKind.FLAG, flag) for flag in sorted(said.flags))


def _chunks(values: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
