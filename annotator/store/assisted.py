"""Answers given after seeing what a model says: an occasion of their own, beside the first answer.

The first answer is occasion 0 and stands as it was given. 1 is kept for a hidden repeat, whether there is
one or not, so that a look at a suggestion takes nobody's place. Where a project shows suggestions at once
there is no unassisted answer: what is given then is occasion 0, and says which suggestion was seen.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Kind, metadata
from annotator.store.ready import Ready

OCCASION = 2
ANNOTATION = metadata.tables["annotation"]


def seen(session: Session, user: int, item: int) -> UUID | None:
    """The suggestion that this person has looked at after a first answer: a correction is not unaided."""
    found = _SEEN.first(session, user=user, item=item)
    return found[0] if found is not None else None


_SEEN = Ready(
    sa.select(ANNOTATION.c.suggestion)
    .where(
        ANNOTATION.c.item_id == sa.bindparam("item"),
        ANNOTATION.c.annotator_id == sa.bindparam("user"),
        ANNOTATION.c.kind == Kind.ANNOTATION,
        ANNOTATION.c.occasion == OCCASION,
        ANNOTATION.c.suggestion.is_not(None),
    )
    .order_by(ANNOTATION.c.revision.desc())
    .limit(1)
)
