"""`standpoint scheme`: change labels and entities while work goes on."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from sqlmodel import Session

from annotator.commands.opened import reading, writing
from annotator.config import Settings
from annotator.domain import Project, SchemeEvent
from annotator.store import entries, projects, registering, scheme, telling, touching
from annotator.store.entries import Of

Command = TypeVar("Command", bound=Callable[..., object])
OF = click.argument("of", type=click.Choice(["label", "entity"]))


@click.group("scheme")
def scheme_() -> None:
    r"""Rename, merge, split, retire and restore labels and entities.

    Every change is an event that stays. An answer keeps the ids that it was given with, and is read
    through the events, as releases are; an answer that comes in with an older name is understood.
    Labels are called by their names, entities by their keys.

    \b
    Example:
      standpoint scheme rename tweets label FAVOR FOR
      standpoint scheme merge tweets entity town-hall council
    """


def _changing(command: Command) -> Command:
    """The options that all events share."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Only tell how many answers it touches."),
        click.option("--again", is_flag=True, help="Ask the annotators of these answers for a second look."),
        click.option("--note", metavar="TEXT", help="Why, in a sentence; it stays with the event."),
    ):
        command = option(command)
    return command


@scheme_.command()
@click.argument("slug")
@OF
@click.argument("old")
@click.argument("new")
@_changing
@click.pass_obj
def rename(settings: Settings, /, slug: str, of: Of, old: str, new: str, **said: Any) -> None:
    r"""Give a label or an entity another name. The old one stays understood.

    \b
    Example:
      standpoint scheme rename tweets label FAVOR FOR --note "Shorter"
    """

    def change(session: Session, project: Project, note: str | None) -> SchemeEvent:
        return scheme.rename(session, project, of, old, new, note=note)

    _run(settings, slug, of, [old], change, **said)


@scheme_.command()
@click.argument("slug")
@OF
@click.argument("olds", nargs=-1, required=True)
@click.argument("into")
@_changing
@click.pass_obj
def merge(settings: Settings, /, slug: str, of: Of, olds: tuple[str, ...], into: str, **said: Any) -> None:
    r"""Read answers that name OLDS as if they named INTO; OLDS are retired.

    \b
    Example:
      standpoint scheme merge news entity town-hall city-hall council
    """

    def change(session: Session, project: Project, note: str | None) -> SchemeEvent:
        return scheme.merge(session, project, of, olds, into, note=note)

    _run(settings, slug, of, olds, change, **said)


@scheme_.command()
@click.argument("slug")
@OF
@click.argument("old")
@click.argument("parts", nargs=-1, required=True)
@_changing
@click.pass_obj
def split(settings: Settings, /, slug: str, of: Of, old: str, parts: tuple[str, ...], **said: Any) -> None:
    r"""Retire OLD in favour of PARTS, and ask who gave it which of them they meant.

    Parts that there are none of are made. The answers come before their annotators as corrections, with
    the earlier answer shown; until then they are read with the old name.

    \b
    Example:
      standpoint scheme split tweets label NONE NEUTRAL UNRELATED
    """

    def change(session: Session, project: Project, note: str | None) -> SchemeEvent:
        return scheme.split(session, project, of, old, parts, note=note)

    _run(settings, slug, of, [old], change, **said)


@scheme_.command()
@click.argument("slug")
@OF
@click.argument("name")
@_changing
@click.pass_obj
def retire(settings: Settings, /, slug: str, of: Of, name: str, **said: Any) -> None:
    r"""Offer a label or an entity no more. Answers that name it stand.

    \b
    Example:
      standpoint scheme retire tweets label NONE
    """

    def change(session: Session, project: Project, note: str | None) -> SchemeEvent:
        return scheme.retire(session, project, of, name, note=note)

    _run(settings, slug, of, [name], change, **said)


@scheme_.command()
@click.argument("slug")
@OF
@click.argument("name")
@_changing
@click.pass_obj
def restore(settings: Settings, /, slug: str, of: Of, name: str, **said: Any) -> None:
    r"""Take back that something was merged, split or retired.

    \b
    Example:
      standpoint scheme restore tweets label NONE
    """

    def change(session: Session, project: Project, note: str | None) -> SchemeEvent:
        return scheme.restore(session, project, of, name, note=note)

    _run(settings, slug, of, [name], change, **said)


@scheme_.command()
@click.argument("slug")
@click.argument("key")
@click.pass_obj
def accept(settings: Settings, slug: str, key: str) -> None:
    r"""Accept an entity that an annotator proposed. To merge it instead: `standpoint scheme merge`.

    \b
    Example:
      standpoint scheme accept news harbour-office
    """
    with writing(settings) as session:
        entity = registering.accept(session, projects.find(session, slug), key)
        click.echo(f"{entity.name} ({key}) is in the registry.")


@scheme_.command()
@click.argument("slug")
@click.argument("key")
@click.argument("name")
@click.option("--document", metavar="ID", help="In this document only.")
@click.pass_obj
def alias(settings: Settings, slug: str, key: str, name: str, document: str | None) -> None:
    r"""Add a name that means the entity KEY, too.

    \b
    Example:
      standpoint scheme alias news council "City Hall"
    """
    with writing(settings) as session:
        registering.add_alias(session, projects.find(session, slug), key, name, document=document)
        click.echo(f"{name} means {key} now, too.")


@scheme_.command()
@click.argument("slug")
@click.pass_obj
def show(settings: Settings, slug: str) -> None:
    r"""Print the events of a project, the oldest first.

    \b
    Example:
      standpoint scheme show tweets
    """
    with reading(settings) as session:
        project = projects.find(session, slug)
        for event in scheme.events(session, project):
            click.echo(f"{event.version:>4}  {event.created_at:%Y-%m-%d %H:%M}  {telling.sentence(event)}")


def _run(
    settings: Settings,
    slug: str,
    of: Of,
    names: list[str] | tuple[str, ...],
    change: Callable[..., SchemeEvent],
    *,
    note: str | None = None,
    again: bool = False,
    dry_run: bool = False,
) -> None:
    with writing(settings) as session:
        project = projects.find(session, slug)
        ids = [entries.find(session, project, of, name).id or 0 for name in names]
        click.echo(_figures(session, project, of, ids))
        if dry_run:
            return
        event = change(session, project, note)
        click.echo(f"{telling.sentence(event)}: version {event.version} of the scheme.")
        if again:
            touching.ask_again(session, project, of, ids)
        if waiting := touching.waiting(session, project, of, ids):
            click.echo(f"Answers that wait for a second look of their annotators: {waiting:,}.")


def _figures(session: Session, project: Project, of: Of, ids: list[int]) -> str:
    touched = touching.count(session, project, of, ids)
    told = f"Touches {touched.answers:,} answers of {touched.annotators:,} annotators"
    told += f", {touched.others:,} other answers (decisions, gold, suggestions)" if touched.others else ""
    return told + (f"; {touched.items:,} items ask about it." if touched.items else ".")
