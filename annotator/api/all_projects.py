"""The projects of the person who asks, and making one."""

from typing import Self

from flask import Blueprint, g, url_for
from flask.typing import ResponseReturnValue

from annotator.api import body, pages, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing, Problem, ProjectOut
from annotator.domain import Project, Role
from annotator.domain.project_file import ProjectFile
from annotator.domain.project_toml import BESIDE
from annotator.errors import Invalid
from annotator.http import etags
from annotator.http.session import administrators, signed_in
from annotator.store import projects

bp = Blueprint("api_all_projects", __name__, url_prefix=f"{PREFIX}/projects")

PAGE = pages.by_name(usual=100, most=200)


class OwnProjectOut(Outgoing):
    """A project as a list has it, and what the person who asks may do there."""

    slug: str
    name: str
    kind: str
    role: Role

    @classmethod
    def of(cls, project: Project, role: Role) -> Self:
        """From its row."""
        return cls(slug=project.slug, name=project.name, kind=project.kind, role=role)


class OwnProjectsOut(Outgoing):
    """A page of one's projects, by slug. `next`: ask with `after` for those that follow, null at the end."""

    projects: list[OwnProjectOut]
    next: str | None


@bp.get("")
@signed_in
@describes(gives={200: OwnProjectsOut}, query=PAGE, is_tagged=True)
def listed() -> ResponseReturnValue:
    """The projects that this person works in, by slug; those of an administrator are all."""
    limit = pages.limit(PAGE)
    found = projects.page_of_user(g.session, g.user, after=query.text("after") or "", limit=limit + 1)
    rows, following = pages.cut(found, limit, lambda row: row[0].slug)
    told = [OwnProjectOut.of(*each) for each in rows]
    return etags.tagged(OwnProjectsOut(projects=told, next=following).model_dump(mode="json"))


@bp.post("")
@administrators
@describes(takes=ProjectFile, gives={201: ProjectOut, 409: Problem})
def create() -> ResponseReturnValue:
    """Make a project of what a project file says, as JSON; 409 if its slug is taken."""
    made = projects.create(g.session, read_file(), by_id=g.user.id)
    told = ProjectOut.of(made, projects.labels_in_use(g.session, made)).model_dump(mode="json")
    return told, 201, {"Location": url_for("api_projects.show", slug=made.slug)}


def read_file() -> ProjectFile:
    """The project file that this request holds.

    Raises
    ------
    Invalid
        If it names a file beside it.
    """
    file = body.read(ProjectFile)
    if file.guidelines:
        raise Invalid(BESIDE, {"guidelines": "names a file"})
    return file
