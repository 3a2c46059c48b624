"""The curators' pages of releases: make one, which there are, download one, what changed between two.

Making one is a job; its page is `jobs/release.html`. What is asked for there is checked here.

Comparing reads both folders within the request, so it is done here for releases of up to MOST rows of gold
together, which takes seconds; beyond, the page gives the command that does the same.
"""

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import Invalid
from annotator.plugin import jobs
from annotator.plugin.pages import NotFound, Role, StandpointError, requires
from annotator.reading import Made, numbered
from annotator.reading.releases import gone_of, of
from exporters import changes
from exporters.button import asking, shown, zipping
from exporters.changes import Change
from exporters.folder import opened

MOST = 100_000  # rows of gold in two releases
SHOWN = 50  # rows in the table
JOB = "release"
DOWNLOADS = 2  # at a time
TURNS = "standpoint_downloads"  # of the extensions of the application

bp = Blueprint("releases", __name__, url_prefix="/projects/<slug>/releases", template_folder="../templates")
bp.record_once(lambda state: state.app.extensions.setdefault(TURNS, BoundedSemaphore(DOWNLOADS)))
jobs.offer(bp, JOB, asking.checked)


@dataclass
class Compared:
    """What changed, counted by kind and reason, and its first rows."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: list[Change] = field(default_factory=list)
    problem: str | None = None  # why it cannot be told

    @property
    def total(self) -> int:
        """How many rows changed."""
        return self.counts.total()


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """A form to make a release, what it would hold, and the releases that there are, the newest first."""
    return _page(asking.as_form(request.args))


@bp.post("")
@requires(Role.CURATOR)
def make() -> ResponseReturnValue:
    """Ask for a release; its job's page tells how far it is. If one is under way, that one."""
    chosen = asking.as_form(request.form)
    try:
        job = jobs.enqueue(current_app, JOB, chosen)
    except Invalid as error:
        return _page(chosen, problem=str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    address = url_for("jobs.show", slug=g.project.slug, number=job.id)
    return redirect(address, code=HTTPStatus.SEE_OTHER)


@bp.get("/<int:number>/download")
@requires(Role.CURATOR)
def download(number: int) -> ResponseReturnValue:
    """The folder of a release as a zip, made while it is sent."""
    return sent(number)


def sent(number: int) -> Response:
    """The folder of a release of `g.project` as a zip.

    Raises
    ------
    NotFound
        If there is no such release, or its folder is not here.
    """
    made = numbered(of(g.session, g.project), number, g.project.slug)
    folder = shown.folder_of(made, g.project.slug)
    if folder is None:
        raise NotFound(f"The folder of release {number} is not on this server: it was moved, or changed.")
    name = f"{g.project.slug}-{number}"
    sending = zipping.Sending(zipping.stream(folder, name), current_app.extensions[TURNS])
    response = Response(sending, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


@bp.get("/compare")
@requires(Role.CURATOR)
def compare() -> ResponseReturnValue:
    """What changed in gold from the release `old` to the release `new`."""
    made = of(g.session, g.project)
    old, new = (asked(made, name) for name in ("old", "new"))
    return render_template(
        "releases/compare.html",
        project=g.project,
        releases=made[::-1],
        old=old,
        new=new,
        kinds=changes.KINDS,
        compared=compared(old, new) if is_small(old, new) else None,
    )


def _page(chosen: dict[str, object], *, problem: str | None = None) -> str:
    from exporters.button import preview  # noqa: PLC0415 - numpy: only curators ask for figures

    return render_template(
        "releases/page.html",
        project=g.project,
        releases=shown.newest_first(of(g.session, g.project), g.project.slug),
        preview=preview.of_now(),
        under_way=jobs.unfinished(JOB),
        chosen=chosen,
        problem=problem,
    )


def asked(made: list[Made], name: str) -> Made:
    """The release whose number this parameter of the request has.

    Raises
    ------
    NotFound
        If there is none.
    """
    given = request.args.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise NotFound(f"{given!r} is no number of a release.")
    return numbered(made, int(given), g.project.slug)


def is_small(old: Made, new: Made) -> bool:
    """Whether two releases can be compared within a request."""
    return sum(sum(release.rows["gold"].values()) for release in (old, new)) <= MOST


def compared(old: Made, new: Made) -> Compared:
    """What changed in gold from one release to the other."""
    found = Compared()
    try:
        before, after = (
            opened(Path(each.folder or ""), number=each.number, slug=g.project.slug, sha256=each.sha256)
            for each in (old, new)
        )
        for change in changes.between(before, after, gone_of(g.session, g.project)):
            found.counts[change.kind, change.why] += 1
            if len(found.first) < SHOWN:
                found.first.append(change)
    except StandpointError as error:
        found.problem = str(error)
    return found
