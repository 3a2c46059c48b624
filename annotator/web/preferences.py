"""Where each person sets up their seat: light, text size, pace, and which key does what."""

from collections.abc import Collection
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from annotator.domain import Label, Project
from annotator.domain.preferences import TEXT_SIZES, Preferences
from annotator.errors import Invalid, NotFound
from annotator.http.session import signed_in
from annotator.store import preferences, projects
from annotator.store.preferences import Clash
from annotator.web import actions, keymap, preference_fields

bp = Blueprint("preferences", __name__)


def install(app: Flask) -> None:
    """Let every page of the app know what the person who asks prefers."""
    app.before_request(_remember)
    app.context_processor(lambda: {"preferences": g.get("preferences") or Preferences()})


@bp.get("/preferences")
@signed_in
def show() -> ResponseReturnValue:
    """The form, filled with what holds now; with `?project=slug` the keys of its labels, too."""
    project = _project()
    return _page(preference_fields.filled(g.preferences, project, _labels(project)))


@bp.post("/preferences")
@signed_in
def save() -> ResponseReturnValue:
    """Keep what the form says; back to it. A key that would do two things is refused, with both named."""
    project = _project()
    try:
        wanted = preference_fields.read(request.form, g.preferences, project, _labels(project))
    except Invalid as invalid:
        return _refused(str(invalid), invalid.where)
    clash = preferences.clash(g.session, g.user, wanted)
    if clash is not None:
        wrong = [f"{kind}-{name}" for kind in ("key", "label") for name in (clash.action, clash.other)]
        return _refused(_told(clash), wrong)
    preferences.keep(g.session, g.user, wanted)
    slug = project.slug if project is not None else None
    return redirect(url_for("preferences.show", project=slug, saved=""), code=HTTPStatus.SEE_OTHER)


def own_zone() -> ZoneInfo:
    """The time zone in which this person's days begin: UTC where they have chosen none."""
    return ZoneInfo(g.preferences.time_zone or "UTC")


def _remember() -> None:
    """Ask before the view runs: after an error of the database nobody could."""
    g.preferences = preferences.of(g.get("user"))


def _project() -> Project | None:
    slug = request.values.get("project")
    if not slug:
        return None
    for project in projects.of_user(g.session, g.user):
        if project.slug == slug:
            return project
    raise NotFound(f"You have no project {slug!r}.")


def _labels(project: Project | None) -> list[Label]:
    return projects.labels_in_use(g.session, project) if project is not None else []


def _refused(problem: str, wrong: Collection[str]) -> ResponseReturnValue:
    """The form as it was sent, with what is wrong in it."""
    return _page(request.form.to_dict(), problem=problem, wrong=wrong), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(fields: dict[str, str], *, problem: str | None = None, wrong: Collection[str] = ()) -> str:
    project = _project()
    return render_template(
        "preferences/page.html",
        fields=fields,
        problem=problem,
        wrong=wrong,
        project=project,
        labels=_labels(project),
        mine=projects.of_user(g.session, g.user),
        groups=actions.groups(project.kind if project is not None else None),
        text_sizes=TEXT_SIZES,
    )


def _told(clash: Clash) -> str:
    """A clash in the person's language."""
    names = {
        "key": keymap.legend(clash.code),
        "one": clash.action if clash.is_label else actions.named(clash.action),
        "other": clash.other,
        "project": clash.project,
    }
    if not clash.other:
        told = gettext("%(key)s chooses labels and entities: give “%(one)s” another key.", **names)
    elif clash.project is None:
        names["other"] = actions.named(clash.other)
        told = gettext("%(key)s would be both “%(one)s” and “%(other)s”: give one another key.", **names)
    else:
        told = gettext(
            "%(key)s would be both “%(one)s” and “%(other)s”, a label of %(project)s: give one another key.",
            **names,
        )
    return str(told)
