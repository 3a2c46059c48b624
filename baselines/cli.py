"""`standpoint train`, `evaluate`, `predict` and `compare`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from annotator.errors import Conflict
from baselines import data, inputs, models, persist, report
from baselines.comparing import compare as compare_models
from baselines.evaluate import Evaluation
from baselines.evaluate import evaluate as evaluate_model
from baselines.folders import renewed_folder
from baselines.notes import noted
from baselines.predict import predict as predict_rows
from baselines.training import train as train_model
from exporters import schema
from exporters.files import new_folder

_PATH = click.Path(path_type=Path)
_CONFIG = click.Choice(data.CONFIGS)
_SPLIT = click.Choice(schema.SPLITS)
_SEED = click.IntRange(min=0, max=2**32 - 1)


class _Recipe(click.Choice[str]):
    """A recipe's name, or an import path, which is not looked up before it is needed."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return value if ":" in value else super().convert(value, param, ctx)


_TRUST = click.option(
    "--trust",
    multiple=True,
    metavar="TYPE",
    help="Open a model that holds this type, package.module.Name: its code runs.",
)


@click.command(epilog=models.manual())
@click.argument("release", type=_PATH)
@click.argument("model_dir", type=_PATH)
@click.option(
    "--recipe",
    type=_Recipe(list(models.RECIPES)),
    metavar="RECIPE",
    default="svm_ngrams",
    show_default=True,
    help="What to train.",
)
@click.option(
    "--config",
    type=_CONFIG,
    default=data.GOLD,
    show_default=True,
    help="Which gold: in other splits where the release holds something out.",
)
@click.option(
    "--split",
    "splits",
    type=_SPLIT,
    multiple=True,
    default=["train"],
    show_default=True,
    help="Train on this split; give it again for several.",
)
@click.option(
    "--seed", type=_SEED, default=0, show_default=True, help="Of every random choice that the recipe makes."
)
def train(
    release: Path, model_dir: Path, recipe: str, config: str, splits: tuple[str, ...], seed: int
) -> None:
    r"""Train a baseline on a release and save it.

    RELEASE is a folder that `standpoint release` wrote; its config gold is read, or the one that --hold-out
    added. MODEL_DIR must be new or empty. It gets model.skops (the model, no pickle), model.json (recipe,
    labels, release, seed, versions, hash) and README.md (the model card). The same release, recipe, seed
    and versions give the same bytes.

    RECIPE is one of those below, or package.module:Name, the import path of a scikit-learn classifier, which
    is put over the n-grams, or of a function that is called with the seed and gives a classifier of rows.

    Where a recipe has one model a target, a target with fewer than 5 rows of two labels each is answered by
    one model for all targets, with a note. For a target without rows nothing is promised.

    \b
    Example:
      standpoint train releases/semeval models/svm --split train --split validation
    """
    found = data.read_release(release)
    with new_folder(model_dir) as part:
        model = train_model(
            found, recipe=recipe, config=config, splits=list(dict.fromkeys(splits)), seed=seed
        )
        model = persist.save(model, part)
    for note in model.card.training.notes:
        click.echo(f"Note: {note}.", err=True)
    training = model.card.training
    rows = f"{training.rows:,} rows, {_targets(len(training.targets))}"
    source = f"{training.release} {data.called(training.config, training.splits)}"
    click.echo(f"{recipe} trained on {rows}, of {source}: {model_dir}")


@click.command()
@click.argument("model_dir", type=_PATH)
@click.argument("release", type=_PATH)
@click.option("--config", type=_CONFIG, help="Which gold  [default: the one that the model was trained on]")
@click.option("--split", type=_SPLIT, default="test", show_default=True, help="The gold rows to score on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, scores as shares (0–1).")
@click.option(
    "--report", "folder", type=_PATH, help="Where the report goes  [default: MODEL_DIR/reports/NUMBER-SPLIT]"
)
@click.option("--seed", type=_SEED, default=0, show_default=True, help="Of the intervals' resamples.")
@click.option(
    "--site", default="", metavar="URL", help="Where the project's pages are: mistakes link to their items."
)
@click.option("--curve", is_flag=True, help="What would 500 more labels bring: trains some 26 times more.")
@click.option("--cross-target", is_flag=True, help="Leave out each target in turn: trains once a target.")
@_TRUST
def evaluate(
    model_dir: Path,
    release: Path,
    config: str | None,
    split: str,
    as_json: bool,
    folder: Path | None,
    seed: int,
    site: str,
    curve: bool,
    cross_target: bool,
    trust: tuple[str, ...],
) -> None:
    r"""Score a model on a release, beside probes, the majority label of each target and people.

    MODEL_DIR is a folder that `standpoint train` wrote, RELEASE one that `standpoint release` wrote. Prints
    F_avg (mean of F1 of favor and F1 of against, counts pooled over targets), macro-F1, accuracy, the mean
    of the targets' F_avg, each with a 95 % interval, then targets, labels and the confusion matrix.

    The same goes into a report: report.html (one file), report.md, report.json and confusion.svg. A
    report that stands there already is replaced; a folder that holds anything else is left alone.

    \b
    Example:
      standpoint evaluate models/svm releases/semeval --split test
    """
    with _told():
        model = persist.load(model_dir, trust=trust)
    found = data.read_release(release)
    evaluation = evaluate_model(
        *(model, found),
        config=config,
        split=split,
        seed=seed,
        site=site,
        curve=curve,
        cross_target=cross_target,
    )
    folder = folder or model_dir / "reports" / _folder(evaluation, found)
    with renewed_folder(folder, ours=report.FILES) as part:
        report.write_report(evaluation, part)
    for note in evaluation.notes:
        click.echo(f"Note: {note}.", err=True)
    if as_json:
        click.echo(report.as_json(evaluation))
    else:
        click.echo(f"{report.as_text(evaluation)}\n\nReport: {folder / 'report.html'}")


