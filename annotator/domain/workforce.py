"""What a project file says about how people work: what is mixed in among the items, and how often."""

from typing import Annotated, Any

from pydantic import Field

from annotator.domain.answering import MOST_INTEGER
from annotator.domain.project import Project
from annotator.domain.strict import Share, Strict

Count = Annotated[int, Field(ge=1, le=MOST_INTEGER)]


class Repeats(Strict):
    """`[repeats]`: items that a person answered come back to them, to measure how steady they are."""

    rate: Share = 0.0  # of a person's answers
    gap: Count = 50  # answers to other items in between, at least


class Checks(Strict):
    """`[checks]`: items whose answer is known, among the work and looking like it."""

    rate: Share = 0.0  # of the items lent to a person


class Training(Strict):
    """`[training]`: items answered before any work, each explained after its answer."""

    pass_mark: Share = 0.0  # share answered as expected that lets a person go on


class Workforce(Strict):
    """These parts of a project file, as they are kept with the project's settings."""

    repeats: Repeats = Repeats()
    checks: Checks = Checks()
    training: Training = Training()

    @classmethod
    def of(cls, project: Project) -> "Workforce":
        """What holds in a project; defaults where its file says nothing."""
        return cls(**{name: project.settings[name] for name in cls.model_fields if name in project.settings})

    def kept_settings(self) -> dict[str, Any]:
        """What is kept: only what differs from the defaults, so that a plain project stays plain."""
        fields = set(Workforce.model_fields)
        return self.model_dump(mode="json", include=fields, exclude_defaults=True)
