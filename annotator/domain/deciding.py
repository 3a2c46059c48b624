"""What a curator's decision may say when it comes in: an answer, why it was needed, what it is to others."""

from typing import Self
from uuid import UUID

from pydantic import model_validator

from annotator.domain.answering import AnswerIn
from annotator.domain.disagreement import Reason


class DecisionIn(AnswerIn):
    """One decision about one item; `comment` is the curator's note.

    The note is in no release unless `comment_released` says so. `accepted` is the uuid of an annotator's
    answer that was taken as it stands; its stances are sent along.
    """

    reason: Reason | None = None
    precedent: bool = False
    comment_released: bool = False
    accepted: UUID | None = None

    @model_validator(mode="after")
    def whole(self) -> Self:
        """What is taken back is nothing for others to follow."""
        if self.withdrawn and (self.precedent or self.stances):
            raise ValueError("a decision that is withdrawn carries no stances and is no precedent")
        return self