@click.command()
@click.argument("model_dir", type=_PATH)
@click.argument("source", metavar="INPUT", type=_PATH)
@click.argument("out", metavar="OUT.parquet", type=_PATH)
@_TRUST
def predict(model_dir: Path, source: Path, out: Path, trust: tuple[str, ...]) -> None:
    r"""Suggest a label for each text, with a distribution over the labels and an uncertainty.

    MODEL_DIR is a folder that `standpoint train` wrote. INPUT is a release folder (its items, judged or
    not) or a csv, tsv, jsonl or parquet file with the columns text and target, and item_id or id and
    holder if it has them. An item that fixes no target is asked once for each holder and target of its
    stances.

    OUT.parquet is replaced if it is there. Its columns: item_id, holder, target, label,
    label_distribution, uncertainty (0 sure to 1; 1 for a target that the model does not know), model,
    model_sha256, release, created_at.

    \b
    Example:
      standpoint predict models/svm releases/semeval suggestions.parquet
    """
    if source.exists() and out.exists() and out.samefile(source):
        raise Conflict(f"{out} is the input, which would be gone: write the suggestions to another file.")
    with _told():
        model = persist.load(model_dir, trust=trust)
        written = predict_rows(
            model, inputs.read(source, every=model.card.task == models.ANY), out, now=datetime.now(UTC)
        )
    click.echo(f"{written:,} suggestions: {out}")


@click.command()
@click.argument("model_dirs", metavar="MODEL_DIR…", type=_PATH, nargs=-1, required=True)
@click.option("--on", "release", type=_PATH, required=True, help="The release to compare on.")
@click.option("--config", type=_CONFIG, help="Which gold  [default: the one that the first was trained on]")
@click.option("--split", type=_SPLIT, default="test", show_default=True, help="The gold rows to score on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, scores as shares (0–1).")
@click.option("--seed", type=_SEED, default=0, show_default=True, help="Of permutations and resamples.")
@_TRUST
def compare(
    model_dirs: tuple[Path, ...],
    release: Path,
    config: str | None,
    split: str,
    as_json: bool,
    seed: int,
    trust: tuple[str, ...],
) -> None:
    r"""Compare models on the same rows, and tell whether the better one is only lucky.

    Each MODEL_DIR is a folder that `standpoint train` wrote. Prints the scores of each, and of each pair the
    difference, its 95 % interval and p, two-sided, by 10,000 rounds of a paired permutation test.

    \b
    Example:
      standpoint compare models/svm models/embeddings --on releases/semeval
    """
    with _told():
        found = {str(path): persist.load(path, trust=trust) for path in dict.fromkeys(model_dirs)}
    comparison = compare_models(found, data.read_release(release), split=split, config=config, seed=seed)
    for note in comparison.notes:
        click.echo(f"Note: {note}.", err=True)
    click.echo(report.comparison_json(comparison) if as_json else report.comparison_text(comparison))


@contextmanager
def _told() -> Iterator[None]:
    """What is warned of within the block goes to stderr, a line each."""
    with noted() as notes:
        yield
    for note in notes:
        click.echo(f"Note: {note}.", err=True)


def _folder(evaluation: Evaluation, release: data.Release) -> str:
    """Its name says on which rows."""
    config = "" if evaluation.config == data.GOLD else f"{evaluation.config}-"
    return f"{release.facts.number}-{config}{evaluation.split}"


def _targets(n: int) -> str:
    return "1 target" if n == 1 else f"{n:,} targets"
