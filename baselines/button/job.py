"""The job `train`: a model of a release, scored, in a process of its own."""

import json
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from annotator.errors import Invalid
from annotator.plugin.jobs import Context
from baselines import data, persist, report
from baselines.button import asking, place
from baselines.evaluate import Evaluation, evaluate
from baselines.training import train as train_model
from exporters.button import shown
from exporters.files import clear_away, new_folder

SECONDS = 0.5  # between two looks at whether it is to stop
TRAINED = ["train"]
SCORED = ("test", "validation")  # the first that has rows
FIGURES = ("f_avg", "macro_f1", "accuracy")


def train(context: Context, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Train a recipe on a release of the job's project and score it; give what the page lists.

    {"recipe", "release", "rows", "notes", "split", "n", "scores": {figure: share}, "intervals", "majority"};
    split and the rest are null where no other split has rows. The model's folder, with its report, is the
    job's: an attempt that was killed after it had ended is not repeated.

    Raises
    ------
    Invalid
        If the job is of no project, or nothing can be learned.
    NotFound
        If the release is not on this machine.
    """
    if context.slug is None:
        raise Invalid("A model is trained on a project's release: ask for it on the project's page.")
    folder = place.of_job(context.settings, context.slug, context.number, context.created_at)
    if (before := folder / place.TOLD).is_file():
        found: dict[str, Any] = json.loads(before.read_text(encoding="utf-8"))
        return found
    asked = asking.asked(arguments)
    release = data.read_release(shown.on_disk(context.engine, context.slug, asked.release))
    folder.parent.mkdir(parents=True, exist_ok=True)
    clear_away(folder.parent)
    with new_folder(folder) as part, _stoppable(context, "fitting"):
        model = train_model(release, recipe=asked.recipe, splits=TRAINED, seed=0)
        model = persist.save(model, part)
        context.report(1, 2, "scoring")
        evaluation = _scored(model, release, part / place.REPORT)
        told = json.dumps(_told(model, asked.release, evaluation))
        (part / place.TOLD).write_text(told, encoding="utf-8")
    result: dict[str, Any] = json.loads(told)
    return result


@contextmanager
def _stoppable(context: Context, doing: str) -> Iterator[None]:
    """Let a job be stopped in the midst of what never asks: a timer asks in its place, in this thread."""
    context.report(0, 2, doing)

    def look(_number: int, _frame: FrameType | None) -> None:
        context.look()

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, SECONDS, SECONDS)
    try:
        yield
    finally:  # nothing is to interrupt what clears away
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _scored(model: persist.Model, release: data.Release, folder: Path) -> Evaluation | None:
    """The scores on what it was not trained on, and their report; None if there is nothing to score on."""
    split = next((each for each in SCORED if _has_rows(release, each)), None)
    if split is None:
        return None
    evaluation = evaluate(model, release, split=split)
    folder.mkdir()
    report.write_report(evaluation, folder)
    return evaluation


def _has_rows(release: data.Release, split: str) -> bool:
    facts = json.loads((release.path / "release.json").read_text(encoding="utf-8"))
    return bool(facts["rows"].get(data.GOLD, {}).get(split))


def _told(model: persist.Model, release: int, evaluation: Evaluation | None) -> dict[str, Any]:
    training = model.card.training
    told: dict[str, Any] = {
        "recipe": model.card.recipe,
        "release": release,
        "rows": training.rows,
        "targets": len(training.targets),
        "notes": training.notes,
        "sha256": model.card.sha256,
        "split": None,
    }
    if evaluation is None:
        return told
    scores, majority = evaluation.as_json(), evaluation.majority
    return told | {
        "split": evaluation.split,
        "n": scores["n"],
        "notes": evaluation.notes,
        "scores": {name: scores[name] for name in FIGURES},
        "intervals": {name: scores["intervals"].get(name) for name in FIGURES},
        "majority": {name: getattr(majority, name) for name in FIGURES},
    }
