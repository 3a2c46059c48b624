"""The curators' pages of releases: which there are, and what changed between two.

Comparing reads both folders within the request, so it is done here for releases of up to MOST rows of gold
together, which takes seconds; beyond, the page gives the command that does the same.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator.plugin.pages import NotFound, Role, StandpointError, requires
from annotator.reading import Made, numbered
from annotator.reading.releases import gone_of, of
from exporters import changes
from exporters.changes import Change
from exporters.folder import opened

MOST = 100_000  # rows of gold in two releases
SHOWN = 50  # rows in the table

bp = Blueprint("releases", __name__, url_prefix="/projects/<slug>/releases", template_folder="templates")


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
    """The releases, the newest first."""
    made = of(g.session, g.project)
    return render_template("releases/page.html", project=g.project, releases=made[::-1])


@bp.get("/compare")
@requires(Role.CURATOR)
def compare() -> ResponseReturnValue:
    """What changed in gold from the release `old` to the release `new`."""
    made = of(g.session, g.project)
    old, new = (_asked(made, name) for name in ("old", "new"))
    is_small = sum(sum(release.rows["gold"].values()) for release in (old, new)) <= MOST
    return render_template(
        "releases/compare.html",
        project=g.project,
        releases=made[::-1],
        old=old,
        new=new,
        kinds=changes.KINDS,
        compared=_compared(old, new) if is_small else None,
    )


def _asked(made: list[Made], name: str) -> Made:
    given = request.args.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise NotFound(f"{given!r} is no number of a release.")
    return numbered(made, int(given), g.project.slug)


def _compared(old: Made, new: Made) -> Compared:
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
