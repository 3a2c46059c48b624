"""`standpoint scan`."""

import json
from collections.abc import Iterator
from typing import Any

import click

from annotator import reading
from annotator.config import Settings
from exporters.personal import KINDS, NAMES, Personal


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.pass_obj
def scan(settings: Settings, slug: str, as_json: bool) -> None:
    r"""Look for e-mail addresses, phone numbers and handles in the texts of the project SLUG.

    Names the documents that hold any, with how many, and never what was found. Nothing is stored: this
    list is for who decides what may leave. `standpoint release --scan` publishes the sums alone.

    Phone numbers without a country's code are found where the language names a region, as es-MX does.

    --json prints {"found": {KIND: {"found", "documents"}}, "documents": [{"id", KIND: n}]}.

    \b
    Example:
      standpoint scan tweets
    """
    engine, personal = reading.connect(settings), Personal()
    try:
        with reading.snapshot(engine, slug) as snapshot:
            found = _found(snapshot, personal)
            if as_json:
                documents = list(found)
                told = {"found": personal.as_json(), "documents": documents}
                click.echo(json.dumps(told, ensure_ascii=False))
                return
            for each in found:
                held = ", ".join(f"{each[kind]:,} {NAMES[kind]}" for kind in KINDS if kind in each)
                click.echo(f"  {each['id']}: {held}")
    finally:
        engine.dispose()
    for kind in KINDS:
        click.echo(f"{personal.found[kind]:,} {NAMES[kind]} in {personal.documents[kind]:,} documents")


def _found(snapshot: reading.Snapshot, personal: Personal) -> Iterator[dict[str, Any]]:
    """The documents that hold any, with how many of each kind."""
    for document in snapshot.documents():
        if there := personal.look(document, language=snapshot.project.language):
            yield {"id": document.id, **there}
