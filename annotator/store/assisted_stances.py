"""What answers to items of an open project say, as looks at suggestions are counted.

A suggestion of a whole item is compared as a whole: any stance, or none. One that names stances is compared
stance by stance: the label that an answer gives to this holder and target, or `absent`, as votes are counted
(quality/alignment.py). Other ways were to count whole sets as the same or not, which calls a person who took
two stances of three one who did not follow, or by how far sets overlap, which cannot tell who followed from
who added something else. The cost: stances of one item are no independent cases, so that intervals are a
little too narrow where models name several. What an answer has besides is not compared: nobody was asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Kind, Project, metadata
from annotator.domain.answer import ABSENT_BEYOND
from annotator.quality.assistance import Case
from annotator.store.open_suggestions import NO_STANCE

ANNOTATION, STANCE, LABEL, ITEM, ENTITY = (
    metadata.tables[name] for name in ("annotation", "stance", "label", "item", "entity")
)
FOUND, ABSENT = "stance", "absent"


class Beside(NamedTuple):
    """A first answer and what a model said of its item; `final`: after a look, None without one."""

    item: int
    annotator: str
    first: Any
    suggested: Any
    final: Any
    gold: Any


@dataclass(slots=True)
class Told:
    """What an answer says: labels by holder and target, former ones last. `p_absent`: a model's."""

    p_absent: float | None
    stances: dict[tuple[int, int], list[str]] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        """Whether there is any stance."""
        found = bool(self.stances) if self.p_absent is None else self.p_absent <= ABSENT_BEYOND
        return FOUND if found else ABSENT

    def of(self, pair: tuple[int, int], label: str) -> str:
        """This label if the pair has it, else another that it has."""
        labels = self.stances.get(pair, [ABSENT])
        return label if label in labels else labels[0]


def cases(beside: Iterable[Beside], told: Mapping[int, Told]) -> tuple[list[Case], list[Case]]:
    """Cases of whole items, and of the stances that suggestions name. `beside` has the row ids of answers."""
    items, stances = [], []
    for item, annotator, *ids in beside:
        first, suggested, final, gold = (told[id_] if id_ is not None else None for id_ in ids)
        assert first is not None and suggested is not None
        if not suggested.stances:
            said = [each.whole if each else None for each in (final, gold)]
            items.append(Case(item, annotator, first.whole, suggested.whole, *said))
        for pair, (label, *_) in suggested.stances.items():
            said = [each.of(pair, label) if each else None for each in (final, gold)]
            stances.append(Case((item, *pair), annotator, first.of(pair, label), label, *said))
    return items, stances


def told(session: Session, project: Project) -> dict[int, Told]:
    """What every answer says to an item that a model has said something of, by row id; two queries.

    What was merged is what it became; a label that says that there is no stance is none.
    """
    a = ANNOTATION.c
    suggested = sa.select(a.item_id).where(a.kind == Kind.SUGGESTION)
    answers = (
        sa.select(a.id, a.p_absent)
        .join(ITEM, ITEM.c.id == a.item_id)
        .where(ITEM.c.project_id == project.id, a.item_id.in_(suggested))
    )
    found = {id_: Told(p_absent) for id_, p_absent in session.execute(answers)}
    label, holder, target = LABEL.alias("became"), ENTITY.alias("holder"), ENTITY.alias("target")
    stances = (
        sa.select(STANCE.c.annotation_id, _now(holder), _now(target), label.c.name)
        .join(LABEL, LABEL.c.id == STANCE.c.label_id)
        .join(label, label.c.id == _now(LABEL))
        .join(holder, holder.c.id == STANCE.c.holder_id)
        .join(target, target.c.id == STANCE.c.target_id)
        .where(
            STANCE.c.annotation_id.in_(answers.with_only_columns(a.id)), label.c.polarity.not_in(NO_STANCE)
        )
        .order_by(STANCE.c.annotation_id, STANCE.c.former, STANCE.c.position)
    )
    for id_, *pair, name in session.execute(stances):
        found[id_].stances.setdefault((pair[0], pair[1]), []).append(name)
    return found


def _now(table: sa.FromClause) -> sa.ColumnElement[int]:
    return sa.func.coalesce(table.c.merged_into_id, table.c.id)
