"""A new order for the queue of a project: planned, applied, taken back. Each is a new generation of pools.

Whatever the order, rounds are served one after the other; inside them it holds. Who has leases keeps them.
"""

import array
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Lease, Order, Ordering, Pool, Project
from annotator.domain.workforce import Workforce
from annotator.errors import Conflict, Invalid
from annotator.quality import querying
from annotator.store import audit, lined_up, ordering, pacing, seats
from annotator.store.control import KEY, Control
from annotator.store.lined_up import Row

SHOWN = 10  # items of a preview
MOST_CONTROL = 0.9


class Method(StrEnum):
    """How a queue is ordered."""

    MOST_UNCERTAIN = "most-uncertain"
    DIVERSE_UNCERTAIN = "diverse-uncertain"
    SHUFFLED = "shuffled"
    AS_GIVEN = "as-given"


BY_DOUBT = (Method.MOST_UNCERTAIN, Method.DIVERSE_UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An order. `control` is the share that chance alone puts in line, of an order by doubt."""

    method: Method
    control: float = 0.15
    seed: int = 0


@dataclass(frozen=True, slots=True)
class First:
    """One of the items that come first."""

    item: str
    text: str
    doubt: float | None
    is_control: bool


@dataclass(slots=True)
class Planned:
    """What an order comes to, over all pools."""

    items: int = 0
    suggested: int = 0  # items that a model has said something of
    control: int = 0
    first: list[First] = field(default_factory=list)


def checked(method: object, share: object = None, seed: object = None) -> Wanted:
    """What was asked for.

    Raises
    ------
    Invalid
        If it is none that there is.
    """
    if method not in [str(each) for each in Method]:
        raise Invalid(
            f"There is no order {method!r}: choose one of {', '.join(Method)}.", {"method": "is none"}
        )
    found = Method(str(method))
    given = (0.15 if found in BY_DOUBT else 0.0) if share is None else share
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= MOST_CONTROL:
        raise Invalid("The control share is a number from 0 to 0.9.", {"control": "is none"})
    if isinstance(seed, bool) or not isinstance(seed, int | None) or not 0 <= (seed or 0) < 2**31:
        raise Invalid("The seed is a whole number from 0.", {"seed": "is none"})
    return Wanted(method=found, control=float(given) if found in BY_DOUBT else 0.0, seed=seed or 0)


def preview(session: Session, project: Project, wanted: Wanted) -> Planned:
    """What this order would come to; nothing is changed but what is weighed.

    Raises
    ------
    Invalid, Conflict
        As `apply`.
    """
    drawn = _control(session, project, wanted)
    planned = Planned()
    for pool in _pools(session, project):
        rows = _ranked(session, project, lined_up.rows(session, pool), wanted, drawn)
        planned.items += len(rows)
        planned.suggested += sum(row.doubt is not None for row in rows)
        planned.control += sum(drawn.is_drawn(row.name) for row in rows) if drawn.share else 0
        free = [row for row in rows if row.free] or rows
        planned.first += _first(session, free[:SHOWN], drawn)
    return planned


def apply(session: Session, project: Project, wanted: Wanted, *, by_id: int | None = None) -> Planned:
    """Let the queue have this order.

    Raises
    ------
    Invalid
        If it is by doubt, and no model has said anything of an item.
    Conflict
        If it has a control share while an experiment runs: an answer has one arm.
    """
    seats.lock_project(session, project.id or 0)
    planned = preview(session, project, wanted)
    drawn = _control(session, project, wanted)
    order = {Method.AS_GIVEN: Order.AS_GIVEN, Method.SHUFFLED: Order.SHUFFLED}
    for pool in _pools(session, project):
        rows = lined_up.rows(session, pool)
        ranked = _ranked(session, project, rows, wanted, drawn)
        how: dict[str, Any] = {"method": wanted.method, "control": wanted.control, "seed": wanted.seed}
        how |= {"order": order.get(wanted.method, Order.UNCERTAIN), "created_by_id": by_id}
        how["before"] = _packed([row.item for row in rows])
        ordering.replace(session, project, pool, [(row.item, row.free) for row in ranked], **how)
    said = {"name": drawn.name, "method": str(wanted.method), "control": wanted.control, "seed": wanted.seed}
    said |= {"after": drawn.after, "before": _without_before(project)}
    project.settings = dict(project.settings) | {KEY: said}
    session.add(project)
    told = {"method": str(wanted.method), "control": wanted.control, "items": planned.items}
    audit.note(session, "order queue", project=project, by_id=by_id, **told)
    session.flush()
    return planned


def undo(session: Session, project: Project, *, by_id: int | None = None) -> None:
    """Let the queue have the order that it had before; what came since stands at its end.

    Raises
    ------
    Conflict
        If there is none to go back to.
    """
    seats.lock_project(session, project.id or 0)
    said = current(project)
    if said is None or "before" not in said:
        raise Conflict("There is no order of the queue to go back to.")
    for pool in _pools(session, project):
        query = select(Ordering).where(Ordering.pool_id == pool.id, col(Ordering.before).is_not(None))
        last = session.exec(query.order_by(col(Ordering.generation).desc()).limit(1)).first()
        if last is None or last.before is None:
            continue
        place = {item: number for number, item in enumerate(_unpacked(last.before))}
        rows = sorted(lined_up.rows(session, pool), key=lambda row: place.get(row.item, len(place)))
        ordering.replace(session, project, pool, [(row.item, row.free) for row in rows], created_by_id=by_id)
    settings = {name: value for name, value in project.settings.items() if name != KEY}
    project.settings = settings | ({KEY: said["before"]} if said["before"] else {})
    session.add(project)
    audit.note(session, "undo order of queue", project=project, by_id=by_id, method=said["method"])
    session.flush()


def current(project: Project) -> dict[str, Any] | None:
    """The order in force: name, method, control, seed, and before, where it can be taken back."""
    said = project.settings.get(KEY)
    return said if isinstance(said, dict) else None


def _without_before(project: Project) -> dict[str, Any]:
    return {name: value for name, value in (current(project) or {}).items() if name != "before"}


def _control(session: Session, project: Project, wanted: Wanted) -> Control:
    if wanted.control and Workforce.of(project).running is not None:
        raise Conflict(
            "An experiment runs, and an answer has one arm: end it, or order without a control share."
        )
    pools = sa.select(col(Pool.id)).where(col(Pool.project_id) == project.id)
    newest = sa.select(sa.func.max(Ordering.generation)).where(col(Ordering.pool_id).in_(pools))
    number = (session.execute(newest).scalar_one() or 0) + 1
    last = session.execute(sa.select(sa.func.max(Lease.id))).scalar_one() or 0
    return Control(f"queue-{number}", str(wanted.method), wanted.control, wanted.seed, last)


def _pools(session: Session, project: Project) -> list[Pool]:
    query = select(Pool).where(Pool.project_id == project.id, col(Pool.deleted_at).is_(None))
    return list(session.exec(query.order_by(col(Pool.id))))


def _ranked(
    session: Session, project: Project, rows: Sequence[Row], wanted: Wanted, drawn: Control
) -> list[Row]:
    rest = [row for row in rows if not (drawn.share and drawn.is_drawn(row.name))]
    chance = sorted(
        (row for row in rows if drawn.share and drawn.is_drawn(row.name)),
        key=lambda row: pacing.number(wanted.seed, "place", drawn.name, row.name),
    )
    rest = _by_method(rest, wanted)
    both = [*rest, *chance]
    merged = querying.with_control(range(len(rest)), range(len(rest), len(both)))
    place = {batch: number for number, batch in enumerate(lined_up.rounds(session, project))}
    return sorted((both[index] for index in merged), key=lambda row: place.get(row.batch or 0, len(place)))


def _by_method(rows: Sequence[Row], wanted: Wanted) -> list[Row]:
    if wanted.method is Method.AS_GIVEN:
        return sorted(rows, key=lambda row: row.item)
    if wanted.method is Method.SHUFFLED:
        return sorted(rows, key=lambda row: pacing.number(wanted.seed, "shuffle", row.name))
    doubts = [row.doubt for row in rows]
    if rows and not any(doubt is not None for doubt in doubts):
        raise Invalid(
            "No model has said how sure it is of an item: import its suggestions first "
            "(standpoint import SLUG suggestions.parquet --kind suggestion)."
        )
    if wanted.method is Method.MOST_UNCERTAIN:
        return [rows[index] for index in querying.most_uncertain(doubts)]
    clusters, targets = [row.cluster for row in rows], [row.target for row in rows]
    return [rows[index] for index in querying.diverse_uncertain(doubts, clusters, targets)]


def _first(session: Session, rows: Sequence[Row], drawn: Control) -> list[First]:
    texts = lined_up.texts(session, [row.item for row in rows])
    return [
        First(row.name, texts[row.item], row.doubt, bool(drawn.share) and drawn.is_drawn(row.name))
        for row in rows
    ]


def _packed(items: Sequence[int]) -> bytes:
    return zlib.compress(array.array("q", items).tobytes(), 6)


def _unpacked(blob: bytes) -> list[int]:
    items = array.array("q")
    items.frombytes(zlib.decompress(blob))
    return items.tolist()
