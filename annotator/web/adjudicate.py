"""The curator's pages where disagreements are settled: the queue, and one item with all answers to it."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pydantic
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlmodel import select

from annotator.api import query
from annotator.api.adjudications import FILTERS, wanted
from annotator.domain import Annotation, AnnotationFlag, Item, Kind, Role, StanceFlag
from annotator.domain.deciding import DecisionIn
from annotator.errors import Conflict, Invalid
from annotator.http import problems, sentences
from annotator.http.session import requires, writes
from annotator.store import (
    adjudication,
    cases,
    disagreements,
    doubts,
    items,
    named,
    projects,
    registry,
    weighing,
)
from annotator.store.cases import Case
from annotator.store.disagreements import NOBODY, Order, State
from annotator.web import annotate, compression, decision_form, files
from annotator.web.overlay import Mark, pieces

bp = Blueprint("adjudicate", __name__, url_prefix="/projects/<slug>/adjudicate")

MOST_NAMES = 2_000  # that a page offers
LIST = "list"  # where one comes from and goes on, in the address
DOUBTS = "doubts"  # gold that models doubt, in the place of the queue


@bp.get("")
@writes
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The queue, a page of it, with its filters."""
    unweighed = weighing.weigh_new(g.session)
    sought = wanted()
    found, more = disagreements.page(g.session, g.project, sought, user=g.user, after=query.text("after"))
    return render_template(
        "adjudicate/queue.html",
        project=g.project,
        found=found,
        more=more,
        unweighed=unweighed,
        count=disagreements.count(g.session, g.project, sought),
        wanted=sought,
        orders=list(Order),
        states=list(State),
        nobody=NOBODY,
        labels=projects.labels(g.session, g.project),
        flags=[*StanceFlag, *AnnotationFlag],
        carried=_carried(),
        done="done" in request.args,
        style_version=_style_version(),
        locale=str(get_locale()),
        address=_address,
    )


@bp.get("/item")
@writes
@requires(Role.CURATOR)
def item() -> ResponseReturnValue:
    """One item; without `id`, the next one of the queue that no other curator has open."""
    external_id = query.text("id")
    if external_id is None:
        return _next()
    found = items.find(g.session, g.project, external_id)
    disagreements.look(g.session, g.user, found)
    return _page(_case(found))


@bp.post("/decide")
@requires(Role.CURATOR)
def decide() -> ResponseReturnValue:
    """Save the decision of the form, and go on. If somebody was first, both decisions are shown."""
    found = items.find(g.session, g.project, request.form.get("item", ""))
    case = _case(found)
    uuid = decision_form.uuid_of(request.form, "uuid")
    decision = None
    try:
        decision = decision_form.read(request.form, case)
        adjudication.decide(g.session, g.project, g.user, uuid, decision)
    except Conflict:
        return _page(_case(found), form=request.form, late=decision), HTTPStatus.CONFLICT
    except (Invalid, pydantic.ValidationError) as error:
        detail = problems.told(error).detail
        told = sentences.told(detail) or detail
        return _page(case, form=request.form, problem=told), HTTPStatus.UNPROCESSABLE_ENTITY
    more = {"after": found.external_id, "from": found.external_id, "just": str(uuid)}
    return redirect(_address(".item", **_carried(), **more), code=HTTPStatus.SEE_OTHER)


@bp.post("/undo")
@requires(Role.CURATOR)
def undo() -> ResponseReturnValue:
    """Withdraw an own decision; the item is open again."""
    external_id = request.form.get("item", "")
    replaces = decision_form.uuid_of(request.form, "replaces")
    decision = DecisionIn(item=external_id, replaces=replaces, withdrawn=True)
    uuid = decision_form.uuid_of(request.form, "uuid")
    adjudication.decide(g.session, g.project, g.user, uuid, decision)
    return redirect(_address(".item", id=external_id, undone="1", **_carried()), code=HTTPStatus.SEE_OTHER)


@bp.get("/labels.css")
@requires(Role.CURATOR)
def style() -> ResponseReturnValue:
    """The colours of the labels. The page asks with the version of the scheme, so it may be kept."""
    response = compression.fixed(annotate.colours(projects.labels(g.session, g.project)).encode(), "text/css")
    response.headers["Cache-Control"] = f"private, {files.IMMUTABLE}"
    return response


