"""The annotator's seat: one page that asks item after item, and the colours of the project's scheme.

The page's scripts are written as they run. Each page names all modules that it needs, so that the browser
fetches them side by side instead of one import after the other.
"""

import re
from collections.abc import Iterable

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from annotator.api import query
from annotator.domain import Label, Polarity, ProjectKind, Role
from annotator.http.session import requires
from annotator.store import items, news, progress, projects, questionnaires, timesheet
from annotator.web import actions, compression, files, keymap

bp = Blueprint("annotate", __name__)

# What the first label needs. All else is fetched once the page is quiet, or when it is wanted: lib/later.js.
SHARED_MODULES = (
    "elements/label-keys.js",
    "elements/passage-text.js",
    "elements/question-card.js",
    "elements/save-status.js",
    "lib/api.js",
    "lib/chips.js",
    "lib/drawer.js",
    "lib/outbox.js",
    "lib/queue.js",
    "lib/second-pass.js",
    "lib/text.js",
)
FORM_MODULES = {
    ProjectKind.DIRECTED: ("elements/label-choice.js", "elements/model-suggestion.js"),
    ProjectKind.OPEN: (
        "elements/entity-picker.js",
        "elements/stance-form.js",
        "lib/registry.js",
        "lib/stances.js",
    ),
}
SEAT_MODULE = "elements/annotation-seat.js"  # the last one to run: it finds the others in place
SHEETS = (
    "layers",
    "tokens",
    "base",
    "components/controls",
    "components/passage",
    "components/answer",
    "components/details",
    "components/sheet",
    "pages/annotate",
)
HUES = {Polarity.FAVOR: 155, Polarity.AGAINST: 30, Polarity.MIXED: 300, Polarity.OTHER: 210}  # degrees
GREY = {Polarity.NONE, Polarity.NEUTRAL, Polarity.UNRELATED}


@bp.get("/projects/<slug>/annotate")
@requires(Role.ANNOTATOR)
def seat() -> ResponseReturnValue:
    """The page where people label. Its items, entities and guidelines come by the API.

    Where the project has a questionnaire, it comes first, once.
    """
    if questionnaires.is_owed(g.session, g.project, g.user):
        return redirect(url_for("questionnaire.show", slug=g.project.slug), code=303)
    return render_template("annotate/seat.html", **_words())


@bp.get("/projects/<slug>/annotate/parts")
@requires(Role.ANNOTATOR)
def parts() -> ResponseReturnValue:
    """What the first label does not need: the help, panels, sheets. The page fetches it once it is quiet."""
    return render_template("annotate/parts.html", **_words())


def _words() -> dict[str, object]:
    """What the templates of the seat say of this person and project."""
    labels = projects.labels_in_use(g.session, g.project)
    standing = news.of(g.session, g.project, g.user)
    bound = keymap.bindings(g.preferences, labels, slug=g.project.slug)
    return {
        "project": g.project,
        "is_empty": not items.has_any(g.session, g.project),
        "labels": labels,
        "modules": [*SHARED_MODULES, *FORM_MODULES[g.project.kind], *_wanted(standing), SEAT_MODULE],
        "guidelines_news": standing,
        "progress": progress.of(g.session, g.project, g.user, since=timesheet.midnight(query.zone())),
        "style_version": f"{g.project.scheme_version}.{files.version()}",
        "break_minutes": g.preferences.break_reminder,
        "locale": str(get_locale()),
        "keys": bound.actions,
        "label_keys": bound.labels,
        "groups": actions.groups(g.project.kind),
    }


@bp.get("/projects/<slug>/seat.css")
@requires(Role.ANNOTATOR)
def style() -> ResponseReturnValue:
    """The sheets of the seat, and the colours of the labels.

    The page asks with the version of both, so it may be kept for good.
    """
    labels = projects.labels_in_use(g.session, g.project)
    response = compression.fixed(files.joined(SHEETS) + colours(labels).encode(), "text/css")
    response.headers["Cache-Control"] = f"private, {files.IMMUTABLE}"
    return response


def colours(labels: Iterable[Label]) -> str:
    """A style sheet with the colour of each label."""
    return "@layer components {\n" + "".join(map(_rule, labels)) + "}\n"


def _wanted(standing: news.News) -> tuple[str, ...]:
    """Modules that only this person needs now: for what they have to read before they go on."""
    return ("elements/guidelines-news.js", "lib/guidelines.js") if standing.must_read else ()


def _rule(label: Label) -> str:
    r"""The custom properties of one label.

    >>> _rule(Label(project_id=1, name='"}', polarity=Polarity.FAVOR, hue=145, position=0))
    '  [data-label="\\22 \\7d "] { --label-hue: 145; --label-chroma: 0.11; }\n'
    """
    hue = label.hue if label.hue is not None else HUES.get(label.polarity, 250)
    chroma = 0.02 if label.hue is None and label.polarity in GREY else 0.11
    return f'  [data-label="{_escaped(label.name)}"] {{ --label-hue: {hue}; --label-chroma: {chroma}; }}\n'


def _escaped(name: str) -> str:
    """A name inside a CSS string: all but ASCII letters and digits by number, so that nothing can end it."""
    return re.sub(r"[^A-Za-z0-9]", lambda character: f"\\{ord(character[0]):x} ", name)
