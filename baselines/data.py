"""A release on disk → what it says of itself, and its rows as DataFrames."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import datasets
import pandas as pd
from yaml import YAMLError

from annotator.errors import BadInput, NotFound
from baselines.facts import Facts, read_facts
from exporters import schema

GOLD = "gold"
DEFAULT = "default"  # what stands for the config of a dataset that is no release
CONFIGS = (GOLD, *schema.HELD_OUT.values())  # those that hold gold
ROW = ["item_id", "text", "target", "holder"]  # what every recipe and every suggestion is about
# What else is told of a row, where a release has it.
ABOUT = ["document_id", "language", "attribution", "label_distribution", "p_absent", "n_annotators"]
FOUND, ABSENT = "stance", "absent"  # the labels of detection
NO_STANCE = {"none", "unrelated"}  # polarities of labels that say that there is none
ANY = "any"  # the target of detection


# What `datasets` and the YAML of a card raise for a folder that was cut or edited.
UNREADABLE = (OSError, ValueError, TypeError, KeyError, YAMLError, datasets.exceptions.DatasetsError)


@dataclass(frozen=True)
class Release:
    """A release, or another dataset, and where it lies."""

    path: Path
    facts: Facts
    dataset: datasets.DatasetDict | None = None  # the splits of one that is no release, as gold has them
    columns: Mapping[str, str] = field(default_factory=dict)  # ours → theirs, as they were told

    @property
    def name(self) -> str:
        """Project and number, "semeval/3"; of another dataset its name."""
        return self.facts.slug if self.facts.number is None else f"{self.facts.slug}/{self.facts.number}"

    @property
    def config(self) -> str:
        """The config that is read where none is named."""
        return GOLD if self.dataset is None else DEFAULT

    def is_of(self, name: str) -> bool:
        """Whether a release of that name, "semeval/2", is of the same project, or the same dataset."""
        return name == self.name or (
            self.facts.number is not None and name.rpartition("/")[0] == self.facts.slug
        )

    @property
    def labels(self) -> list[str]:
        """The names of the scheme's labels, in its order."""
        return [label.name for label in self.facts.labels]


def read_release(path: Path) -> Release:
    """The release in the folder `path`.

    Raises
    ------
    NotFound
        If there is no such folder.
    BadInput
        If it is no release, or one of a schema version that this Standpoint does not know.
    """
    if not path.is_dir():
        raise NotFound(f"{path} is not a folder: give the folder that `standpoint release` wrote.")
    return Release(path, read_facts(path / "release.json"))


def called(config: str, splits: Sequence[str]) -> str:
    """Which rows of gold, in words.

    >>> called("gold", ["train", "validation"]), called("gold_by_target", ["test"])
    ('train + validation', 'gold_by_target test')
    """
    named = " + ".join(splits)
    return named if config in (GOLD, DEFAULT) else f"{config} {named}"


def config_of(release: Release, named: str | None, trained: str) -> str:
    """The config to score on: the one that is named, else the one that was trained on, if it can be there."""
    if named is not None and release.dataset is None:
        return named
    return release.config if DEFAULT in (trained, release.config) else trained


def splits(release: Release, config: str = GOLD) -> list[str]:
    """The splits that the config has rows in, in the order of `schema.SPLITS`.

    Raises as `gold` does.
    """
    with opened(release, config) as found:
        return [split for split in schema.SPLITS if split in found]


def gold(release: Release, splits: Sequence[str], config: str = GOLD) -> pd.DataFrame:
    """The gold rows of `splits`, one after the other, as in the release; `config` is one that holds gold.

    Columns item_id, text, target, holder ("author" where the release has none), label: str; and those of
    ABOUT that the release has.

    Raises
    ------
    NotFound
        If the release has no such config or split.
    BadInput
        If a split has no rows or no texts.
    """
    with opened(release, config) as found:
        chosen = [split_of(found, split, release) for split in splits]
        _check_labels(chosen[0], release)
        frame = pd.concat(
            [frame_of(dataset, release, [*ROW, "label"], ABOUT) for dataset in chosen], ignore_index=True
        )
    check_texts(frame, release)
    frame = frame.dropna(subset=["text", "target", "label"])  # a tie that was kept has no label
    if frame.empty:
        raise BadInput(release.path, f"has no labelled rows in {_listed(splits)}: choose another --split")
    if release.dataset is not None and "document_id" not in frame:  # the same text is the same document
        frame["document_id"] = pd.factorize(frame["text"])[0].astype(str)
    names = dict(enumerate(release.labels))
    return frame.assign(holder=frame["holder"].fillna("author"), label=frame["label"].astype(int).map(names))


