"""Rows for tests: a small project, straight into the tables and the same whenever it is made again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session, SQLModel, select

from annotator.domain import (
    Annotation,
    Batch,
    Coverage,
    Document,
    Entity,
    EntityKind,
    Guidelines,
    Item,
    Label,
    Project,
    ProjectKind,
    Reserved,
    Segment,
    Source,
    Span,
    SpanRole,
    Stance,
    User,
)

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
UUIDS = UUID("5b0f2f0e-8a52-4a53-a7a5-2a1f6f6e4a11")
LABELS = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}


class Make:
    """Makes rows in `session`; every one is flushed, nothing is committed."""

    def __init__(self, session: Session, *, kind: str = "directed", labels: dict[str, str] = LABELS) -> None:
        self.session = session
        self.project = self.add(
            Project(
                slug="trains", name="Trains", kind=ProjectKind(kind), pseudonym_key="k" * 64, created_at=START
            )
        )
        self.labels = {
            name: self.add(self._of_project(Label, name=name, polarity=polarity, position=position))
            for position, (name, polarity) in enumerate(labels.items())
        }
        self.entities = {}
        self.users = {}
        self.number = 0
        for reserved in Reserved:
            self.entity(str(reserved)).reserved = True

    def add(self, row: SQLModel) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def entity(self, name: str, *, key: str | None = None, kind: EntityKind = EntityKind.ACTOR) -> Entity:
        key = key or name.lower().replace(" ", "-")
        if key not in self.entities:
            self.entities[key] = self.add(self._of_project(Entity, name=name, key=key, kind=kind))
        return self.entities[key]

    def user(self, name: str, **fields: Any) -> User:
        if name not in self.users:
            self.users[name] = self.add(User(name=name, created_at=START, **fields))
        return self.users[name]

    def document(self, id_: str, *sentences: str, **fields: Any) -> Document:
        """A document of these sentences, each a segment."""
        text = " ".join(sentences)
        document = self.add(
            self._of_project(Document, external_id=id_, text=text, raw_sha256="", segmenter="test", **fields)
        )
        start = 0
        for position, sentence in enumerate(sentences):
            segment = Segment(
                document_id=document.id,
                external_id=f"{id_}-{position}",
                position=position,
                paragraph=0,
                start=start,
                end=start + len(sentence),
            )
            self.add(segment)
            start += len(sentence) + 1
        return document

    def item(
        self, document: Document, position: int = 0, *, target: str | None = None, **fields: Any
    ) -> Item:
        """An item; in a directed project the author's stance towards `target`."""
        of_document = select(Segment).where(Segment.document_id == document.id)
        segment = self.session.exec(of_document.where(Segment.position == position)).one()
        fixed = {"target_id": self.entity(target).id, "holder_id": self.entity("author").id} if target else {}
        id_ = fields.pop("id", f"{document.external_id}-{position}" + (f"-{target}" if target else ""))
        return self.add(self._of_project(Item, external_id=id_, segment_id=segment.id, **fixed, **fields))

    def question(
        self, id_: str, text: str = "We like trains.", *, target: str = "trains", **fields: Any
    ) -> Item:
        """A document of one sentence, and the item about it."""
        of_document = (Document.model_fields.keys() - Item.model_fields.keys()) & fields.keys()
        document = self.document(id_, text, **{name: fields.pop(name) for name in of_document})
        return self.item(document, target=target, id=f"item {id_}", **fields)

    def answer(self, item: Item, by: str, *stances: str | dict[str, Any], **fields: Any) -> Annotation:
        """An answer; a stance is a label's name, or what `stance` gives."""
        self.number += 1
        answer = self.add(
            Annotation(
                uuid=uuid5(UUIDS, str(self.number)),
                item_id=item.id,
                annotator_id=self.user(by).id,
                created_at=START + timedelta(minutes=self.number),
                body_sha256="",
                **fields,
            )
        )
        for position, given in enumerate(stances):
            self._stance(answer, item, position, **(stance(given) if isinstance(given, str) else given))
        return answer

    def cover(self, document: Document, by: str) -> Coverage:
        return self.add(Coverage(document_id=document.id, annotator_id=self.user(by).id, created_at=START))

    def batch(self, name: str, **fields: Any) -> Batch:
        return self.add(self._of_project(Batch, name=name, **fields))

    def guidelines(self, text: str) -> Guidelines:
        self.project.guidelines_version += 1
        version = self.project.guidelines_version
        return self.add(Guidelines(project_id=self.project.id, version=version, text=text, created_at=START))

    def _stance(self, answer: Annotation, item: Item, position: int, **given: Any) -> None:
        spans = {role: given.pop(role) for role in SpanRole}
        holder, target, label = given.pop("by"), given.pop("to"), given.pop("label")
        sources = given.pop("sources", ())
        row = self.add(
            Stance(
                annotation_id=answer.id,
                position=position,
                holder_id=self.entity(holder).id if holder else item.holder_id,
                target_id=self.entity(target).id if target else item.target_id,
                label_id=self.labels[label].id,
                **given,
            )
        )
        for role, pairs in spans.items():
            for start, end in pairs:
                self.add(Span(stance_id=row.id, role=role, start=start, end=end))
        for place, source in enumerate(sources):
            self.add(Source(stance_id=row.id, position=place, entity_id=self.entity(source).id))

    def _of_project(self, table: type[SQLModel], **fields: Any) -> SQLModel:
        created = {"created_at": START} if "created_at" in table.model_fields else {}
        return table(project_id=self.project.id, **created, **fields)


def stance(
    label: str,
    by: str | None = None,
    to: str | None = None,
    *,
    rationale: Sequence[tuple[int, int]] = (),
    holder: Sequence[tuple[int, int]] = (),
    target: Sequence[tuple[int, int]] = (),
    **fields: Any,
) -> dict[str, Any]:
    """A stance for `Make.answer`: label, holder and target by name, spans by role."""
    spans = {SpanRole.RATIONALE: rationale, SpanRole.HOLDER: holder, SpanRole.TARGET: target}
    return {"label": label, "by": by, "to": to, **spans, **fields}
