"""`standpoint user` and `standpoint token`: who may come in."""

import click
from sqlmodel import Session

from annotator.commands.opened import writing
from annotator.config import Settings
from annotator.domain import Role, User
from annotator.domain.people import SCOPES
from annotator.store import accounts, projects

_ROLE = click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    default="annotator",
    show_default=True,
    help="What they may do there.",
)
_ADDRESS = click.option(
    "--address", default="http://127.0.0.1:8000", show_default=True, help="Where the server is reached."
)


@click.group()
def user() -> None:
    """Add people and print sign-in links."""


@user.command()
@click.argument("name")
@click.option("--admin", is_flag=True, help="May do everything in every project.")
@click.option("--project", "slug", metavar="SLUG", help="Join this project.")
@_ROLE
@_ADDRESS
@click.pass_obj
def add(settings: Settings, name: str, admin: bool, slug: str | None, role: str, address: str) -> None:
    r"""Add a person and print a link that signs them in once, within a day.

    \b
    Example:
      standpoint user add ada --project news --role curator
    """
    with writing(settings) as session:
        person = accounts.add_user(session, name, is_admin=admin)
        click.echo(_link(session, person, slug, role, address))


@user.command()
@click.argument("name")
@click.option("--project", "slug", metavar="SLUG", help="Join this project too.")
@_ROLE
@_ADDRESS
@click.pass_obj
def link(settings: Settings, name: str, slug: str | None, role: str, address: str) -> None:
    r"""Print a new sign-in link for somebody who is here already.

    \b
    Example:
      standpoint user link ada
    """
    with writing(settings) as session:
        person = accounts.find_user(session, name)
        click.echo(_link(session, person, slug, role, address))


def _link(session: Session, person: User, slug: str | None, role: str, address: str) -> str:
    if slug is not None:
        projects.join(session, projects.find(session, slug), person, Role(role))
    return f"{address}/sign-in/{accounts.sign_in_link(session, person)}"


@click.group()
def token() -> None:
    """Make API tokens for scripts."""


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="What it may do, beneath its person's roles; default: all but admin.",
)
@click.option("--days", type=click.IntRange(1), help="Valid for so long; default: for good.")
@click.pass_obj
def create(settings: Settings, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    r"""Print a new API token of the user NAME, once, alone on stdout.

    \b
    Example:
      TOKEN=$(standpoint token create ada --days 30)
      curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/v1/projects/news/queue
    """
    with writing(settings) as session:
        person = accounts.find_user(session, name)
        secret = accounts.create_token(session, person, name="command line", scopes=list(scopes), days=days)
    click.echo(secret)
