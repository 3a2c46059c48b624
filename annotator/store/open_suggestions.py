"""What models say of the items of an open project: whether there is any stance, or which there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Entity, Label, Polarity, Project, Stance
from annotator.domain.answer import ABSENT_BEYOND
from annotator.store import suggestions
from annotator.store.ready import Ready

NO_STANCE = {Polarity.NONE, Polarity.UNRELATED}  # labels that say that there is none
_SAID, _HOLDER, _TARGET, _HELD, _MEANT = (
    table.alias(name)
    for table, name in (
        (Label.metadata.tables["label"], "said"),
        *((Entity.metadata.tables["entity"], name) for name in ("holder", "target", "held", "meant")),
    )
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A stance that the model expects; holder and target by key, the label by name."""

    holder: str
    target: str
    label: str
    p: float | None  # of this label


@dataclass(slots=True)
class Suggested:
    """What a model says of an item: `p_absent` where it speaks of the whole, else `stances`, or none."""

    uuid: UUID
    p_absent: float | None
    stances: list[Expected] = field(default_factory=list)

    @property
    def any_stance(self) -> bool:
        """Whether it expects a stance here."""
        return bool(self.stances) if self.p_absent is None else self.p_absent <= ABSENT_BEYOND

    @property
    def p(self) -> float | None:
        """Of what it says of the whole."""
        if self.p_absent is None:
            return None
        return 1 - self.p_absent if self.any_stance else self.p_absent


def of_items(session: Session, project: Project, items: Sequence[int]) -> dict[int, Suggested]:
    """What stands for these items, by row id; what names a label that is retired is left out.

    One query, and one for labels where a stance was said; none without items.
    """
    rows = _STANDING.rows(session, items=items) if items else []
    order = suggestions.labels(session, project) if any(row[3] for row in rows) else []
    found: dict[int, Suggested] = {}
    gone: set[int] = set()
    for item, uuid, p_absent, stance, label, name, polarity, retired, holder, target, shares in rows:
        said = found.setdefault(item, Suggested(uuid, p_absent))
        if stance is None:
            continue
        if retired is not None:
            gone.add(item)
        elif polarity not in NO_STANCE:
            place = order.index(label) if label in order else len(order)
            p = shares[place] if shares and place < len(shares) else None
            said.stances.append(Expected(holder, target, name, p))
    return {item: said for item, said in found.items() if item not in gone}


def _standing(items: list[sa.BindParameter[int]]) -> Any:
    became = (  # what was merged is what it became
        (Label, _SAID, col(Stance.label_id), col(Label.id)),
        (_HOLDER, _HELD, col(Stance.holder_id), _HOLDER.c.id),
        (_TARGET, _MEANT, col(Stance.target_id), _TARGET.c.id),
    )
    query = (
        sa.select(col(Annotation.item_id), col(Annotation.uuid), col(Annotation.p_absent))
        .add_columns(col(Stance.id), col(Label.id), col(Label.name), col(Label.polarity))
        .add_columns(col(Label.retired_at), _HOLDER.c.key, _TARGET.c.key, col(Stance.label_distribution))
        .outerjoin(Stance, col(Stance.annotation_id) == col(Annotation.id))
    )
    for now, then, named, id_ in became:
        query = query.outerjoin(then, then.c.id == named)
        query = query.outerjoin(now, id_ == sa.func.coalesce(then.c.merged_into_id, then.c.id))
    newest = suggestions.is_newest()
    query = query.where(col(Annotation.item_id).in_(items), newest)
    return query.order_by(col(Annotation.item_id), col(Stance.position))


_STANDING = Ready.of_many("items", _standing)  # asked with each item that is lent
