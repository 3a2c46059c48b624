"""What the database stands on: disk, rights, clock, settings."""

import os
import shutil
import stat
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from annotator.config import PREFIX, Settings
from annotator.domain import metadata, now
from annotator.keeping.doctor.finding import Findings, Patient, ok, problem, told, warning

SMALLEST = 500_000_000  # bytes that should be free
SKEW = timedelta(seconds=5)
WEAK = {"", "postgres", "password", "standpoint", "secret", "changeme", "admin", "test", "123456"}
SECRET_DIGITS = 64
FUTURE = (("annotation", "created_at"), ("lease", "leased_at"), ("audit_entry", "at"))


def disk(patient: Patient) -> Findings:
    """Room for the database to grow, for a backup, for a release."""
    folder = patient.file.absolute().parent if patient.is_sqlite else Path.cwd()
    free = shutil.disk_usage(folder).free
    size = patient.file.stat().st_size if patient.is_sqlite else 0
    wanted = max(SMALLEST, 2 * size)
    said = f"{_megabytes(free)} are free in {folder}"
    beside = f", the database has {_megabytes(size)}" if patient.is_sqlite else ""
    if free < SMALLEST:
        yield problem("disk", f"{said}{beside}: saving stops when it is full.", "make room")
    elif free < wanted:
        yield warning("disk", f"{said}{beside}: there is no room for a backup beside it.", "make room")
    else:
        yield ok("disk", said + beside)


def rights(patient: Patient) -> Findings:
    """Who may read and write SQLite's file."""
    if not patient.is_sqlite:
        return
    mode = stat.S_IMODE(patient.file.stat().st_mode)
    folder = patient.file.absolute().parent
    if not os.access(patient.file, os.W_OK) or not os.access(folder, os.W_OK):
        advice = f"give its user the right to write {patient.file} and {folder}"
        yield problem("rights", "the database or its folder cannot be written.", advice)
    elif mode & stat.S_IWOTH:
        yield problem("rights", f"everybody on this machine may change {patient.file}.", _chmod(patient.file))
    elif mode & stat.S_IROTH and not _is_closed(folder):
        said = f"everybody on this machine may read {patient.file}, with all texts and keys."
        yield warning("rights", said, _chmod(patient.file))
    else:
        yield ok("rights", f"{patient.file} is not open to everybody")


def clock(patient: Patient) -> Findings:
    """This machine's clock against the database's, and against what stands in it."""
    if not patient.is_sqlite:
        theirs = patient.connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        skew = abs(now() - theirs)
        if skew > SKEW:
            advice = "let NTP set both clocks"
            said = (
                f"it is {skew.total_seconds():.0f} s apart from the database's: leases end too early or late."
            )
            yield problem("clock", said, advice)
            return
    late = []
    for table, column in FUTURE:
        when = metadata.tables[table].c[column]
        ahead = patient.connection.execute(sa.select(sa.func.count()).where(when > now() + SKEW)).scalar_one()
        late += [f"{ahead:,} of {table}"] if ahead else []
    if late:
        advice = "the clock was ahead, or is behind now: let NTP set it. Nothing is lost by it"
        yield warning("clock", f"rows are of a time that is yet to come: {told(late)}.", advice)
    else:
        yield ok("clock", f"it is {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, and no row is of later")


def zone(patient: Patient) -> Findings:
    """Times are stored in UTC whatever the zone; it is told, because logs and cron go by it."""
    here = datetime.now().astimezone()
    said = f"this machine's is {here.tzname()} ({here:%z}); times are stored in UTC"
    if not patient.is_sqlite:
        theirs = patient.connection.exec_driver_sql("SHOW timezone").scalar_one()
        said += f", PostgreSQL's is {theirs}"
    yield ok("time zone", said)


def settings(patient: Patient) -> Findings:
    """Variables that nobody reads, and secrets that can be guessed."""
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    unknown = sorted(name for name in patient.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        yield warning("settings", f"nobody reads {told(unknown)}.", "look for a typing error in the README")
    else:
        yield ok("settings", "every variable of ours is one that is read")
    url = make_url(patient.settings.database)
    if url.password is not None and str(url.password).lower() in WEAK | {str(url.username).lower()}:
        advice = "give the role another password, and STANDPOINT_DATABASE with it"
        yield problem("secrets", "the database's password is one that anybody guesses.", advice)
        return
    weak = _weak_keys(patient)
    if weak:
        advice = "restore the key from a backup; who signs cookies with a short key lets others in"
        yield problem("secrets", f"too short to be secret: {told(weak)}.", advice)
    else:
        yield ok("secrets", "keys are long and random")


def releases_folder(patient: Patient) -> Findings:
    """Where releases of the page go."""
    beside = patient.file.absolute().parent if patient.is_sqlite else Path.cwd()
    folder = Path(patient.settings.releases or beside / "releases").absolute()
    there = folder
    while not there.exists():
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK):
        yield ok("releases folder", f"{folder} can be written")
    else:
        advice = "give its user the right to write it, or set STANDPOINT_RELEASES"
        yield problem("releases folder", f"{folder} cannot be written: no release can be made.", advice)


def _weak_keys(patient: Patient) -> list[str]:
    weak = []
    for key in patient.connection.execute(sa.text("SELECT secret_key FROM installation")).scalars():
        if len(set(key)) < 8 or len(key) < SECRET_DIGITS // 2:
            weak.append("the key that signs cookies")
    short = sa.text("SELECT slug FROM project WHERE length(pseudonym_key) < :least ORDER BY slug")
    found = patient.connection.execute(short, {"least": SECRET_DIGITS // 2}).scalars()
    return weak + [f"the pseudonym key of project {slug}" for slug in found]


def _is_closed(folder: Path) -> bool:
    """Whether others cannot even get into the folder."""
    return any(not stat.S_IMODE(each.stat().st_mode) & stat.S_IXOTH for each in (folder, *folder.parents))


def _chmod(file: Path) -> str:
    return f"chmod o-rw {file}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
