"""Where rows come from: a release, or any other dataset with text, target and label."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from annotator.errors import Invalid
from baselines import data
from baselines.foreign import read_dataset
from baselines.persist import ModelCard


def read(
    source: Path,
    *,
    config: str | None = None,
    columns: Mapping[str, str] | None = None,
    polarities: Mapping[str, str] | None = None,
    cards: Sequence[ModelCard] = (),
    is_labelled: bool = True,
) -> data.Release:
    """The release in the folder `source`, or the dataset there or of that name on the Hub.

    `columns` and `polarities` are of a dataset that is no release. `cards` are those of models that are to
    meet it: where they were trained on another dataset, its mapping and its labels hold here too. What is to
    be predicted needs no label (`is_labelled`).

    Raises
    ------
    Invalid
        If columns are mapped of a release, whose names are known.
    NotFound, BadInput, Unusable
        As `data.read_release` and `read_dataset`.
    """
    if (source / "release.json").exists():
        if columns or polarities:
            raise Invalid(
                f"{source} is a release, whose columns are known: leave out --column and --polarity."
            )
        return data.read_release(source)
    first = cards[0] if cards else None
    return read_dataset(
        source,
        config=config,
        columns=columns or (first.training.columns if first else {}),
        polarities=polarities,
        known=first.labels if first else (),
        is_labelled=is_labelled,
    )
