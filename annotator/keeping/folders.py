"""What a backup has not: the folders of releases, as far as the trail knows where they were written."""

from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import col

from annotator.domain import AuditEntry
from annotator.keeping.backup import opened

TRAIL = str(AuditEntry.__tablename__)


def of_releases(url: str) -> dict[Path, int]:
    """The folders here that hold folders of releases, each with how many; in order.

    Raises
    ------
    Unusable
        If there is no database, or it does not answer.
    """
    with opened(url) as database, database.connect() as connection:
        written = {Path(folder) for folder in _told(connection)}
    return dict(sorted(Counter(folder.parent for folder in written if folder.is_dir()).items()))


def _told(connection: Connection) -> list[str]:
    """Of a database of any revision; the first ones had no trail."""
    if not sa.inspect(connection).has_table(TRAIL):
        return []
    noted = sa.select(col(AuditEntry.detail)).where(col(AuditEntry.action) == "release")
    return [str(detail["folder"]) for detail in connection.execute(noted).scalars() if detail.get("folder")]