def _next() -> ResponseReturnValue:
    """To the first item behind `after` that nobody has open; at the end, to the first of all."""
    after = query.text("after")
    more = {name: value for name in ("from", "just") if (value := query.text(name))}
    if _is_of_doubts():
        doubted = doubts.following(g.session, g.project, after)
        return redirect(_address(".item", id=doubted, **more, **_carried()) if doubted else _list())
    weighing.weigh_new(g.session)
    for place in dict.fromkeys((after, None)):
        found, _ = disagreements.page(
            g.session, g.project, wanted(), user=g.user, limit=1, after=place, unseen=True
        )
        if found and found[0].item.external_id != after:
            return redirect(_address(".item", id=found[0].item.external_id, **more, **_carried()))
    return redirect(_address(".show", done="1", **more, **_carried()))


def _case(found: Item) -> Case:
    return cases.of(g.session, g.project, found, user=g.user)


def _page(case: Case, *, form: Any = None, problem: str | None = None, late: DecisionIn | None = None) -> str:
    start = query.text("start")
    begun = start or ("decision" if case.decision is not None else None)
    return render_template(
        "adjudicate/item.html",
        project=g.project,
        case=case,
        before=_pieces(case, case.start, case.question.segment.start),
        segment=_pieces(case, case.question.segment.start, case.question.segment.end),
        after=_pieces(case, case.question.segment.end, case.end),
        names=request.args.get("names") == "shown",
        drafts=decision_form.drafts(form, case, like=begun),
        is_writing=start is not None or (form or {}).get("take") == "new",
        form=form if form is not None else _as_form(case.decision),
        problem=problem,
        late=late,
        doubt=doubts.about(g.session, g.project, case.item.external_id) if _is_of_doubts() else None,
        curating_page="doubts" if _is_of_doubts() else "adjudicate",
        uuid=uuid4(),
        undo_uuid=uuid4(),
        just=_just(),
        undone="undone" in request.args,
        labels=projects.labels_in_use(g.session, g.project),
        entities=registry.with_aliases(g.session, g.project)[:MOST_NAMES],
        came_from=query.text("from"),
        carried=_carried(),
        queue=_list(),
        style_version=_style_version(),
        locale=str(get_locale()),
        address=_address,
    )


def _pieces(case: Case, start: int, end: int) -> list[Any]:
    marks = [
        Mark(span.start, span.end, span.role, case.labels[stance.label_id].name, voice.letter)
        for voice in case.voices
        for stance in voice.annotation.stances
        for span in stance.spans
    ]
    return pieces(case.question.document.text, start, end, marks)


def _as_form(decision: Annotation | None) -> dict[str, str]:
    """What a decision that stands puts into the form."""
    if decision is None:
        return {}
    told = {"reason": decision.reason or "", "comment": decision.comment or ""}
    ticks = {name: "on" for name in ("precedent", "comment_released") if getattr(decision, name)}
    return told | ticks


def _just() -> tuple[Annotation, str, str] | None:
    """The decision that was saved a moment ago, if it is this person's and stands; its item and its words."""
    uuid = query.uuid("just")
    chosen = (
        select(Annotation, Item)
        .join(Item)
        .where(Annotation.uuid == uuid, Annotation.kind == Kind.ADJUDICATION)
    )
    found = g.session.exec(chosen.where(Annotation.annotator_id == g.user.id)).first() if uuid else None
    if found is None or found[1].project_id != g.project.id:
        return None
    stands = adjudication.current(g.session, found[1])
    if stands is None or stands.uuid != uuid:
        return None
    _, labels = named.of(g.session, [stands])
    return stands, found[1].external_id, ", ".join(labels[each.label_id].name for each in stands.stances)


def _carried() -> dict[str, str]:
    """The filters of this request, for the next one."""
    given = request.args if request.method == "GET" else request.form
    return {name: given[name] for name in (*FILTERS, LIST) if given.get(name)}


def _is_of_doubts() -> bool:
    return _carried().get(LIST) == DOUBTS


def _list() -> str:
    """The list that this request comes from."""
    if _is_of_doubts():
        return url_for("doubts.show", slug=g.project.slug)
    return _address(".show", **_carried())


def _address(endpoint: str, **arguments: str) -> str:
    """A page of this blueprint, its arguments in the query: an item's id may hold a slash."""
    page = url_for(endpoint, slug=g.project.slug)
    return f"{page}?{urlencode(arguments)}" if arguments else page


def _style_version() -> str:
    return f"{g.project.scheme_version}.{files.version()}"
