"""The annotator's seat: one page that asks item after item, and the colours of the project's scheme.

The page's scripts are written as they run. Each page names all modules that it needs, so that the browser
fetches them side by side instead of one import after the other.
"""

import re

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from annotator.domain import Label, Polarity, ProjectKind, Role
from annotator.http.session import requires
from annotator.store import projects
from annotator.web import keymap

bp = Blueprint("annotate", __name__)

SHARED_MODULES = (
    "elements/annotation-seat.js",
    "elements/label-keys.js",
    "elements/passage-text.js",
    "elements/question-card.js",
    "elements/save-status.js",
    "elements/sheet-button.js",
    "elements/side-panel.js",
    "elements/work-progress.js",
    "lib/activity.js",
    "lib/api.js",
    "lib/chips.js",
    "lib/drawer.js",
    "lib/outbox.js",
    "lib/queue.js",
    "lib/renewal.js",
    "lib/steps.js",
    "lib/text.js",
    "lib/uuid.js",
)
FORM_MODULES = {
    ProjectKind.DIRECTED: ("elements/label-choice.js",),
    ProjectKind.OPEN: (
        "elements/entity-picker.js",
        "elements/stance-form.js",
        "lib/registry.js",
        "lib/stances.js",
    ),
}
HUES = {Polarity.FAVOR: 155, Polarity.AGAINST: 30, Polarity.MIXED: 300, Polarity.OTHER: 210}  # degrees
GREY = {Polarity.NONE, Polarity.NEUTRAL, Polarity.UNRELATED}


@bp.get("/projects/<slug>/annotate")
@requires(Role.ANNOTATOR)
def seat() -> ResponseReturnValue:
    """The page where people label. Its items, entities and guidelines come by the API."""
    return render_template(
        "annotate/seat.html",
        project=g.project,
        labels=_in_use(),
        modules=sorted(SHARED_MODULES + FORM_MODULES[g.project.kind]),
        locale=str(get_locale()),
        keys=keymap.bindings(),
    )


@bp.get("/projects/<slug>/scheme.css")
@requires(Role.ANNOTATOR)
def scheme() -> ResponseReturnValue:
    """The colours of the labels. The page asks with the scheme's version, so it may be kept for good."""
    style = "@layer components {\n" + "".join(map(_rule, _in_use())) + "}\n"
    response = Response(style, mimetype="text/css")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _in_use() -> list[Label]:
    return [label for label in projects.labels(g.session, g.project) if label.retired_at is None]


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
