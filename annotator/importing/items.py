"""Stored drafts → items, and their places in the queue.

An open project asks about each body segment, a directed one about each (segment, target) that a row
names. Headings and boilerplate are asked about nowhere.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from annotator.domain import (
    Entity,
    Item,
    Order,
    Pool,
    PoolKind,
    Project,
    ProjectKind,
    Purpose,
    SegmentType,
    Serve,
)
from annotator.errors import Invalid
from annotator.importing import documents, stage
from annotator.importing.bulk import chunks, insert
from annotator.importing.documents import Stored
from annotator.importing.drafted import DocumentDraft, SegmentDraft
from annotator.importing.names import Names
from annotator.importing.questions import Asked
from annotator.importing.report import Placed, Report
from annotator.store import queue

NO_TARGET = (
    "has no target, and every item of a directed project has one: name its column with "
    "--column target=NAME, or fix one for all in the project file (fixes = { target = KEY })"
)
UNKNOWN_ANSWER = "a {purpose} item needs the answer that it expects, as a label or stances beside its text"
EXPLANATION = "explanation"
Question = tuple[int, int | None, int | None]  # ids of segment, target, holder


@dataclass(slots=True)
class ItemDraft:
    """A question. `rows` are those that ask it, `first` is what a message points at."""

    external_id: str
    segment_id: int
    target: Entity | None
    holder: Entity | None
    rows: list[Placed]
    first: Placed
    place: tuple[str, int, str]  # external id of the segment; the document's id, external id

    @property
    def question(self) -> Question:
        """What tells it from others."""
        target, holder = self.target, self.holder
        return self.segment_id, target.id if target else None, holder.id if holder else None

    def asked(self, id_: int) -> Asked:
        """The same for its answers, once it is stored."""
        _, target, holder = self.question
        segment, document_id, document = self.place
        return Asked(id_, self.external_id, target, holder, segment, document_id, document, is_new=True)

    @property
    def names(self) -> list[str]:
        """Its external id; with the target, where a text is asked about several under one id."""
        keys = [entity.key for entity in (self.target, self.holder) if entity is not None]
        return [":".join([self.external_id, *keys[:number]]) for number in range(len(keys) + 1)]


def store(
    session: Session,
    project: Project,
    stored: Sequence[Stored],
    names: Names,
    report: Report,
    *,
    purpose: Purpose = Purpose.WORK,
) -> tuple[dict[int, str], dict[str, Asked]]:
    """Store the items that are new and queue them.

    Return the item's external id by row number, and the new items by theirs. Training and check items
    stand in no pool, and are refused without the answer that they expect.
    """
    drafts = sorted(_drafts(project, stored, names, report), key=lambda draft: draft.first.number)
    known = _known(session, project, (name for draft in drafts for name in draft.names))
    stage.breathe(session)
    fresh: list[ItemDraft] = []
    asked: dict[int, str] = {}
    for draft in drafts:
        name = next((name for name in draft.names if known.get(name, draft.question) == draft.question), None)
        if name is None:
            report.refuse(
                draft.first, f"item {draft.external_id!r} asks about another text: give it another id", "id"
            )
            continue
        if purpose is not Purpose.WORK and not any(placed.row.has_answer for placed in draft.rows):
            report.refuse(draft.first, UNKNOWN_ANSWER.format(purpose=purpose), "label")
            continue
        asked |= {placed.number: name for placed in draft.rows}
        report.items["unchanged" if name in known else "new"] += 1
        if name not in known:
            known[name], draft.external_id = draft.question, name
            fresh.append(draft)
    return asked, _insert(session, project, fresh, purpose)


def _drafts(project: Project, stored: Sequence[Stored], names: Names, report: Report) -> Iterator[ItemDraft]:
    for found in stored:
        draft = found.draft
        body = [segment for segment in draft.segments if segment.type is SegmentType.BODY]
        if draft.is_cut and len(body) != 1:
            _refuse_answers(draft.rows, f"was cut into {len(body)} segments", report)
        for segment in draft.segments:
            if segment.type is not SegmentType.BODY:
                _refuse_answers(segment.rows, f"is a {segment.type}, which nobody is asked about", report)
            elif segment.external_id not in found.segments:  # an older segmenter cut it otherwise
                _refuse_answers(draft.rows, "is stored with other segments", report)
            else:
                place = found.segments[segment.external_id]
                where = (segment.external_id, found.id, draft.external_id)
                if segment.items is not None:
                    yield from _told(project, segment, place, draft, where, names=names, report=report)
                    continue
                rows = draft.rows if draft.is_cut else segment.rows
                for item in _questions(project, where, place, rows, names=names, report=report):
                    if draft.is_cut and len(body) != 1:
                        item.rows = []
                    yield item


def _told(
    project: Project,
    segment: SegmentDraft,
    segment_id: int,
    draft: DocumentDraft,
    where: tuple[str, int, str],
    *,
    names: Names,
    report: Report,
) -> Iterator[ItemDraft]:
    """The items that the document lists."""
    first, directed = draft.rows[0], project.kind is ProjectKind.DIRECTED
    for item in segment.items or ():
        try:
            target = names.target(item.target, draft.external_id) if item.target is not None else None
            holder = names.holder(item.holder, draft.external_id) if item.holder or directed else None
            if directed and target is None:
                raise Invalid(NO_TARGET)
        except Invalid as error:
            report.refuse(first, str(error), "segments")
            continue
        yield ItemDraft(item.id, segment_id, target, holder, [], first, where)


def _refuse_answers(rows: Iterable[Placed], why: str, report: Report) -> None:
    for placed in rows:
        if placed.row.has_answer:
            way_out = "give the answer by item_id, or keep texts whole with --segment whole"
            report.refuse(placed, f"carries an answer, but its text {why}: {way_out}", "text")


def _questions(
    project: Project,
    where: tuple[str, int, str],
    segment_id: int,
    rows: list[Placed],
    *,
    names: Names,
    report: Report,
) -> Iterable[ItemDraft]:
    """What the rows ask about one segment: one item a target and holder that is fixed."""
    found: dict[Question, ItemDraft] = {}
    document = rows[0].row.document or rows[0].row.id
    for placed in rows:
        try:
            target, holder = _fixed(project, placed, names, document)
        except Invalid as error:
            report.refuse(placed, str(error), "target")
            continue
        own = placed.row.item_id or (placed.row.id if project.kind is ProjectKind.DIRECTED else None)
        item = ItemDraft(own or where[0], segment_id, target, holder, [placed], placed, where)
        first = found.setdefault(item.question, item)
        if first is not item:
            first.rows.append(placed)
    return found.values()


def _fixed(
    project: Project, placed: Placed, names: Names, document: str | None
) -> tuple[Entity | None, Entity | None]:
    """Target and holder that the row fixes, else the project does.

    Where nothing is fixed, what stands beside an answer is the answer's.
    """
    fixes: dict[str, str] = project.settings.get("fixes", {})  # type: ignore[assignment]
    directed = project.kind is ProjectKind.DIRECTED
    row = placed.row
    asks = directed or not row.has_answer
    target = (row.target if asks else None) or fixes.get("target")
    holder = (row.holder if asks else None) or fixes.get("holder")
    if directed and target is None:
        raise Invalid(NO_TARGET)
    return (
        names.target(target, document) if target is not None else None,
        names.holder(holder, document) if directed or holder is not None else None,
    )


def _known(session: Session, project: Project, names: Iterable[str]) -> dict[str, Question]:
    known: dict[str, Question] = {}
    for chunk in chunks(names):
        items = select(Item.external_id, Item.segment_id, Item.target_id, Item.holder_id).where(
            Item.project_id == project.id,
            col(Item.external_id).in_(chunk),
            col(Item.deleted_at).is_(None),
        )
        known |= {name: (segment, target, holder) for name, segment, target, holder in session.exec(items)}
    return known


def _in_order(project: Project, drafts: Sequence[ItemDraft]) -> list[ItemDraft]:
    """As given, or shuffled by the project's seed: whole texts where documents are served."""

    def shuffled(draft: ItemDraft) -> str:
        row = draft.first.row
        of_text = row.document or row.id or draft.external_id
        name = of_text if project.serve is Serve.DOCUMENT else draft.external_id
        return hashlib.sha256(f"{project.seed}:{name}".encode()).hexdigest()

    return sorted(drafts, key=shuffled) if project.order is Order.SHUFFLED else list(drafts)


