"""Which answers stand: the newest revision of each, unless it withdraws."""

import sqlalchemy as sa
from sqlmodel import col

from annotator.domain import Annotation, Kind

# Made once: an alias of 28 columns takes its time.
_LATER = Annotation.metadata.tables["annotation"].alias("later")


def is_current(annotation: type[Annotation] = Annotation) -> sa.ColumnElement[bool]:
    """The newest revision of a first answer, if it is not withdrawn."""
    return sa.and_(col(annotation.occasion) == 0, stands(annotation))


def stands(annotation: type[Annotation] = Annotation) -> sa.ColumnElement[bool]:
    """The newest revision of an answer on any occasion, if it is not withdrawn."""
    superseded = sa.exists().where(
        _LATER.c.item_id == col(annotation.item_id),
        _LATER.c.annotator_id == col(annotation.annotator_id),
        _LATER.c.kind == col(annotation.kind),
        _LATER.c.occasion == col(annotation.occasion),
        _LATER.c.revision > col(annotation.revision),
    )
    return sa.and_(col(annotation.kind) == Kind.ANNOTATION, col(annotation.withdrawn).is_(False), ~superseded)
