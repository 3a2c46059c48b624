"""The curator's page of questions: what annotators ask about an item, in its context, and the replies."""

from http import HTTPStatus
from uuid import UUID

import pydantic
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.api.inquiries import ReplyIn
from annotator.domain import Inquiry, Role
from annotator.errors import Conflict
from annotator.http.session import requires
from annotator.store import inquiries
from annotator.web.languages import local
from annotator.web.preferences import own_zone

bp = Blueprint("inquiries", __name__, url_prefix="/projects/<slug>/inquiries")


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The questions that wait, the oldest first, and those that were answered beneath."""
    return _page()


@bp.post("/<uuid:uuid>/reply")
@requires(Role.CURATOR)
def reply(uuid: UUID) -> ResponseReturnValue:
    """Reply to a question. If somebody was first, both replies are shown."""
    asked = inquiries.find(g.session, g.project, uuid)
    text = request.form.get("reply", "").replace("\r\n", "\n")
    try:
        inquiries.reply(g.session, asked, ReplyIn(reply=text).reply, by=g.user)
    except pydantic.ValidationError:
        return _page(problem=uuid, text=text), HTTPStatus.UNPROCESSABLE_ENTITY
    except Conflict:
        return _page(late=asked.inquiry, text=text), HTTPStatus.CONFLICT
    shown = url_for(".show", slug=g.project.slug, replied=uuid)
    back = request.form.get("back")
    return redirect(local(back) if back else shown, code=HTTPStatus.SEE_OTHER)


def _page(*, problem: UUID | None = None, late: Inquiry | None = None, text: str = "") -> str:
    waiting = inquiries.listed(g.session, g.project, is_open=True)
    replied = inquiries.listed(g.session, g.project, is_open=False)
    return render_template(
        "inquiries/page.html",
        project=g.project,
        zone=own_zone(),
        waiting=inquiries.shown(g.session, g.project, waiting),
        replied=inquiries.shown(g.session, g.project, replied),
        count=inquiries.waiting(g.session, [g.project]).get(g.project.id, 0),
        just=request.args.get("replied"),
        problem=problem,
        late=late,
        text=text,
    )
