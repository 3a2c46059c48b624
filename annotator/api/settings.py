"""What a project is, as its project file would say it: read, tried, changed; and its scheme."""

from typing import Self

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api.all_projects import read_file
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import LabelOut, Outgoing, Problem
from annotator.domain import Label, Role
from annotator.domain.project_file import ProjectFile
from annotator.errors import Invalid
from annotator.http import etags
from annotator.http.session import requires
from annotator.store import describing, labelling, previewing, projects, scheme

bp = Blueprint("api_settings", __name__, url_prefix=f"{PREFIX}/projects/<slug>")


class AppliedOut(Outgoing):
    """What was changed, a sentence each, and the scheme's version since."""

    scheme_version: int
    changes: list[str]


class DifferenceOut(Outgoing):
    """A field of the project, a label or an entity, as it is and as it would be."""

    of: str
    name: str
    field: str
    before: str
    after: str


class DifferencesOut(Outgoing):
    """What a project file would change."""

    differences: list[DifferenceOut]


class SchemeLabelOut(LabelOut):
    """A label with what became of it; `used`: how many stances name it."""

    retired: bool
    merged_into: str | None
    used: int

    @classmethod
    def of_row(cls, label: Label, *, names: dict[int | None, str], used: int) -> Self:
        """From its row."""
        own = LabelOut.of(label).model_dump()
        retired, into = label.retired_at is not None, names.get(label.merged_into_id)
        return cls(**own, retired=retired, merged_into=into, used=used)


class SchemeOut(Outgoing):
    """All labels that the project ever had, in their order."""

    scheme_version: int
    labels: list[SchemeLabelOut]


@bp.get("/settings")
@requires(Role.CURATOR)
@describes(gives={200: ProjectFile}, is_tagged=True)
def show() -> ResponseReturnValue:
    """The project file that this project could be made from."""
    return etags.tagged(_described())


@bp.put("/settings")
@requires(Role.CURATOR)
@describes(takes=ProjectFile, gives={200: AppliedOut, 409: Problem}, is_matched=True)
def apply() -> ResponseReturnValue:
    """Make the project be what the file says. Labels and entities that it leaves out stay.

    With the ETag of what was read in If-Match, 412 if somebody has changed it since. 409 where only a scheme
    event can do what the file asks for.
    """
    file = _read()
    scheme.lock(g.session, g.project)
    etags.require(etags.of(_described()))
    changes = projects.apply(g.session, g.project, file, by_id=g.user.id)
    return AppliedOut(scheme_version=g.project.scheme_version, changes=changes).model_dump()


@bp.post("/settings/preview")
@requires(Role.CURATOR)
@describes(takes=ProjectFile, gives={200: DifferencesOut, 409: Problem})
def preview() -> ResponseReturnValue:
    """What a project file would change, field by field; nothing is changed."""
    found = previewing.would(g.session, g.project, _read())
    return DifferencesOut(differences=[DifferenceOut.model_validate(each) for each in found]).model_dump()


@bp.get("/scheme")
@requires(Role.CURATOR)
@describes(gives={200: SchemeOut}, is_tagged=True)
def labels() -> ResponseReturnValue:
    """The scheme as it stands, retired labels included; what happened to it is in scheme-events."""
    found = projects.labels(g.session, g.project)
    names = {label.id: label.name for label in found}
    told = [
        SchemeLabelOut.of_row(label, names=names, used=labelling.named_by(g.session, label))
        for label in found
    ]
    return etags.tagged(
        SchemeOut(scheme_version=g.project.scheme_version, labels=told).model_dump(mode="json")
    )


def _described() -> dict[str, object]:
    return describing.describe(g.session, g.project).model_dump(mode="json")


def _read() -> ProjectFile:
    file = read_file()
    if file.slug != g.project.slug:
        raise Invalid(
            f"This file describes the project {file.slug!r}, not {g.project.slug!r}.", {"slug": "is another"}
        )
    return file
