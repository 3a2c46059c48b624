"""What happened in a project since its webhooks were told last, read from what is written anyhow.

Saving an answer writes nothing for this: a webhook remembers the ids of the last annotation and the last
entry of the trail that were looked at, and what came after them is turned into messages, in the transaction
in which those ids move on. So a message is made once, whoever looks, and none is lost.

On PostgreSQL an id may be given before, and its row seen after, that of another: rows are looked at once
they are SETTLED old, by when their transactions are over.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    AuditEntry,
    Batch,
    Delivery,
    Item,
    Kind,
    Project,
    Purpose,
    Release,
    Webhook,
    now,
)
from annotator.domain.webhook import Happening
from annotator.store import standing

CHUNK = 500  # rows looked at in one transaction
SETTLED = timedelta(seconds=10)
IN_TRAIL = {"import": Happening.IMPORT_FINISHED, "release": Happening.RELEASE_PUBLISHED}
TOLD = {  # of what the trail tells, this much
    "import": ("files", "documents", "items", "answers", "rejected"),
    "release": ("number", "sha256"),
}


class Message(NamedTuple):
    """What happened; of one subject it is told once."""

    event: Happening
    subject: str
    data: dict[str, Any]


def is_any(session: Session) -> bool:
    """Whether rows came that a webhook has not looked at: one look at a table that is small or empty."""
    behind = [
        col(seen) < sa.select(sa.func.max(col(table.id))).scalar_subquery()
        for seen, table in ((Webhook.annotation_id, Annotation), (Webhook.audit_entry_id, AuditEntry))
    ]
    query = select(Webhook.id).where(*_active(), sa.or_(*behind)).limit(1)
    return session.exec(query).first() is not None


def gather(session: Session, *, at: datetime | None = None) -> int:
    """Make the messages of what came since; how many rows were looked at. 0: all are told. Flushes."""
    at = at or now()
    until = at - (SETTLED if session.get_bind().dialect.name == "postgresql" else timedelta(0))
    looked = 0
    for webhook in session.exec(
        select(Webhook).where(*_active()).order_by(col(Webhook.id)).with_for_update()
    ):
        project = session.get_one(Project, webhook.project_id)
        looked += _gather(session, webhook, project, until)
    session.flush()
    return looked


def _gather(session: Session, webhook: Webhook, project: Project, until: datetime) -> int:
    answers = session.execute(_answers(webhook, until)).all()
    entries = list(session.exec(_entries(webhook, until)))
    if answers:
        webhook.annotation_id = answers[-1][0].id
    if entries:
        webhook.audit_entry_id = entries[-1].id or 0
    session.add(webhook)
    ours = [answer for answer, project_id in answers if project_id == project.id]
    wanted = set(webhook.events)
    found = [
        *_decided(session, ours),
        *_completed(session, project, ours, wanted),
        *_trailed(session, project, entries),
    ]
    messages = [each for each in found if each.event in wanted]
    _store(session, webhook, project, messages)
    return len(answers) + len(entries)


def _store(session: Session, webhook: Webhook, project: Project, messages: Sequence[Message]) -> None:
    assert webhook.id is not None
    unique = {(each.event, each.subject): each for each in messages}
    for event in {event for event, _ in unique}:
        subjects = [subject for of, subject in unique if of is event]
        told = select(Delivery.subject).where(
            Delivery.webhook_id == webhook.id, Delivery.event == event, col(Delivery.subject).in_(subjects)
        )
        for subject in session.exec(told):
            del unique[event, subject]
    for each in unique.values():
        data = {"project": project.slug, **each.data}
        session.add(Delivery(webhook_id=webhook.id, event=each.event, subject=each.subject, data=data))


def _answers(webhook: Webhook, until: datetime) -> sa.Select[Annotation, int]:
    query = sa.select(Annotation, col(Item.project_id)).join(Item, col(Item.id) == col(Annotation.item_id))
    settled = (col(Annotation.id) > webhook.annotation_id, col(Annotation.created_at) <= until)
    return query.where(*settled).order_by(col(Annotation.id)).limit(CHUNK)


def _entries(webhook: Webhook, until: datetime) -> Any:
    settled = (col(AuditEntry.id) > webhook.audit_entry_id, col(AuditEntry.at) <= until)
    return select(AuditEntry).where(*settled).order_by(col(AuditEntry.id)).limit(CHUNK)


def _trailed(session: Session, project: Project, entries: Sequence[AuditEntry]) -> Iterator[Message]:
    for entry in entries:
        if entry.project_id == project.id and entry.action in IN_TRAIL:
            told = {name: entry.detail[name] for name in TOLD[entry.action] if name in entry.detail}
            if entry.action == "release":
                told["rows"] = _rows(session, project, entry)
            yield Message(IN_TRAIL[entry.action], f"entry {entry.id}", told)


def _rows(session: Session, project: Project, entry: AuditEntry) -> dict[str, object]:
    """How many rows a release has, by config and split."""
    made = (Release.project_id == project.id, Release.number == entry.detail.get("number"))
    return dict(session.exec(select(Release.rows).where(*made)).first() or {})


def _decided(session: Session, answers: Sequence[Annotation]) -> Iterator[Message]:
    for answer in answers:
        if answer.kind is Kind.ADJUDICATION:
            item = session.get_one(Item, answer.item_id)
            told = {"item": item.external_id, "uuid": str(answer.uuid), "withdrawn": answer.withdrawn}
            yield Message(Happening.ADJUDICATION_DECIDED, str(answer.uuid), told)


def _completed(
    session: Session, project: Project, answers: Sequence[Annotation], wanted: set[str]
) -> Iterator[Message]:
    """Items that have all their answers now, and rounds of which all have."""
    if not wanted & {Happening.ITEM_COMPLETED, Happening.ROUND_CLOSED}:
        return
    ids = {answer.item_id for answer in answers if answer.kind is Kind.ANNOTATION and answer.counted}
    done = list(session.execute(_counts(project).where(col(Item.id).in_(ids), GIVEN >= WANTED)).all())
    for item, given, overlap, _ in done:
        subject = f"item {item.id} at overlap {overlap}"
        yield Message(Happening.ITEM_COMPLETED, subject, {"item": item.external_id, "answers": given})
    for batch in {batch.id: batch for *_, batch in done if batch is not None}.values():
        yield from _closed(session, project, batch)


def _closed(session: Session, project: Project, batch: Batch) -> Iterator[Message]:
    of_batch = col(Item.batch_id) == batch.id
    if session.execute(_counts(project).where(of_batch, GIVEN < WANTED).limit(1)).first() is not None:
        return
    size = sa.select(sa.func.count(), sa.func.sum(WANTED)).select_from(Item)
    size = size.join(Project, col(Project.id) == col(Item.project_id))
    size = size.outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
    items, answers = session.execute(size.where(of_batch, *_work(project))).one()
    told = {"name": batch.name, "round": str(batch.round), "items": items, "answers": answers}
    yield Message(Happening.ROUND_CLOSED, f"batch {batch.id} of {items} items, {answers} answers", told)


GIVEN = (
    sa.select(sa.func.count(sa.distinct(col(Annotation.annotator_id))))
    .where(col(Annotation.item_id) == col(Item.id), col(Annotation.counted), standing.is_current())
    .correlate(Item)
    .scalar_subquery()
)
WANTED = sa.func.coalesce(col(Item.overlap), col(Batch.overlap), col(Project.overlap))


def _counts(project: Project) -> sa.Select[Item, int, int, Batch]:
    """Items in work with their answers that count, how many are wanted, and their batch."""
    query = sa.select(Item, GIVEN, WANTED, Batch).join(Project, col(Project.id) == col(Item.project_id))
    return query.outerjoin(Batch, col(Batch.id) == col(Item.batch_id)).where(*_work(project))


def _work(project: Project) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Item.project_id) == project.id,
        col(Item.purpose) == Purpose.WORK,
        col(Item.retired_at).is_(None),
        col(Item.deleted_at).is_(None),
    )


def _active() -> tuple[sa.ColumnElement[bool], ...]:
    return col(Webhook.deleted_at).is_(None), col(Webhook.disabled_at).is_(None)
