"""Items as the API gives them out: one question with all that its page shows."""

from datetime import datetime
from typing import Self

from annotator.api.answers import AnswerOut
from annotator.api.schemas import EntityOut, Outgoing
from annotator.domain import Document
from annotator.store.questions import Question


class SegmentOut(Outgoing):
    """The words to judge; offsets are code points into the document's text."""

    text: str
    start: int
    end: int


class ContextOut(Outgoing):
    """The words before or after, as the document has them."""

    text: str
    start: int


class DocumentOut(Outgoing):
    """Where the words come from."""

    id: str
    title: str | None
    author: str | None
    outlet: str | None
    url: str | None
    published_at: datetime | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """From its row; its id is the external one."""
        return cls.model_validate({**document.model_dump(), "id": document.external_id})


class ItemOut(Outgoing):
    """One question with all that its page shows. What is fixed is not asked."""

    id: str
    occasion: int
    segment: SegmentOut
    before: ContextOut
    after: ContextOut
    heading: str | None
    document: DocumentOut
    speaker: str | None
    language: str | None
    target: EntityOut | None
    holder: EntityOut | None
    current: AnswerOut | None  # the person's own answer, where an item is opened again
    suggestion: None = None  # no model
    arm: None = None  # and no experiment has a say in it yet
    lease_expires_at: datetime | None

    @classmethod
    def of(cls, question: Question, *, current: AnswerOut | None = None) -> Self:
        """From the question, its text cut out of the document."""
        text, segment = question.document.text, question.segment
        return cls(
            id=question.item.external_id,
            occasion=question.lease.occasion,
            segment=SegmentOut(text=text[segment.start : segment.end], start=segment.start, end=segment.end),
            before=ContextOut(text=text[question.start : segment.start], start=question.start),
            after=ContextOut(text=text[segment.end : question.end], start=segment.end),
            heading=question.heading,
            document=DocumentOut.of(question.document),
            speaker=segment.speaker,
            language=question.document.language,
            target=EntityOut.of(question.target) if question.target is not None else None,
            holder=EntityOut.of(question.holder) if question.holder is not None else None,
            current=current,
            lease_expires_at=question.lease.expires_at,
        )


class QueueOut(Outgoing):
    """What this person may answer now. Empty with `retry_after`: all seats are lent, come back then."""

    items: list[ItemOut]
    remaining: int  # free seats of the pools open to this person
    retry_after: int | None  # s
    scheme_version: int
    guidelines_version: int