def segments(release: Release, splits: Sequence[str]) -> pd.DataFrame:
    """The judged items of `splits` as rows of detection: label FOUND or ABSENT, of the target ANY.

    A label that says that there is no stance, where the item fixes the target, is none. Columns as those of
    `gold`.

    Raises as `gold` does.
    """
    if release.dataset is not None:
        raise BadInput(
            release.path, "says nothing of segments without a stance: give a release of an open project"
        )
    with opened(release, "items") as found:
        columns = ["id", "text", "status", "stances"]
        frame = pd.concat(
            [frame_of(split_of(found, split, release), release, columns, ABOUT) for split in splits],
            ignore_index=True,
        )
    check_texts(frame, release)
    frame = frame[frame["status"] == "gold"].dropna(subset=["text"])
    if frame.empty:
        raise BadInput(release.path, f"has no judged items in {_listed(splits)}: choose another --split")
    absent = {place for place, label in enumerate(release.facts.labels) if label.polarity in NO_STANCE}
    has_one = [any(stance["label"] not in absent for stance in stances) for stances in frame["stances"]]
    label = [FOUND if each else ABSENT for each in has_one]
    return frame.rename(columns={"id": "item_id"}).assign(target=ANY, holder="unspecified", label=label)


def items(release: Release, *, batch: int = 10_000) -> Iterator[pd.DataFrame]:
    """The items of every split, judged or not, at most `batch` at a time.

    Columns item_id, text, target and holder (null where the item does not fix it), stances: a list of dicts.
    """
    columns = ["id", *ROW[1:], "stances"]
    with opened(release, "items") as found:
        for dataset in found.values():
            for start in range(0, len(dataset), batch):
                part = dataset.select(range(start, min(start + batch, len(dataset))))
                if release.dataset is not None:
                    yield frame_of(part, release, ROW).assign(stances=None)
                    continue
                yield frame_of(part, release, columns).rename(columns={"id": "item_id"})


@contextmanager
def opened(release: Release, config: str) -> Iterator[datasets.DatasetDict]:
    """The splits of one config. The cache of `datasets` is a folder that goes when they are closed."""
    if release.dataset is not None:
        yield release.dataset
        return
    with tempfile.TemporaryDirectory(prefix="standpoint-") as cache, quiet():
        try:
            if config not in (known := datasets.get_dataset_config_names(str(release.path))):
                raise NotFound(f"{release.path} has no config {config}; it has {_listed(known)}.")
            found = datasets.load_dataset(str(release.path), config, cache_dir=cache)
        except UNREADABLE as error:
            reason = str(error.__cause__ or error).strip().splitlines()[0]
            raise BadInput(
                release.path,
                f"has a config {config} that cannot be read ({reason.rstrip('.')}): release again",
            ) from error
        yield found


@contextmanager
def quiet() -> Iterator[None]:
    """No bars for what takes a second, and no log line beside the error that we raise."""
    bars, verbosity = not datasets.are_progress_bars_disabled(), datasets.logging.get_verbosity()
    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(datasets.logging.CRITICAL)
    try:
        yield
    finally:
        datasets.logging.set_verbosity(verbosity)
        if bars:
            datasets.enable_progress_bars()


def split_of(found: datasets.DatasetDict, split: str, release: Release) -> datasets.Dataset:
    """The split of that name; raises NotFound with those that there are."""
    if split not in found:
        raise NotFound(
            f"{release.path} has no split {split}; it has {_listed(list(found))}{_way_out(release)}."
        )
    return found[split]


def _way_out(release: Release) -> str:
    """What to do about a split that another dataset has not."""
    if release.dataset is None:
        return ""
    return (
        ". Name one of them (--split), or part them: a column that tells each row's split "
        "(--column split=THEIRS), or `train_test_split` of datasets, and save_to_disk"
    )


def _check_labels(dataset: datasets.Dataset, release: Release) -> None:
    label = dataset.features.get("label")
    if getattr(label, "names", release.labels) != release.labels:
        raise BadInput(
            release.path, "has other labels in release.json than in its Parquet files: release again"
        )


def check_texts(frame: pd.DataFrame, release: Release) -> None:
    """Raise BadInput if none has a text."""
    if frame["text"].isna().all():
        raise BadInput(
            release.path,
            "was released without its texts: give a release that has them (standpoint rehydrate)",
        )


def frame_of(
    dataset: datasets.Dataset, release: Release, columns: list[str], more: Sequence[str] = ()
) -> pd.DataFrame:
    """These columns, and those of `more` that are there."""
    absent = [column for column in columns if column not in dataset.column_names]
    if absent:
        raise BadInput(release.path, f"has no column {_listed(absent)}: release again")
    more = [column for column in more if column in dataset.column_names]
    frame: pd.DataFrame = dataset.select_columns([*columns, *more]).to_pandas()
    return frame


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
