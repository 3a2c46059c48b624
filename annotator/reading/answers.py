"""Current answers of a handful of items, with their stances, spans and sources: four queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.domain import SpanRole, metadata
from annotator.errors import Invalid
from annotator.reading.rows import ADJUDICATION, Answer, Decision, Entity, Span, Stance
from annotator.store.plain import moment, parsed, plain, rows, within

ANNOTATION, STANCE, SPAN, SOURCE, ARM = (
    metadata.tables[name] for name in ("annotation", "stance", "span", "source", "arm")
)
ARM_NAME = ARM.c.experiment + ":" + ARM.c.factor + "=" + ARM.c.level
FORMER = "former"
REVISION, WITHDRAWN, CREATED, WHY = 5, 10, 12, 19  # places in a row of `_newest`
ROLES: Mapping[str, int] = {SpanRole.RATIONALE: 0, SpanRole.HOLDER: 1, SpanRole.TARGET: 2}


@dataclass(frozen=True)
class Names:
    """What the numbers in the rows stand for."""

    annotators: Mapping[int, str]
    entities: Mapping[int, Entity]
    labels: Mapping[int, str]


def written(value: UUID | str) -> str:
    """A uuid with its hyphens, which SQLite stores without."""
    if isinstance(value, UUID):
        return str(value)
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def current(connection: Connection, texts: Mapping[int, str], names: Names) -> dict[int, list[Answer]]:
    """The current answers by item id, in no order. `texts` are the documents' texts by item id."""
    newest, decided = _newest(connection, list(texts))
    stances = _stances(connection, list(texts), {row[0]: texts[row[1]] for row in newest}, names)
    answers: dict[int, list[Answer]] = defaultdict(list)
    for row in newest:
        (id_, item, annotator, kind, occasion, revision, uuid, outcome, flags, counted) = row[:10]
        (_, seconds, created_at, start, end, guidelines, suggestion, candidates, arm) = row[10:WHY]
        answer = Answer(
            written(uuid),
            names.annotators[annotator],
            kind,
            occasion,
            revision,
            outcome,
            tuple(parsed(flags)),
            bool(counted),
            seconds,
            moment(created_at),
            None if start is None else (start, end),
            guidelines,
            suggestion is not None,
            candidates,
            arm,
            _each_once(stances.get(id_, ())),
            blind=suggestion is None and (item not in decided or created_at <= decided[item]),
            decision=_decision(row) if kind == ADJUDICATION else None,
        )
        answers[item].append(answer)
    return answers


def answered(connection: Connection, items: Sequence[int]) -> set[tuple[int, int]]:
    """(item, annotator) of every annotator's answer there ever was, withdrawn ones included."""
    query = sa.select(ANNOTATION.c.item_id, ANNOTATION.c.annotator_id).where(
        within(ANNOTATION.c.item_id, items), ANNOTATION.c.kind == "annotation", ANNOTATION.c.occasion == 0
    )
    return {(item, annotator) for item, annotator in connection.execute(query)}


def _newest(connection: Connection, items: Sequence[int]) -> tuple[list[Any], dict[int, Any]]:
    """The highest revision of each (item, annotator, kind, occasion), but for those that withdraw.

    Curators share one adjudication of an item, so that there its revisions are the item's. And when each
    item was first decided by a curator. All as the driver gives it; times of one driver can be compared.
    """
    a = ANNOTATION.c
    query = sa.select(
        a.id,
        a.item_id,
        a.annotator_id,
        plain(a.kind),
        a.occasion,
        a.revision,
        plain(a.uuid),
        plain(a.outcome),
        plain(a.flags),
        a.counted,
        a.withdrawn,
        a.seconds,
        a.created_at,
        a.context_start,
        a.context_end,
        a.guidelines_version,
        plain(a.suggestion),
        a.candidates_shown,
        ARM_NAME,
        a.reason,
        a.precedent,
        plain(a.accepted),
        sa.case((a.comment_released, a.comment)).label("note"),
    )
    query = query.outerjoin(ARM, ARM.c.id == a.arm_id).where(within(a.item_id, items))
    newest: dict[tuple[int, int | None, str, int], Any] = {}
    decided: dict[int, Any] = {}
    for row in rows(connection, query):
        item, annotator, kind, occasion, revision = row[1:6]
        answer = (item, None if kind == ADJUDICATION else annotator, kind, occasion)
        if kind == ADJUDICATION and occasion == 0:
            decided[item] = min(row[CREATED], decided.get(item, row[CREATED]))
        other = newest.get(answer)
        if other is None or other[REVISION] < revision:
            newest[answer] = row
    return [row for row in newest.values() if not row[WITHDRAWN]], decided


def _decision(row: Any) -> Decision:
    reason, precedent, accepted, note = row[WHY:]
    return Decision(reason, bool(precedent), None if accepted is None else written(accepted), note)


