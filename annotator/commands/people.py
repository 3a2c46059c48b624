"""`standpoint user` and `standpoint token`: who may come in, and who may not any more."""

import click
from sqlmodel import Session

from annotator.commands.opened import writing
from annotator.config import Settings
from annotator.domain import Role, User
from annotator.domain.people import SCOPES, USUAL_SCOPES
from annotator.store import accounts, projects, sessions

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
@click.option("--email", help="By which a single sign-on knows them.")
@click.pass_obj
def add(
    settings: Settings, name: str, admin: bool, slug: str | None, role: str, address: str, email: str | None
) -> None:
    r"""Add a person and print a link that signs them in once, within a day, and asks for a password.

    \b
    Example:
      standpoint user add ada --project news --role curator
    """
    with writing(settings) as session:
        person = accounts.add_user(session, name, is_admin=admin, email=email)
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
    return f"{address}/sign-in/{accounts.sign_in_link(session, person, asks_password=True)}"


@user.command("sign-out")
@click.argument("name")
@click.pass_obj
def sign_out(settings: Settings, name: str) -> None:
    r"""End all of a person's sessions: they come in again by password or link.

    \b
    Example:
      standpoint user sign-out ada
    """
    with writing(settings) as session:
        ended = sessions.end_all(session, accounts.find_user(session, name))
    click.echo(f"{name} is signed out of {ended} browsers.")


@user.command()
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    r"""Let a person go for good: no session, token, password or link of theirs opens anything.

    Their answers stay. What is lent to them is lent to others when its time is over.

    \b
    Example:
      standpoint user remove ada
    """
    with writing(settings) as session:
        accounts.delete_user(session, accounts.find_user(session, name))
    click.echo(f"{name} is removed.")


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
@click.option(
    "--days",
    type=click.IntRange(1),
    default=accounts.TOKEN_DAYS,
    show_default=True,
    help="Valid for so long.",
)
@click.pass_obj
def create(settings: Settings, name: str, scopes: tuple[str, ...], days: int) -> None:
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


@token.command("list")
@click.argument("name")
@click.pass_obj
def list_(settings: Settings, name: str) -> None:
    r"""List the API tokens of the user NAME that open something: number, name, scopes, end, last use.

    \b
    Example:
      standpoint token list ada
    """
    with writing(settings) as session:
        for row in accounts.tokens(session, accounts.find_user(session, name)):
            scopes = ",".join(row.scopes or USUAL_SCOPES)
            until, used = (f"{each:%Y-%m-%d}" if each else "-" for each in (row.expires_at, row.used_at))
            click.echo(f"{row.id}\t{row.name}\t{scopes}\tuntil {until}\tused {used}")


@token.command()
@click.argument("name")
@click.argument("number", type=click.IntRange(1))
@click.pass_obj
def revoke(settings: Settings, name: str, number: int) -> None:
    r"""End an API token of the user NAME for good, by its number in the list.

    \b
    Example:
      standpoint token revoke ada 3
    """
    with writing(settings) as session:
        accounts.revoke_token(session, accounts.find_user(session, name), number)
    click.echo(f"Token {number} opens nothing any more.")
