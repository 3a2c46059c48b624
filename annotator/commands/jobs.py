"""`standpoint jobs`: what runs, what waits, what came of it."""

import json

import click

from annotator.api.jobs import JobOut
from annotator.commands.opened import reading, writing
from annotator.config import Settings
from annotator.domain import Job, JobState
from annotator.store import jobs, projects
from annotator.store.jobs import Listed


@click.command("jobs")
@click.argument("slug", required=False)
@click.option("--cancel", "number", type=click.IntRange(1), metavar="NUMBER", help="Cancel this job.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.pass_obj
def jobs_(settings: Settings, slug: str | None, number: int | None, as_json: bool) -> None:
    r"""List the 50 newest jobs, of the project SLUG or of all, the newest first.

    A job is work that a page asked for and that takes longer than a page may: making a release. The server
    runs it in a process of its own. One that waits is cancelled at once, one that runs stops soon.

    --json prints [{"id", "project", "by", "name", "arguments", "state", "done", "total", "doing", "result",
    "failure", …}, …]; state is waiting, running, done, failed or cancelled.

    \b
    Example:
      standpoint jobs
      standpoint jobs tweets --json
      standpoint jobs --cancel 7
    """
    if number is not None:
        with writing(settings) as session:
            project = projects.find(session, slug) if slug is not None else None
            jobs.cancel(session, jobs.find(session, number, project))
    with reading(settings) as session:
        project = projects.find(session, slug) if slug is not None else None
        found = jobs.listed(session, project)
        if as_json:
            click.echo(json.dumps([_as_json(each) for each in found], ensure_ascii=False))
        else:
            click.echo("\n".join(_line(each) for each in found) or "No job was asked for yet.")


def _as_json(listed: Listed) -> dict[str, object]:
    told = JobOut.of(listed.job).model_dump(mode="json")
    return {"id": told.pop("id"), "project": listed.slug, "by": listed.by, **told}


def _line(listed: Listed) -> str:
    job = listed.job
    who = f"{listed.slug or 'no project'}, {listed.by or 'command line'}"
    return f"{job.id}  {job.created_at:%Y-%m-%d %H:%M} UTC  {job.name} ({who}): {_stands(job)}"


def _stands(job: Job) -> str:
    if job.state is JobState.FAILED:
        return f"failed. {job.failure}"
    if job.state is not JobState.RUNNING:
        return str(job.state)
    is_stopping = job.cancel_asked_at is not None
    far = f"{job.done:,} of {job.total:,}" if job.total else ""
    return ", ".join(filter(None, ("stopping" if is_stopping else "running", far, job.doing or "")))
