"""What gathers while people work: jobs, tokens, people, the files of releases."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from annotator.domain import (
    ApiToken,
    AuditEntry,
    Job,
    JobState,
    Membership,
    Project,
    Release,
    SignInLink,
    User,
    UserKind,
    WebSession,
    now,
)
from annotator.keeping.doctor.finding import Findings, Patient, ok, problem, told, warning
from annotator.store.jobs import SILENT_SECONDS

FORGOTTEN = timedelta(days=30)  # since a token expired
WAITING = timedelta(hours=1)


def jobs(patient: Patient) -> Findings:
    """Jobs that nobody takes up."""
    moment, query = now(), sa.select(col(Job.id), col(Job.name), col(Job.state))
    silent = sa.and_(
        col(Job.state) == JobState.RUNNING, col(Job.heartbeat_at) < moment - timedelta(seconds=SILENT_SECONDS)
    )
    waiting = sa.and_(col(Job.state) == JobState.WAITING, col(Job.created_at) < moment - WAITING)
    found = patient.connection.execute(query.where(sa.or_(silent, waiting)).order_by(col(Job.id))).all()
    if found:
        stuck = [f"{row.id} ({row.name}, {row.state})" for row in found]
        advice = "start `standpoint serve`, which takes them up, or `standpoint jobs --cancel NUMBER`"
        yield warning("jobs", f"nobody is at these: {told(stuck)}.", advice)
    else:
        yield ok("jobs", "none is stuck")


def people(patient: Patient) -> Findings:
    """Members who cannot come in: no password, no session, no link, no token."""
    moment = now()
    way_in = sa.or_(
        _any(WebSession, col(WebSession.revoked_at).is_(None), col(WebSession.expires_at) > moment),
        _any(SignInLink, col(SignInLink.used_at).is_(None), col(SignInLink.expires_at) > moment),
        _any(ApiToken, col(ApiToken.revoked_at).is_(None), _lasts(moment)),
    )
    query = sa.select(col(User.name)).where(
        col(User.kind) == UserKind.PERSON,
        col(User.deleted_at).is_(None),
        col(User.simulated).is_(False),
        col(User.password_hash).is_(None),
        sa.or_(_any(Membership, col(Membership.deleted_at).is_(None)), col(User.is_admin)),
        ~way_in,
    )
    names = list(patient.connection.execute(query.order_by(col(User.name))).scalars())
    if names:
        advice = "`standpoint user link NAME` prints a new link; a person of an import needs none"
        yield warning("people", f"these have no way in: {told(names)}.", advice)
    else:
        yield ok("people", "every member has a way in")


def tokens(patient: Patient) -> Findings:
    """Tokens whose script has stopped working, perhaps without a word."""
    query: Any = (
        sa.select(col(ApiToken.name), col(User.name).label("person"))
        .join(User, col(User.id) == col(ApiToken.user_id))
        .where(
            col(ApiToken.revoked_at).is_(None),
            col(ApiToken.expires_at).between(now() - FORGOTTEN, now()),
        )
        .order_by(col(ApiToken.id))
    )
    found = [f"{row.name} of {row.person}" for row in patient.connection.execute(query)]
    if found:
        advice = "`standpoint token create NAME` makes a new one, if its script is still wanted"
        yield warning("tokens", f"these have expired within a month: {told(found)}.", advice)
    else:
        yield ok("tokens", "none has expired within a month")


def releases(patient: Patient) -> Findings:
    """4: the files of a release are what they were, wherever they can be found here."""
    changed, gone, whole = [], [], 0
    for slug, number, sha256, folder in _noted(patient):
        shown = f"project {slug}, release {number} in {folder}"
        if not folder.is_dir():
            gone.append(shown)
        elif wrong := _wrong(folder, sha256):
            changed.append(f"{shown} ({wrong})")
        else:
            whole += 1
    if changed:
        advice = "fetch the folder from a backup or from the Hub: a release never changes"
        yield problem("releases", f"their files are not what they were: {told(changed)}.", advice)
    if gone:
        advice = "they may be elsewhere: each folder checks itself, `standpoint releases SLUG` names it"
        yield warning("releases", f"their files are not here: {told(gone)}.", advice)
    if not changed and not gone:
        yield ok("releases", f"{whole:,} are as they were made")


def _any(
    table: type[WebSession | SignInLink | ApiToken | Membership], *which: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """Whether a user has one of these."""
    return sa.exists().where(col(table.user_id) == col(User.id), *which)


def _lasts(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > moment)


def _noted(patient: Patient) -> list[tuple[str, int, str, Path]]:
    """Where each release was written, as the trail says."""
    query = (
        sa.select(col(Project.slug), col(Release.number), col(Release.sha256), col(Release.project_id))
        .join(Project, col(Project.id) == col(Release.project_id))
        .where(col(Release.withdrawn_at).is_(None))
        .order_by(col(Release.id))
    )
    trail = sa.select(col(AuditEntry.project_id), col(AuditEntry.detail)).where(
        col(AuditEntry.action) == "release"
    )
    folders = {
        (project, detail.get("number")): detail.get("folder")
        for project, detail in patient.connection.execute(trail)
    }
    rows = patient.connection.execute(query).all()
    return [
        (slug, number, sha256, Path(str(folder)))
        for slug, number, sha256, project in rows
        if (folder := folders.get((project, number)))
    ]


def _wrong(folder: Path, sha256: str) -> str | None:
    """What is wrong with the files; a release's hash is over their hashes and names, as sha256sum prints."""
    try:
        files: dict[str, str] = json.loads((folder / "release.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return "release.json cannot be read"
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files))
    if hashlib.sha256(lines.encode()).hexdigest() != sha256:
        return "release.json is another one"
    for name, digest in files.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return f"{name} is not there"
        if found != digest:
            return f"{name} has changed"
    return None
