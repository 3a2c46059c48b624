"""The curator's home: every page of a project's curators, with the one number that says if it needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, format_percent, gettext, ngettext

from annotator.domain import Role
from annotator.http.session import requires
from annotator.store import inquiries, projects
from annotator.web import curating
from annotator.web.agreement import figure_names, meaning

bp = Blueprint("overview", __name__, url_prefix="/projects/<slug>")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, its number, and what the number is of."""

    name: str
    address: str
    number: str = ""
    of: str = ""
    is_waiting: bool = False  # somebody waits for the curator


@bp.get("")
@requires(Role.ANNOTATOR)
def show() -> ResponseReturnValue:
    """The pages of a curator; who labels here is sent to their seat."""
    if projects.role_of(g.session, g.project, g.user) is Role.ANNOTATOR:
        seat = url_for("annotate.seat", slug=g.project.slug)
        return redirect(seat, code=HTTPStatus.SEE_OTHER)
    return render_template("overview/page.html", project=g.project, entries=list(_entries()))


def _entries() -> Iterator[Entry]:
    """In the order of what waits, then of a day's work."""
    board = curating.board()
    yield _questions()
    yield _disagreements(int((board.differs & board.is_work & ~board.adjudicated).sum()))
    done, total = board.progress
    yield Entry(
        gettext("Dashboard"),
        url_for("dashboard.show", slug=g.project.slug),
        format_percent(int(100 * done / total) / 100) if total else "–",
        gettext("%(done)s of %(wanted)s answers", done=format_decimal(done), wanted=format_decimal(total)),
    )
    yield _agreement()
    items = int(board.is_work.sum())
    yield Entry(
        gettext("Items"),
        url_for("items.show", slug=g.project.slug),
        format_decimal(items),
        ngettext("item in work", "items in work", items),
    )
    version = g.project.guidelines_version
    yield Entry(
        gettext("Guidelines"),
        url_for("guidelines.show", slug=g.project.slug),
        format_decimal(version) if version else "–",
        gettext("newest version") if version else gettext("none written yet"),
    )
    for path, name in (
        ("people", gettext("People")),
        ("scheme", gettext("Scheme")),
        ("releases", gettext("Releases")),
        ("audit", gettext("Trail")),
    ):
        if address := curating.address(path):
            yield Entry(name, address)


def _questions() -> Entry:
    waiting = inquiries.waiting(g.session, [g.project]).get(g.project.id, 0)
    address = url_for("inquiries.show", slug=g.project.slug)
    of = ngettext("question waits", "questions wait", waiting)
    return Entry(gettext("Questions"), address, format_decimal(waiting), of, is_waiting=waiting > 0)


def _disagreements(count: int) -> Entry:
    """To be settled on the page for it, or looked at in the list of items."""
    page = curating.address("adjudicate")
    items = url_for("items.show", slug=g.project.slug, votes="differ")
    return Entry(
        gettext("Adjudicate") if page else gettext("Disagreements"),
        page or items,
        format_decimal(count),
        ngettext("item with answers that differ", "items with answers that differ", count),
        is_waiting=count > 0,
    )


def _agreement() -> Entry:
    measured, _ = curating.measurement()
    address = url_for("agreement.show", slug=g.project.slug)
    if measured is None:
        return Entry(gettext("Agreement"), address, "…", gettext("is being measured"))
    value = measured.report.first.value
    if value is None:
        return Entry(gettext("Agreement"), address, "–", meaning(measured.report))
    name = figure_names()[measured.report.headline]
    return Entry(gettext("Agreement"), address, format_decimal(value, "0.00"), name)
