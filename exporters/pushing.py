"""`standpoint push`: a release that was made, on the Hugging Face Hub."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from annotator import reading
from annotator.config import Settings
from annotator.errors import Invalid, StandpointError
from exporters import hub
from exporters.folder import opened
from exporters.hub import Destination, Pushed

PUBLIC = "Make the repository public, if it is made now. Default: private."
REPLACE = (
    "Also where the repository holds something else, which is deleted there, or a newer release. "
    "Earlier commits keep it."
)


def choices(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options --public and --replace, for every command that pushes."""
    with_replace = click.option("--replace", is_flag=True, help=REPLACE)(command)
    return click.option("--public", is_flag=True, help=PUBLIC)(with_replace)


@click.command()
@click.argument("slug")
@click.argument("number", type=click.IntRange(1))
@click.argument("repository", metavar="ORG/NAME")
@click.option(
    "--at",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the release is now. Without it, it is looked for where it was written.",
)
@choices
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.pass_obj
def push(
    settings: Settings,
    slug: str,
    number: int,
    repository: str,
    at: Path | None,
    public: bool,
    replace: bool,
    as_json: bool,
) -> None:
    r"""Push the release NUMBER of the project SLUG to the dataset ORG/NAME of the Hugging Face Hub.

    The release becomes one commit with the tag vNUMBER, so that every release stays loadable:
    load_dataset("ORG/NAME", "gold", revision="v3"). A push that was interrupted goes on where it was, and
    one of what is there does nothing. The token is that of `hf auth login`, or of HF_TOKEN.

    --json prints {"repository", "revision", "commit", "url", "private", "new"}.

    \b
    Example:
      standpoint push tweets 3 my-lab/tweets
    """
    to = Destination(repository, public, replace)
    engine = reading.connect(settings)
    try:
        made = reading.numbered(reading.made(engine, slug), number, slug)
    finally:
        engine.dispose()
    if made.withdrawn_at is not None:
        raise Invalid(
            f"Release {number} of {slug} is withdrawn, as a text that it holds was erased: make a new one."
        )
    if at is None and made.folder is None:
        raise Invalid(f"Nothing tells where release {number} of {slug} is: give its folder (--at DIR).")
    pushed = hub.push(opened(at or Path(str(made.folder)), number=number, slug=slug, sha256=made.sha256), to)
    click.echo(json.dumps(asdict(pushed)) if as_json else told(pushed))


def just_made(folder: Path, to: Destination, *, number: int, slug: str, sha256: str) -> Pushed:
    """Push the release that was written into `folder` a moment ago.

    Raises
    ------
    StandpointError
        What `hub.push` raises, with what is to be done about the release.
    """
    try:
        return hub.push(opened(folder, number=number, slug=slug, sha256=sha256), to)
    except StandpointError as error:
        options = "".join(
            f" --{name}" for name, chosen in (("public", to.public), ("replace", to.replace)) if chosen
        )
        again = f"standpoint push {slug} {number} {to.repository}{options}"
        raise type(error)(
            f"{error} Release {number} is whole in {folder} and recorded all the same: "
            f"push it with `{again}`."
        ) from error


def told(pushed: Pushed) -> str:
    """For people: where it is."""
    seen = "private" if pushed.private else "public"
    what = "is on the Hub" if pushed.new else "was there already, and nothing changed"
    return f"{pushed.revision} of {pushed.repository} ({seen}) {what}: {pushed.url}"
