"""The page of agreement: the one figure that the scheme calls for, what it means; the rest a click away."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlmodel import col, select

from annotator.api import query
from annotator.domain import Role, User
from annotator.http.session import requires
from annotator.quality.report import DIMENSIONS, Report
from annotator.web import curating
from annotator.web.preferences import own_zone

bp = Blueprint("agreement", __name__, url_prefix="/projects/<slug>/agreement")

FIRST, FIGURES, DISTANCE, AGAINST = "first", "figures", "distance", "against"
VIEWS = (FIRST, FIGURES, *DIMENSIONS, AGAINST, DISTANCE)
CROWDS = (0.35, 0.40)  # nominal alpha that lay crowds reach on stance


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """One view of the last measurement; it says how old it is where it is not of now."""
    view = query.one_of("view", VIEWS)
    measured, is_current = curating.measurement()
    report = measured.report if measured is not None else None
    return render_template(
        "agreement/page.html",
        project=g.project,
        zone=own_zone(),
        view=view,
        views=_views(report),
        report=report,
        measured=measured,
        is_current=is_current,
        names=figure_names(),
        meaning=meaning(report) if report is not None else None,
        crowds=CROWDS if report is not None and report.directed else None,
        groups=_groups(report, view),
        simulated=_simulated(),
    )


def figure_names() -> dict[str, str]:
    """Figure → its name."""
    return {
        "percent": gettext("Percent agreement"),
        "nominal": gettext("Krippendorff’s alpha, nominal"),
        "ordinal": gettext("Krippendorff’s alpha, ordinal"),
        "polarity": gettext("Krippendorff’s alpha, polarity"),
        "cohen": gettext("Cohen’s kappa, mean of pairs"),
        "fleiss": gettext("Fleiss’ kappa"),
        "ac1": gettext("Gwet’s AC1"),
        "detection": gettext("Detection: is any stance there? (alpha)"),
        "identification": gettext("Identification: holder and target (F1)"),
        "identification_rolled_up": gettext("Identification, rolled up (F1)"),
        "coverage": gettext("Share of stances that alpha is about"),
        "tuples": gettext("Whole tuple (F1)"),
        "aligned": gettext("Whole tuple, opposites aligned (F1)"),
        "rolled_up": gettext("Whole tuple, rolled up (F1)"),
        "masi": gettext("Set of tuples, MASI (alpha)"),
        "rationale_tokens": gettext("Words of rationales (F1)"),
        "rationale_iou": gettext("Spans of rationales (F1)"),
        "rationale_coverage": gettext("Share of tuples that rationales are about"),
        "accuracy": gettext("Share that is right"),
        "competence": gettext("Competence"),
        "reliability": gettext("Reliability (Dawid–Skene)"),
    }


def meaning(report: Report) -> str:
    """The headline in words that need no statistics."""
    value = report.first.value
    if value is None:
        return str(gettext("There is nothing to compare yet: an item needs the answers of two people."))
    return _of_tuples(value) if not report.directed else _of_alpha(value)


def _of_alpha(value: float) -> str:
    if value >= 0.8:
        return str(gettext("People agree closely: most single answers can be relied on."))
    if value >= 0.667:
        return str(gettext("People agree well. A second answer where it matters settles most of the rest."))
    if value >= CROWDS[0]:
        return str(
            gettext(
                "Usual for stance: lay crowds reach 0.35 to 0.40, trained people more. "
                "Several answers an item, put together, give labels to rely on."
            )
        )
    if value >= 0.1:
        return str(
            gettext(
                "Lower than lay crowds usually reach on stance, 0.35 to 0.40. "
                "Look at which labels are taken for each other, and at the targets that differ."
            )
        )
    return str(
        gettext(
            "Little more than chance would give. Look at a few items together before more are labelled: "
            "the guidelines may be read in different ways."
        )
    )


def _of_tuples(value: float) -> str:
    return str(
        gettext(
            "Of a hundred stances (who, where, towards what) that one person names, another names %(hits)s "
            "exactly so. Whole tuples are hard: in a published set, trained people reached 53.",
            hits=round(value * 100),
        )
    )


def _views(report: Report | None) -> dict[str, str]:
    """View → its name; those that have something to show."""
    names = {
        FIRST: gettext("At a glance"),
        FIGURES: gettext("All figures"),
        "label": gettext("By label"),
        "target": gettext("By target"),
        "holder": gettext("By holder"),
        "annotator": gettext("By annotator"),
        "pair": gettext("By pair"),
        "guidelines": gettext("By version of the guidelines"),
        "round": gettext("By round"),
        "week": gettext("By week"),
        AGAINST: gettext("Against checks and decisions"),
        DISTANCE: gettext("Distances of labels"),
    }
    return {view: name for view, name in names.items() if view != AGAINST or (report and report.against)}


def _groups(report: Report | None, view: str) -> dict[str, object]:
    """Title → the groups of a table."""
    if report is None:
        return {}
    if view == AGAINST:
        names = {
            "check": gettext("Against check items"),
            "adjudication": gettext("Against decisions"),
            "gold": gettext("Against imported gold"),
        }
        return {names.get(name, name): groups for name, groups in report.against.items()}
    return {_views(report)[view]: report.by[view]} if view in report.by else {}


def _simulated() -> list[str]:
    """The names of simulated annotators, who are called so wherever they show."""
    people = set(curating.board().answers.annotator.tolist())
    query = select(User.name).where(col(User.id).in_(people), col(User.simulated)).order_by(col(User.name))
    return list(g.session.exec(query))
