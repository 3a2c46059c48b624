"""`standpoint release`."""

import json
import sys
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import click

from annotator import reading
from annotator.config import Settings
from exporters import citing, facts, hub, pushing
from exporters.choices import AGGREGATES, HELD_OUT, PROFILES
from exporters.facts import Release
from exporters.filling import Bar
from exporters.hub import Destination
from exporters.options import Options
from exporters.release import write


@click.command()
@click.argument("slug")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--aggregate",
    type=click.Choice(list(AGGREGATES)),
    default="majority",
    show_default=True,
    help="How the votes on an item become its gold label. The others than majority learn from all votes how "
    "far each annotator is to be trusted.",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    help="Write gold in this published format, too, under DIR/profiles. Labels are merged there alone.",
)
@click.option(
    "--hold-out",
    type=click.Choice(list(HELD_OUT)),
    help="Write gold once more, in other splits, as the config gold_by_KIND: no target or holder of test is "
    "in train; near-duplicates shared out afresh; or test later than train.",
)
@click.option(
    "--withhold-text",
    is_flag=True,
    help="Write offsets and hashes instead of texts that may not be passed on; see `standpoint rehydrate`.",
)
@click.option(
    "--deposit",
    is_flag=True,
    help="Write a zip file for a research archive, too: the tables in CSV, a codebook, a data statement, a "
    "methods paragraph, the reliability table.",
)
@click.option(
    "--scan",
    is_flag=True,
    help="Count e-mail addresses, phone numbers and handles in the texts; `standpoint scan` says where.",
)
@click.option(
    "--workers",
    metavar="dask://HOST:PORT",
    help="Let the workers of this Dask scheduler make the rows of annotations. They open the database "
    "themselves: PostgreSQL.",
)
@click.option("--push-to-hub", metavar="ORG/NAME", help="Push it to the Hugging Face Hub, too.")
@pushing.choices
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.pass_obj
def release(
    settings: Settings,
    slug: str,
    folder: Path,
    aggregate: str,
    profile: str | None,
    hold_out: str | None,
    withhold_text: bool,
    deposit: bool,
    scan: bool,
    workers: str | None,
    push_to_hub: str | None,
    public: bool,
    replace: bool,
    as_json: bool,
) -> None:
    r"""Publish the project SLUG as a dataset in the new folder DIR.

    DIR then opens with datasets.load_dataset(DIR, CONFIG), without code. CONFIG is one of

    \b
      gold         stances that hold, with label, votes and rationales
      items        every item, judged or not
      annotations  every answer of every annotator, under pseudonyms
      documents    the texts

    README.md is its card, release.json says what is in it and how it was made. A release gets a number
    and never changes: DIR must be new or empty. The same state of the database gives the same bytes.

    Documents keep the split that they were imported with. The others fall into train, validation and
    test whole, by the shares that the project file gives, and stay there in every later release.

    --push-to-hub makes the release a commit of the dataset ORG/NAME, with the tag vNUMBER, as `standpoint
    push` does. Token and repository are looked at before anything is made.

    --json prints {"number", "rows": {CONFIG: {SPLIT: n}}, "left_out": {REASON: n}, "sha256"},
    and with --hold-out what release.json says of it as "hold_out", with --push-to-hub where it is as "hub".

    \b
    Example:
      standpoint release tweets releases/1
    """
    options = Options(
        aggregate=aggregate,
        profile=profile,
        hold_out=hold_out,
        withhold_text=withhold_text,
        deposit=deposit,
        scan=scan,
    )
    to = _destination(push_to_hub, slug, public=public, replace=replace)
    engine = reading.connect(settings)
    try:
        written = write(engine, slug, folder, options, workers=workers, progress=_progress)
    finally:
        engine.dispose()
    told = {name: value for name, value in asdict(written).items() if value is not None}
    _say(written, slug, folder, quiet=as_json)
    if to is not None:
        pushed = pushing.just_made(folder, to, number=written.number, slug=slug, sha256=written.sha256)
        told["hub"] = asdict(pushed)
        if not as_json:
            click.echo(pushing.told(pushed))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))


def _say(written: Release, slug: str, folder: Path, *, quiet: bool) -> None:
    """What was made, unless it is to be `quiet`; and in any case where a deposit names nobody to cite."""
    if not quiet:
        click.echo(_told(written, slug, folder))
    said = json.loads((folder / facts.NAME).read_text(encoding="utf-8"))
    if "deposit" in said and not said["deposit"]["authors"]:
        click.echo(citing.NOBODY, err=True)


def _destination(repository: str | None, slug: str, *, public: bool, replace: bool) -> Destination | None:
    """Where the release is to go, once it is clear that it can go there."""
    if repository is None:
        if public or replace:
            raise click.UsageError("--public and --replace are for --push-to-hub: give that, too.")
        return None
    to = Destination(repository, public, replace)
    hub.look(to, slug)
    return to


def _told(written: Release, slug: str, folder: Path) -> str:
    lines = [f"Release {written.number} of {slug} is in {folder}."]
    for config, splits in written.rows.items():
        lines.append(f"  {config:<16} " + ", ".join(f"{count:,} {split}" for split, count in splits.items()))
    if written.left_out:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in written.left_out.items())
        lines.append(f"  not in gold: {reasons}; README.md there says what this means")
    if written.hold_out and (left_out := written.hold_out["left_out"]):
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
        lines.append(f"  not in {written.hold_out['config']}: {reasons}")
    return "\n".join(lines)


def _progress(items: int) -> AbstractContextManager[Bar]:
    """A bar on a terminal, and elsewhere nothing."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=items, label="Releasing", file=sys.stderr, hidden=hidden)
