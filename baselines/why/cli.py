"""`standpoint explain`."""

import json
from pathlib import Path

import click

from annotator.errors import Invalid
from baselines import persist
from baselines.models import ANY
from baselines.notes import noted
from baselines.why import told
from baselines.why.explaining import explain as explain_text


@click.command()
@click.argument("model_dir", type=click.Path(path_type=Path))
@click.option("--text", required=True, help="The text.")
@click.option("--target", help="Towards what  [needed, but for a model of detection]")
@click.option("--holder", default="author", show_default=True, help="Whose stance.")
@click.option("--label", help="Words for and against this one  [default: the label that the model gives]")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, every label in it.")
@click.option(
    "--trust",
    multiple=True,
    metavar="TYPE",
    help="Open a model that holds this type, package.module.Name: its code runs.",
)
def explain(
    model_dir: Path,
    text: str,
    target: str | None,
    holder: str,
    label: str | None,
    as_json: bool,
    trust: tuple[str, ...],
) -> None:
    r"""Tell which words speak for a label and which against it.

    MODEL_DIR is a folder that `standpoint train` wrote. For a linear model the answer is exact: each n-gram
    adds its weight in the text times its coefficient, shared among the words that it lies in; words, other
    features (target, holder) and the intercept are the decision for the label, in sum. Of any other model
    each word is left out in turn, and the probability that the label loses without it is told.

    \b
    Example:
      standpoint explain models/svm --text "Keep the night trains!" --target "Night Trains"
    """
    with noted() as notes:
        model = persist.load(model_dir, trust=trust)
    if target is None and model.card.task != ANY:
        raise click.UsageError("Missing option '--target': a stance is towards something.")
    found = explain_text(model, text=text, target=target, holder=holder)
    if label is not None and label not in found.probabilities:
        raise Invalid(f"The model gives no label {label!r}; it gives {', '.join(found.probabilities)}.")
    for note in [*notes, *found.notes]:
        click.echo(f"Note: {note}.", err=True)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(told.as_text(found, label or found.label))