def _insert(
    session: Session, project: Project, drafts: Sequence[ItemDraft], purpose: Purpose
) -> dict[str, Asked]:
    """Store new items, and queue them unless they are hidden yet."""
    asked: dict[str, Asked] = {}
    for part in stage.parts(session, _in_order(project, drafts)):
        ids = insert(session, Item, _rows(session, project, part, purpose))
        asked |= {draft.external_id: draft.asked(id_) for draft, id_ in zip(part, ids, strict=True)}
        if purpose is Purpose.WORK and not documents.is_apart(session):
            enqueue(session, project, [(id_, project.overlap) for id_ in ids])
    return asked


def enqueue(session: Session, project: Project, seats: Sequence[tuple[int, int]]) -> None:
    """Put new items of work, (id, free seats) each, at the end of every pool for all."""
    pools = select(Pool).where(
        Pool.project_id == project.id, Pool.kind == PoolKind.ALL, col(Pool.deleted_at).is_(None)
    )
    for pool in session.exec(pools.order_by(col(Pool.id))):
        queue.enqueue(session, pool, seats)


def _rows(
    session: Session, project: Project, drafts: Sequence[ItemDraft], purpose: Purpose
) -> list[dict[str, object]]:
    return [
        {
            "project_id": project.id,
            "external_id": draft.external_id,
            "segment_id": draft.segment_id,
            "target_id": draft.target.id if draft.target is not None else None,
            "holder_id": draft.holder.id if draft.holder is not None else None,
            "purpose": purpose,
            "explanation": _explanation(draft, purpose),
            **stage.audited(session),
        }
        for draft in drafts
    ]


def _explanation(draft: ItemDraft, purpose: Purpose) -> str | None:
    """What is shown after a training item: its column of this name."""
    given = draft.first.row.metadata.get(EXPLANATION)
    return str(given) if purpose is Purpose.TRAINING and given is not None else None
