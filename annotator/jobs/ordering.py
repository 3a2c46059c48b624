"""The jobs `order` and `undo-order`: a new order of a project's queue, and the one before it again."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from annotator.domain import Project
from annotator.errors import Invalid
from annotator.jobs.context import Context
from annotator.store import projects, reordering
from annotator.store.engine import writing

ORDER, UNDO = "order", "undo-order"


def order(context: Context, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Order the queue of the job's project; gives {"items", "suggested", "control"}, counts.

    Raises
    ------
    Invalid, Conflict
        As `reordering.apply`.
    """
    wanted = reordering.checked(arguments["method"], arguments.get("control"), arguments.get("seed"))
    context.report(doing="ordering")
    with writing(context.engine) as session:
        made = reordering.apply(session, _project(session, context), wanted, by_id=context.by_id)
    return {"items": made.items, "suggested": made.suggested, "control": made.control}


def undo(context: Context, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Take the last order back. Gives {}.

    Raises
    ------
    Conflict
        If there is none to go back to.
    """
    context.report(doing="ordering")
    with writing(context.engine) as session:
        reordering.undo(session, _project(session, context), by_id=context.by_id)
    return {}


def _project(session: Session, context: Context) -> Project:
    if context.slug is None:
        raise Invalid("An order is of a project's queue: ask for it on the project's page.")
    return projects.find(session, context.slug)
