"""`standpoint` itself: what it lists, what it hands down, what people see when something is wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from annotator import cli, plugin
from annotator.errors import Conflict

HEAVY = ["datasets", "sklearn", "pandas", "pyarrow", "matplotlib", "sqlalchemy", "flask"]
GUEST = '''"""A package of somebody else."""

import click
from annotator.plugin import StandpointError, settings

MARK.write_text("imported")


@click.group()
def guest() -> None:
    """Greet from outside."""


@guest.command()
def hello() -> None:
    r"""Say where the data is.

    \\b
    Example:
      standpoint guest hello
    """
    click.echo(settings().database)


@guest.command()
def fail() -> None:
    raise StandpointError("This cannot be; do that.")


@guest.command()
def stop() -> None:
    raise KeyboardInterrupt


@guest.command()
def away() -> None:
    import sqlalchemy as sa

    sa.create_engine("sqlite:////nowhere/at/all.db").connect()


@guest.command()
def beaten() -> None:
    import sqlalchemy as sa

    with sa.create_engine("sqlite://").begin() as connection:
        connection.exec_driver_sql("CREATE TABLE slug (name TEXT UNIQUE)")
        connection.exec_driver_sql("INSERT INTO slug VALUES ('a'), ('a')")


@guest.command()
def odd() -> None:
    import sqlalchemy as sa

    with sa.create_engine(f"sqlite:///{__file__}").begin() as connection:
        connection.exec_driver_sql("SELECT * FROM slug")


@guest.command()
def unshowable() -> None:
    raise StandpointError("odd\\udcff.csv: is empty.")
'''
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def guest(tmp_path: Path) -> Run:
    """Runs `standpoint` in a process that has a further package with the command `guest` installed."""
    (tmp_path / "guest.py").write_text(
        GUEST.replace("MARK", f"__import__('pathlib').Path({str(tmp_path / 'mark')!r})")
    )
    info = tmp_path / "guest-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guest\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[standpoint.commands]\nguest = guest:guest\nbroken = guest_is_not_here:command\n"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from annotator.cli import main; main()", *arguments]
        surroundings = os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "100"}
        return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)

    return run


def test_the_list_of_commands_imports_none_of_them():
    """`standpoint --help` is asked for when one is lost; it must not take ten seconds."""
    code = (
        "import sys\nfrom annotator.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print('imported', [name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr == "imported []\n"
    assert "Import texts, labels, or both" in done.stdout


def test_every_command_is_listed_with_a_summary():
    """A name alone does not help who looks for the right one."""
    for entry in entry_points(group=cli.COMMANDS):
        assert cli.summary(entry) not in {"", "(cannot be loaded)"}, entry


def test_every_command_has_a_manual_page():
    """What is written nowhere is done wrongly."""
    for path, command in _all_commands():
        assert command.help, path
        page = _run(*path, "--help").output
        assert "--database URL" in page, path
        assert "\\b" not in page, path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in {"help", "database"}:
                assert parameter.help, f"{path}: {parameter.name}"


def test_commands_of_other_packages_are_listed_without_running_their_code(guest, tmp_path):
    """A slow guest must not make the house slow."""
    page = guest("--help").stdout

    assert "guest" in page
    assert "Greet from outside." in page
    assert not (tmp_path / "mark").exists()


def test_other_packages_get_the_database_too(guest):
    """A guest that reads another database than its host shows other data."""
    before = guest("--database", "sqlite:///a.db", "guest", "hello")
    after = guest("guest", "hello", "--database", "sqlite:///b.db")

    assert (before.stdout, after.stdout) == ("sqlite:///a.db\n", "sqlite:///b.db\n")


def test_what_is_refused_is_one_message_and_exit_code_1(guest):
    """A traceback tells a curator nothing but that we did not think of them."""
    done = guest("guest", "fail")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", "Error: This cannot be; do that.\n")


def test_ctrl_c_is_no_traceback(guest):
    """130 is what shells expect of it."""
    done = guest("guest", "stop")

    assert done.returncode == 130
    assert "Interrupted" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_told(guest):
    """A server that restarts is no bug of ours."""
    done = guest("guest", "away")

    assert done.returncode == 1
    assert "The database did not answer: unable to open database file." in done.stderr


@pytest.mark.parametrize("fault", ["beaten", "odd"])
def test_a_database_that_refuses_is_told(guest, fault):
    """Two imports at once, or a file that is no database: a sentence each."""
    done = guest("guest", fault)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert {"beaten": "run it again", "odd": "file is not a database"}[fault] in done.stderr


def test_what_a_terminal_cannot_show_is_escaped(guest):
    """A file may bear half a character in its name, and a terminal may know no Arabic."""
    done = guest("guest", "unshowable")

    assert done.returncode == 1
    assert done.stderr == "Error: odd\\udcff.csv: is empty.\n"


def test_a_package_that_is_broken_hides_no_other(guest):
    """One bad guest, and nobody could import any more."""
    page, called = guest("--help"), guest("broken")

    assert "(cannot be loaded)" in page.stdout
    assert "init" in page.stdout
    assert called.returncode == 1
    assert "`standpoint broken` of guest cannot be loaded" in called.stderr


def test_an_unknown_command_is_a_usage_error():
    """Scripts tell 1 (your data) from 2 (your command line)."""
    assert _run("imprt").exit_code == 2


def test_the_version_is_told():
    """The first thing that a bug report needs."""
    assert _run("--version").output.startswith("standpoint, version ")


def test_settings_without_a_command_are_those_of_the_surroundings(monkeypatch):
    """A guest's tests call its functions without our command line."""
    monkeypatch.setenv("STANDPOINT_DATABASE", "sqlite:///elsewhere.db")

    assert plugin.settings().database == "sqlite:///elsewhere.db"


def test_a_refusal_keeps_its_error_for_those_who_call_us():
    """A program that runs our commands must tell a conflict from a folder that cannot be written."""
    group = cli.LazyGroup("standpoint", callback=_refuse, invoke_without_command=True)

    with pytest.raises(cli.Refused, match=r"Somebody was first\.") as refused:
        group.main([], standalone_mode=False)

    assert isinstance(refused.value.__cause__, Conflict)


def test_init_makes_a_database_and_leaves_one_as_it_is(tmp_path):
    """`make demo` runs it every time."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    first, again = (_run("init", "--database", url) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "is ready" in again.output


def test_without_init_commands_say_what_to_run(tmp_path):
    """The first minute decides whether there is a second."""
    result = _run("project", "show", "news", "--database", f"sqlite:///{tmp_path / 'new.db'}")

    assert result.exit_code == 1
    assert "run `standpoint init` first" in result.stderr


def test_a_folder_that_is_not_there_is_told(tmp_path):
    """SQLite's own words name no file."""
    result = _run("init", "--database", f"sqlite:///{tmp_path / 'no' / 'new.db'}")

    assert result.exit_code == 1
    assert "no/new.db cannot be opened" in result.stderr


def _refuse() -> None:
    raise Conflict("Somebody was first.")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


def _all_commands() -> list[tuple[list[str], click.Command]]:
    context = click.Context(cli.main)
    found: list[tuple[list[str], click.Command]] = []
    for name in cli.main.list_commands(context):
        command = cli.main.get_command(context, name)
        assert command is not None
        found.append(([name], command))
        if isinstance(command, click.Group):
            found += [([name, below], sub) for below, sub in command.commands.items()]
    return found
