"""Long work: ask for it, see how far it is, cancel it. A job is of a project and is for its curators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from flask import Blueprint, current_app, g, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body, pages
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Job, JobState, Role
from annotator.domain.answering import Incoming, Name
from annotator.http.session import requires
from annotator.plugin import jobs as plugin
from annotator.store import jobs

bp = Blueprint("api_jobs", __name__, url_prefix=f"{PREFIX}/projects/<slug>/jobs")


ASKED = pages.newest_first(usual=50, most=200)


class JobIn(Incoming):
    """What is to be done, and how."""

    name: Name
    arguments: dict[str, str | bool | int | float | None] = Field(default_factory=dict, max_length=50)


class JobOut(Outgoing):
    """A job. `result` and `failure` are there once it has ended."""

    id: int
    name: str
    arguments: Mapping[str, Any]
    state: JobState
    done: int
    total: int | None
    doing: str | None
    result: Mapping[str, Any] | None
    failure: str | None
    cancel_asked_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> Self:
        """From its row."""
        return cls.model_validate(job)


class JobsOut(Outgoing):
    """Jobs, the newest first. `next`: ask with `before` for older ones; null: that is all."""

    jobs: list[JobOut]
    next: int | None


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: JobsOut}, query=ASKED)
def listed() -> ResponseReturnValue:
    """The jobs of the project, 50 a page."""
    limit = pages.limit(ASKED)
    found = jobs.listed(g.session, g.project, before=pages.before(), limit=limit + 1)
    told, following = pages.cut([JobOut.of(each.job) for each in found], limit, lambda job: job.id)
    return JobsOut(jobs=list(told), next=following).model_dump(mode="json")


@bp.post("")
@requires(Role.CURATOR)
@describes(takes=JobIn, gives={202: JobOut})
def ask() -> ResponseReturnValue:
    """Ask for a job, `release` for one; the header Location says where to look for it.

    If one of this name waits or runs already, that one is the answer, whatever its arguments; of `explain`,
    one of the same arguments.
    """
    wanted = body.read(JobIn)
    job = plugin.enqueue(current_app, wanted.name, wanted.arguments)
    address = url_for(".show", slug=g.project.slug, number=job.id)
    return JobOut.of(job).model_dump(mode="json"), 202, {"Location": address}


@bp.get("/<int:number>")
@requires(Role.CURATOR)
@describes(gives={200: JobOut})
def show(number: int) -> ResponseReturnValue:
    """How a job stands."""
    return JobOut.of(jobs.find(g.session, number, g.project)).model_dump(mode="json")


@bp.delete("/<int:number>")
@requires(Role.CURATOR)
@describes(gives={202: JobOut})
def cancel(number: int) -> ResponseReturnValue:
    """Cancel a job: at once if it waits, soon if it runs. 409 if it has ended."""
    job = jobs.find(g.session, number, g.project)
    jobs.cancel(g.session, job)
    return JobOut.of(job).model_dump(mode="json"), 202
