"""What a curator may ask of items: plain values, nothing heavy to import."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from annotator.domain import AnnotationFlag, StanceFlag

FLAGS = tuple(map(str, (*AnnotationFlag, *StanceFlag)))  # bit by bit, where a board has them


class Status(StrEnum):
    """How far an item is."""

    UNANSWERED = "unanswered"  # nobody's answer counts
    PARTLY = "partly"  # fewer than are wanted
    DONE = "done"
    CANNOT_JUDGE = "cannot_judge"  # somebody could not
    QUESTION = "question"  # somebody waits for the curator's word
    DECIDED = "decided"  # a curator has adjudicated
    RETIRED = "retired"
    TRAINING = "training"
    CHECK = "check"


class Votes(StrEnum):
    """Whether those who judged an item agree; only of items that two have judged."""

    DIFFER = "differ"
    AGREE = "agree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Conditions that all must hold; None asks for nothing. Ids are those of rows."""

    found: Collection[int] | None = None  # items that a search for words found
    label: int | None = None
    target: int | None = None
    holder: int | None = None
    annotator: int | None = None
    flag: str | None = None
    votes: Votes | None = None
    status: Status | None = None
    batches: Collection[int] | None = None
    language: str | None = None
    document: int | None = None
    waiting: Collection[int] = ()  # items that a question waits about
