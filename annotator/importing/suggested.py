"""What a row of suggestions.parquet says beside an answer: which model, how sure, for which release's items.

The columns are those that `standpoint predict` writes. A model is an annotator of its own, by the hash of its
file: one that was trained again is another. In an open project a row without holder and target, of a
model for detection, speaks of the whole item: any stance here, or none.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.domain import Project, ProjectKind
from annotator.errors import Invalid
from annotator.importing import values
from annotator.importing.names import Names
from annotator.importing.rows import Row

MODEL, SHA256, RELEASE = "model", "model_sha256", "release"
DISTRIBUTION, UNCERTAINTY = "label_distribution", "uncertainty"
FOUND, ABSENT = "stance", "absent"  # what detection says of a whole item
CLOSE = 0.01  # that the shares of a distribution may miss 1 by
SHORT = 12  # digits of a hash in a name


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said beside the label."""

    annotator: str
    model_sha256: str
    uncertainty: float | None  # 0 sure – 1
    distribution: tuple[float, ...] | None  # in the order of `suggestions.labels`
    p_absent: float | None = None  # of a whole item


def is_of_model(row: Row) -> bool:
    """Whether the row says which model it is of."""
    return SHA256 in row.metadata


def is_whole(row: Row, project: Project) -> bool:
    """Whether the row says of a whole item that there is a stance in it, or none."""
    is_open = project.kind is ProjectKind.OPEN
    return is_open and row.label in {FOUND, ABSENT} and row.holder is None and row.target is None


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
    name = f"{model}@{digest[:SHORT]}"
    if is_whole(row, project):
        return Said(name, digest, _uncertainty(row), None, _p_absent(row))
    return Said(name, digest, _uncertainty(row), _distribution(row, order, names))


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
    if row.metadata.get(DISTRIBUTION) is None:
        return None
    shares = dict.fromkeys(order, 0.0)
    for name, share in _shares(row):
        try:
            label = names.label(name)
        except Invalid as error:
            raise _at(DISTRIBUTION, str(error)) from None
        shares[label.id or 0] += share
    return tuple(round(share, 6) for share in shares.values())


def _p_absent(row: Row) -> float:
    """How probable it is that there is no stance; it must fit the label."""
    shares = dict(_shares(row))
    if set(shares) != {FOUND, ABSENT}:
        raise _at(DISTRIBUTION, f"has not the shares of {FOUND} and {ABSENT}, and of nothing else")
    if shares[str(row.label)] < 0.5 - CLOSE:
        raise _at("label", f"is {row.label!r}, which label_distribution gives {shares[str(row.label)]:.2f}")
    return round(shares[ABSENT], 6)


def _shares(row: Row) -> Iterator[tuple[str, float]]:
    """A label's name and its share, each; they add up to 1."""
    given, whole = row.metadata.get(DISTRIBUTION), 0.0
    try:
        pairs = values.from_json(given) if isinstance(given, str) else given
        for pair in values.sequence(pairs, DISTRIBUTION):
            told = values.mapping(pair, "share of a label")
            share = _share(told.get("p"), DISTRIBUTION)
            whole += share
            yield str(told.get("label")), share
    except values.Fault as fault:
        raise _at(DISTRIBUTION, fault.reason) from None
    if abs(whole - 1) > CLOSE:
        raise _at(DISTRIBUTION, f"adds up to {whole:.2f}, and not to 1")


def _at(column: str, reason: str) -> Invalid:
    return Invalid(f"{column} {reason}", {column: reason})
