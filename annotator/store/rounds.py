"""Rounds: which items belong to which batch, how many people answer each, and in which order they come.

The rounds of a project's settings become batches. Items fill them in the order in which they were queued;
an item stays in its batch, so that a later import cannot move what was answered already.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Batch, Entity, Item, Project, Purpose, User, now
from annotator.domain.workforce import RoundEntry, Workforce
from annotator.errors import Invalid
from annotator.store import audit, ordering, pacing, seats, standing

CHUNK = 500  # items a statement names


@dataclass(frozen=True, slots=True)
class Planned:
    """What a round comes to."""

    name: str  # "" for items that stand in no round
    items: int
    answers: int  # items times their overlap
    given: int  # answers that count already


def apply(session: Session, project: Project) -> None:
    """Make batches, overlaps and order what the project's settings say. Scans the items once.

    Raises
    ------
    Invalid
        If a round names a target that the registry lacks.
    """
    if arrange(session, project):
        seats.recount(session, project)


def arrange(session: Session, project: Project, breathe: Callable[[], None] = lambda: None) -> bool:
    """As `apply`, but the free seats are not counted anew; False if there are no rounds.

    `breathe` may commit: what was written until then holds for itself, and somebody else may go on.

    Raises
    ------
    Invalid
        As `apply`.
    """
    entries = Workforce.of(project).rounds
    batches = _batches(session, project, entries)
    if not entries and not batches:
        return False
    _assign(session, project, entries, batches, breathe)
    for entry in entries:
        _set_overlaps(session, project, entry, batches[entry.name], breathe)
    session.flush()
    breathe()
    ordering.by_rounds(session, project, [batches[entry.name] for entry in entries])
    return True


def change(session: Session, project: Project, entries: Sequence[RoundEntry], *, by: User) -> None:
    """Let these be the rounds of a project, and apply them.

    Raises
    ------
    Invalid
        As `apply`.
    """
    _keep(project, entries)
    session.add(project)
    session.flush()
    apply(session, project)
    told = [entry.model_dump(mode="json", exclude_defaults=True) for entry in entries]
    audit.note(session, "change rounds", project=project, by_id=by.id, rounds=told)


def preview(session: Session, project: Project, entries: Sequence[RoundEntry]) -> list[Planned]:
    """What these rounds would come to; nothing is changed.

    Raises
    ------
    Invalid
        As `apply`.
    """
    savepoint = session.begin_nested()
    try:
        _keep(project, entries)
        session.flush()
        apply(session, project)
        return planned(session, project)
    finally:
        savepoint.rollback()
        session.expire_all()


def planned(session: Session, project: Project) -> list[Planned]:
    """What the rounds come to as they are, in their order; items in none at the end."""
    overlap = sa.func.coalesce(col(Item.overlap), col(Batch.overlap), col(Project.overlap))
    query = (
        sa.select(col(Batch.name), sa.func.count(), sa.func.sum(overlap), sa.func.sum(_given()))
        .select_from(Item)
        .join(Project, col(Project.id) == col(Item.project_id))
        .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        .where(*_work(project))
        .group_by(col(Batch.name))
    )
    found = {
        name or "": (items, int(answers), int(given or 0))
        for name, items, answers, given in session.execute(query)
    }
    names = [entry.name for entry in Workforce.of(project).rounds]
    return [Planned(name, *found.get(name, (0, 0, 0))) for name in names] + [
        Planned(name, *counts) for name, counts in found.items() if name not in names
    ]


def _keep(project: Project, entries: Sequence[RoundEntry]) -> None:
    """Put them where the project file's stand."""
    others = {name: value for name, value in project.settings.items() if name != "rounds"}
    told = [entry.model_dump(mode="json", exclude_defaults=True) for entry in entries]
    project.settings = others | ({"rounds": told} if told else {})


def _given() -> sa.ScalarSelect[int]:
    counted = sa.select(sa.func.count()).where(
        col(Annotation.item_id) == col(Item.id), col(Annotation.counted), standing.is_current()
    )
    return counted.correlate(Item).scalar_subquery()


def _work(project: Project) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Item.project_id) == project.id,
        col(Item.purpose) == Purpose.WORK,
        col(Item.retired_at).is_(None),
        col(Item.deleted_at).is_(None),
    )


