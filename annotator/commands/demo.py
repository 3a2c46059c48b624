"""`standpoint demo`: the sample corpus in a database, a link to sign in, and the application."""

from pathlib import Path

import click
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.commands import serve, simulating
from annotator.config import Settings
from annotator.domain import Kind, User, project_file
from annotator.errors import NotFound, Unusable
from annotator.importing.load import load, read_all
from annotator.importing.options import Options
from annotator.serving import embedded
from annotator.store import accounts, engine, projects
from annotator.web import create_app

PERSON = "demo"
CORPUS = Path(__file__).parents[2] / "corpus"  # beside the packages, in a clone


@click.command()
@serve.HOST
@serve.PORT
@click.option("--no-serve", is_flag=True, help="Only fill the database and print the link.")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=CORPUS,
    help="The folder with open/ and directed/; default: the one of this clone.",
)
@click.pass_obj
def demo(settings: Settings, host: str, port: int, no_serve: bool, corpus: Path) -> None:
    r"""Try Standpoint with sample texts, written for it and marked as synthetic.

    Makes the database if there is none, imports the corpus, lets simulated annotators answer a part of it,
    prints a link that signs you in once, and serves until Ctrl-C. What you label stays: the next demo on the
    same database goes on with it.

    \b
    Example:
      standpoint demo --port 8080
    """
    listener = serve.listen(host, port)
    database = engine.create(settings.database, synchronous=settings.sqlite_synchronous)
    engine.migrate(database)
    _fill(database, corpus)
    with engine.writing(database) as session:
        link = f"{serve.address(listener)}/sign-in/{accounts.sign_in_link(session, _person(session))}"
    database.dispose()
    click.echo(f"Open this link to sign in (it works once):\n\n    {link}\n")
    if no_serve:
        listener.close()
        return
    app = create_app(settings)
    click.echo(
        f"Serving {serve.address(listener)} (Ctrl-C ends it; your labels are in {engine.shown(database)})"
    )
    embedded.serve(app, listener, threads=serve.THREADS)


def _fill(database: Engine, corpus: Path) -> None:
    """Import both parts of the corpus, each in one transaction, unless they are here already."""
    directed, open_ = corpus / "directed", corpus / "open"
    _import(database, directed / "project.toml", [directed / "posts.csv"])
    _import(
        database,
        open_ / "project.toml",
        [*sorted((open_ / "documents").glob("*.jsonl")), *sorted((open_ / "gold").glob("*.jsonl"))],
    )


def _import(database: Engine, file: Path, texts: list[Path]) -> None:
    if not file.exists():
        raise Unusable(f"There is no {file}: run the demo in a clone of Standpoint, or name the --corpus.")
    described = project_file.read(file)
    with engine.writing(database) as session:
        if _exists(session, described.slug):
            return
        click.echo(f"Importing {described.name} …")
        project = projects.create(session, described)
        options = Options(kind=Kind.GOLD)
        rows, report = read_all(texts, options)
        load(session, project, rows, report, options)
        answers = simulating.answer(session, project, rows)
        click.echo(f"{answers} answers of simulated annotators, so that there is something to adjudicate.")


def _exists(session: Session, slug: str) -> bool:
    try:
        projects.find(session, slug)
    except NotFound:
        return False
    return True


def _person(session: Session) -> User:
    try:
        return accounts.find_user(session, PERSON)
    except NotFound:
        return accounts.add_user(session, PERSON, is_admin=True)
