"""A file of doubts (`standpoint label-errors`) → the queue of gold that a model doubts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Doubt, Item, Project
from annotator.errors import BadInput
from annotator.importing.report import Placed
from annotator.store import audit, doubts

NEEDED = ("predicted", "p_label", "p_predicted")
BATCH = 500


class Brought(NamedTuple):
    """How many doubts there are now, and the rows of items that the project does not have."""

    doubts: int
    unknown: list[Placed]


def bring_in(
    session: Session, project: Project, rows: Sequence[Placed], *, by_id: int | None = None
) -> Brought:
    """Let the rows be the project's doubts, in the place of those of the file before.

    A row of an item that the project does not have is left out and told.

    Raises
    ------
    BadInput
        If a row lacks what a doubt must have, or a share is no number from 0 to 1.
    """
    ids = _ids(session, project, (placed.row.item_id or "" for placed in rows))
    found = [_doubt(project, ids.get(placed.row.item_id or ""), placed) for placed in rows]
    kept = [each for each in found if each is not None]
    doubts.replace(session, project, kept)
    audit.note(session, "import doubts", project=project, by_id=by_id, doubts=len(kept))
    return Brought(len(kept), [placed for placed in rows if placed.row.item_id not in ids])


def _ids(session: Session, project: Project, named: Iterable[str]) -> dict[str, int]:
    """External id → id of the project's items."""
    names = sorted(set(named))
    found: dict[str, int] = {}
    for start in range(0, len(names), BATCH):
        query = sa.select(col(Item.external_id), col(Item.id)).where(
            col(Item.project_id) == project.id,
            col(Item.external_id).in_(names[start : start + BATCH]),
            col(Item.deleted_at).is_(None),
        )
        found.update((name, id_) for name, id_ in session.execute(query))
    return found


def _doubt(project: Project, item_id: int | None, placed: Placed) -> Doubt | None:
    row, said = placed.row, placed.row.metadata
    if not row.item_id or not row.label:
        name = "label" if row.item_id else "item_id"
        raise BadInput(placed.path, "is empty, and a doubt is of an item's label", line=row.line, column=name)
    absent = next((name for name in NEEDED if _is_empty(said.get(name))), None)
    if absent is not None:
        told = "is missing: bring the file that `standpoint label-errors` wrote"
        raise BadInput(placed.path, told, line=row.line, column=absent)
    p_label, p_predicted = (_share(placed, name) for name in NEEDED[1:])
    doubt = _share(placed, "doubt") if not _is_empty(said.get("doubt")) else 1 - p_label
    if item_id is None:
        return None
    return Doubt(
        project_id=project.id or 0,
        item_id=item_id,
        holder=row.holder,
        target=row.target,
        label=row.label,
        predicted=_text(placed, "predicted"),
        p_label=p_label,
        p_predicted=p_predicted,
        doubt=doubt,
        is_confident=str(said.get("is_confident", "")).lower() in {"true", "1"},
        model=_text(placed, "recipe") or "?",
        release=_text(placed, "release") or None,
        released_at=_moment(placed),
    )


def _is_empty(value: object) -> bool:
    return value is None or value == ""


def _text(placed: Placed, name: str) -> str:
    said = str(placed.row.metadata.get(name) or "")
    if not said.isprintable():
        told = "holds characters that cannot be printed"
        raise BadInput(placed.path, told, line=placed.row.line, column=name)
    return said


def _share(placed: Placed, name: str) -> float:
    try:
        share = float(str(placed.row.metadata[name]))
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadInput(placed.path, "is no share from 0 to 1", line=placed.row.line, column=name)
    return share


def _moment(placed: Placed) -> datetime:
    said = placed.row.metadata.get("released_at")
    if not said:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(str(said))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadInput(
            placed.path, "is no time such as 2026-11-27T09:00:00Z", line=placed.row.line, column="released_at"
        ) from None
