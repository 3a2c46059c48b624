"""An import: what came in together, so that it is there as a whole or not at all, and can be taken back."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import UTCDateTime, now, one_of, partial

UNDER_WAY = sa.text("state IN ('storing', 'showing')")


class ImportState(StrEnum):
    """Storing: nobody sees it yet. Showing: it is whole, and is being let out. The last two are final."""

    STORING = "storing"
    SHOWING = "showing"
    DONE = "done"
    UNDONE = "undone"


class Import(SQLModel, table=True):
    """Files that were brought into a project together. One at a time is under way in a project.

    What it brings says so by its moment: `created_at` is this row's `started_at`, to the microsecond. Rows
    that are still stored have it as `deleted_at`, too, and so are hidden from everybody as deleted ones
    are. An import that fails, or brings nothing new, leaves no row.
    """

    __table_args__ = (
        partial(
            "one_import_under_way",
            "project_id",
            unique=True,
            where=UNDER_WAY,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    job_id: int | None = Field(default=None, foreign_key="job.id", index=True)  # None: the command line
    files: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    owner: str  # the process that has it: host:number
    state: ImportState = Field(default=ImportState.STORING, sa_type=one_of(ImportState))
    started_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    started_by_id: int | None = Field(default=None, foreign_key="user.id")
    touched_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)  # its process was alive
    before: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)  # table → highest id until then
    told: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)  # what its report says
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_by_id: int | None = Field(default=None, foreign_key="user.id")
