"""The curators' queue of gold that models doubt: each leads to its item, where it is decided.

A doubt leaves it once the item was decided after the release that the model read: by another label, or by
the same again.
"""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from annotator.api import query
from annotator.domain import Role
from annotator.http.session import requires
from annotator.store import doubts, projects
from annotator.web import files

bp = Blueprint("doubts", __name__, url_prefix="/projects/<slug>/doubts")


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The labels that are still doubted, the most doubtful first, a page of them."""
    after = query.number("after", least=0, most=2**31 - 1, usual=0)
    found, more = doubts.page(g.session, g.project, after=after or None)
    still, all_ = doubts.count(g.session, g.project)
    return render_template(
        "doubts/page.html",
        project=g.project,
        found=found,
        more=more,
        still=still,
        settled=all_ - still,
        labels=projects.labels(g.session, g.project),
        style_version=f"{g.project.scheme_version}.{files.version()}",
        locale=str(get_locale()),
    )
