"""`standpoint train`."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path

import click

from annotator.errors import Invalid
from baselines import data, models, options, persist, report, sources
from baselines.choosing import Bar
from baselines.training import train as train_model
from baselines.workers import working
from exporters.files import new_folder


class _Recipe(click.Choice[str]):
    """A recipe's name, or an import path, which is not looked up before it is needed."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return value if ":" in value else super().convert(value, param, ctx)


@click.command(epilog=models.manual())
@click.argument("release", type=options.PATH)
@click.argument("model_dir", type=options.PATH)
@click.option(
    "--recipe",
    type=_Recipe(list(models.RECIPES)),
    metavar="RECIPE",
    help="What to train  [default: chosen by cross-validation on the training rows]",
)
@click.option(
    "--search", "is_searched", is_flag=True, help="Choose the recipe's settings by cross-validation."
)
@options.workers
@click.option(
    "--config",
    metavar="NAME",
    help="Which gold, where a release holds something out; another dataset's configuration  [default: gold]",
)
@options.split(multiple=True, default=["train"], help="Train on this split; give it again for several.")
@options.rows
@click.option(
    "--seed",
    type=options.SEED,
    default=0,
    show_default=True,
    help="Of every random choice that the recipe makes.",
)
def train(
    release: Path,
    model_dir: Path,
    recipe: str | None,
    is_searched: bool,
    workers: str | None,
    config: str | None,
    split: tuple[str, ...],
    columns: options.Pairs,
    polarities: options.Pairs,
    seed: int,
) -> None:
    r"""Train a baseline on a release and save it.

    RELEASE is a folder that `standpoint release` wrote; its config gold is read, or the one that --hold-out
    added. Or any other Hugging Face dataset with text, target and label: a folder of Parquet, CSV or JSON
    Lines files, one that `save_to_disk` wrote, one such file, or ORG/NAME on the Hub.

    MODEL_DIR must be new or empty. It gets model.skops (the model, no pickle), model.json (recipe, labels,
    release, seed, versions, hash) and README.md (the model card). The same release, recipe, seed and versions
    give the same bytes.

    RECIPE is one of those below, or package.module:Name, the import path of a scikit-learn classifier, which
    is put over the n-grams, or of a function that is called with the seed and gives a classifier of rows.

    Without --recipe a few are tried by group-aware cross-validation on the training rows alone, and the
    plainest of the good ones is kept; --search tries the settings of its grid likewise. The card tells of all
    that was tried.

    Where a recipe has one model a target, a target with fewer than 5 rows of two labels each is answered by
    one model for all targets, with a note. For a target without rows nothing is promised.

    \b
    Examples:
      standpoint train releases/semeval models/svm --recipe svm_ngrams --split train --split validation
      standpoint train tweets.csv models/mine --column target=topic --polarity favor=agree --search
    """
    found = sources.read(release, config=config, columns=dict(columns), polarities=dict(polarities))
    if workers and recipe and not is_searched:
        raise Invalid("Workers share out the fits of cross-validation: give --search, or no --recipe.")
    with new_folder(model_dir) as part, working(workers):
        model = train_model(
            found,
            recipe=recipe,
            config=config,
            splits=list(dict.fromkeys(split)),
            seed=seed,
            is_searched=is_searched,
            progress=_progress,
        )
        model = persist.save(model, part)
    for note in model.card.training.notes:
        click.echo(f"Note: {note}.", err=True)
    training = model.card.training
    rows = f"{training.rows:,} rows, {_targets(len(training.targets))}"
    source = f"{training.release} {data.called(training.config, training.splits)}"
    for line in report.choices_text(model.card.choices):
        click.echo(line)
    click.echo(f"{model.card.recipe} trained on {rows}, of {source}: {model_dir}")


def _progress(fits: int) -> AbstractContextManager[Bar]:
    """A bar on a terminal, and elsewhere nothing."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=fits, label="Fitting", file=sys.stderr, hidden=hidden, show_pos=True)


def _targets(n: int) -> str:
    return "1 target" if n == 1 else f"{n:,} targets"
