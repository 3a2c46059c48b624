"""Which answers a change of the scheme touches, and asking their annotators for a second look.

A second look is a correction: the item is lent to its annotator once more, for the occasion that it was
answered on and without a seat, with the earlier answer shown. The earlier answer stands until then. What a
split asks for bears its version, so that whoever takes the split back takes back the questions, too.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Entity,
    Item,
    Kind,
    Label,
    Lease,
    Membership,
    Project,
    Source,
    Stance,
    User,
    now,
)
from annotator.store import entries, seats, standing
from annotator.store.entries import Of

DAYS = 3_650  # that a second look waits: nobody is hurried
CHUNK = 500
OFS: tuple[Of, ...] = ("label", "entity")


@dataclass(frozen=True, slots=True)
class Touched:
    """What names certain entries, in answers that stand."""

    answers: int  # of annotators
    annotators: int
    others: int  # adjudications, imported gold and suggestions, withdrawn ones and older revisions not
    items: int  # that fix one of them as target or holder


def count(session: Session, project: Project, of: Of, ids: Collection[int]) -> Touched:
    """How much names these entries, or what was merged into them: three queries."""
    names = _names(of, family(session, project, of, ids))
    answers, annotators = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.distinct(col(Annotation.annotator_id))))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(_within(project), standing.stands(), names)
    ).one()
    others = sa.select(sa.func.count()).select_from(Annotation)
    others = others.join(Item, col(Item.id) == col(Annotation.item_id)).where(
        _within(project), col(Annotation.kind) != Kind.ANNOTATION, ~_is_superseded(), names
    )
    return Touched(
        answers, annotators, session.execute(others).scalar_one(), _fixing(session, project, of, ids)
    )


def family(session: Session, project: Project, of: Of, ids: Collection[int]) -> set[int]:
    """These entries and all that is read as them."""
    table: type[Label] | type[Entity] = Label if of == "label" else Entity
    merged = sa.select(col(table.id)).where(
        col(table.project_id) == project.id, col(table.merged_into_id).in_(ids)
    )
    return {*ids, *session.execute(merged).scalars()}


def weigh_again(session: Session, project: Project, of: Of, ids: Collection[int]) -> None:
    """Let the adjudication queue see anew how far the answers lie apart that name these entries."""
    names = _names(of, family(session, project, of, ids))
    named = sa.select(col(Annotation.id)).join(Item, col(Item.id) == col(Annotation.item_id))
    stale = sa.update(Annotation).where(col(Annotation.id).in_(named.where(_within(project), names)))
    session.execute(stale.values(weighed=False).execution_options(synchronize_session=False))


def ask_again(
    session: Session, project: Project, of: Of, ids: Collection[int], *, version: int | None = None
) -> int:
    """Put the answers that name these entries before their annotators once more; return how many.

    Those of people who are members now and do not hold the item already; asked twice it is once.
    `version` is that of the split which asks.
    """
    answers = (
        select(Annotation)
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(
            _within(project),
            standing.stands(),
            _names(of, family(session, project, of, ids)),
            col(Item.retired_at).is_(None),
            _can_come(project),
            ~_is_held(),
        )
    )
    return _lend(session, session.exec(answers.order_by(col(Annotation.id))).all(), version=version)


def take_back(session: Session, project: Project) -> int:
    """End the second looks that splits asked for and that are not needed any more; return how many.

    What stays: where the answer names an entry that is split still, and what waits for a curator's word.
    """
    unclear = [
        _names(of, family(session, project, of, parts))
        for of in OFS
        if (parts := entries.mapping(session, project, of).parts)
    ]
    is_unclear = sa.exists().where(
        col(Annotation.item_id) == col(Lease.item_id),
        col(Annotation.annotator_id) == col(Lease.user_id),
        col(Annotation.occasion) == col(Lease.occasion),
        standing.stands(),
        sa.or_(sa.false(), *unclear),
    )
    query = (
        select(Lease)
        .join(Item, col(Item.id) == col(Lease.item_id))
        .where(
            col(Item.project_id) == project.id,
            col(Lease.scheme_version).is_not(None),
            col(Lease.ended_at).is_(None),
            col(Lease.parked_at).is_(None),
            ~is_unclear,
        )
        .order_by(col(Lease.id))
        .with_for_update(of=Lease)
        .execution_options(populate_existing=True)
    )
    leases = session.exec(query).all()
    seats.release(session, leases, now())
    return len(leases)


def waiting(session: Session, project: Project, of: Of, ids: Collection[int]) -> int:
    """How many answers that name these entries are lent to their annotators for a second look."""
    query = (
        sa.select(sa.func.count())
        .select_from(Annotation)
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(_within(project), standing.stands(), _names(of, family(session, project, of, ids)), _is_held())
    )
    return int(session.execute(query).scalar_one())


def ask_about_collisions(session: Session, project: Project, entity_id: int) -> int:
    """Put answers before their annotators in which a merge made two stances the same, with other labels."""
    found = family(session, project, "entity", [entity_id])
    first, second = sa.orm.aliased(Stance), sa.orm.aliased(Stance)
    holders, targets = (
        _alike(first.holder_id, second.holder_id, found),
        _alike(first.target_id, second.target_id, found),
    )
    collides = sa.exists().where(
        col(first.annotation_id) == col(Annotation.id),
        col(second.annotation_id) == col(Annotation.id),
        col(first.id) < col(second.id),
        col(first.former) == col(second.former),
        col(first.label_id) != col(second.label_id),
        holders,
        targets,
    )
    answers = (
        select(Annotation)
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(_within(project), standing.stands(), collides, _can_come(project), ~_is_held())
    )
    return _lend(session, session.exec(answers.order_by(col(Annotation.id))).all())


def ask_if_ambiguous(session: Session, user: User, annotation: Annotation) -> bool:
    """Ask for a second look at an answer that came in with an entry that was split meanwhile."""
    item = session.get_one(Item, annotation.item_id)
    project = session.get_one(Project, item.project_id)
    labels, entities = (entries.mapping(session, project, of) for of in ("label", "entity"))
    if not labels.parts and not entities.parts:
        return False
    for stance in annotation.stances:
        named = (stance.holder_id, stance.target_id, stance.voice_id)
        is_open = labels.is_ambiguous(stance.label_id) or any(
            entities.is_ambiguous(each) for each in named if each is not None
        )
        if is_open:
            minutes = DAYS * 24 * 60
            seats.lend_again(
                session, user, item, occasion=annotation.occasion, takes_seat=False, minutes=minutes
            )
            _bears(session, project, user, item, stance)
            return True
    return False


def _bears(session: Session, project: Project, user: User, item: Item, stance: Stance) -> None:
    """Let the lease that was just made say which split asks."""
    lease = seats.live_lease(session, user, item)
    named = (stance.holder_id, stance.target_id, stance.voice_id)
    versions = [entries.split_by(session, project, "label", stance.label_id)]
    versions += [entries.split_by(session, project, "entity", each) for each in named if each is not None]
    if lease is not None and lease.scheme_version is None:
        lease.scheme_version = max(filter(None, versions), default=None)
        session.add(lease)
        session.flush()


def _names(of: Of, ids: Collection[int]) -> sa.ColumnElement[bool]:
    own = col(Stance.annotation_id) == col(Annotation.id)
    if of == "label":
        return sa.exists().where(own, col(Stance.label_id).in_(ids))
    ends = (Stance.holder_id, Stance.target_id, Stance.voice_id)
    source = sa.exists().where(col(Source.stance_id) == col(Stance.id), col(Source.entity_id).in_(ids))
    return sa.exists().where(own, sa.or_(*(col(end).in_(ids) for end in ends), source))


def _alike(first: object, second: object, family_: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.or_(col(first) == col(second), sa.and_(col(first).in_(family_), col(second).in_(family_)))


def _within(project: Project) -> sa.ColumnElement[bool]:
    return sa.and_(col(Item.project_id) == project.id, col(Item.deleted_at).is_(None))


def _can_come(project: Project) -> sa.ColumnElement[bool]:
    """Whether the annotator is a member, or may come in as an admin: an imported one never does."""
    member = sa.exists().where(
        col(Membership.user_id) == col(Annotation.annotator_id),
        col(Membership.project_id) == project.id,
        col(Membership.deleted_at).is_(None),
    )
    admin = sa.exists().where(col(User.id) == col(Annotation.annotator_id), col(User.is_admin))
    return sa.or_(member, admin)


def _is_held() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(Lease.user_id) == col(Annotation.annotator_id),
        col(Lease.item_id) == col(Annotation.item_id),
        col(Lease.ended_at).is_(None),
    )


def _is_superseded() -> sa.ColumnElement[bool]:
    later = sa.orm.aliased(Annotation)
    newer = sa.exists().where(
        col(later.item_id) == col(Annotation.item_id),
        col(later.annotator_id) == col(Annotation.annotator_id),
        col(later.kind) == col(Annotation.kind),
        col(later.occasion) == col(Annotation.occasion),
        col(later.revision) > col(Annotation.revision),
    )
    return sa.or_(col(Annotation.withdrawn), newer)


def _fixing(session: Session, project: Project, of: Of, ids: Collection[int]) -> int:
    if of == "label":
        return 0
    fixed = sa.select(sa.func.count()).where(
        _within(project), sa.or_(col(Item.target_id).in_(ids), col(Item.holder_id).in_(ids))
    )
    return int(session.execute(fixed).scalar_one())


def _lend(session: Session, answers: Collection[Annotation], *, version: int | None = None) -> int:
    """A lease for each; of two occasions of one person's item the newest is asked about."""
    moment = now()
    newest = {(each.annotator_id, each.item_id): each.occasion for each in answers}
    rows = [
        {
            "item_id": item,
            "user_id": person,
            "occasion": occasion,
            "takes_seat": False,
            "scheme_version": version,
            "leased_at": moment,
            "expires_at": moment + timedelta(days=DAYS),
        }
        for (person, item), occasion in newest.items()
    ]
    for start in range(0, len(rows), CHUNK):
        session.execute(sa.insert(Lease), rows[start : start + CHUNK])
    return len(rows)
