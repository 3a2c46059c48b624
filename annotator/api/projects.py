"""A project as its pages see it: scheme, registry, progress."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import body, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import EntitiesOut, EntityIn, EntityOut, ProgressOut, ProjectOut
from annotator.domain import Role
from annotator.http import etags
from annotator.http.session import requires
from annotator.store import progress, projects, registry, timesheet

bp = Blueprint("api_projects", __name__, url_prefix=f"{PREFIX}/projects/<slug>")


@bp.get("")
@requires(Role.ANNOTATOR)
@describes(gives={200: ProjectOut}, is_tagged=True)
def show() -> ResponseReturnValue:
    """A project and its scheme."""
    told = ProjectOut.of(g.project, projects.labels_in_use(g.session, g.project))
    return etags.tagged(told.model_dump(mode="json"))


@bp.get("/entities")
@requires(Role.ANNOTATOR)
@describes(gives={200: EntitiesOut}, is_tagged=True)
def entities() -> ResponseReturnValue:
    """The registry: who can hold a stance, what one can be about."""
    found = registry.with_aliases(g.session, g.project)
    told = EntitiesOut(entities=[EntityOut.of(*each) for each in found])
    return etags.tagged(told.model_dump(mode="json"))


@bp.post("/entities")
@requires(Role.ANNOTATOR)
@describes(takes=EntityIn, gives={201: EntityOut})
def propose() -> ResponseReturnValue:
    """Propose an entity, where the project lets annotators; a curator will look at it."""
    wanted = body.read(EntityIn)
    entity = registry.propose(g.session, g.project, wanted.name, kind=wanted.kind, by=g.user)
    return EntityOut.of(entity).model_dump(mode="json"), 201


@bp.get("/progress")
@requires(Role.ANNOTATOR)
@describes(gives={200: ProgressOut}, query={"zone": {"type": "string"}})
def own_progress() -> ResponseReturnValue:
    """How many items this person has answered, in all and today, and how many stand open.

    Today begins at midnight in the time zone `zone`, "Europe/Berlin"; by default in the person's own.
    """
    midnight = timesheet.midnight(query.zone())
    return ProgressOut.model_validate(progress.of(g.session, g.project, g.user, since=midnight)).model_dump()
