"""Long work for pages and packages: offered to people, put in the queue, run elsewhere.

A package brings the function by the entry point `standpoint.jobs`, in a module that may import what it
likes, and offers it by its blueprint, with a check of the arguments that imports nothing heavy. What is
offered can be asked for on its page and by the API, by curators; of a job of one name and project one at
most is unfinished, and to ask for it again leads to that one. Of small jobs that are offered as `several`,
one of the same arguments. One whose arguments have FORGET_AFTER_DAYS is deleted so long after its end.
"""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256

from flask import Blueprint, Flask, g

from annotator.domain import Job, JobState
from annotator.errors import Invalid
from annotator.jobs.context import Context, Stopped
from annotator.store import jobs
from annotator.store.jobs import FORGET_AFTER_DAYS

__all__ = [
    "FORGET_AFTER_DAYS",
    "Context",
    "Job",
    "JobState",
    "Stopped",
    "done",
    "enqueue",
    "last",
    "offer",
    "offered",
    "unfinished",
]

OFFERED, SEVERAL = "standpoint_offered_jobs", "standpoint_several_jobs"
Check = Callable[[Mapping[str, object]], dict[str, object]]


def offer(blueprint: Blueprint, name: str, check: Check, *, several: bool = False) -> None:
    """Offer the job `name` wherever this blueprint is registered.

    `check` takes the arguments that somebody sent and gives those to store; it raises Invalid for others.
    With `several`, jobs of other arguments may wait and run beside one another.
    """
    blueprint.record_once(lambda state: state.app.extensions.setdefault(OFFERED, {}).update({name: check}))
    if several:
        blueprint.record_once(lambda state: state.app.extensions.setdefault(SEVERAL, set()).add(name))


def offered(app: Flask) -> Mapping[str, Check]:
    """The jobs that can be asked for, by name."""
    found: Mapping[str, Check] = app.extensions.get(OFFERED, {})
    return found


def enqueue(app: Flask, name: str, arguments: Mapping[str, object]) -> Job:
    """The job of `g.project` that `g.user` asks for: in this request's transaction, or the unfinished one.

    Raises
    ------
    Invalid
        If there is no such job, or it does not take these arguments.
    """
    known = offered(app)
    if name not in known:
        raise Invalid(f"{name!r} is no job; there is: {', '.join(sorted(known))}.", {"name": "no such job"})
    checked = known[name](arguments)
    key = f"{name} {g.project.id}"
    if name in app.extensions.get(SEVERAL, ()):
        key += f" {sha256(json.dumps(checked, sort_keys=True).encode()).hexdigest()}"
    job, _ = jobs.enqueue(g.session, name, project=g.project, arguments=checked, by=g.user, key=key)
    return job


def unfinished(name: str) -> Job | None:
    """The job of this name in `g.project` that waits or runs."""
    return jobs.unfinished(g.session, g.project, name)


def done(name: str) -> list[Job]:
    """The jobs of this name in `g.project` that ended well, the newest first."""
    return jobs.done(g.session, g.project, name)


def last(name: str) -> Job | None:
    """The newest job of this name in `g.project`."""
    return next((each.job for each in jobs.listed(g.session, g.project) if each.job.name == name), None)
