"""Items as the API gives them out: one question with all that its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from flask import current_app
from sqlmodel import Session

from annotator.api.answers import AnswerOut, answers_out
from annotator.api.candidates import CandidateOut
from annotator.api.schemas import EntityOut, Outgoing
from annotator.api.suggested import SuggestionOut, suggestions_out
from annotator.domain import Document, Inquiry, Project, User
from annotator.store import arms, history, inquiries, news, questions
from annotator.store.named import EntityRow
from annotator.store.proposals import Offer
from annotator.store.questions import DocumentRow, Question, SegmentRow
from annotator.store.queue import Served

NOTHING = Offer()


class SegmentOut(Outgoing):
    """The words to judge; offsets are code points into the document's text."""

    text: str
    start: int
    end: int


class ContextOut(Outgoing):
    """The words before or after, as the document has them."""

    text: str
    start: int


class LineOut(Outgoing):
    """A segment of the context: where it stands, what it is and who speaks."""

    start: int
    end: int
    type: str
    speaker: str | None
    paragraph: int

    @classmethod
    def of(cls, segment: SegmentRow, *, is_masked: bool) -> Self:
        """From its row; masked, without who speaks."""
        return cls(
            start=segment.start,
            end=segment.end,
            type=segment.type,
            speaker=None if is_masked else segment.speaker,
            paragraph=segment.paragraph,
        )


class PlaceOut(Outgoing):
    """Where in its document a segment stands: the `number`th of `of` body segments; 0 where it is no body."""

    number: int
    of: int


class DocumentOut(Outgoing):
    """Where the words come from."""

    id: str
    title: str | None
    author: str | None
    outlet: str | None
    url: str | None
    published_at: datetime | None

    @classmethod
    def of(cls, document: Document | DocumentRow, *, is_masked: bool = False) -> Self:
        """From its row; its id is the external one. Masked, it does not tell who speaks."""
        return cls(
            id=document.external_id,
            title=document.title,
            author=None if is_masked else document.author,
            outlet=None if is_masked else document.outlet,
            url=None if is_masked else document.url,
            published_at=document.published_at,
        )


@dataclass
class Shared:
    """What several questions of one answer show, made once: a document's lines, the entity that all fix."""

    lines: dict[tuple[int, bool], LineOut] = field(default_factory=dict)
    documents: dict[tuple[int, bool], DocumentOut] = field(default_factory=dict)
    entities: dict[int, EntityOut] = field(default_factory=dict)

    def line(self, segment: SegmentRow, *, is_masked: bool) -> LineOut:
        """A segment of the context."""
        key = (segment.id, is_masked)
        if key not in self.lines:
            self.lines[key] = LineOut.of(segment, is_masked=is_masked)
        return self.lines[key]

    def document(self, document: DocumentRow, *, is_masked: bool) -> DocumentOut:
        """Where the words come from."""
        key = (document.id, is_masked)
        if key not in self.documents:
            self.documents[key] = DocumentOut.of(document, is_masked=is_masked)
        return self.documents[key]

    def entity(self, entity: EntityRow | None) -> EntityOut | None:
        """What is fixed; None where nothing is."""
        if entity is None:
            return None
        if entity.id not in self.entities:
            self.entities[entity.id] = EntityOut.of(entity)
        return self.entities[entity.id]


class RepliedOut(Outgoing):
    """What this person asked the curator about an item, and the reply."""

    uuid: UUID
    text: str
    reply: str
    replied_at: datetime


