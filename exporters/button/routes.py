"""Releases by the API: which there are, one of them, its files, what changed between two.

A release is asked for as a job, like every other.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from annotator.errors import Invalid
from annotator.plugin.pages import Role, requires
from annotator.plugin.routes import PREFIX, ZIP, describes, tagged
from annotator.reading import Made, numbered
from annotator.reading.releases import of
from exporters.button import pages, shown

bp = Blueprint("api_releases", __name__, url_prefix=f"{PREFIX}/projects/<slug>/releases")

MOST = 100
MOST_NUMBER = 2**31 - 1
NUMBER = {"type": "integer", "minimum": 1, "maximum": MOST_NUMBER}


class ReleaseOut(BaseModel):
    """A release. `is_here`: its files are on this server, to be downloaded."""

    number: int
    created_at: datetime
    by: str | None
    sha256: str
    options: dict[str, Any]
    rows: dict[str, dict[str, int]]
    left_out: dict[str, int]
    withdrawn_at: datetime | None
    is_here: bool

    @classmethod
    def of_made(cls, made: Made, slug: str) -> Self:
        """From what the database knows, and a look at its folder."""
        told = made._asdict() | {"is_here": shown.folder_of(made, slug) is not None}
        return cls.model_validate(told)


class ReleasesOut(BaseModel):
    """Releases, the newest first. `next`: ask with `before` for older ones; null: that is all."""

    releases: list[ReleaseOut]
    next: int | None


class RowChangeOut(BaseModel):
    """A row of gold that is not what it was, and why; `old` and `new` are labels, null: no such row."""

    kind: str
    id: str
    document_id: str
    item_id: str
    split: str
    holder: str
    target: str
    old: str | None
    new: str | None
    why: str


class CountOut(BaseModel):
    """How many rows changed in one way for one reason."""

    kind: str
    why: str
    rows: int


class ComparedOut(BaseModel):
    """What changed in gold: all of it counted, the first rows told. `problem`: why it cannot be."""

    counts: list[CountOut]
    first: list[RowChangeOut]
    problem: str | None


@bp.get("")
@requires(Role.CURATOR)
@describes(
    gives={200: ReleasesOut},
    query={
        "before": NUMBER,
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 20},
    },
    is_tagged=True,
)
def listed() -> ResponseReturnValue:
    """The releases of the project, the newest first."""
    before, limit = _number("before", MOST_NUMBER), _number("limit", MOST, usual=20) or 20
    made = [each for each in of(g.session, g.project)[::-1] if before is None or each.number < before]
    told = [ReleaseOut.of_made(each, g.project.slug) for each in made[:limit]]
    following = told[-1].number if len(made) > limit else None
    return tagged(ReleasesOut(releases=told, next=following).model_dump(mode="json"))


@bp.get("/<int:number>")
@requires(Role.CURATOR)
@describes(gives={200: ReleaseOut}, is_tagged=True)
def show(number: int) -> ResponseReturnValue:
    """One release."""
    made = numbered(of(g.session, g.project), number, g.project.slug)
    return tagged(ReleaseOut.of_made(made, g.project.slug).model_dump(mode="json"))


@bp.get("/<int:number>/download")
@requires(Role.CURATOR)
@describes(gives={200: None}, media=ZIP)
def download(number: int) -> Response:
    """The folder of a release as a zip, made while it is sent. 404 if it is not on this server."""
    return pages.sent(number)


@bp.get("/compare")
@requires(Role.CURATOR)
@describes(gives={200: ComparedOut}, query={"old": NUMBER, "new": NUMBER})
def compare() -> ResponseReturnValue:
    """What changed in gold from the release `old` to the release `new`."""
    made = of(g.session, g.project)
    old, new = (pages.asked(made, name) for name in ("old", "new"))
    compared = pages.compared(old, new) if pages.is_small(old, new) else None
    if compared is None:
        raise Invalid(
            f"These are too large to compare here: `standpoint releases {g.project.slug} --diff "
            f"{old.number} {new.number}` does it."
        )
    return ComparedOut(
        counts=list(_counts(compared)),
        first=[RowChangeOut.model_validate(each._asdict()) for each in compared.first],
        problem=compared.problem,
    ).model_dump(mode="json")


def _counts(compared: pages.Compared) -> Iterator[CountOut]:
    for (kind, why), rows in sorted(compared.counts.items()):
        yield CountOut(kind=kind, why=why, rows=rows)


def _number(name: str, most: int, *, usual: int | None = None) -> int | None:
    given = request.args.get(name)
    if given is None:
        return usual
    is_number = given.isascii() and given.isdigit() and len(given) <= len(str(most))
    if not is_number or not 1 <= int(given) <= most:
        raise Invalid(f"{name} is {given!r}: it must be 1 to {most}.", {name: "is out of range"})
    return int(given)