def _stances(
    connection: Connection, items: Sequence[int], texts: Mapping[int, str], names: Names
) -> dict[int, list[Stance]]:
    """Stances by annotation id, in their order; `texts` by annotation id are those wanted."""
    spans = _spans(connection, items)
    sources = _sources(connection, items)
    entities = names.entities
    stances: dict[int, list[Stance]] = defaultdict(list)
    for row in rows(connection, _of_items(items)):
        id_, answer, holder, target, label, attribution, voice, confidence, former, given, candidate = row
        if answer not in texts:
            continue
        flags = parsed(given)
        shown = _by_role(spans[id_], texts[answer]) if id_ in spans else ((), (), ())
        stance = Stance(
            entities[holder],
            entities[target],
            _label(names, label),
            attribution,
            None if voice is None else entities[voice],
            tuple(entities[source] for source in sources.get(id_, ())),
            confidence,
            bool(former),
            flagged(flags, former=bool(former)),
            *shown,
            candidate,
        )
        stances[answer].append(stance)
    return stances


def flagged(flags: Sequence[str], *, former: bool) -> tuple[str, ...]:
    """The flags of a stance as a release has them."""
    return tuple(sorted({*flags, FORMER})) if former else tuple(sorted(flags)) if flags else ()


def arms(connection: Connection) -> dict[int, str]:
    """What each arm is called, by id."""
    return dict(connection.execute(sa.select(ARM.c.id, ARM_NAME)).all())


def _each_once(stances: Sequence[Stance]) -> tuple[Stance, ...]:
    """Stances that a merge of entities made the same are one, with the spans of both.

    Where their labels differ both stay, in their order: the annotator is asked again.
    """
    if len(stances) < 2:
        return tuple(stances)
    each: dict[tuple[Entity, Entity, bool, str], Stance] = {}
    for stance in stances:
        key = (stance.holder, stance.target, stance.former, stance.label)
        each[key] = _united(each[key], stance) if key in each else stance
    return tuple(each.values())


def _united(first: Stance, second: Stance) -> Stance:
    return first._replace(
        rationales=tuple(sorted({*first.rationales, *second.rationales})),
        holder_mentions=tuple(sorted({*first.holder_mentions, *second.holder_mentions})),
        target_mentions=tuple(sorted({*first.target_mentions, *second.target_mentions})),
        flags=tuple(sorted({*first.flags, *second.flags})),
    )


def _of_items(items: Sequence[int]) -> sa.Select[Any]:
    s = STANCE.c
    ends = (s.id, s.annotation_id, s.holder_id, s.target_id, s.label_id)
    more = (plain(s.attribution), s.voice_id, s.confidence, s.former, plain(s.flags), s.candidate)
    return (
        sa.select(*ends, *more)
        .join(ANNOTATION, ANNOTATION.c.id == s.annotation_id)
        .where(within(ANNOTATION.c.item_id, items))
        .order_by(s.annotation_id, s.position, s.id)
    )


def _spans(connection: Connection, items: Sequence[int]) -> dict[int, list[tuple[str, int, int]]]:
    """(role, start, end) by stance id, in reading order."""
    query = (
        sa.select(SPAN.c.stance_id, plain(SPAN.c.role), SPAN.c.start, SPAN.c.end)
        .join(STANCE, STANCE.c.id == SPAN.c.stance_id)
        .join(ANNOTATION, ANNOTATION.c.id == STANCE.c.annotation_id)
        .where(within(ANNOTATION.c.item_id, items))
        .order_by(SPAN.c.start, SPAN.c.end)
    )
    spans: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for stance, role, start, end in rows(connection, query):
        spans[stance].append((role, start, end))
    return spans


def _sources(connection: Connection, items: Sequence[int]) -> dict[int, list[int]]:
    """Entities by stance id, nearest to the text first."""
    query = (
        sa.select(SOURCE.c.stance_id, SOURCE.c.entity_id)
        .join(STANCE, STANCE.c.id == SOURCE.c.stance_id)
        .join(ANNOTATION, ANNOTATION.c.id == STANCE.c.annotation_id)
        .where(within(ANNOTATION.c.item_id, items))
        .order_by(SOURCE.c.stance_id, SOURCE.c.position)
    )
    sources: dict[int, list[int]] = defaultdict(list)
    for stance, entity in rows(connection, query):
        sources[stance].append(entity)
    return sources


def _by_role(
    spans: Sequence[tuple[str, int, int]], text: str
) -> tuple[tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]:
    found: tuple[list[Span], list[Span], list[Span]] = [], [], []
    for role, start, end in spans:
        found[ROLES[role]].append(Span(start, end, text[start:end]))
    rationales, holders, targets = map(tuple, found)
    return rationales, holders, targets


def _label(names: Names, label_id: int) -> str:
    if label_id not in names.labels:
        raise Invalid("Answers name a label that was deleted: restore it, or correct those answers.")
    return names.labels[label_id]
