"""What was said of items, as far as it tells how far the answers lie apart: three queries for many items."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.domain import Kind, Outcome, ProjectKind, Purpose, metadata
from annotator.store.plain import parsed, plain, rows, within

ITEM, PROJECT, BATCH, ANNOTATION, STANCE, LABEL, ENTITY = (
    metadata.tables[name] for name in ("item", "project", "batch", "annotation", "stance", "label", "entity")
)
_HOLDER, _TARGET = ENTITY.alias(), ENTITY.alias()
Stance = tuple[Any, int, int]  # unit: the same in stances that answer the same; label, target


@dataclass(slots=True)
class Said:
    """What the answers to one item come to."""

    project: int
    one_label: bool
    target: int | None
    overlap: int
    judged: list[list[Stance]] = field(default_factory=list)  # a list a judge
    unjudged: int = 0
    flags: set[str] = field(default_factory=set)
    doubt: float | None = None
    settled: bool = False


def of_items(connection: Connection, items: Sequence[int]) -> dict[int, Said]:
    """Item id → what was said of it; items that are no work are left out."""
    said = _questions(connection, items)
    judges: dict[int, Said] = {}  # by answer id, in order
    for answer, item, kind, occasion, withdrawn, counted, outcome, flags, doubt in _newest(connection, items):
        of_item = said.get(item)
        if of_item is None or withdrawn:
            continue
        if kind == Kind.ANNOTATION:
            if occasion == 0 and counted:
                of_item.flags.update(parsed(flags))
                if outcome == Outcome.JUDGED:
                    judges[answer] = of_item
                else:
                    of_item.unjudged += 1
        elif kind == Kind.ADJUDICATION:
            of_item.settled = True
        elif kind == Kind.SUGGESTION:
            of_item.doubt = doubt
    stances = _stances(connection, items, judges)
    for answer, of_item in judges.items():
        of_item.judged.append(stances.get(answer, []))
    return said


def _questions(connection: Connection, items: Sequence[int]) -> dict[int, Said]:
    query = (
        sa.select(
            ITEM.c.id,
            PROJECT.c.id,
            plain(PROJECT.c.kind),
            ITEM.c.target_id,
            ITEM.c.holder_id,
            sa.func.coalesce(ITEM.c.overlap, BATCH.c.overlap, PROJECT.c.overlap),
        )
        .join(PROJECT, PROJECT.c.id == ITEM.c.project_id)
        .outerjoin(BATCH, BATCH.c.id == ITEM.c.batch_id)
        .where(within(ITEM.c.id, items), ITEM.c.purpose == Purpose.WORK)
    )
    found = {}
    for item, project, kind, target, holder, overlap in rows(connection, query):
        is_fixed = target is not None and holder is not None
        found[item] = Said(project, is_fixed or kind == ProjectKind.DIRECTED, target, overlap)
    return found


def _newest(connection: Connection, items: Sequence[int]) -> Iterator[Any]:
    """The highest revision of each answer, the newest suggestion last. A decision is the item's own."""
    a = ANNOTATION.c
    given = (a.id, a.item_id, plain(a.kind), a.occasion, plain(a.withdrawn), plain(a.counted))
    more = (plain(a.outcome), plain(a.flags), a.uncertainty)
    query = sa.select(*given, *more, a.annotator_id).where(within(a.item_id, items))
    newest: dict[tuple[object, ...], Any] = {}
    for row in rows(connection, query.order_by(a.revision, a.id)):
        who = None if row[2] == Kind.ADJUDICATION else row[-1]
        newest[row[1], who, row[2], row[3]] = row
    yield from (row[:-1] for row in sorted(newest.values(), key=lambda row: row[0]))


def _stances(
    connection: Connection, items: Sequence[int], judges: dict[int, Said]
) -> dict[int, list[Stance]]:
    """The stances of these answers, by answer id; their flags are the item's."""
    s = STANCE.c
    stand = [
        sa.func.coalesce(of.c.merged_into_id, of.c.id) for of in (_HOLDER, _TARGET, LABEL)
    ]  # what they became
    query = (
        sa.select(s.annotation_id, *stand, plain(s.former), plain(s.flags))
        .join(ANNOTATION, ANNOTATION.c.id == s.annotation_id)
        .join(_HOLDER, _HOLDER.c.id == s.holder_id)
        .join(_TARGET, _TARGET.c.id == s.target_id)
        .join(LABEL, LABEL.c.id == s.label_id)
        .where(within(ANNOTATION.c.item_id, items))
        .order_by(s.annotation_id, s.position)
    )
    found: dict[int, list[Stance]] = defaultdict(list)
    for answer, holder, target, label, former, flags in rows(connection, query):
        if of_item := judges.get(answer):
            unit = None if of_item.one_label else (holder, target, former)
            found[answer].append((unit, label, target))
            of_item.flags.update(parsed(flags))
    return found
