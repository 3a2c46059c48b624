"""What a row of suggestions.parquet says beside an answer: which model, how sure, for which release's items.

The columns are those that `standpoint predict` writes. A model is an annotator of its own, by the hash of its
file: one that was trained again is another.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain import Project
from annotator.errors import Invalid
from annotator.importing import values
from annotator.importing.names import Names
from annotator.importing.rows import Row

MODEL, SHA256, RELEASE = "model", "model_sha256", "release"
DISTRIBUTION, UNCERTAINTY = "label_distribution", "uncertainty"
CLOSE = 0.01  # that the shares of a distribution may miss 1 by
SHORT = 12  # digits of a hash in a name


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said beside the label."""

    annotator: str
    model_sha256: str
    uncertainty: float | None  # 0 sure – 1
    distribution: tuple[float, ...] | None  # in the order of `suggestions.labels`


def is_of_model(row: Row) -> bool:
    """Whether the row says which model it is of."""
    return SHA256 in row.metadata


def said(row: Row, project: Project, order: Sequence[int], names: Names) -> Said:
    """What the row says.

    Raises
    ------
    Invalid
        If it names no model, is about another project's release, or its numbers are none.
    """
    model, digest = _text(row, MODEL), _text(row, SHA256)
    release = row.metadata.get(RELEASE)
    if isinstance(release, str) and release.rpartition("/")[0] not in {"", project.slug}:
        raise _at(
            RELEASE,
            f"is {release}: these are suggestions for items of another project, not of {project.slug!r}",
        )
    return Said(f"{model}@{digest[:SHORT]}", digest, _uncertainty(row), _distribution(row, order, names))


def check_known(row: Row, names: Names) -> None:
    """Nothing, if the registry has all that the row names: a model registers nobody.

    Raises
    ------
    Invalid
        If it has not.
    """
    for field in ("holder", "target"):
        name = getattr(row, field)
        if name is not None and names.registry.find(name) is None:
            raise _at(field, f"is {name!r}, whom the registry of this project does not know")


def _text(row: Row, column: str) -> str:
    found = row.metadata.get(column)
    if not isinstance(found, str) or not found.strip():
        raise _at(column, "is missing: suggestions come from `standpoint predict`, which names the model")
    return found.strip()


def _share(value: object, column: str) -> float:
    try:
        found = float(value) if isinstance(value, int | float | str) else math.nan
    except ValueError:
        found = math.nan
    if not 0 <= found <= 1:
        raise _at(column, f"is {values.shown(value)}, and not a number from 0 to 1")
    return found


def _uncertainty(row: Row) -> float | None:
    given = row.metadata.get(UNCERTAINTY)
    return None if given is None else _share(given, UNCERTAINTY)


def _distribution(row: Row, order: Sequence[int], names: Names) -> tuple[float, ...] | None:
    given = row.metadata.get(DISTRIBUTION)
    if given is None:
        return None
    try:
        pairs = values.from_json(given) if isinstance(given, str) else given
        shares = dict.fromkeys(order, 0.0)
        for pair in values.sequence(pairs, DISTRIBUTION):
            told = values.mapping(pair, "share of a label")
            label = names.label(str(told.get("label")))
            shares[label.id or 0] += _share(told.get("p"), DISTRIBUTION)
    except values.Fault as fault:
        raise _at(DISTRIBUTION, fault.reason) from None
    except Invalid as error:
        raise _at(DISTRIBUTION, str(error)) from None
    if abs(sum(shares.values()) - 1) > CLOSE:
        raise _at(DISTRIBUTION, f"adds up to {sum(shares.values()):.2f}, and not to 1")
    return tuple(round(share, 6) for share in shares.values())


def _at(column: str, reason: str) -> Invalid:
    return Invalid(f"{column} {reason}", {column: reason})
