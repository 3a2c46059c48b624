"""What somebody asks of a model on its page: a text and a target, and what the job is to be told of them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from annotator.errors import Invalid
from annotator.plugin.jobs import FORGET_AFTER_DAYS

JOB = "explain"
GIVEN = ("text", "target", "holder")
KEPT = 7  # days; a text that was pasted may be one that nobody is to keep
LONGEST = 10_000  # characters: more than anybody reads word by word
MOST_TARGETS = 200  # that the form proposes


class Known(NamedTuple):
    """What the form must know of a model, from its model.json."""

    targets: list[str]
    needs_target: bool


def checked(arguments: Mapping[str, object], made_at: Callable[[int], str]) -> dict[str, object]:
    """The arguments as they are stored with the job: those of the form, the model, when it was made.

    They say, too, how long the job is kept.

    Raises
    ------
    Invalid
        If they name no model or no text, or more than there is to say.
    NotFound
        If the model is not on this server: `made_at` says so.
    """
    if unknown := sorted(map(str, arguments.keys() - {"model", *GIVEN})):
        raise Invalid(f"{unknown[0]!r} is no option of explaining; there is: model, {', '.join(GIVEN)}.")
    model = arguments.get("model")
    if not isinstance(model, int) or isinstance(model, bool) or model < 1:
        raise Invalid("Choose a model by its number.", {"model": "is no number of a model"})
    told: dict[str, object] = {"model": model, "made_at": made_at(model), FORGET_AFTER_DAYS: KEPT}
    for name in GIVEN:
        value = arguments.get(name, "")
        if not isinstance(value, str) or len(value) > LONGEST:
            raise Invalid(f"Shorten the {name}: it may have {LONGEST:,} characters.", {name: "is too long"})
        told[name] = value.strip()
    if not told["text"]:
        raise Invalid("Give a text.", {"text": "is missing"})
    return told


def known(folder: Path) -> Known:
    """What model.json in the model's folder says."""
    card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    counts = {name: sum(labels.values()) for name, labels in card["training"]["targets"].items()}
    targets = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_TARGETS]
    return Known(targets, card.get("task") != "detection")
