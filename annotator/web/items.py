"""The curator's page of items: find them by words and filters, ask many again or retire them, reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from annotator.api import query
from annotator.domain import Role, User
from annotator.errors import Invalid
from annotator.http import sentences
from annotator.http.session import requires
from annotator.store import bulk, glances
from annotator.store.bulk import Action
from annotator.web import curating, item_filter
from annotator.web.item_filter import Filter
from annotator.web.preferences import own_zone

if TYPE_CHECKING:
    from annotator.reading.board import Board
    from annotator.reading.choosing import Page

bp = Blueprint("items", __name__, url_prefix="/projects/<slug>/items")

SIZE = 25  # items a page
MOST_ID = 2**31 - 1
ALL = "all"  # the scope of a change: what the filter finds, not what is ticked


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The items that the filter finds, a page of them."""
    return _page(Filter.read(request.args))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: to how many items, of how many that were chosen."""

    action: Action
    is_all: bool
    items: Sequence[int]
    chosen: int
    answers: int  # that stand on these items


@bp.post("/changes")
@requires(Role.CURATOR)
def change() -> ResponseReturnValue:
    """Show what a change would do; do it if that was confirmed and is still the same."""
    wanted = Filter.read(request.form)
    board = curating.board()
    action = _action()
    is_all = request.form.get("scope") == ALL
    ids = _matching(board, wanted) if is_all else _ticked()
    items = bulk.touched(g.session, g.project, action, ids)
    if request.form.get("confirmed") != str(len(items)):
        preview = Preview(action, is_all, items, len(ids), _answers(board, items))
        return _page(wanted, preview=preview)
    try:
        made = bulk.change(g.session, g.project, action, items, by=g.user)
    except Invalid as invalid:
        told = sentences.told(str(invalid)) or str(invalid)
        return _page(wanted, problem=told), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(_address(wanted, changed=made.id), code=HTTPStatus.SEE_OTHER)


@bp.post("/changes/<int:number>/undo")
@requires(Role.CURATOR)
def undo(number: int) -> ResponseReturnValue:
    """Take a change back."""
    made = bulk.undo(g.session, g.project, min(number, MOST_ID), by=g.user)
    return redirect(_address(Filter.read(request.form), changed=made.id), code=HTTPStatus.SEE_OTHER)


def _page(wanted: Filter, *, preview: Preview | None = None, problem: str | None = None) -> str:
    from annotator.reading.choosing import nothing, page  # noqa: PLC0415 - numpy: only curators look for items

    board = curating.board()
    try:
        is_chosen = wanted.chosen(board)
    except Invalid as invalid:
        is_chosen, problem = nothing(board), sentences.told(str(invalid)) or str(invalid)
    part = page(board, is_chosen, after=_id("after"), before=_id("before"), size=SIZE)
    changes = bulk.newest(g.session, g.project)
    return render_template(
        "items/page.html",
        project=g.project,
        zone=own_zone(),
        filter=wanted.asked,
        choices=item_filter.choices(board),
        names={"status": item_filter.status_names(), "flag": item_filter.flag_names()},
        found=int(is_chosen.sum()),
        glances=glances.of(g.session, board.items.id[part.rows].tolist()),
        facts=_facts(board, part),
        part=part,
        address=lambda **more: _address(wanted, **more),
        adjudicate=curating.address("adjudicate"),
        preview=preview,
        problem=problem,
        changes=changes,
        authors={user.id: user for user in _authors([change.made_by_id for change in changes])},
        changed=request.args.get("changed"),
        actions=_action_names(),
        most=bulk.MOST,
    )


def _facts(board: "Board", part: "Page") -> dict[int, tuple[int, int, bool]]:
    """Item id → (answers that count, answers wanted, whether they differ)."""
    rows = part.rows
    return {
        item: (given, wanted, differs)
        for item, given, wanted, differs in zip(
            board.items.id[rows].tolist(),
            board.given[rows].tolist(),
            board.items.wanted[rows].tolist(),
            (board.differs[rows] & (board.judges[rows] > 1)).tolist(),
            strict=True,
        )
    }


def _matching(board: "Board", wanted: Filter) -> list[int]:
    found: list[int] = board.items.id[wanted.chosen(board)].tolist()
    return found


def _ticked() -> list[int]:
    given = request.form.getlist("item")
    return sorted({int(each) for each in given if each.isascii() and each.isdigit() and int(each) <= MOST_ID})


def _answers(board: "Board", items: Sequence[int]) -> int:
    return int((board.stands & board.of_items(items)).sum())


def _action() -> Action:
    given = request.form.get("action", "")
    if given not in set(Action):
        raise Invalid("Choose what is to be done with these items.", {"action": "is not known"})
    return Action(given)


def _action_names() -> dict[str, str]:
    return {
        Action.RAISE: gettext("Ask for one answer more"),
        Action.CLEAR: gettext("Withdraw all answers and ask again"),
        Action.RETIRE: gettext("Retire"),
        Action.RESTORE: gettext("Take back into work"),
    }


def _address(wanted: Filter, **more: Any) -> str:
    fields: dict[str, Any] = {**wanted.asked, **more}
    return url_for("items.show", slug=g.project.slug, **fields)


def _authors(ids: Sequence[int | None]) -> list[User]:
    return [user for user in (g.session.get(User, each) for each in set(ids) if each is not None) if user]


def _id(name: str) -> int | None:
    return query.number(name, least=0, most=MOST_ID, usual=0) if request.args.get(name) else None
