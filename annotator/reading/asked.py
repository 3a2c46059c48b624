"""What `tabular` asks the database for: queries over some documents, and their columns' types."""

from typing import Any

import sqlalchemy as sa

from annotator.reading.answers import ANNOTATION, SOURCE, SPAN, STANCE
from annotator.reading.documents import BATCH, DOCUMENT, ITEM, SEGMENT
from annotator.reading.documents import COVERAGE as COVERED
from annotator.reading.rows import ANNOTATION as GIVEN
from annotator.reading.rows import JUDGED
from annotator.store.arrow import SHARE, TEXT, WHEN, WHOLE, Asked, among
from annotator.store.plain import plain

Query = sa.Select[Any]
_ITEMS = {
    "id": WHOLE,
    "document": WHOLE,
    "external_id": TEXT,
    "position": WHOLE,
    "purpose": TEXT,
    "round": TEXT,
    "retired": WHOLE,  # 0 or 1, as all truths here
}
_ANSWERS = {
    "answer": WHOLE,
    "item": WHOLE,
    "annotator": WHOLE,
    "kind": TEXT,
    "occasion": WHOLE,
    "revision": WHOLE,
    "uuid": TEXT,
    "outcome": TEXT,
    "flags": TEXT,  # JSON
    "counted": WHOLE,
    "withdrawn": WHOLE,
    "seconds": SHARE,
    "created_at": WHEN,
    "context_start": WHOLE,
    "context_end": WHOLE,
    "guidelines_version": WHOLE,
    "suggested": WHOLE,
    "candidates_shown": WHOLE,
    "arm": WHOLE,
    "reason": TEXT,
    "precedent": WHOLE,
    "accepted": TEXT,
    "note": TEXT,
    "stance": WHOLE,
    "position": WHOLE,
    "holder": WHOLE,
    "target": WHOLE,
    "label": WHOLE,
    "attribution": TEXT,
    "voice": WHOLE,
    "confidence": SHARE,
    "former": WHOLE,
    "stance_flags": TEXT,  # JSON
    "candidate": TEXT,
}
IMPLIED = {
    "kind": GIVEN,
    "occasion": 0,
    "revision": 0,
    "outcome": JUDGED,
    "flags": "[]",
    "counted": 1,
    "withdrawn": 0,
    "suggested": 0,
    "precedent": 0,
}
_SPANS = {"stance": WHOLE, "role": TEXT, "start": WHOLE, "end": WHOLE}
_SOURCES = {"stance": WHOLE, "position": WHOLE, "entity": WHOLE}
_TEXTS = {"id": WHOLE, "text": TEXT}
_COVERAGE = {"document": WHOLE, "annotator": WHOLE, "created_at": WHEN}


def _items() -> Query:
    query = sa.select(
        ITEM.c.id,
        SEGMENT.c.document_id,
        ITEM.c.external_id,
        SEGMENT.c.position,
        plain(ITEM.c.purpose),
        plain(BATCH.c.round),
        _truth(ITEM.c.retired_at.is_not(None)),
    )
    tables = SEGMENT.join(ITEM, ITEM.c.segment_id == SEGMENT.c.id)
    return _of(query.select_from(tables.outerjoin(BATCH, BATCH.c.id == ITEM.c.batch_id)))


def _answers() -> Query:
    a, s = ANNOTATION.c, STANCE.c
    answer = (
        *(a.id, a.item_id, a.annotator_id, plain(a.kind), a.occasion, a.revision, _text(a.uuid)),
        *(plain(a.outcome), _text(a.flags), _truth(a.counted), _truth(a.withdrawn), a.seconds),
        *(plain(a.created_at), a.context_start, a.context_end, a.guidelines_version),
        *(_truth(a.suggestion.is_not(None)), a.candidates_shown, a.arm_id, a.reason, _truth(a.precedent)),
        *(_text(a.accepted), sa.case((a.comment_released, a.comment))),
    )
    stance = (
        *(s.id, s.position, s.holder_id, s.target_id, s.label_id, plain(s.attribution), s.voice_id),
        *(s.confidence, _truth(s.former), _text(s.flags), s.candidate),
    )
    tables = SEGMENT.join(ITEM, ITEM.c.segment_id == SEGMENT.c.id)
    tables = tables.join(ANNOTATION, a.item_id == ITEM.c.id).outerjoin(STANCE, s.annotation_id == a.id)
    return _of(sa.select(*answer, *stance).select_from(tables))


def _spans() -> Query:
    s = SPAN.c
    return _of_stances(SPAN, s.stance_id, plain(s.role), s.start, s.end)


def _sources() -> Query:
    s = SOURCE.c
    return _of_stances(SOURCE, s.stance_id, s.position, s.entity_id)


def _of_stances(of: sa.Table, *columns: sa.ColumnElement[Any]) -> Query:
    """Outer joins, and nulls for stances without any: of inner ones, SQLite may begin with all there are."""
    tables = SEGMENT.join(ITEM, ITEM.c.segment_id == SEGMENT.c.id)
    tables = tables.outerjoin(ANNOTATION, ANNOTATION.c.item_id == ITEM.c.id)
    tables = tables.outerjoin(STANCE, STANCE.c.annotation_id == ANNOTATION.c.id)
    return _of(sa.select(*columns).select_from(tables.outerjoin(of, of.c.stance_id == STANCE.c.id)))


def _coverage() -> Query:
    c = COVERED.c
    query = sa.select(c.document_id, c.annotator_id, plain(c.created_at))
    return query.where(among(c.document_id))


def _of(query: Query) -> Query:
    return query.where(among(SEGMENT.c.document_id), ITEM.c.deleted_at.is_(None))


def _truth(value: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.cast(value, sa.Integer)


def _text(value: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """JSON and uuids as text, which they are in SQLite."""
    return sa.cast(plain(value), sa.Text)


# All of these are asked about some documents.
TEXTS = Asked(sa.select(DOCUMENT.c.id, DOCUMENT.c.text).where(among(DOCUMENT.c.id)), _TEXTS)
ITEMS = Asked(_items(), _ITEMS)  # the undeleted ones
ANSWERS = Asked(_answers(), _ANSWERS)  # all that was ever answered to these, a row a stance
SPANS, SOURCES = Asked(_spans(), _SPANS), Asked(_sources(), _SOURCES)  # of these answers' stances
COVERAGE = Asked(_coverage(), _COVERAGE)
