"""What annotators told about themselves, if they wanted to."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import UTCDateTime, now


class Questionnaire(SQLModel, table=True):
    """One person's answers to a project's questionnaire. Without consent there are none: it was skipped."""

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    project_id: int = Field(foreign_key="project.id", primary_key=True)
    consented: bool = False
    may_publish: bool = False  # may a release count these answers?
    answers: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)  # question's key → choice
    answered_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
