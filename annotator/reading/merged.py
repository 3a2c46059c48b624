"""What was merged is read as what it became: ids of entities and labels as columns, mapped at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from annotator.domain import metadata

Ids = NDArray[np.int64]
ENTITY, LABEL = metadata.tables["entity"], metadata.tables["label"]


@dataclass(frozen=True, slots=True)
class Merged:
    """Ids of one table that were merged, in order, and where each stands now. Both of shape (n_merged,)."""

    gone: Ids
    into: Ids

    @classmethod
    def entities(cls, connection: Connection, project_id: int) -> Self:
        """Of the registry."""
        return cls._read(connection, project_id, ENTITY)

    @classmethod
    def labels(cls, connection: Connection, project_id: int) -> Self:
        """Of the scheme."""
        return cls._read(connection, project_id, LABEL)

    def standing(self, ids: Ids) -> Ids:
        """Where these stand now; what was not merged stays what it is.

        >>> Merged(np.array([3, 7]), np.array([1, 1])).standing(np.array([1, 3, 5, 7, -1])).tolist()
        [1, 1, 5, 1, -1]
        """
        if not len(self.gone):
            return ids
        at = np.minimum(np.searchsorted(self.gone, ids), len(self.gone) - 1)
        return np.where(self.gone[at] == ids, self.into[at], ids)

    @classmethod
    def _read(cls, connection: Connection, project_id: int, table: sa.Table) -> Self:
        query = (
            sa.select(table.c.id, table.c.merged_into_id)
            .where(table.c.project_id == project_id, table.c.merged_into_id.is_not(None))
            .order_by(table.c.id)
        )
        rows = np.array([tuple(row) for row in connection.execute(query)], dtype=np.int64).reshape(-1, 2)
        return cls(rows[:, 0], rows[:, 1])
