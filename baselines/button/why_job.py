"""The job `explain`: a model opened in a process of its own, and asked about one text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annotator.errors import Invalid, NotFound
from annotator.plugin.jobs import Context
from baselines import persist
from baselines.button import place
from baselines.why.explaining import Explanation
from baselines.why.explaining import explain as explain_text
from baselines.why.told import marked


def explain(context: Context, arguments: Mapping[str, object]) -> dict[str, Any]:
    """What the model decides for the text, and for each label the words for and against it.

    {"model", "recipe", "text", "target", "holder", "label", "method", "notes", "labels": [{"name", "p",
    "pieces": [[text, strength, weight]], "for": [[word, weight]], "against", "others", "words", "intercept",
    "decision"}]}, labels by probability; the last three are null where the model is not linear.

    Raises
    ------
    Invalid
        If the job is of no project, or the model needs a target and none is named.
    NotFound
        If the model is not on this machine.
    """
    if context.slug is None:
        raise Invalid("A model is of a project: ask for it on the project's page.")
    number, text, target, holder = (arguments[name] for name in ("model", "text", "target", "holder"))
    assert isinstance(number, int) and isinstance(text, str) and isinstance(target, str)
    made_at = datetime.fromisoformat(str(arguments["made_at"]))
    folder = place.of_job(context.settings, context.slug, number, made_at)
    if not folder.is_dir():
        raise NotFound(f"The folder of model {number} is not on this machine: it was moved, or removed.")
    found = explain_text(persist.load(folder), text=text, target=target, holder=str(holder) or "author")
    order = sorted(found.probabilities, key=lambda label: (label != found.label, -found.probabilities[label]))
    return {
        "model": number,
        **{name: getattr(found, name) for name in ("recipe", "text", "target", "holder", "label", "method")},
        "notes": found.notes,
        "labels": [_of_label(found, label) for label in order],
    }


def _of_label(found: Explanation, label: str) -> dict[str, Any]:
    is_known = label in found.decision
    others = {name: values[label] for name, values in found.others.items() if label in values}
    return {
        "name": label,
        "p": found.probabilities[label],
        "pieces": [list(piece) for piece in marked(found, label)],
        "for": [[word.text, word.weights[label]] for word in found.strongest(label, sign=1)],
        "against": [[word.text, word.weights[label]] for word in found.strongest(label, sign=-1)],
        "others": [[name, others[name]] for name in sorted(others, key=lambda name: -abs(others[name]))[:10]],
        "words": sum(word.weights[label] for word in found.words) if is_known else None,
        "intercept": found.intercept[label] if is_known else None,
        "decision": found.decision[label] if is_known else None,
    }
