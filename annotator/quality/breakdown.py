"""The figures of a part: one label, target, holder, annotator, pair, version, round or week."""

from annotator.quality import opened_parts, reliability, votes_parts
from annotator.quality.bootstrap import Resampling
from annotator.quality.judgements import Judgements
from annotator.quality.part import of_time
from annotator.quality.report import DIMENSIONS, Group, by_name


def by(dimension: str, table: Judgements, how: Resampling) -> tuple[Group, ...]:
    """The parts of a dimension: labels as in the scheme, time by time, others by name.

    Of a dimension with many parts, `part.MOST` are told, those with the most judgements.

    Raises
    ------
    ValueError
        If there is no such dimension.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"{dimension!r} is none of {', '.join(DIMENSIONS)}")
    of = votes_parts if table.scheme.directed else opened_parts
    if dimension == "label":
        return tuple(of.labels(table, how))
    if dimension == "annotator":
        return by_name(reliability.beside(of.annotators(table, how), table, seed=how.seed))
    if dimension == "pair":
        return by_name(of.pairs(table, how))
    if dimension in {"target", "holder"}:
        return tuple(of.entities(dimension, table, how))
    return tuple(of.judgements(part, table, how) for part in of_time(dimension, table))
