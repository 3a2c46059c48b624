"""Stand-ins for items that are there already: with them, answers to these are hidden until the end."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Disagreement, DisagreementMark, Item, metadata
from annotator.importing import stage
from annotator.importing.bulk import chunks, insert

COPIED = ("project_id", "external_id", "segment_id", "target_id", "holder_id", "purpose")


def make(session: Session, items: Iterable[int], stood_in: dict[int, int]) -> None:
    """Give each of these items a hidden twin, unless it has one: item → twin is put into `stood_in`."""
    if stage.of(session).hidden is None:
        return
    for chunk in chunks(sorted(set(items) - stood_in.keys())):
        columns = [getattr(Item, name) for name in COPIED]
        found = session.execute(sa.select(col(Item.id), *columns).where(col(Item.id).in_(chunk))).mappings()
        rows = [dict(row) for row in found]
        of = [row.pop("id") for row in rows]
        twins = insert(session, Item, [{**row, **stage.audited(session)} for row in rows])
        stood_in |= dict(zip(of, twins, strict=True))


def part(session: Session, project_id: int, twins: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Which of these hidden items, (id, external id) each, are twins: twin → item."""
    names = {name for _, name in twins}
    query = sa.select(col(Item.external_id), col(Item.id)).where(
        col(Item.project_id) == project_id, col(Item.external_id).in_(names), col(Item.deleted_at).is_(None)
    )
    there = dict(session.execute(query).all())
    return {twin: there[name] for twin, name in twins if name in there}


def give(session: Session, pairs: dict[int, int]) -> None:
    """Let the answers to each twin be the item's, and remove the twin.

    What its person has answered here meanwhile is theirs: the import's answer is left out.
    """
    for twin, item in pairs.items():
        here, other = col(Annotation.item_id) == twin, metadata.tables["annotation"].alias()
        taken = sa.exists().where(
            other.c.item_id == item,
            other.c.annotator_id == col(Annotation.annotator_id),
            other.c.kind == col(Annotation.kind),
            other.c.occasion == col(Annotation.occasion),
            other.c.revision >= col(Annotation.revision),
        )
        moved = sa.update(Annotation).where(here, ~taken).values(item_id=item, weighed=False)
        session.execute(moved.execution_options(synchronize_session=False))
    forget(session, list(pairs))


def forget(session: Session, items: Sequence[int]) -> None:
    """Remove hidden items, and all answers to them, for good."""
    answers = sa.select(col(Annotation.id)).where(col(Annotation.item_id).in_(items))
    forget_answers(session, list(session.execute(answers).scalars()))
    for table in (Disagreement, DisagreementMark):
        session.execute(sa.delete(table).where(col(table.item_id).in_(items)))
    session.execute(sa.delete(Item).where(col(Item.id).in_(items)))


def forget_answers(session: Session, answers: Sequence[int]) -> None:
    """Remove answers that nobody ever saw."""
    span, source, stance = (metadata.tables[name] for name in ("span", "source", "stance"))
    for chunk in chunks(answers, 500):
        of = sa.select(stance.c.id).where(stance.c.annotation_id.in_(chunk))
        session.execute(sa.delete(span).where(span.c.stance_id.in_(of)))
        session.execute(sa.delete(source).where(source.c.stance_id.in_(of)))
        session.execute(sa.delete(stance).where(stance.c.annotation_id.in_(chunk)))
        session.execute(sa.delete(Annotation).where(col(Annotation.id).in_(chunk)))