def _batches(session: Session, project: Project, entries: Sequence[RoundEntry]) -> dict[str, Batch]:
    """The batch of each round, made where it is new; a batch of no round lets its items go."""
    assert project.id is not None
    query = select(Batch).where(Batch.project_id == project.id, col(Batch.deleted_at).is_(None))
    known = {batch.name: batch for batch in session.exec(query)}
    for entry in entries:
        batch = known.setdefault(entry.name, Batch(project_id=project.id, name=entry.name))
        batch.round, batch.overlap = entry.round, entry.overlap
        session.add(batch)
    for name in known.keys() - {entry.name for entry in entries}:
        known[name].deleted_at = now()
        freed = sa.update(Item).where(col(Item.batch_id) == known[name].id)
        session.execute(freed.values(batch_id=None, overlap=None))
    session.flush()
    return known


def _assign(
    session: Session,
    project: Project,
    entries: Sequence[RoundEntry],
    batches: dict[str, Batch],
    breathe: Callable[[], None],
) -> None:
    """Fill the rounds with items that have none, in their order in the queue."""
    counts = dict(
        session.execute(
            sa.select(col(Item.batch_id), sa.func.count()).where(*_work(project)).group_by(col(Item.batch_id))
        ).all()
    )
    free = ordering.unbatched(session, project)
    for entry in entries:
        batch = batches[entry.name]
        room = len(free) if entry.items is None else max(0, entry.items - counts.get(batch.id, 0))
        chosen, free = free[:room], free[room:]
        for start in range(0, len(chosen), CHUNK):
            free_yet = (col(Item.batch_id).is_(None), _stands(batch))  # others may have been here
            into = sa.update(Item).where(col(Item.id).in_(chosen[start : start + CHUNK]), *free_yet)
            session.execute(into.values(batch_id=batch.id))
            breathe()


def _stands(batch: Batch) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(Batch.id) == batch.id, col(Batch.deleted_at).is_(None))


def _set_overlaps(
    session: Session, project: Project, entry: RoundEntry, batch: Batch, breathe: Callable[[], None]
) -> None:
    """Give the batch's items the overlap of their target, and a random share its own."""
    by_key = _targets(session, project, entry)
    rows = session.execute(
        sa.select(col(Item.id), col(Item.external_id), col(Item.target_id), col(Item.overlap)).where(
            *_work(project), col(Item.batch_id) == batch.id
        )
    ).all()
    wanted = {id_: by_key.get(target) for id_, _, target, _ in rows}
    if entry.share is not None:
        strata: dict[int | None, list[tuple[bool, float, int]]] = defaultdict(list)
        for id_, name, target, had in rows:
            chance = pacing.number(project.seed, "overlap", entry.name, name)
            strata[target].append((had != entry.share.overlap, chance, id_))  # who was drawn stays drawn
        for id_ in drawn(strata, entry.share.rate):
            wanted[id_] = entry.share.overlap
    changed: dict[int | None, list[int]] = defaultdict(list)
    for id_, _, _, had in rows:
        if had != wanted[id_]:
            changed[wanted[id_]].append(id_)
    for overlap, ids in changed.items():
        for start in range(0, len(ids), CHUNK):
            some = sa.update(Item).where(
                col(Item.id).in_(ids[start : start + CHUNK]), col(Item.batch_id) == batch.id
            )
            session.execute(some.values(overlap=overlap))
            breathe()


def drawn(strata: dict[int | None, list[tuple[bool, float, int]]], rate: float) -> list[int]:
    """The ids of this share of each stratum, the smallest first; to the item what was asked in all.

    Largest remainders: each stratum gives the whole part of its share, and those with the largest
    rests one more.
    """
    total = round(rate * sum(map(len, strata.values())))
    shares = {key: rate * len(members) for key, members in strata.items()}
    take = {key: int(share + 1e-9) for key, share in shares.items()}
    rests = sorted(shares, key=lambda key: (take[key] - shares[key], key is None, key or 0))
    for key in rests[: max(0, total - sum(take.values()))]:
        take[key] += 1
    return [id_ for key, members in strata.items() for *_, id_ in sorted(members)[: take[key]]]


def _targets(session: Session, project: Project, entry: RoundEntry) -> dict[int | None, int]:
    keys = sa.select(col(Entity.key), col(Entity.id)).where(
        col(Entity.project_id) == project.id, col(Entity.key).in_(list(entry.targets))
    )
    known = dict(session.execute(keys).all()) if entry.targets else {}
    for key in entry.targets:
        if key not in known:
            raise Invalid(f"round {entry.name!r} names the target {key!r}, which the registry lacks.")
    return {known[key]: overlap for key, overlap in entry.targets.items()}
