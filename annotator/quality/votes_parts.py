"""Break-downs where one label is asked."""

from collections.abc import Iterator, Mapping

import numpy as np

from annotator.quality import agreement, distances, votes
from annotator.quality.agreement import Array, ratio
from annotator.quality.bootstrap import Resampling, measured
from annotator.quality.judgements import Judgements
from annotator.quality.pairs import combined
from annotator.quality.part import Part, named, of_pairs
from annotator.quality.report import Figure, Group
from annotator.quality.votes import Classes, Votes


def judgements(part: Part, table: Judgements, how: Resampling) -> Group:
    """All coefficients, of these judgements among each other."""
    cast = votes.cast(table.answers, table)
    return _group(part.name, cast.where(part.rows), Classes.of(cast, table.scheme), how)


def entities(role: str, table: Judgements, how: Resampling) -> Iterator[Group]:
    """All coefficients by the target or holder that items fix."""
    fixed = table.item_target if role == "target" else table.item_holder
    for part in named(fixed[table.answers.item], table.entities):
        yield judgements(part, table, how)


def labels(table: Judgements, how: Resampling) -> Iterator[Group]:
    """Each label against all others: alpha, and how often one who gives it meets another who does."""
    cast = votes.cast(table.answers, table)
    classes = Classes.of(cast, table.scheme).number
    counts = votes.counted(cast, classes)
    names = [*table.scheme.labels, "absent"][:classes]
    for label, name in enumerate(names):
        given = counts[:, label]
        others = counts.sum(axis=1) - given
        columns = agreement.summands(np.stack([given, others], axis=1))
        several = (counts.sum(axis=1) > 1) & (given > 0)
        figures = measured(columns, _of_label, how)
        yield Group(name, int(several.sum()), int(given.sum()), figures)


def annotators(table: Judgements, how: Resampling) -> Iterator[Group]:
    """Each against everybody else on the same items: percent and Cohen's kappa."""
    cast = votes.cast(table.answers, table)
    classes = Classes.of(cast, table.scheme).number
    item = combined(cast.item)
    counts = votes.counted(cast, classes)[item].astype(np.float64)
    counts[np.arange(len(item)), cast.label] -= 1  # what others said
    others = counts.sum(axis=1)
    for part in named(np.where(others > 0, cast.annotator, -1), table.annotators):
        said, met = cast.label[part.rows], counts[part.rows] / others[part.rows, None]
        columns = np.zeros((len(said), classes, classes))
        columns[np.arange(len(said)), said] = met
        figures = _of_table(columns.reshape(len(said), -1), classes, how)
        yield Group(part.name, len(said), len(said), figures)


def pairs(table: Judgements, how: Resampling) -> Iterator[Group]:
    """Any two who judged items both: percent and Cohen's kappa."""
    cast = votes.cast(table.answers, table)
    classes = Classes.of(cast, table.scheme).number
    _, one, other, cell = votes.tables(cast, classes)
    for part in of_pairs(one, other, table):
        columns = np.eye(classes * classes)[cell[part.rows]]
        figures = _of_table(columns, classes, how)
        yield Group(part.name, len(part.rows), 2 * len(part.rows), figures)


def _group(name: str, cast: Votes, classes: Classes, how: Resampling) -> Group:
    judges = np.bincount(combined(cast.item)) if len(cast.item) else np.zeros(0)
    return Group(name, int((judges > 1).sum()), len(cast.item), votes.figures(cast, classes, how))


def _of_label(sums: Array) -> Mapping[str, Array]:
    pairs_ = agreement.Sums.of(sums, 2).coincidences
    met = ratio(pairs_[..., 0, 0], pairs_[..., 0, :].sum(axis=-1))
    return {"percent": met, "nominal": agreement.alpha(pairs_, distances.nominal(2))}


def _of_table(columns: Array, classes: int, how: Resampling) -> dict[str, Figure]:
    def statistic(sums: Array) -> Mapping[str, Array]:
        said = sums.reshape(*sums.shape[:-1], classes, classes)
        agreed = ratio(np.trace(said, axis1=-2, axis2=-1), said.sum(axis=(-2, -1)))
        return {"percent": agreed, "cohen": agreement.cohen(said)}

    return measured(columns, statistic, how)
