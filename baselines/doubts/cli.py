"""`standpoint label-errors`."""

from pathlib import Path

import click
import pandas as pd

from annotator.errors import Invalid, Unusable
from baselines import data, models
from baselines.doubts.finding import COLUMNS, doubted
from baselines.notes import noted
from exporters import schema
from exporters.files import replacing

_PATH = click.Path(path_type=Path)
WRITERS = {
    ".csv": lambda found, path: found.to_csv(path, index=False),
    ".parquet": lambda found, path: found.to_parquet(path, index=False),
}


@click.command("label-errors")
@click.argument("release", type=_PATH)
@click.argument("out", metavar="OUT.csv|parquet", type=_PATH)
@click.option(
    "--recipe",
    metavar="RECIPE",
    default="svm_ngrams",
    show_default=True,
    help="Whose probabilities: a recipe of stance that `standpoint train` knows.",
)
@click.option(
    "--split",
    "splits",
    type=click.Choice(schema.SPLITS),
    multiple=True,
    help="Rows of this split; give it again for several  [default: all that the release has]",
)
@click.option(
    "--folds", type=click.IntRange(2, 50), default=5, show_default=True, help="Of a cross-validation."
)
@click.option(
    "--repeats", type=click.IntRange(1, 50), default=1, show_default=True, help="Cross-validations."
)
@click.option("--most", type=click.IntRange(min=1), help="Write so many rows at most.")
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 60), default=0, show_default=True, help="Of the folds."
)
def label_errors(
    release: Path,
    out: Path,
    recipe: str,
    splits: tuple[str, ...],
    folds: int,
    repeats: int,
    most: int | None,
    seed: int,
) -> None:
    r"""List the gold labels that a model doubts: where to look for wrong ones first.

    The recipe is cross-validated on the gold of RELEASE, documents kept together. OUT gets a row for each
    label that the model contradicts, without having seen it, the most doubtful first: item_id, holder,
    target, label, predicted, p_label, p_predicted, doubt (0-1), is_confident, recipe, release, released_at.

    A model that contradicts is no proof: a person looks. Import the file, and it is a curator's queue.

    \b
    Example:
      standpoint label-errors releases/semeval doubts.csv
      standpoint import semeval doubts.csv --kind doubt
    """
    if out.suffix.lower() not in WRITERS:
        raise Invalid(f"{out} has a suffix that tells no format: it must be one of {', '.join(WRITERS)}.")
    if not out.parent.is_dir():
        raise Unusable(f"{out.parent} is no folder: make it, or write elsewhere.")
    found_in = data.read_release(release)
    chosen = models.recipe(recipe)
    if chosen.task != models.STANCE:
        raise Invalid(f"{recipe} gives no labels of gold: choose a recipe of stance.")
    rows = data.gold(found_in, list(dict.fromkeys(splits)) or data.splits(found_in))
    with noted() as notes:
        try:
            found = doubted(chosen.build(seed), rows, folds=folds, repeats=repeats, seed=seed)
        except ValueError as error:
            raise Invalid(f"{recipe} cannot learn from parts of the {len(rows)} rows: {error}.") from error
    for note in notes:
        click.echo(f"Note: {note}.", err=True)
    _write(found.head(most or len(found)), found_in, recipe, out)
    confident = int(found["is_confident"].sum())
    click.echo(f"{len(found):,} of {len(rows):,} labels contradicted, {confident:,} with confidence: {out}")


def _write(found: pd.DataFrame, release: data.Release, recipe: str, out: Path) -> None:
    told = found[[*COLUMNS, "is_confident"]].assign(
        recipe=recipe, release=release.name, released_at=release.facts.created_at
    )
    try:
        with replacing(out) as part:
            WRITERS[out.suffix.lower()](told, part)
    except OSError as error:
        raise Unusable(f"{out} cannot be written: {error.strerror or error}.") from error
