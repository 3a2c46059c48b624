"""`standpoint`: one command, assembled from the entry points of all installed packages.

A command's module is imported when the command runs, and never for the list of commands: its line there
is read from the source of the function that makes it. So nobody writes a summary twice, the commands of
anybody's package are listed alike, and `standpoint --help` imports neither datasets nor sklearn.
"""

import ast
import dataclasses
import gc
import importlib.util
import sys
from importlib.abc import InspectLoader
from importlib.metadata import EntryPoint, entry_points
from io import TextIOWrapper

import click

from annotator.config import Settings
from annotator.errors import StandpointError, Unusable

COMMANDS = "standpoint.commands"
SUMMARY = 78  # characters, at most


class Refused(click.ClickException):
    """What people see when the input or the state is at fault: one message on stderr, exit code 1."""


class Interrupted(click.ClickException):
    """What people see when they stopped a command themselves."""

    exit_code = 130


class LazyGroup(click.Group):
    """A group whose commands are entry points, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, of commands that were never imported too."""
        return sorted({entry.name for entry in entry_points(group=COMMANDS)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command and prepare it; None if nobody brings one of this name.

        Raises
        ------
        Unusable
            If the package that brings it cannot be imported.
        """
        entry = next(iter(entry_points(group=COMMANDS, name=cmd_name)), None)
        return _prepare(_load(entry)) if entry is not None else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help text: name and summary."""
        entries = {entry.name: entry for entry in entry_points(group=COMMANDS)}
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(entries[name])) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what it refuses becomes one message."""
        try:
            return super().invoke(ctx)
        except StandpointError as error:
            raise Refused(str(error)) from error
        except KeyboardInterrupt:
            raise Interrupted("Interrupted: what was not finished is not saved.") from None
        except _database_errors() as error:
            raise Refused(_told(error)) from error


def summary(entry: EntryPoint) -> str:
    """The first sentence of a command's docstring, read without importing its module.

    Where the source does not tell (no docstring, a command that a call makes), the command is loaded.
    """
    try:
        text = _docstring(entry)
        command = click.Command(None, help=text) if text else _load(entry)
    except StandpointError:
        return "(cannot be loaded)"
    return command.get_short_help_str(SUMMARY)


@click.group(name="standpoint", cls=LazyGroup)
@click.version_option(package_name="standpoint")
@click.pass_context
def main(ctx: click.Context) -> None:
    r"""Turn texts into stance datasets that people can trust.

    A stance has a holder, a target, a label and the words that show it. Import texts, label them in the
    browser, publish the labels as a dataset, train a baseline on it:

    \b
      standpoint init
      standpoint project create tweets.toml
      standpoint import tweets tweets.csv --column text=tweet
      standpoint serve
      standpoint release tweets release-1
      standpoint train release-1 model

    Every command takes --database URL; without it STANDPOINT_DATABASE counts, and without that
    sqlite:///standpoint.db. Exit code 0: done; 1: the input or the state is at fault, the message says
    what to do; 2: the command line was not understood. `standpoint COMMAND --help` tells the rest.
    """
    ctx.obj = ctx.obj or Settings.read()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot show is shown escaped
            stream.reconfigure(errors="backslashreplace")


def _load(entry: EntryPoint) -> click.Command:
    gc.disable()  # what is imported stays: to look for garbage in it costs a tenth of a start
    try:
        command = entry.load()
    except (ImportError, AttributeError) as error:
        package = entry.dist.name if entry.dist is not None else entry.module
        raise Unusable(f"`standpoint {entry.name}` of {package} cannot be loaded: {error}.") from error
    finally:
        gc.freeze()
        gc.enable()
    assert isinstance(command, click.Command), f"{entry.value} is no click command"
    return command


def _prepare(command: click.Command) -> click.Command:
    """Give a command and all under it the option `--database`, and read its help text as written.

    click's mark for "keep these lines" is a backspace; in a raw docstring, which our linter asks for
    where a backslash is, it stands as the two characters of its escape.
    """
    if not any("--database" in parameter.opts for parameter in command.params):
        command.params.append(_database_option())
    if command.help:
        command.help = command.help.replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _prepare(below)
    return command


def _database_option() -> click.Option:
    return click.Option(
        ["--database"],
        metavar="URL",
        expose_value=False,
        callback=_set_database,
        help="The database: sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.  "
        "[default: STANDPOINT_DATABASE, else sqlite:///standpoint.db]",
    )


def _set_database(ctx: click.Context, _parameter: click.Parameter, url: str | None) -> None:
    """Hand the choice down as the settings of this command."""
    if url is not None:
        ctx.obj = dataclasses.replace(ctx.find_object(Settings) or Settings.read(), database=url)


def _docstring(entry: EntryPoint) -> str | None:
    """The docstring of the function `attr` of `module:attr`, from the source."""
    try:
        spec = importlib.util.find_spec(entry.module)
    except ImportError:
        spec = None
    if spec is None or not isinstance(spec.loader, InspectLoader):
        return None
    source = spec.loader.get_source(entry.module)
    for node in ast.parse(source or "").body:
        if isinstance(node, ast.FunctionDef) and node.name == entry.attr:
            return ast.get_docstring(node)
    return None


def _database_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy raises when a database is away or refuses; nothing if the command never asked one."""
    exceptions = sys.modules.get("sqlalchemy.exc")
    return (exceptions.DatabaseError,) if exceptions is not None else ()


def _told(error: Exception) -> str:
    """A database's error as a sentence. A constraint refuses where two commands wanted what one can have."""
    said = str(getattr(error, "orig", error)).strip().splitlines()[0].rstrip(".")
    if type(error).__name__ == "IntegrityError":
        return f"Another command was there first, and nothing of this one is stored ({said}): run it again."
    if "database is locked" in said:
        return "Another command is writing to the database, and nothing of this one is stored: run it again."
    return f"The database did not answer: {said}."


_prepare(main)
