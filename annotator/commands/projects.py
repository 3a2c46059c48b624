"""`standpoint project`: projects from files, and back."""

from pathlib import Path

import click

from annotator.commands.opened import reading, writing
from annotator.config import Settings
from annotator.domain import project_file
from annotator.domain.project_toml import as_toml
from annotator.store import describing, projects

FILE = click.Path(path_type=Path)


@click.group()
def project() -> None:
    r"""Create, change and show projects.

    A project is described by a TOML file, which needs little; the rest has defaults (labels FAVOR 1,
    AGAINST 2, NONE 3 where the target is fixed; FAVOR, AGAINST, MIXED, NEUTRAL where not; overlap 1):

    \b
      slug = "tweets"
      kind = "directed"        # every item asks about one target; "open" asks for all stances
      name = "Tweets"          # from here on all may be left out
      guidelines = "guide.md"  # a Markdown file beside this one
      overlap = 3              # how many people answer each item
    \b
      [[labels]]
      name = "FAVOR"
      polarity = "favor"       # against, mixed, neutral, none, unrelated, other
      key = "1"
      definition = "The author is for the target."
    \b
      [[entities]]
      key = "rent-cap"
      kind = "issue"           # actor, event, issue, claim
      name = "Rent cap"
      aliases = ["the cap", "Measure 7"]
      favor_means = "for the cap"
      against_means = "against the cap"
    """


@project.command()
@click.argument("file", type=FILE)
@click.pass_obj
def create(settings: Settings, file: Path) -> None:
    r"""Make the project that FILE describes.

    \b
    Example:
      standpoint project create tweets.toml
    """
    described = project_file.read(file)
    with writing(settings) as session:
        made = projects.create(session, described)
        labels = ", ".join(label.name for label in projects.labels(session, made))
        click.echo(f"Created the {made.kind} project {made.slug}, with the labels {labels}.")


@project.command()
@click.argument("file", type=FILE)
@click.option("--note", metavar="TEXT", help="What changed in the guidelines, in a sentence.")
@click.option("--must-read", is_flag=True, help="Have everybody read the new guidelines before they go on.")
@click.pass_obj
def apply(settings: Settings, file: Path, *, note: str | None, must_read: bool) -> None:
    r"""Make a project be what FILE says, and print what changed.

    Labels and entities that the file leaves out stay, because answers may name them. Applied again, it
    changes nothing.

    \b
    Example:
      standpoint project apply tweets.toml
      standpoint project apply tweets.toml --must-read --note "Irony counts as what is meant"
    """
    described = project_file.read(file)
    with writing(settings) as session:
        found = projects.find(session, described.slug)
        before = found.guidelines_version
        changed = projects.apply(session, found, described, note=note, must_read=must_read)
        click.echo("\n".join(changed) or f"{found.slug} is so already: nothing changed.")
        if (note or must_read) and found.guidelines_version == before:
            click.echo("The guidelines are the same as before: there is nothing new to read.", err=True)


@project.command()
@click.argument("slug")
@click.pass_obj
def show(settings: Settings, slug: str) -> None:
    r"""Print the project SLUG as a project file.

    All of it: the defaults that hold, the guidelines as text, the entities that imports brought. To
    change a project, change this file and apply it.

    \b
    Example:
      standpoint project show tweets > tweets.toml
      standpoint project apply tweets.toml
    """
    with reading(settings) as session:
        described = describing.describe(session, projects.find(session, slug))
    click.echo(as_toml(described), nl=False)
