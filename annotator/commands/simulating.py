"""Simulated annotators for the demo: a gold standard with seeded noise, so that there is something to settle.

They are no people, and are called simulated wherever they show. How often each is right is made up, and no
finding about anybody.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from random import Random

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Item, Kind, Project, ProjectKind, User
from annotator.importing.load import load
from annotator.importing.options import Options
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Row, StanceRow
from annotator.store import projects

RIGHT = {"simulated-1": 0.92, "simulated-2": 0.84, "simulated-3": 0.7}  # share of stances told as in the gold
PLACE = "simulated"  # where a file's name would stand
MOST = 240  # items that they answer; the rest waits for whoever tries the demo
FIRST = 60  # items that are left out at the beginning


def answer(session: Session, project: Project, rows: Sequence[Placed]) -> int:
    """Store what simulated annotators say of some of these gold rows' items; return how many answers."""
    gold = [placed.row for placed in rows if placed.row.has_answer][FIRST : FIRST + MOST]
    items = [row.item_id or row.id or "" for row in gold]
    asked = sa.update(Item).where(col(Item.project_id) == project.id, col(Item.external_id).in_(items))
    session.execute(asked.values(overlap=len(RIGHT)))
    labels = [label.name for label in projects.labels_in_use(session, project)]
    is_open = project.kind is ProjectKind.OPEN
    given = [row for name in RIGHT for row in _answers(name, gold, labels, is_open=is_open)]
    report = Report(keep_going=False)
    placed = [Placed(PLACE, row, number) for number, row in enumerate(given)]
    load(session, project, placed, report, Options(kind=Kind.ANNOTATION))
    for number, name in enumerate(RIGHT, 1):
        called = {"simulated": True, "display_name": f"Simulated annotator {number}"}
        session.execute(sa.update(User).where(col(User.name) == name).values(**called))
    return len(given)


def _answers(name: str, gold: Sequence[Row], labels: Sequence[str], *, is_open: bool) -> Iterator[Row]:
    for number, row in enumerate(gold, 1):
        item = row.item_id or row.id
        chance = Random(f"{name}:{item}")  # noqa: S311 - the same noise in every demo
        stances = [_changed(stance, labels, name, chance) for stance in row.stances or ()]
        if is_open:  # there, who overlooks a stance says nothing; elsewhere a label is asked
            stances = [stance for stance in stances if chance.random() < (1 + RIGHT[name]) / 2]
        yield Row(
            line=number,
            item_id=item,
            annotator=name,
            stances=tuple(stances),
            seconds=round(chance.lognormvariate(2, 0.5), 1),
        )


def _changed(stance: StanceRow, labels: Sequence[str], name: str, chance: Random) -> StanceRow:
    """The stance as this annotator tells it: with another label where they are wrong."""
    if chance.random() < RIGHT[name]:
        return stance
    others = [label for label in labels if label != stance.label]
    return dataclasses.replace(stance, label=chance.choice(others))
