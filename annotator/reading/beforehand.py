"""What can be told of a release before it is made."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.reading.documents import DOCUMENT, undeleted
from annotator.store.plain import plain


def documents(connection: Connection, project_id: int) -> tuple[int, int]:
    """How many undeleted documents there are, and how many have no split yet, nor came with one."""
    split = sa.func.coalesce(DOCUMENT.c.split, plain(DOCUMENT.c.official_split))
    query = sa.select(sa.func.count(), sa.func.count().filter(split.is_(None)))
    every, new = connection.execute(query.select_from(DOCUMENT).where(undeleted(project_id))).one()
    return every, new