class ItemOut(Outgoing):
    """One question with all that its page shows. What is fixed is not asked."""

    id: str
    occasion: int
    segment: SegmentOut
    before: ContextOut
    after: ContextOut
    around: list[LineOut]
    heading: str | None
    place: PlaceOut
    document: DocumentOut
    speaker: str | None
    language: str | None
    target: EntityOut | None
    holder: EntityOut | None
    current: AnswerOut | None  # the person's own answer, where an item is opened again
    inquiry: RepliedOut | None = None
    suggestion: SuggestionOut | None = None  # for a first answer alone
    bound: bool  # no more of the text is to be shown than this
    arm: str | None  # "experiment:factor=level", where one runs
    candidates: list[CandidateOut]  # proposals of rules; they name no label
    likely: list[str]  # keys of entities that this item may be about, the likeliest first
    lease_expires_at: datetime | None

    @classmethod
    def of(
        cls,
        question: Question,
        *,
        current: AnswerOut | None = None,
        inquiry: Inquiry | None = None,
        offer: Offer = NOTHING,
        suggestion: SuggestionOut | None = None,
        shared: Shared | None = None,
    ) -> Self:
        """From the question, its text cut out of the document."""
        shared = shared or Shared()
        text, segment = question.document.text, question.segment
        is_masked = arms.masks_holder(question.arm)
        return cls(
            id=question.item.external_id,
            occasion=question.occasion,
            segment=SegmentOut(text=text[segment.start : segment.end], start=segment.start, end=segment.end),
            before=ContextOut(text=text[question.start : segment.start], start=question.start),
            after=ContextOut(text=text[segment.end : question.end], start=segment.end),
            around=[shared.line(segment, is_masked=is_masked) for segment in question.around],
            heading=question.heading,
            place=PlaceOut(number=question.place[0], of=question.place[1]),
            document=shared.document(question.document, is_masked=is_masked),
            speaker=None if is_masked else segment.speaker,
            language=question.document.language,
            target=shared.entity(question.target),
            holder=shared.entity(question.holder),
            current=current,
            inquiry=RepliedOut.model_validate(inquiry) if inquiry is not None else None,
            suggestion=None if arms.hides_suggestions(question.arm) else suggestion,
            bound=arms.bounds(question.arm),
            arm=arms.name(question.arm) if question.arm is not None else None,
            candidates=[]
            if arms.hides_suggestions(question.arm)
            else [CandidateOut.of(each) for each in offer.candidates],
            likely=list(offer.likely),
            lease_expires_at=question.lease.expires_at if question.lease is not None else None,
        )


def items_out(session: Session, project: Project, user: User, put: Sequence[Question]) -> list[ItemOut]:
    """The questions as this person gets them, in their order.

    What stands beside a question comes in maps by the item's row id, each in a fixed number of queries
    however many items there are.
    """
    current = _current(session, user, put)
    replies = inquiries.replies(session, user, [question.item.id for question in put])
    offers = current_app.extensions["standpoint_proposals"].of(session, project, put)
    said = suggestions_out(session, project, [each for each in put if each.item.id not in current])
    shared = Shared()
    return [
        ItemOut.of(
            question,
            current=current.get(question.item.id),
            inquiry=replies.get(question.item.id),
            offer=offers.get(question.item.id, NOTHING),
            suggestion=said.get(question.item.id),
            shared=shared,
        )
        for question in put
    ]


def _current(session: Session, user: User, put: Sequence[Question]) -> dict[int, AnswerOut]:
    """The person's own answer to each, on the occasion asked: none to what is new or was taken back."""
    items = {question.item.id: question.item.external_id for question in put}
    occasions = {question.item.id: question.occasion for question in put}
    found = history.of_items(session, user, occasions)
    masked = {
        question.item.id for question in put if question.item.holder_id and arms.masks_holder(question.arm)
    }
    told = answers_out(session, list(found.values()), items=items, masked=masked)
    return dict(zip(found, told, strict=True))


class TrainingOut(Outgoing):
    """How far this person is in their training; `failed`: all is answered, and too little as expected."""

    of: int
    answered: int
    correct: int
    pass_mark: float
    failed: bool


class QueueOut(Outgoing):
    """What this person may answer now. Empty with `retry_after`: all seats are lent, come back then."""

    items: list[ItemOut]
    remaining: int  # free seats of the pools open to this person; at most these, in long pools that overlap
    retry_after: int | None  # s
    scheme_version: int
    guidelines_version: int
    guidelines_read: int  # the newest version that this person said to have read
    must_read: int | None  # the version that they are to read before the next item
    training: TrainingOut | None  # None: they are past it, or the project has none

    @classmethod
    def of(cls, session: Session, project: Project, user: User, served: Served) -> Self:
        """From what was lent."""
        put = questions.of_leases(session, project, user, served.leases)
        standing = news.of(session, project, user)
        return cls(
            items=items_out(session, project, user, put),
            remaining=served.remaining,
            retry_after=served.retry_after,
            scheme_version=project.scheme_version,
            guidelines_version=project.guidelines_version,
            guidelines_read=standing.read,
            must_read=standing.must_read,
            training=TrainingOut.model_validate(served.training) if served.training else None,
        )
