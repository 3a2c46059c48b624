"""Arms: what of an experiment an annotator meets on an item, drawn when the item is lent.

Where no experiment runs and the queue has a control share, it is whether the item is of that (`control.py`).

The draw depends on the experiment's seed, the person and the item alone. It is stored, obeyed wherever the
item is put to that person, and goes out with each of their answers to it.

What is masked on an item is masked wherever that person could read it besides: in the whole text, among their
own answers, in the answer that stands. A whole document tells as little as the strictest of its items: one
with a masked holder hides who speaks for all of it, and while the width of the context is varied it is not
shown at all. The cost: an item of the other arm loses its speakers, too, where more of the text is asked for.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Arm, Item, Project, User
from annotator.domain.workforce import Experiment, Factor, Ruled, Workforce
from annotator.store import control, pacing
from annotator.store.control import Control
from annotator.store.seats import Lent

MASKED, OFF = "masked", "off"


def draw(session: Session, project: Project, user: User, leases: Sequence[Lent]) -> None:
    """Draw for what is lent and has no arm in what is drawn now. Nothing to ask where nothing is."""
    running = _drawing(project)
    if isinstance(running, Control):
        leases = [lease for lease in leases if lease.id > running.after]
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
            "level": running.level(user, name)
            if isinstance(running, Control)
            else _level(running, user, name),
            "seed": running.seed,
            "user_id": user.id,
            "item_id": item,
        }
        for item, name in session.execute(query)
    ]
    session.add_all([Arm(**row) for row in rows])
    session.flush()


def of(session: Session, project: Ruled, user: User, items: Sequence[int]) -> dict[int, Arm]:
    """What the person meets, by item: of what is drawn now; {} where nothing is. One query."""
    running = _drawing(project)
    if running is None or not items:
        return {}
    query = select(Arm).where(
        Arm.user_id == user.id,
        col(Arm.item_id).in_(items),
        Arm.experiment == running.name,
        Arm.factor == str(running.factor),
    )
    return {arm.item_id: arm for arm in session.exec(query)}


def masked(session: Session, project: Project, user: User, items: Sequence[int]) -> set[int]:
    """The items among these, by row id, whose holder is hidden from the person."""
    return {item for item, arm in of(session, project, user, items).items() if masks_holder(arm)}


def is_masked(project: Project, user: User) -> sa.ColumnElement[bool]:
    """The same as a condition on the table of items."""
    running = Workforce.of(project).running
    if running is None or running.factor is not Factor.HOLDER:
        return sa.false()
    return sa.exists().where(
        col(Arm.item_id) == col(Item.id),
        col(Arm.user_id) == user.id,
        col(Arm.experiment) == running.name,
        col(Arm.factor) == str(running.factor),
        col(Arm.level) == MASKED,
    )


def masks_document(project: Project, user: User, items: Sequence[Item]) -> bool:
    """Whether who speaks is hidden on one of these items, or will be once it is lent: a draw is no chance."""
    running = Workforce.of(project).running
    if running is None or running.factor is not Factor.HOLDER:
        return False
    return any(_level(running, user, item.external_id) == MASKED for item in items)


def bounds_context(project: Project) -> bool:
    """Whether nobody is to read more around an item than was drawn for them."""
    running = Workforce.of(project).running
    return running is not None and running.factor is Factor.CONTEXT


def bounds(arm: Arm | None) -> bool:
    """Whether no more of the text is to be shown than this arm says."""
    return arm is not None and arm.factor == Factor.CONTEXT


def name(arm: Arm) -> str:
    """How an arm is told: in the API and in the published column."""
    return f"{arm.experiment}:{arm.factor}={arm.level}"


def width(arm: Arm | None, project: Ruled) -> int:
    """Segments shown on each side."""
    return int(arm.level) if arm is not None and arm.factor == Factor.CONTEXT else project.context


def masks_holder(arm: Arm | None) -> bool:
    """Whether who speaks is hidden."""
    return arm is not None and arm.factor == Factor.HOLDER and arm.level == MASKED


def hides_suggestions(arm: Arm | None) -> bool:
    """Whether nothing is proposed."""
    return arm is not None and arm.factor == Factor.SUGGESTIONS and arm.level == OFF


def _drawing(project: Ruled) -> Experiment | Control | None:
    """The experiment that runs, else the order of the queue: an answer has one arm."""
    return Workforce.of(project).running or control.of(project)


def _level(running: Experiment, user: User, item: str) -> str:
    chance = pacing.number(running.seed, "arm", running.name, user.name, item)
    return running.levels[int(chance * len(running.levels))]
