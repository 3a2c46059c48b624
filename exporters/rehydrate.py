"""`standpoint rehydrate`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from exporters.rebuilding import Rebuilt, rebuild


@click.command()
@click.argument("release", type=click.Path(path_type=Path))
@click.argument("texts", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The new folder to write to; RELEASE-full beside the release unless given.",
)
@click.option("--partial", is_flag=True, help="Go without the texts that are missing or different.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def rehydrate(release: Path, texts: Path, folder: Path | None, partial: bool, as_json: bool) -> None:
    r"""Put the TEXTS back into the folder RELEASE, which was made with --withhold-text.

    TEXTS is a file that `standpoint import` reads, with the columns id and text, or a folder with a file
    ID.txt for each document. Each text is held against the hash of the one that was annotated. Texts as
    the import got them do as well: they are cleaned as it did.

    The new folder has every file of the whole release, byte for byte; only release.json is its own.

    --json prints {"documents", "missing": [ID], "different": [ID], "identical", "sha256"}.

    \b
    Example:
      standpoint rehydrate releases/1 tweets.jsonl --to releases/1-full
    """
    resolved = release.resolve()
    folder = folder or resolved.with_name(f"{resolved.name}-full")
    done = rebuild(release, texts, folder, partial=partial)
    click.echo(json.dumps(asdict(done), ensure_ascii=False) if as_json else _told(done, folder))


def _told(done: Rebuilt, folder: Path) -> str:
    lacking = len(done.missing) + len(done.different)
    lines = [
        f"The texts of {done.documents - lacking:,} of {done.documents:,} documents are back in {folder}."
    ]
    if lacking:
        lines.append(f"  without a text: {', '.join([*done.missing, *done.different])}")
    elif done.identical:
        lines.append("  every file is that of the whole release, byte for byte")
    else:
        lines.append("  the rows are right; the files' bytes differ: another pyarrow wrote the release")
    return "\n".join(lines)
