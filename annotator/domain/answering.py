"""What an answer may say when it comes in, before it is held against its item and scheme."""

import hashlib
from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from annotator.domain.answer import AnnotationFlag, Attribution, Outcome, StanceFlag

Offset = Annotated[int, Field(ge=0)]
Text = Annotated[str, Field(max_length=10_000)]


class Incoming(BaseModel):
    """A misspelt field is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid")


class Mentions(Incoming):
    """Where the text names the holder and the target."""

    holder: list[tuple[Offset, Offset]] = Field(default=[], max_length=50)
    target: list[tuple[Offset, Offset]] = Field(default=[], max_length=50)


class StanceIn(Incoming):
    """Holder and target by the key or name of their registry entry, the label by its name.

    What the item fixes may be left out.
    """

    label: str
    target: str | None = None
    holder: str | None = None
    attribution: Attribution | None = None
    voice: str | None = None
    sources: list[str] = Field(default=[], max_length=10)
    confidence: float | None = Field(default=None, ge=0, le=1)
    flags: list[StanceFlag] = []
    rationales: list[tuple[Offset, Offset]] = Field(default=[], max_length=50)
    mentions: Mentions = Mentions()


class Shown(Incoming):
    """What the annotator had before their eyes."""

    context: tuple[Offset, Offset] | None = None  # span of the document's text
    guidelines: int | None = None
    scheme: int | None = None
    suggestion: str | None = None
    arm: str | None = None


class AnswerIn(Incoming):
    """One answer to one item.

    Where the target is fixed, `{"item": id, "stances": [{"label": "FAVOR"}]}` is a whole one.
    """

    item: str
    project: str | None = None  # needed only where two of the annotator's projects use one item id
    replaces: str | None = None
    withdrawn: bool = False
    outcome: Outcome = Outcome.JUDGED
    stances: list[StanceIn] = Field(default=[], max_length=100)
    flags: list[AnnotationFlag] = []
    seconds: float | None = Field(default=None, ge=0, le=86_400)
    answered_at: AwareDatetime | None = None
    shown: Shown = Shown()
    comment: Text | None = None

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """Who cannot judge names no stance."""
        if self.outcome is Outcome.CANNOT_JUDGE and self.stances:
            raise ValueError("an answer that cannot judge carries no stances")
        return self

    def sha256(self) -> str:
        """A fingerprint that is the same exactly when the answer says the same."""
        return hashlib.sha256(self.model_dump_json().encode("utf-8", "surrogatepass")).hexdigest()


def moment(value: datetime | None) -> str | None:
    """ISO 8601, UTC, as the API writes a time."""
    return value.isoformat().replace("+00:00", "Z") if value is not None else None
