"""The curators' page of webhooks: where a project tells what happens, and what became of it."""

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from annotator.domain import Delivery, Role, Webhook
from annotator.domain.webhook import CHOICES, Happening
from annotator.errors import Invalid
from annotator.http import sentences
from annotator.http.session import requires
from annotator.store import webhooks
from annotator.web.preferences import own_zone

bp = Blueprint("webhooks", __name__, url_prefix="/projects/<slug>/webhooks")

SECRET = "webhook"  # noqa: S105 of the cookie: what the next page shows once
NEWEST = 10  # deliveries of each, on the page; the address of one has more


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """All webhooks with their newest messages, and a form for one more; a new secret is shown once."""
    return _page()


@bp.post("")
@requires(Role.CURATOR)
def create() -> ResponseReturnValue:
    """Make a webhook. Whatever goes wrong, what was written stays."""
    try:
        made = webhooks.create(
            g.session,
            g.project,
            request.form.get("url", ""),
            request.form.getlist("event"),
            by_id=g.user.id,
        )
    except Invalid as error:
        return _page(str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    cookie[SECRET] = [made.id, made.secret]
    return _back("made", made)


@bp.post("/<int:number>")
@requires(Role.CURATOR)
def change(number: int) -> ResponseReturnValue:
    """Try it, switch it off or on, make another secret, or take it away."""
    found = webhooks.find(g.session, g.project, number)
    do, by_id = request.form.get("do", ""), g.user.id
    if do == "test":
        webhooks.test(g.session, g.project, found)
    elif do in {"on", "off"}:
        webhooks.change(
            g.session,
            g.project,
            found,
            url=found.url,
            events=found.events,
            is_active=do == "on",
            by_id=by_id,
        )
    elif do == "secret":
        webhooks.renew_secret(g.session, g.project, found, by_id=by_id)
        cookie[SECRET] = [found.id, found.secret]
    elif do == "remove":
        webhooks.remove(g.session, g.project, found, by_id=by_id)
    else:
        raise Invalid("Choose what is to happen with this webhook.")
    return _back(do, found)


@bp.post("/<int:number>/deliveries/<int:delivery>")
@requires(Role.CURATOR)
def send_again(number: int, delivery: int) -> ResponseReturnValue:
    """Send a message once more."""
    found = webhooks.find(g.session, g.project, number)
    webhooks.send_again(g.session, found, delivery)
    return _back("again", found)


def _page(problem: str | None = None) -> str:
    found = webhooks.listed(g.session, g.project)
    return render_template(
        "webhooks/page.html",
        project=g.project,
        zone=own_zone(),
        webhooks=found,
        deliveries={each.id: _newest(each) for each in found},
        choices=CHOICES,
        names=_names(),
        fields=request.form,
        chosen=request.form.getlist("event"),
        secret=cookie.pop(SECRET, None),
        done=request.args.get("done"),
        problem=problem and (sentences.told(problem) or problem),
        has_room=len(found) < webhooks.MOST,
    )


def _newest(webhook: Webhook) -> list[Delivery]:
    return webhooks.deliveries(g.session, webhook, limit=NEWEST)[0]


def _names() -> dict[str, str]:
    return {
        Happening.ITEM_COMPLETED: gettext("An item has all its answers"),
        Happening.ROUND_CLOSED: gettext("All items of a round have all their answers"),
        Happening.ADJUDICATION_DECIDED: gettext("A curator has decided an item"),
        Happening.IMPORT_FINISHED: gettext("An import has brought something in"),
        Happening.RELEASE_PUBLISHED: gettext("A release was made"),
        Happening.TEST: gettext("A test message"),
    }


def _back(done: str, webhook: Webhook) -> ResponseReturnValue:
    anchor = f"webhook-{webhook.id}"
    shown = url_for(".show", slug=g.project.slug, done=done, _anchor=anchor)
    return redirect(shown, code=HTTPStatus.SEE_OTHER)
