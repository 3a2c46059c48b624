"""Proposals for stances as the API gives them out, beside the item that they are for."""

from typing import Self

from annotator.api.schemas import Outgoing
from annotator.domain.proposing import Candidate


class CandidateMentionsOut(Outgoing):
    """Where the text names the holder and the target, in code points."""

    holder: list[tuple[int, int]]
    target: list[tuple[int, int]]


class CandidateOut(Outgoing):
    """A proposal in the shape of a stance without a label. Null: a person has to say who is meant."""

    rule: str
    holder: str | None
    target: str | None
    voice: str | None
    attribution: str
    rationales: list[tuple[int, int]]
    mentions: CandidateMentionsOut

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """From what a rule found."""
        return cls(
            rule=candidate.rule,
            holder=candidate.holder,
            target=candidate.target,
            voice=candidate.voice,
            attribution=candidate.attribution,
            rationales=_spans(candidate.rationale),
            mentions=CandidateMentionsOut(
                holder=_spans(candidate.holder_place), target=_spans(candidate.target_place)
            ),
        )


def _spans(place: tuple[int, int] | None) -> list[tuple[int, int]]:
    return [place] if place is not None else []
