"""A model on disk: model.skops, model.json and README.md. No pickle: a model must not run code."""

import hashlib
import platform
import warnings
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import skops.io
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ValidationError
from sklearn.base import BaseEstimator, is_classifier
from sklearn.exceptions import InconsistentVersionWarning

from annotator.errors import BadInput, NotFound
from baselines import steady
from baselines.choosing import Choice
from baselines.data import GOLD
from baselines.facts import Label
from baselines.models import STANCE, recipe
from baselines.notes import BaselineWarning
from exporters.markdown import escaped

FORMAT = 1
TRUSTED = [
    "baselines.calibration.Calibrated",
    "baselines.crossed.Crossed",
    "baselines.features.Ngrams",
    "baselines.hashed.Hashed",
    "baselines.kernels.KernelSum",
    "baselines.known_targets.KnownTargets",
    "baselines.lexicon.Valence",
    "baselines.mentions.Distances",
    "baselines.mentions.Masked",
    "baselines.per_target.PerTarget",
    "baselines.sentences.Sentences",
    "scipy.sparse._csr.csr_matrix",  # read by scipy's load_npz, which unpickles nothing
]
MOST_TARGETS = 100  # on the card, the commonest; model.json has them all
VERSIONS = ("standpoint", "scikit-learn", "numpy", "scipy", "skops")


class Training(BaseModel):
    """The rows that a model was trained on."""

    release: str  # slug/number, or the name of another dataset
    release_sha256: str
    kind: str
    config: str = GOLD
    splits: list[str]
    columns: dict[str, str] = {}  # ours → theirs, of a dataset that is no release
    rows: int
    targets: dict[str, dict[str, int]]  # rows of each label
    notes: list[str]


class ModelCard(BaseModel):
    """What model.json says of a model."""

    format: int = FORMAT
    recipe: str
    task: str = STANCE
    seed: int
    params: dict[str, Any] = {}  # settings that --search chose
    choices: list[Choice] = []  # what was tried by cross-validation on the training rows
    labels: list[Label]  # in the order of the scheme
    training: Training
    versions: dict[str, str]
    sha256: str = ""  # of model.skops


@dataclass(frozen=True)
class Model:
    """A fitted estimator and its card."""

    estimator: Any
    card: ModelCard


def versions() -> dict[str, str]:
    """The versions that decide what a model predicts."""
    return {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}}


def save(model: Model, folder: Path) -> Model:
    """Write the model into an empty `folder`; gives it back with the hash of its file on its card."""
    steady.dump(model.estimator, folder / "model.skops")
    card = model.card.model_copy(update={"sha256": _sha256(folder / "model.skops")})
    (folder / "model.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(_readme(card), encoding="utf-8")
    return replace(model, card=card)


def load(folder: Path, *, trust: Collection[str] = ()) -> Model:
    """The model in `folder`. Warns (`BaselineWarning`) if another scikit-learn saved it.

    `trust` names types beside ours and scikit-learn's that may be loaded: somebody else's code then runs.

    Raises
    ------
    NotFound
        If there is no such folder.
    BadInput
        If it holds no model, a changed one, or one with types that are neither scikit-learn's nor ours.
    """
    if not folder.is_dir():
        raise NotFound(f"{folder} is not a folder: give the folder that `standpoint train` wrote.")
    card = _card(folder / "model.json")
    path = folder / "model.skops"
    if not path.is_file() or _sha256(path) != card.sha256:
        raise BadInput(path, "is missing, or not the file that model.json tells of: train again")
    if card.versions.get("scikit-learn") != version("scikit-learn"):
        told = f"saved by scikit-learn {card.versions.get('scikit-learn')}, read by {version('scikit-learn')}"
        warnings.warn(f"{told}: scores may differ; train again to be sure", BaselineWarning, stacklevel=2)
    return Model(_estimator(path, {label.name for label in card.labels}, [*TRUSTED, *trust]), card)


def _estimator(path: Path, labels: set[str], trusted: list[str]) -> Any:
    try:
        untrusted = set(skops.io.get_untrusted_types(file=path)) - set(trusted)
        if untrusted:
            raise BadInput(
                path,
                f"holds {', '.join(sorted(untrusted))}, which could run code: train it yourself, "
                "or name what you trust (--trust)",
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InconsistentVersionWarning)  # told by the card, in words
            estimator = skops.io.load(path, trusted=trusted)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BadInput(path, f"cannot be read ({error}): train again") from error
    classifies = isinstance(estimator, BaseEstimator) and is_classifier(estimator)
    if not classifies or not set(getattr(estimator, "classes_", [None])) <= labels:
        raise BadInput(path, "is no classifier of the labels that model.json tells of: train again")
    return estimator


def _card(path: Path) -> ModelCard:
    try:
        card = ModelCard.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise BadInput(
            path.parent, "has no model.json in it: give a folder that `standpoint train` wrote"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(path, f"has no usable {where or 'content'} ({first['msg']}): train again") from error
    if card.format != FORMAT:
        raise BadInput(
            path, f"is of model format {card.format}, and {FORMAT} is read here: train again, or upgrade"
        )
    return card


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _readme(card: ModelCard) -> str:
    pages = Environment(loader=PackageLoader("baselines"), undefined=StrictUndefined, trim_blocks=True)  # noqa: S701
    pages.filters["cell"] = escaped
    targets = sorted(card.training.targets.items(), key=lambda each: -sum(each[1].values()))[:MOST_TARGETS]
    page = pages.get_template("model_card.md")
    return page.render(card=card, recipe=recipe(card.recipe), targets=sorted(targets)) + "\n"
