"""`standpoint evaluate`, `predict` and `compare`."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from annotator.errors import Conflict
from baselines import data, inputs, models, options, persist, report, sources
from baselines.comparing import compare as compare_models
from baselines.evaluate import Evaluation
from baselines.evaluate import evaluate as evaluate_model
from baselines.folders import renewed_folder
from baselines.notes import noted
from baselines.predict import predict as predict_rows

_TRUST = click.option(
    "--trust",
    multiple=True,
    metavar="TYPE",
    help="Open a model that holds this type, package.module.Name: its code runs.",
)


@click.command()
@click.argument("model_dir", type=options.PATH)
@click.argument("release", type=options.PATH)
@click.option("--config", metavar="NAME", help="Which gold  [default: the one that the model was trained on]")
@options.split(default="test", help="The gold rows to score on.")
@options.rows
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, scores as shares (0–1).")
@click.option(
    "--report",
    "folder",
    type=options.PATH,
    help="Where the report goes  [default: MODEL_DIR/reports/NUMBER-SPLIT]",
)
@click.option("--seed", type=options.SEED, default=0, show_default=True, help="Of the intervals' resamples.")
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
    columns: options.Pairs,
    polarities: options.Pairs,
    as_json: bool,
    folder: Path | None,
    seed: int,
    site: str,
    curve: bool,
    cross_target: bool,
    trust: tuple[str, ...],
) -> None:
    r"""Score a model on a release, beside probes, the majority label of each target and people.

    MODEL_DIR is a folder that `standpoint train` wrote, RELEASE a release or another dataset, as there; how
    its columns are called need not be said again. Prints F_avg (mean of F1 of favor and F1 of against,
    counts pooled over targets), macro-F1, accuracy, the mean of the targets' F_avg, each with a 95 %
    interval, then targets, labels and the confusion matrix.

    The same goes into a report: report.html (one file), report.md, report.json and confusion.svg. A
    report that stands there already is replaced; a folder that holds anything else is left alone.

    \b
    Example:
      standpoint evaluate models/svm releases/semeval --split test
    """
    with _told():
        model = persist.load(model_dir, trust=trust)
    found = _met(release, [model], config, columns, polarities)
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
@click.argument("model_dir", type=options.PATH)
@click.argument("source", metavar="INPUT", type=options.PATH)
@click.argument("out", metavar="OUT.parquet", type=options.PATH)
@options.columns
@_TRUST
def predict(model_dir: Path, source: Path, out: Path, columns: options.Pairs, trust: tuple[str, ...]) -> None:
    r"""Suggest a label for each text, with a distribution over the labels and an uncertainty.

    MODEL_DIR is a folder that `standpoint train` wrote. INPUT is a release folder (its items, judged or
    not), a csv, tsv, jsonl or parquet file with the columns text and target, and item_id or id and holder
    if it has them, or any dataset that `standpoint train` reads, with or without labels. An item that fixes
    no target is asked once for each holder and target of its stances; by a model for detection each item is
    asked once, as a whole, and its holder and target stay empty.

    OUT.parquet is replaced if it is there. Its columns: item_id, holder, target, label,
    label_distribution, uncertainty (0 sure to 1; 1 for a target that the model does not know), model,
    model_sha256, release (whose items these are), created_at. `standpoint import SLUG OUT.parquet --kind
    suggestion` brings it back into the project.

    \b
    Example:
      standpoint predict models/svm releases/semeval suggestions.parquet
    """
    if source.exists() and out.exists() and out.samefile(source):
        raise Conflict(f"{out} is the input, which would be gone: write the suggestions to another file.")
    with _told():
        model = persist.load(model_dir, trust=trust)
        every = model.card.task == models.ANY
        rows = inputs.read(source, every=every, columns=dict(columns), cards=[model.card])
        release = inputs.release_of(source)
        written = predict_rows(model, rows, out, now=datetime.now(UTC), release=release)
    click.echo(f"{written:,} suggestions: {out}")


@click.command()
@click.argument("model_dirs", metavar="MODEL_DIR…", type=options.PATH, nargs=-1, required=True)
@click.option("--on", "release", type=options.PATH, required=True, help="The release to compare on.")
@click.option("--config", metavar="NAME", help="Which gold  [default: the one that the first was trained on]")
@options.split(default="test", help="The gold rows to score on.")
@options.rows
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, scores as shares (0–1).")
@click.option(
    "--seed", type=options.SEED, default=0, show_default=True, help="Of permutations and resamples."
)
@_TRUST
def compare(
    model_dirs: tuple[Path, ...],
    release: Path,
    config: str | None,
    split: str,
    columns: options.Pairs,
    polarities: options.Pairs,
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
    on = _met(release, list(found.values()), config, columns, polarities)
    comparison = compare_models(found, on, split=split, config=config, seed=seed)
    for note in comparison.notes:
        click.echo(f"Note: {note}.", err=True)
    click.echo(report.comparison_json(comparison) if as_json else report.comparison_text(comparison))


def _met(
    source: Path,
    models: Sequence[persist.Model],
    config: str | None,
    columns: options.Pairs,
    polarities: options.Pairs,
) -> data.Release:
    """What these models are to meet."""
    return sources.read(
        source,
        config=config,
        columns=dict(columns),
        polarities=dict(polarities),
        cards=[model.card for model in models],
    )


@contextmanager
def _told() -> Iterator[None]:
    """What is warned of within the block goes to stderr, a line each."""
    with noted() as notes:
        yield
    for note in notes:
        click.echo(f"Note: {note}.", err=True)


def _folder(evaluation: Evaluation, release: data.Release) -> str:
    """Its name says on which rows."""
    config = "" if evaluation.config in (data.GOLD, data.DEFAULT) else f"{evaluation.config}-"
    named = release.facts.number or release.name
    return re.sub(r"[^\w.]+", "-", f"{named}-{config}{evaluation.split}")
