"""Arms: what of an experiment an annotator meets on an item, drawn when the item is lent.

The draw depends on the experiment's seed, the person and the item alone. It is stored, obeyed wherever the
item is put to that person, and goes out with each of their answers to it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Arm, Item, Lease, Project, User
from annotator.domain.workforce import Experiment, Factor, Workforce
from annotator.store import pacing

MASKED, OFF = "masked", "off"


def draw(session: Session, project: Project, user: User, leases: Sequence[Lease]) -> None:
    """Draw for what is lent and has no arm in the running experiment. Nothing to ask where none runs."""
    running = Workforce.of(project).running
    if running is None or not leases:
        return
    drawn = sa.exists().where(
        col(Arm.item_id) == col(Item.id),
        col(Arm.user_id) == user.id,
        col(Arm.experiment) == running.name,
        col(Arm.factor) == running.factor,
    )
    query = sa.select(col(Item.id), col(Item.external_id)).where(
        col(Item.id).in_([lease.item_id for lease in leases]), ~drawn
    )
    rows = [
        {
            "experiment": running.name,
            "factor": str(running.factor),
            "level": _level(running, user, name),
            "seed": running.seed,
            "user_id": user.id,
            "item_id": item,
        }
        for item, name in session.execute(query)
    ]
    session.add_all([Arm(**row) for row in rows])
    session.flush()


def of(session: Session, project: Project, user: User, items: Sequence[int]) -> dict[int, Arm]:
    """What the person meets, by item: of the running experiment; {} where none runs. One query."""
    running = Workforce.of(project).running
    if running is None or not items:
        return {}
    query = select(Arm).where(
        Arm.user_id == user.id,
        col(Arm.item_id).in_(items),
        Arm.experiment == running.name,
        Arm.factor == str(running.factor),
    )
    return {arm.item_id: arm for arm in session.exec(query)}


def name(arm: Arm) -> str:
    """How an arm is told: in the API and in the published column."""
    return f"{arm.experiment}:{arm.factor}={arm.level}"


def width(arm: Arm | None, project: Project) -> int:
    """Segments shown on each side."""
    return int(arm.level) if arm is not None and arm.factor == Factor.CONTEXT else project.context


def masks_holder(arm: Arm | None) -> bool:
    """Whether who speaks is hidden."""
    return arm is not None and arm.factor == Factor.HOLDER and arm.level == MASKED


def hides_suggestions(arm: Arm | None) -> bool:
    """Whether nothing is proposed."""
    return arm is not None and arm.factor == Factor.SUGGESTIONS and arm.level == OFF


def _level(running: Experiment, user: User, item: str) -> str:
    chance = pacing.number(running.seed, "arm", running.name, user.name, item)
    return running.levels[int(chance * len(running.levels))]
