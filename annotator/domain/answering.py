"""What an answer may say when it comes in, before it is held against its item and scheme."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from annotator.domain.answer import AnnotationFlag, Attribution, Outcome, StanceFlag

MOST_INTEGER = 2**31 - 1  # what an INTEGER column of PostgreSQL holds


def storable(text: str) -> str:
    """The text, unless it holds what no database keeps: NUL, or half of a surrogate pair.

    Raises
    ------
    ValueError
        If it does.
    """
    if "\0" in text:
        raise ValueError("it holds a NUL character, which cannot be stored")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("it holds half of a surrogate pair, which is no character")
    return text


def in_utc(value: datetime) -> datetime:
    """The moment in UTC.

    Raises
    ------
    ValueError
        If UTC has no such year.
    """
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is no moment between the years 1 and 9999 in UTC") from None


Offset = Annotated[int, Field(ge=0, le=MOST_INTEGER)]  # code points
Version = Annotated[int, Field(ge=0, le=MOST_INTEGER)]
Name = Annotated[str, Field(max_length=1_000), AfterValidator(storable)]
Text = Annotated[str, Field(max_length=10_000), AfterValidator(storable)]
Rule = Annotated[str, Field(max_length=60), AfterValidator(storable)]
Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]


class Incoming(BaseModel):
    """A misspelt field is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Mentions(Incoming):
    """Where the text names the holder and the target."""

    holder: list[tuple[Offset, Offset]] = Field(default=[], max_length=50)
    target: list[tuple[Offset, Offset]] = Field(default=[], max_length=50)


class StanceIn(Incoming):
    """Holder and target by the key or name of their registry entry, the label by its name.

    What the item fixes may be left out.
    """

    label: Name
    target: Name | None = None
    holder: Name | None = None
    attribution: Attribution | None = None
    voice: Name | None = None
    sources: list[Name] = Field(default=[], max_length=10)
    confidence: float | None = Field(default=None, ge=0, le=1)
    flags: list[StanceFlag] = Field(default=[], max_length=20)
    rationales: list[tuple[Offset, Offset]] = Field(default=[], max_length=50)
    mentions: Mentions = Field(default_factory=Mentions)
    candidate: Rule | None = None  # the rule whose proposal was accepted


class Shown(Incoming):
    """What the annotator had before their eyes."""

    context: tuple[Offset, Offset] | None = None  # span of the document's text
    guidelines: Version | None = None
    scheme: Version | None = None
    suggestion: UUID | None = None
    arm: Name | None = None
    candidates: Version | None = None  # how many proposals stood beside the item


class AnswerIn(Incoming):
    """One answer to one item.

    Where the target is fixed, `{"item": id, "stances": [{"label": "FAVOR"}]}` is a whole one.
    """

    item: Name
    project: Name | None = None  # needed only where two of the annotator's projects use one item id
    replaces: UUID | None = None
    withdrawn: bool = False
    outcome: Outcome = Outcome.JUDGED
    stances: list[StanceIn] = Field(default=[], max_length=100)
    flags: list[AnnotationFlag] = Field(default=[], max_length=20)
    seconds: float | None = Field(default=None, ge=0, le=86_400)
    answered_at: Moment | None = None
    shown: Shown = Field(default_factory=Shown)
    comment: Text | None = None

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """Who cannot judge names no stance."""
        if self.outcome is Outcome.CANNOT_JUDGE and self.stances:
            raise ValueError("an answer that cannot judge carries no stances")
        return self

    def sha256(self) -> str:
        """A fingerprint that is the same exactly when the answer says the same.

        Defaults are left out, so that a new optional field changes no fingerprint of an older answer.
        """
        return hashlib.sha256(self.model_dump_json(exclude_defaults=True).encode()).hexdigest()
